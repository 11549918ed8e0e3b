"""Plans made, changed and destroyed on AWS's API as moto has it: a part of ``make up-test``."""
