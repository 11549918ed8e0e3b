"""CloudWatch alarms on what Prometheus inside the cluster cannot observe."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.alarms.alarm import Alarm, Metric, Statistic

ETCD_SIZE_BYTES: Final = 6 * 1024**3
"""Three quarters of the 8 GiB at which etcd on EKS rejects writes."""

DROPPED_PERCENT: Final = 0.01
"""Share of dropped packets of a NAT gateway above which AWS advises to investigate."""


def control_plane(account: Account) -> tuple[Alarm, ...]:
    """On the metrics that EKS sends at no cost, from Kubernetes 1.28."""

    def metric(name: str, statistic: Statistic = "Sum") -> Metric:
        cluster = {"ClusterName": account.name}
        return Metric(namespace="AWS/EKS", name=name, statistic=statistic, dimensions=cluster)

    total = metric("apiserver_request_total")
    return (
        Alarm(
            name="api-silent",
            description="The Kubernetes API serves no requests. See the cluster in the EKS console.",
            metrics={"requests": total},
            threshold=1,
            below=True,
            missing_data="breaching",
        ),
        Alarm(
            name="api-errors",
            description="More than 5 % of the requests to the Kubernetes API fail with 5xx.",
            metrics={"errors": metric("apiserver_request_total_5XX"), "requests": total},
            expression="100 * errors / requests",
            threshold=5,
        ),
        Alarm(
            name="api-throttled",
            description="More than 5 % of the requests to the Kubernetes API get 429. Find the client that sends them.",
            metrics={"refused": metric("apiserver_request_total_429"), "requests": total},
            expression="100 * refused / requests",
            threshold=5,
        ),
        Alarm(
            name="database-full",
            description="etcd uses 6 of 8 GiB. When it is full, the API server rejects writes.",
            metrics={"size": metric("apiserver_storage_size_bytes", "Maximum")},
            threshold=ETCD_SIZE_BYTES,
        ),
        Alarm(
            name="pods-waiting",
            description="Pods have been pending for 30 minutes: their requests are too large, or no node can be added.",
            metrics={"pods": metric("scheduler_pending_pods_UNSCHEDULABLE", "Maximum")},
            threshold=0,
            periods=6,
        ),
    )


def node_groups(account: Account, groups: Sequence[aws.eks.NodeGroup]) -> Iterator[Alarm]:
    """On each node group's Auto Scaling group, which outlives its nodes.

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
            description=f"A node of {name} fails EC2 status checks and is not replaced.",
            metrics={
                "failed": Metric(
                    namespace="AWS/EC2", name="StatusCheckFailed", statistic="Maximum", dimensions=of_group
                )
            },
            threshold=0,
        ),
        Alarm(
            name=f"nodes-busy-{name}",
            description=f"The nodes of {name} use more than {busy} % of their CPU: raise the group's maximum.",
            metrics={
                "cpu": Metric(
                    namespace="AWS/EC2", name="CPUUtilization", statistic="Average", dimensions=of_group
                )
            },
            threshold=busy,
        ),
        Alarm(
            name=f"nodes-missing-{name}",
            description=f"The group {name} has had fewer nodes than desired for 30 minutes: EC2 may have no capacity.",
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


def nat_gateways(by_zone: Mapping[str, aws.ec2.NatGateway]) -> Iterator[Alarm]:
    """On each NAT gateway: port allocation errors, or dropped packets."""
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
            description=f"The NAT gateway of {zone} has no free port for new connections to some destination.",
            metrics={"failed": metric("ErrorPortAllocation")},
            threshold=0,
        )
        yield Alarm(
            name=f"nat-drops-{zone}",
            description=f"The NAT gateway of {zone} drops packets.",
            metrics={
                "dropped": metric("PacketsDropCount"),
                "outward": metric("PacketsInFromSource"),
                "inward": metric("PacketsInFromDestination"),
            },
            expression="100 * dropped / (outward + inward)",
            threshold=DROPPED_PERCENT,
        )


def load_balancers(account: Account) -> tuple[Alarm, ...]:
    """On all load balancers of the account and region, including those that the controller creates later.

    Their names are not known before creation, and an alarm cannot use ``SEARCH``, which returns
    several series; a Metrics Insights query aggregates all that exist.
    """
    balancer = 'FROM SCHEMA("AWS/ApplicationELB", LoadBalancer)'
    target = "LoadBalancer, TargetGroup"
    return (
        Alarm(
            name="balancers-errors",
            description="Load balancers return 5xx themselves: no target accepts the request, or not in time.",
            expression=f"SELECT SUM(HTTPCode_ELB_5XX_Count) {balancer}",
            threshold=account.settings.alarms.balancer_errors,
        ),
        Alarm(
            name="balancers-target-errors",
            description="Targets of the load balancers return 5xx.",
            expression=f"SELECT SUM(HTTPCode_Target_5XX_Count) {balancer}",
            threshold=account.settings.alarms.balancer_errors,
        ),
        *(
            Alarm(
                name=f"balancers-{kind}-unhealthy",
                description="A load balancer target fails its health check.",
                expression=f'SELECT MAX(UnHealthyHostCount) FROM SCHEMA("{namespace}", {target})',
                threshold=0,
            )
            for kind, namespace in (("http", "AWS/ApplicationELB"), ("tcp", "AWS/NetworkELB"))
        ),
    )
