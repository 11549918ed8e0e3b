"""Limits of the names that the foundation gives; the names themselves follow from the settings."""

from typing import Final

from oneup.settings.naming import BUCKET_NAME_LIMIT, bounded, cluster_name

__all__ = ["BUCKET_NAME_LIMIT", "ROLE_NAME_LIMIT", "bounded", "cluster_name"]

ROLE_NAME_LIMIT: Final = 64
"""Characters that IAM allows in a role's name."""
