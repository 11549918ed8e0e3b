"""The typed, validated stack configuration; the only reader of ``pulumi.Config``."""
