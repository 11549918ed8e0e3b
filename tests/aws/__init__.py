"""Plans made, changed and destroyed on AWS's API as moto has it: ``make test-aws``."""
