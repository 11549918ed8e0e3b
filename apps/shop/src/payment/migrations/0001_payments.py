"""Payments, and the simulated gateway's cards and ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "payment",
        sa.Column("id", sa.CHAR(36), primary_key=True),
        sa.Column("idempotency_key", sa.String(64), nullable=False, unique=True),
        sa.Column("fingerprint", sa.CHAR(64), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False, index=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(35), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "simulated_gateway_card",
        sa.Column("token", sa.String(35), primary_key=True),
        sa.Column("brand", sa.String(20), nullable=False),
        sa.Column("last4", sa.String(4), nullable=False),
        sa.Column("refusal", sa.String(60), nullable=False),
    )
    op.create_table(
        "simulated_gateway_charge",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("reference", sa.String(64), nullable=False, index=True),
        sa.Column("token", sa.String(35), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(60), nullable=False),
        sa.Column("charged_at", sa.DateTime(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("simulated_gateway_charge")
    op.drop_table("simulated_gateway_card")
    op.drop_table("payment")
