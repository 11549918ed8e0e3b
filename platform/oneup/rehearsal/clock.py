"""Times as a person says them."""


def clock(seconds: float) -> str:
    """Seconds in words: ``45 s``, ``12 min 30 s``."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
