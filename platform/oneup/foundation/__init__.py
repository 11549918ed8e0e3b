"""What the cluster stands on: on AWS built by the stack, elsewhere given."""
