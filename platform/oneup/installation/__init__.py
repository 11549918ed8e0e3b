"""Chooses a stack's addons, checks that they fit together and on the nodes, and installs them."""

from oneup.installation.choose import Chosen, choose
from oneup.installation.install import Installed, install

__all__ = ["Chosen", "Installed", "choose", "install"]
