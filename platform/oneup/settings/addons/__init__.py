"""The catalogue of addons: one line each; the module ``oneup.addons.<field>`` builds it."""

from oneup.settings.addons.argo_cd import ArgoCd
from oneup.settings.addons.switch import AwsOnly, Knobs
from oneup.settings.base import Section


class Addons(Section):
    """Every addon that oneup knows, with its knobs."""

    aws_load_balancer_controller: AwsOnly = AwsOnly()
    """Load balancers for Ingresses and Services on AWS."""

    metrics_server: Knobs = Knobs()
    """CPU and memory figures for autoscaling and ``kubectl top``."""

    prometheus_operator_crds: Knobs = Knobs()
    """The kinds that describe monitors and alerts; off means a stack without monitoring."""

    argo_cd: ArgoCd = ArgoCd()
    """GitOps delivery of ``apps/``."""
