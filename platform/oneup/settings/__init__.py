"""The typed, validated stack configuration; the only reader of ``pulumi.Config``."""

from oneup.settings.load import load
from oneup.settings.model import AwsSettings, ExistingSettings, Settings

__all__ = ["AwsSettings", "ExistingSettings", "Settings", "load"]
