"""The stacks on the real engine."""
