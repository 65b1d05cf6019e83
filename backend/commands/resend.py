"""`resend`: try once more everything that was buried: facts, notices and attachments."""

from backend.composition import make_desk, opened
from backend.config import Settings


async def main(settings: Settings, _arguments: list[str]) -> None:
    """Dig everything up; the worker does the rest."""
    now = make_desk().now()
    async with opened(settings) as store, store.write() as work:
        facts = await work.outbox.dig_up(now)
        # Channels that were dropped may be open again.
        notices = await work.deliveries.dig_up(now, dropped=[])
        media = await work.attachments.dig_up(now)
    print(f"重新办理：事项 {facts} 件，通知 {notices} 条，附件 {media} 个。")  # noqa: T201 - said to who asked
