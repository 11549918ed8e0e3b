"""The typed, validated stack configuration; the only reader of ``pulumi.Config``."""

from oneup.settings.errors import Problem, SettingsError
from oneup.settings.load import load, load_file
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.parse import parse, warnings

__all__ = [
    "AwsSettings",
    "ExistingSettings",
    "Problem",
    "Settings",
    "SettingsError",
    "load",
    "load_file",
    "parse",
    "warnings",
]
