"""What belongs to the cluster itself: namespaces, access, network policies, storage classes, priorities."""
