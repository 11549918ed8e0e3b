"""Names that are known before the cloud answers; they follow from the settings."""

from oneup.settings.naming import BUCKET_NAME_LIMIT, ROLE_NAME_LIMIT, bounded, cluster_name

__all__ = ["BUCKET_NAME_LIMIT", "ROLE_NAME_LIMIT", "bounded", "cluster_name"]
