"""Plans and ``apps/`` on a real API server and a real Argo CD: ``make cluster-test``."""
