"""AWS for the engine: providers of the suite's own, which call AWS's API on moto's server."""
