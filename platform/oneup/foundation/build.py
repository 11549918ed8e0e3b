"""Builds the foundation that a stack names."""

from oneup.foundation.cluster_reference import ClusterReference
from oneup.settings.model import AwsSettings, ExistingSettings, Settings


def build(settings: Settings) -> ClusterReference:
    """Make the network, cluster, nodes and identity on AWS, or take the cluster that exists."""
    # Imported where they are needed: the AWS SDK costs 70 MB and 2 s that a bare-metal stack need not pay.
    match settings:
        case AwsSettings():
            from oneup.foundation.aws import build_on_aws

            return build_on_aws(settings)
        case ExistingSettings():
            from oneup.foundation.existing import take_existing

            return take_existing(settings)
