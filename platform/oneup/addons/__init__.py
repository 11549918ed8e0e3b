"""One module per addon; ``oneup.settings.addons.Addons`` lists them."""
