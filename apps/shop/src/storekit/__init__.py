"""What every service of the shop stands on: configuration, HTTP, database, cache, telemetry."""
