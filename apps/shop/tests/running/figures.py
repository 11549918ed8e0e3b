"""Lines for the end of the run."""


class Figures:
    """What was measured."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)
