"""What the bot may answer at once to a push, and what a phone shows of it.

Source: developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
"""

from typing import Any

from connectors.simulator.errors import ApiError
from connectors.simulator.media import MediaStore
from connectors.simulator.wire import Fields

TEXT_BYTES = 2048
NOTHING_TO_SHOW = frozenset({"", "success"})


class BadAnswerError(Exception):
    """The platform cannot use the bot's answer; the text says why."""


class Passive:
    """Reads passive replies to one account's people."""

    def __init__(self, account: str, media: MediaStore) -> None:
        self._account = account
        self._media = media
        self._kinds = {
            "text": self._text,
            "image": self._image,
            "voice": self._voice,
            "video": self._video,
            "music": self._music,
            "news": self._news,
            "transfer_customer_service": self._handover,
        }

    def read(self, fields: Fields, openid: str) -> dict[str, Any]:
        """Check a reply for this person; gives what to show (`kind` and its content) or raises BadAnswerError."""
        if fields.get("ToUserName") != openid or fields.get("FromUserName") != self._account:
            raise BadAnswerError("ToUserName and FromUserName are not those of the push, turned round")
        if not str(fields.get("CreateTime", "")).isdecimal():
            raise BadAnswerError("CreateTime is not a number")
        reader = self._kinds.get(str(fields.get("MsgType")))
        if reader is None:
            raise BadAnswerError("MsgType is not one of a passive reply")
        return reader(fields)

    @staticmethod
    def _text(fields: Fields) -> dict[str, Any]:
        content = fields.get("Content")
        if not isinstance(content, str) or not content.strip():
            raise BadAnswerError("Content is empty")
        if len(content.encode()) > TEXT_BYTES:
            raise BadAnswerError(f"Content is longer than {TEXT_BYTES} bytes")
        return {"kind": "text", "text": content}

    def _image(self, fields: Fields) -> dict[str, Any]:
        return {"kind": "image", **self._file(fields, "Image")}

    def _voice(self, fields: Fields) -> dict[str, Any]:
        return {"kind": "voice", **self._file(fields, "Voice")}

    def _video(self, fields: Fields) -> dict[str, Any]:
        video = fields.get("Video")
        title = str(video.get("Title", "")) if isinstance(video, dict) else ""
        return {"kind": "video", "title": title, **self._file(fields, "Video")}

    @staticmethod
    def _music(fields: Fields) -> dict[str, Any]:
        music = fields.get("Music")
        if not isinstance(music, dict):
            raise BadAnswerError("Music is missing")
        return {"kind": "link", "title": str(music.get("Title", "")), "url": str(music.get("MusicUrl", ""))}

    @staticmethod
    def _news(fields: Fields) -> dict[str, Any]:
        articles = fields.get("Articles")
        items = articles.get("item") if isinstance(articles, dict) else articles
        listed = items if isinstance(items, list) else [items]
        first = listed[0] if listed else None
        if not isinstance(first, dict):
            raise BadAnswerError("Articles has no item")
        if str(fields.get("ArticleCount")) != str(len(listed)):
            raise BadAnswerError("ArticleCount is not the number of items")
        return {"kind": "news", "articles": [article(first)]}

    @staticmethod
    def _handover(fields: Fields) -> dict[str, Any]:  # noqa: ARG004 - one shape for all readers
        return {"kind": "handover", "text": "已为您转接人工客服"}

    def _file(self, fields: Fields, name: str) -> dict[str, Any]:
        holder = fields.get(name)
        media_id = str(holder.get("MediaId", "")) if isinstance(holder, dict) else ""
        try:
            self._media.get(media_id)
        except ApiError as error:
            raise BadAnswerError(f"{name}.MediaId is unknown") from error
        return {"media_id": media_id, "url": f"/simulator/media/{media_id}"}


def article(item: dict[str, Any]) -> dict[str, str]:
    """Give an article's four parts whatever way their names are written (Title, title)."""
    lower = {str(name).lower(): value for name, value in item.items()}
    return {name: str(lower.get(name) or "") for name in ("title", "description", "picurl", "url")}
