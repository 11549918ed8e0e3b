"""The real Pulumi engine on a control plane of the cluster suite, and what stands for the world around."""
