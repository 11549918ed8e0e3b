"""What must be there before the Pulumi CLI runs."""
