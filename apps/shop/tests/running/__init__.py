"""The shop's real parts, started on loopback for the tests and stopped by process id."""
