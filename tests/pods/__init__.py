"""Kyverno's rules on good and bad pods, judged by Kyverno's command: ``make test-pods``."""
