"""`reseal`: rewrite what older keys sealed with the current key of PII_KEY, so that older keys can be dropped."""

from backend.composition import opened
from backend.config import Settings
from backend.records.resealing import reseal


async def main(settings: Settings, _arguments: list[str]) -> None:
    """Reseal, table by table; may be stopped and run again."""
    async with opened(settings) as store:
        count = await reseal(store)
    print(f"已用现用密钥重新加密 {count} 个值。")  # noqa: T201 - said to who asked
