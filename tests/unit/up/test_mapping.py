"""Inputs as AWS's models name them, and back."""

import pytest

from oneup.plan import Json
from tests.up.cloud.api import Api, AwsError, Credentials, Place
from tests.up.cloud.mapping import MappingError, encode, reconcile
from tests.up.cloud.plugin import differences

API = Api(Place("http://127.0.0.1:1", Credentials("key", "secret"), "eu-central-1"))


def encoded(service: str, operation: str, inputs: Json) -> Json:
    return encode(API.takes(service, operation), inputs, {})


class TestEncode:
    def test_names_by_the_model(self) -> None:
        assert encoded("ec2", "CreateSubnet", {"cidrBlock": "10.0.0.0/24", "vpcId": "vpc-1"}) == {
            "CidrBlock": "10.0.0.0/24",
            "VpcId": "vpc-1",
        }

    def test_types_by_the_model(self) -> None:
        asked: Json = {"logGroupName": "a", "retentionInDays": "7"}
        assert encoded("logs", "PutRetentionPolicy", asked) == {"logGroupName": "a", "retentionInDays": 7}

    def test_tags(self) -> None:
        assert encoded("iam", "TagRole", {"RoleName": "a", "Tags": {"b": "c"}}) == {
            "RoleName": "a",
            "Tags": [{"Key": "b", "Value": "c"}],
        }

    def test_structure_in_a_list_of_one(self) -> None:
        asked: Json = {"repositoryName": "a", "encryptionConfigurations": [{"encryptionType": "KMS"}]}
        assert encoded("ecr", "CreateRepository", asked) == {
            "repositoryName": "a",
            "encryptionConfiguration": {"encryptionType": "KMS"},
        }

    @pytest.mark.parametrize(
        ("operation", "inputs", "said"),
        [
            ("CreateSubnet", {"cidr": "10.0.0.0/24"}, "cidr: CreateSubnetRequest has no such parameter"),
            ("CreateVpc", {"instanceTenancy": "shared"}, "'shared' is none of default, dedicated, host"),
            ("CreateVpc", {"amazonProvidedIpv6CidrBlock": "yes"}, "true or false, not 'yes'"),
            ("CreateVolume", {"size": 1.5}, "a whole number, not 1.5"),
            ("CreateVpc", {"cidrBlock": ["10.0.0.0/16"]}, "one value"),
        ],
    )
    def test_refuses(self, operation: str, inputs: Json, said: str) -> None:
        with pytest.raises(MappingError, match=said):
            encoded("ec2", operation, inputs)

    def test_botocore_judges_the_rest(self) -> None:
        with pytest.raises(AwsError, match=r'ParamValidationError: [^"]*"VpcId"'):
            API.call("ec2", "CreateSubnet", {"CidrBlock": "10.0.0.0/24"})


class TestReconcile:
    @pytest.mark.parametrize(
        ("recorded", "live"),
        [
            (443, "443"),
            ("true", True),
            (False, None),
            ([], None),
            ({"a": "b"}, [{"Key": "a", "Value": "b"}]),
            ({"subnetIds": ["b", "a"]}, {"SubnetIds": ["a", "b"], "VpcId": "c"}),
            ('{"a": [1]}', '{"a":[1]}'),
            ('{"a": [1]}', {"a": [1]}),
            ([{"rule": "x"}], {"Rule": "x"}),
        ],
    )
    def test_same(self, recorded: Json, live: Json) -> None:
        assert reconcile(recorded, live, {}) == recorded

    @pytest.mark.parametrize(
        ("recorded", "live", "drifted"),
        [
            (443, 80, 80),
            ({"a": "b"}, [{"Key": "a", "Value": "c"}], {"a": "c"}),
            (["a"], ["a", "b"], ["a", "b"]),
            (["a", "b"], ["a"], ["a"]),
            ({"minSize": 1, "maxSize": 2}, {"MinSize": 1, "MaxSize": 3}, {"minSize": 1, "maxSize": 3}),
            ([{"days": 7}], [{"Days": 8}], [{"days": 8}]),
            (True, None, None),
        ],
    )
    def test_drift(self, recorded: Json, live: Json, drifted: Json) -> None:
        assert reconcile(recorded, live, {}) == drifted


def test_differences() -> None:
    old: Json = {"a": 1, "b": {"c": [1, 2]}, "d": '{"x": 1}', "__defaults": []}
    new: Json = {"a": 1, "b": {"c": [1, 3, 4]}, "d": '{"x":1}', "e": 5, "__defaults": ["a"]}
    assert [path for path, _ in differences(old, new)] == ["b.c[1]", "b.c[2]", "e"]
