"""Chooses a stack's addons, checks that they fit together and on the nodes, and installs them."""

from oneup.installation.choose import SelectedAddons, select
from oneup.installation.install import InstalledAddon, install

__all__ = ["InstalledAddon", "SelectedAddons", "install", "select"]
