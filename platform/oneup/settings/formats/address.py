"""Address blocks."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Annotated, Final

from oneup.settings.formats.form import Complaint, Form

_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_BLOCK: Final = rf"{_OCTET}(?:\.{_OCTET}){{3}}/(?:3[0-2]|[12]?\d)"


def _host_bits(value: str) -> Complaint | None:
    try:
        block = IPv4Network(value, strict=False)
    except (AddressValueError, NetmaskValueError):
        return None
    if "/" not in value or str(block) == value:
        return None
    return Complaint(f"has host bits set; did you mean {block}?")


def _whole_address(value: str) -> str | None:
    return None if value.endswith(".0") else f"{value}/32"


Cidr = Annotated[
    str,
    Form(
        "an IPv4 block such as 10.0.0.0/16",
        _BLOCK,
        suggest=_whole_address,
        refuse=_host_bits,
        encryptable=False,
    ),
]
"""An IPv4 block without host bits."""
