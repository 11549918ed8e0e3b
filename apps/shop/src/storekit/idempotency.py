"""What makes a request that is sent twice happen once: the client's key, and a print of what it asked."""

import hashlib
import json
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

from storekit.problem import Refusal

HEADER = "Idempotency-Key"
Key = Annotated[
    str,
    Header(
        alias=HEADER,
        pattern="^[A-Za-z0-9_-]{16,64}$",
        description="new for every new request, kept when one is repeated",
    ),
]


def fingerprint(body: BaseModel) -> str:
    """Equal for equal bodies: SHA-256 over their canonical JSON, as 64 hexadecimal digits."""
    canonical = json.dumps(body.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def same(recorded: str, given: str) -> None:
    """Refuse a key that comes again with another body."""
    if recorded != given:
        raise Refusal(422, "key_reused", f"this {HEADER} was used for a different request")
