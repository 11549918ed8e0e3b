"""The shelf and its reservations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "product",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("about", sa.String(400), nullable=False),
        sa.Column("category", sa.String(20), nullable=False, index=True),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.CheckConstraint("stock >= 0", name="stock_is_never_negative"),
    )
    op.create_table(
        "reservation",
        sa.Column("order_id", sa.CHAR(36), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("short", sa.String(3300), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "reservation_line",
        sa.Column("order_id", sa.CHAR(36), sa.ForeignKey("reservation.order_id"), primary_key=True),
        sa.Column("product_id", sa.String(64), sa.ForeignKey("product.id"), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_cents", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("reservation_line")
    op.drop_table("reservation")
    op.drop_table("product")
