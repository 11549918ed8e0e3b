"""What hands apps/ to Argo CD or Flux."""
