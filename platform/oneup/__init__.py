"""oneup: a whole Kubernetes platform from one ``pulumi up``."""
