"""A real control plane and a real Argo CD on loopback, and what the proofs ask of them."""
