"""Orders and carts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "customer_order",
        sa.Column("id", sa.CHAR(36), primary_key=True),
        sa.Column("customer_id", sa.CHAR(36), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.CHAR(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("payment_method", sa.String(35), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("street", sa.String(120), nullable=False),
        sa.Column("postcode", sa.String(12), nullable=False),
        sa.Column("city", sa.String(120), nullable=False),
        sa.Column("placed_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(), nullable=True),
        sa.UniqueConstraint("customer_id", "idempotency_key", name="one_order_a_key"),
        sa.Index("unfinished", "state", "placed_at"),
    )
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.CHAR(36), sa.ForeignKey("customer_order.id"), primary_key=True),
        sa.Column("product_id", sa.String(64), primary_key=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("unit_price_cents", sa.Integer(), nullable=False),
    )
    op.create_table(
        "cart_line",
        sa.Column("cart_id", sa.CHAR(36), primary_key=True),
        sa.Column("product_id", sa.String(64), primary_key=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("cart_line")
    op.drop_table("order_line")
    op.drop_table("customer_order")
