"""How replies look on WeChat: pieces, each one message of the platform."""

from collections.abc import Sequence

from bot.ports import Piece
from connectors.wechat.message import Message
from connectors.wechat.render import (
    MAX_TEXT_BYTES,
    MORE,
    MORE_ID,
    article_of,
    images,
    passive,
    passive_text,
    texts,
)
from dialogs.kernel.words import Reply

_MORE_LINE = f'\n<a href="weixin://bizmsgmenu?msgmenucontent={MORE}&msgmenuid={MORE_ID}">{MORE}</a>'


class WeChatVoice:
    """Replies to pieces, and texts put together."""

    def compose(self, replies: Sequence[Reply]) -> list[Piece]:
        """Texts first, then pictures, a handover last; a lone article is a card."""
        if not replies:
            return []
        article = article_of(replies)
        if article is not None:
            return [{"article": article}]
        pieces: list[Piece] = [{"text": text} for text in texts(replies)]
        pieces += [{"image": media_id} for media_id in images(replies)]
        if any(reply.custom.get("handover") for reply in replies):
            pieces.append({"transfer": True})
        return pieces

    def join(self, composed: Sequence[str]) -> list[str]:
        """Put texts together where they fit into one; every text but the last ends with the line 更多."""
        if len(composed) == 1:
            return list(composed)
        joined: list[str] = []
        for text in composed:
            both = f"{joined[-1].removesuffix(_MORE_LINE)}\n\n{text}" if joined else text
            if joined and len(both.encode()) <= MAX_TEXT_BYTES:
                joined[-1] = both
            else:
                joined.append(text)
        return [text.removesuffix(_MORE_LINE) + _MORE_LINE for text in joined[:-1]] + joined[-1:]


def rendered(message: Message, piece: Piece, now: float) -> str:
    """A piece as the passive reply to a message, before sealing; empty where nothing may be answered."""
    if "text" in piece:
        return passive_text(message, piece["text"], now)
    if "article" in piece:
        return passive(message, (Reply("", custom={"article": piece["article"]}),), now)
    if "image" in piece:
        return passive(message, (Reply("", image=piece["image"]),), now)
    return passive(message, (Reply("", custom={"handover": True}),), now)
