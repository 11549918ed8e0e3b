"""The knobs of the service mesh."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import OptIn
from oneup.settings.formats.form import Unit


class Istiod(OptIn):
    """The mesh: which namespaces it holds, and what it says of their calls."""

    caution: ClassVar[str] = (
        "pods of its namespaces start with a container that has NET_ADMIN, so those namespaces "
        "enforce the Pod Security level privileged; leave addons.istiod.namespaces to what needs it"
    )

    namespaces: tuple[str, ...] = ()
    """Namespaces of applications whose pods get a proxy; with strict mTLS only the mesh reaches them."""

    traced_percent: Annotated[float, Unit("%"), Field(ge=0, le=100)] = 1.0
    """How many of the requests are traced, where the stack has a collector."""
