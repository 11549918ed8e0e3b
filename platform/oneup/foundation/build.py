"""Builds the stack's foundation."""

from oneup.foundation.cluster_reference import ClusterReference
from oneup.settings.model import AwsSettings, ExistingSettings, Settings


def build(settings: Settings) -> ClusterReference:
    """Create network, cluster, nodes and identity on AWS, or use an existing cluster."""
    # Imported on demand: a bare-metal stack does not need the AWS SDK, which takes 70 MB and 2 s.
    match settings:
        case AwsSettings():
            from oneup.foundation.aws import build_on_aws

            return build_on_aws(settings)
        case ExistingSettings():
            from oneup.foundation.existing import use_existing_cluster

            return use_existing_cluster(settings)
