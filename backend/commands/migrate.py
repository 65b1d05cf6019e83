"""`migrate`: bring the database to the newest step."""

from backend.config import Settings
from backend.migrations.runner import migrate


async def main(settings: Settings, _arguments: list[str]) -> None:
    """Migrate."""
    await migrate(settings.database_url)
    print("数据库已是最新。")  # noqa: T201 - said to who asked
