"""Parts of Argo CD."""
