"""Messages of the payment service."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

PaymentState = Literal["processing", "captured", "refused"]
MethodId = Annotated[str, Field(pattern=r"^pm_[0-9a-f]{32}$")]


class Card(BaseModel):
    """A card as its holder types it. It is turned into a token at once and never stored."""

    holder: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    number: Annotated[str, Field(pattern=r"^[0-9]{12,19}$", repr=False)]
    expiry: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])/[0-9]{2}$", description="MM/YY")]
    code: Annotated[str, Field(pattern=r"^[0-9]{3,4}$", repr=False)]


class MethodView(BaseModel):
    """A card's token, and as much of the card as may be shown."""

    id: str
    brand: str
    last4: str


class PaymentRequest(BaseModel):
    """A charge for one order."""

    order_id: Annotated[str, Field(min_length=1, max_length=64)]
    amount_cents: Annotated[int, Field(ge=1, le=10_000_000)]
    method: MethodId


class PaymentView(BaseModel):
    """What became of a charge."""

    id: str
    order_id: str
    amount_cents: int
    state: PaymentState
    reason: str = Field(description="why it was refused, or empty")
