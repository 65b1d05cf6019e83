"""Alembic's entry: runs the steps on the connection that backend/migrations/runner.py hands over."""

from typing import Any

from alembic import context

from backend.records import reception_tables
from backend.records.tables import Moment


def render(kind: str, item: object, _context: object) -> Any:  # noqa: ANN401 - Alembic's signature
    """New steps name SQLAlchemy's own types, so that old steps do not depend on today's code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=reception_tables.leaders.metadata,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
