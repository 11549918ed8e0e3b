"""One module per addon; ``oneup.settings.addons.Addons`` lists them."""

from oneup.addons.choose import Chosen, choose
from oneup.addons.install import Installed, install

__all__ = ["Chosen", "Installed", "choose", "install"]
