"""Kubernetes quantities as numbers: ``500m``, ``2``, ``4Gi``."""

import re

POWERS = {"": 1.0, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15} | {
    f"{letter}i": 1024.0**power for power, letter in enumerate("KMGTP", start=1)
}


def number(quantity: str) -> float:
    """The value of a quantity."""
    match = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", quantity)
    if match is None or match[2] not in POWERS:
        raise ValueError(f"no quantity: {quantity!r}")
    return float(match[1]) * POWERS[match[2]]
