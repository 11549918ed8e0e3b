"""The typed, validated stack configuration; the only reader of ``pulumi.Config``."""

from oneup.settings.errors import SettingsError
from oneup.settings.load import load, load_file
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.parse import parse

__all__ = ["AwsSettings", "ExistingSettings", "Settings", "SettingsError", "load", "load_file", "parse"]
