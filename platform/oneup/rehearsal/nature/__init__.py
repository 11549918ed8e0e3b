"""What each resource of a plan cannot be made without, whatever the program makes it wait for.

True by data flow (an input is another's output) or by the nature of the thing (a pod needs a node). None
of the program's own ``depends_on`` is taken for granted: what it adds to this is waiting for nothing.
"""

from oneup.rehearsal.nature.need import Need
from oneup.rehearsal.nature.needs import by_nature

__all__ = ["Need", "by_nature"]
