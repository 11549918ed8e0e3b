"""What is watched from outside the cluster: what Prometheus inside it cannot say of itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.alarms.alarm import Alarm, Metric, Statistic

DATABASE_BYTES: Final = 6 * 1024**3
"""Three quarters of the 8 GiB at which EKS' database takes no more writes."""

DROPPED_PERCENT: Final = 0.01
"""Share of packets that a NAT gateway may drop; beyond it AWS advises to look."""


def control_plane(account: Account) -> tuple[Alarm, ...]:
    """By the figures that EKS itself sends, from Kubernetes 1.28 on and at no cost."""

    def metric(name: str, statistic: Statistic = "Sum") -> Metric:
        cluster = {"ClusterName": account.name}
        return Metric(namespace="AWS/EKS", name=name, statistic=statistic, dimensions=cluster)

    total = metric("apiserver_request_total")
    return (
        Alarm(
            name="api-silent",
            says="The Kubernetes API answers nobody. See the cluster's page in the EKS console.",
            metrics={"requests": total},
            threshold=1,
            below=True,
            silence="breaching",
        ),
        Alarm(
            name="api-errors",
            says="More than 5 % of the requests to the Kubernetes API fail with 5xx.",
            metrics={"errors": metric("apiserver_request_total_5XX"), "requests": total},
            expression="100 * errors / requests",
            threshold=5,
        ),
        Alarm(
            name="api-throttled",
            says="More than 5 % of the requests to the Kubernetes API are refused with 429: find who asks.",
            metrics={"refused": metric("apiserver_request_total_429"), "requests": total},
            expression="100 * refused / requests",
            threshold=5,
        ),
        Alarm(
            name="database-full",
            says="The cluster's database holds 6 of 8 GiB: when it is full, nothing can be written.",
            metrics={"size": metric("apiserver_storage_size_bytes", "Maximum")},
            threshold=DATABASE_BYTES,
        ),
        Alarm(
            name="pods-waiting",
            says="Pods have found no node for half an hour: they ask too much, or no node can be added.",
            metrics={"pods": metric("scheduler_pending_pods_UNSCHEDULABLE", "Maximum")},
            threshold=0,
            periods=6,
        ),
    )


def node_groups(account: Account, groups: Sequence[aws.eks.NodeGroup]) -> Iterator[Alarm]:
    """Each group by its scaling group, which outlasts every node of it.

    EKS has the group's own metrics on since June 2024; the group is EKS's, and could not be changed here.
    """
    busy = account.settings.alarms.node_cpu_percent
    for settings, group in zip(account.settings.node_groups, groups, strict=True):
        yield from _node_group(settings.name, group.resources[0].autoscaling_groups[0].name, busy)


def _node_group(name: str, scaling_group: pulumi.Output[str], busy: int) -> tuple[Alarm, ...]:
    of_group: Mapping[str, pulumi.Input[str]] = {"AutoScalingGroupName": scaling_group}
    return (
        Alarm(
            name=f"nodes-broken-{name}",
            says=f"A node of {name} fails AWS's checks of its machine, and is not replaced.",
            metrics={
                "failed": Metric(
                    namespace="AWS/EC2", name="StatusCheckFailed", statistic="Maximum", dimensions=of_group
                )
            },
            threshold=0,
        ),
        Alarm(
            name=f"nodes-busy-{name}",
            says=f"The nodes of {name} use more than {busy} % of their CPU: raise the group's maximum.",
            metrics={
                "cpu": Metric(
                    namespace="AWS/EC2", name="CPUUtilization", statistic="Average", dimensions=of_group
                )
            },
            threshold=busy,
        ),
        Alarm(
            name=f"nodes-missing-{name}",
            says=f"The group {name} has lacked nodes for half an hour: AWS has none to give.",
            metrics={
                "wanted": Metric(
                    namespace="AWS/AutoScaling",
                    name="GroupDesiredCapacity",
                    statistic="Minimum",
                    dimensions=of_group,
                ),
                "running": Metric(
                    namespace="AWS/AutoScaling",
                    name="GroupInServiceInstances",
                    statistic="Maximum",
                    dimensions=of_group,
                ),
            },
            expression="wanted - running",
            threshold=0,
            periods=6,
        ),
    )


def gateways(by_zone: Mapping[str, aws.ec2.NatGateway]) -> Iterator[Alarm]:
    """Each NAT gateway: no ports left, or packets lost."""
    for zone, gateway in by_zone.items():

        def metric(name: str, identifier: pulumi.Output[str] = gateway.id) -> Metric:
            return Metric(
                namespace="AWS/NATGateway",
                name=name,
                statistic="Sum",
                dimensions={"NatGatewayId": identifier},
            )

        yield Alarm(
            name=f"nat-ports-{zone}",
            says=f"The NAT gateway of {zone} has no port left for a new connection to some address.",
            metrics={"failed": metric("ErrorPortAllocation")},
            threshold=0,
        )
        yield Alarm(
            name=f"nat-drops-{zone}",
            says=f"The NAT gateway of {zone} loses packets.",
            metrics={
                "dropped": metric("PacketsDropCount"),
                "outward": metric("PacketsInFromSource"),
                "inward": metric("PacketsInFromDestination"),
            },
            expression="100 * dropped / (outward + inward)",
            threshold=DROPPED_PERCENT,
        )


def balancers(account: Account) -> tuple[Alarm, ...]:
    """All load balancers of account and region, also those that the controller makes later.

    Their names are not known before they are there, and an alarm cannot look at a ``SEARCH``, which finds
    several series; a query of Metrics Insights makes one of all that are there at the time.
    """
    balancer = 'FROM SCHEMA("AWS/ApplicationELB", LoadBalancer)'
    target = "LoadBalancer, TargetGroup"
    return (
        Alarm(
            name="balancers-errors",
            says="Load balancers answer with 5xx of their own: no target takes the request, or none in time.",
            expression=f"SELECT SUM(HTTPCode_ELB_5XX_Count) {balancer}",
            threshold=account.settings.alarms.balancer_errors,
        ),
        Alarm(
            name="balancers-target-errors",
            says="What stands behind the load balancers answers with 5xx.",
            expression=f"SELECT SUM(HTTPCode_Target_5XX_Count) {balancer}",
            threshold=account.settings.alarms.balancer_errors,
        ),
        *(
            Alarm(
                name=f"balancers-{kind}-unhealthy",
                says="A target behind a load balancer fails its health check.",
                expression=f'SELECT MAX(UnHealthyHostCount) FROM SCHEMA("{namespace}", {target})',
                threshold=0,
            )
            for kind, namespace in (("http", "AWS/ApplicationELB"), ("tcp", "AWS/NetworkELB"))
        ),
    )
