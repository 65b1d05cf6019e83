"""What a delivery is about besides a case: a booking, a place on a waiting list."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    op.add_column("deliveries", sa.Column("about", sa.String(length=64), nullable=True))
