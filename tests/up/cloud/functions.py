"""The provider's functions: those that the program calls, and those that the component calls for it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from oneup.plan import Json, JsonMap
from tests.up.cloud.api import Api, search
from tests.up.cloud.life import Where

Function: TypeAlias = Callable[[Api, Where, JsonMap], dict[str, Json]]


def _caller(api: Api, where: Where, args: JsonMap) -> dict[str, Json]:
    del where, args
    said = api.call("sts", "GetCallerIdentity", {})
    account = said["Account"]
    return {"accountId": account, "arn": said["Arn"], "userId": said["UserId"], "id": account}


def _region(api: Api, where: Where, args: JsonMap) -> dict[str, Json]:
    del api
    region = str(args.get("region") or where.region)
    return {"name": region, "region": region, "id": region, "endpoint": f"ec2.{region}.amazonaws.com"}


def _partition(api: Api, where: Where, args: JsonMap) -> dict[str, Json]:
    del api, where, args
    return {
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
        "id": "aws",
    }


def _zones(api: Api, where: Where, args: JsonMap) -> dict[str, Json]:
    state = args.get("state")
    filters: list[Json] = [{"Name": "state", "Values": [state]}] if state else []
    found = api.call("ec2", "DescribeAvailabilityZones", {"Filters": filters})
    return {
        "names": search("sort(AvailabilityZones[].ZoneName)", found),
        "zoneIds": search("sort(AvailabilityZones[].ZoneId)", found),
        "id": where.region,
    }


FUNCTIONS: Final[Mapping[str, Function]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
}
