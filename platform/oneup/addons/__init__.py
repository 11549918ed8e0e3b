"""The addons: one module or folder each; the catalogue is ``oneup.settings.addons.Addons``."""
