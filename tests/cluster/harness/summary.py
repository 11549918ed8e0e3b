"""What a run measured and simulated, for the end of its output."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Summary:
    """Figures by stack, in the order in which they were taken."""

    seconds: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict[str, float]))
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list[str]))
    simulated: set[str] = field(default_factory=set[str])

    def took(self, stack: str, what: str, seconds: float) -> None:
        """Note a duration."""
        self.seconds[stack][what] = seconds

    def note(self, stack: str, text: str) -> None:
        """Note a fact."""
        self.notes[stack].append(text)

    def lines(self) -> list[str]:
        """The summary as text."""
        found: list[str] = []
        for stack in dict.fromkeys((*self.notes, *self.seconds)):
            found.append(f"{stack}")
            found += [f"  {note}" for note in self.notes[stack]]
            found += [f"  {took:6.1f} s  {what}" for what, took in self.seconds[stack].items()]
        if self.simulated:
            found.append("simulated, since no machine, cloud or operator is here:")
            found += [f"  {each}" for each in sorted(self.simulated)]
        return found

    def write(self, file: Path) -> None:
        """Keep the summary in a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(self.lines()) + "\n")
