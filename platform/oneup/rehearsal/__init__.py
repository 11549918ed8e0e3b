"""The whole program run offline: plan, manifests, checks, report."""
