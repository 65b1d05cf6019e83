"""What the bot says, as WeChat shows it: one passive reply, tappable lines, texts cut to the platform's size."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.wechat.message import Message
from dialogs.kernel.words import Button, Reply

MAX_TEXT_BYTES = 2000
"""UTF-8 bytes of one text; the platform takes about 2,048."""
MAX_TITLE_BYTES = 180
"""UTF-8 bytes of a tappable line's title (it stands in the line twice)."""
MAX_ID_CHARS = 64
"""Characters of a tappable line's id."""
MAX_URL_BYTES = 1024
"""UTF-8 bytes of a link."""
MORE = "更多"
"""What the line under a text that goes on says, and what tapping it sends."""
MORE_ID = "more"
"""The id that comes back when that line is tapped."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<(?=[A-Za-z/!])")
_SENTENCE_ENDS = "。！？；…\n", "，、：, "
_PLACE = re.compile(r"[0-9]{1,20}-([0-9]{1,20})")
_IN_LINK = str.maketrans(
    {"&": "＆", '"': "”", "<": "＜", ">": "＞", "#": "＃", "%": "％", "+": "＋", "'": "’", "\n": " "}
)
_LINE = '<a href="weixin://bizmsgmenu?msgmenucontent={title}&msgmenuid={id}">{shown}</a>'
_MORE_LINE = _LINE.format(title=MORE, id=MORE_ID, shown=MORE)


def texts(replies: Sequence[Reply], limit: int = MAX_TEXT_BYTES) -> list[str]:
    """All that is said, as one text, cut into pieces of at most `limit` UTF-8 bytes; none if nothing is said in words.

    Every piece but the last ends with the line 更多: send the first, keep the rest for when it is tapped or typed.
    `limit` must leave room for one tappable line (about 600 bytes).
    """
    whole = "\n\n".join(filter(None, _blocks(replies)))
    if len(whole.encode()) <= limit:
        return [whole] if whole else []
    pieces = _packed(_bounded_lines(whole, limit - len(_MORE_LINE.encode()) - 1), limit)
    return [f"{piece}\n{_MORE_LINE}" for piece in pieces[:-1]] + pieces[-1:]


def images(replies: Sequence[Reply]) -> list[str]:
    """The media ids of pictures among the replies (a passive reply carries one, and only where there are no words)."""
    return [reply.image for reply in replies if reply.image and not reply.image.startswith(("http://", "https://"))]


def passive(message: Message, replies: Sequence[Reply], now: float) -> str:
    """The one passive reply to a message, in the format it came in; "" where only `success` may be answered.

    Words come first; a lone article is shown as a card, a lone picture as a picture; a handover without words passes
    the person to the platform's customer service.
    """
    return _document(message, _body(replies), now)


def passive_text(message: Message, text: str, now: float) -> str:
    """A passive reply of one text that `texts` has made, such as the next piece after 更多: its lines stay tappable."""
    return _document(message, {"MsgType": "text", "Content": text} if text else {}, now)


def _document(message: Message, body: dict[str, Any], now: float) -> str:
    if message.wants_silence or not body:
        return ""
    if message.raw_format == "json":
        document = {"ToUserName": message.openid, "FromUserName": message.account, "CreateTime": int(now), **body}
        return json.dumps(document, ensure_ascii=False)
    return (
        f"<xml><ToUserName>{_cdata(message.openid)}</ToUserName><FromUserName>{_cdata(message.account)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime>{_xml(body)}</xml>"
    )


def article_of(replies: Sequence[Reply]) -> dict[str, str] | None:
    """The article {title, description, picurl, url} if it is all that is said; otherwise it is a line in the text."""
    if len(replies) != 1 or replies[0].buttons:
        return None
    given = replies[0].custom.get("article")
    if not isinstance(given, Mapping) or not given.get("url"):
        return None
    fields = {name: _clean(str(given.get(name) or "")) for name in ("title", "description", "picurl", "url")}
    return fields | {"description": fields["description"] or _clean(replies[0].text)}


def _body(replies: Sequence[Reply]) -> dict[str, Any]:
    article = article_of(replies)
    if article is not None:
        return {"MsgType": "news", "ArticleCount": 1, "Articles": [_news_item(article)]}
    said = texts(replies)
    if said:
        return {"MsgType": "text", "Content": said[0]}
    pictures = images(replies)
    if pictures:
        return {"MsgType": "image", "Image": {"MediaId": pictures[0]}}
    if any(reply.custom.get("handover") for reply in replies):
        return {"MsgType": "transfer_customer_service"}
    return {}


def _news_item(article: Mapping[str, str]) -> dict[str, str]:
    names = (("Title", "title"), ("Description", "description"), ("PicUrl", "picurl"), ("Url", "url"))
    return {wire: article[ours] for wire, ours in names}


def _xml(value: object) -> str:
    if isinstance(value, str):
        return _cdata(value)
    if isinstance(value, dict):
        return "".join([f"<{name}>{_xml(child)}</{name}>" for name, child in value.items()])
    if isinstance(value, list):
        return "".join([f"<item>{_xml(child)}</item>" for child in value])
    return str(value)


def _cdata(text: str) -> str:
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _blocks(replies: Sequence[Reply]) -> Iterator[str]:
    """Each reply's words with its tappable lines under them; lines are numbered through the whole answer."""
    number = 0
    for reply in replies:
        lines = [_clean(reply.text).strip()]
        for button in reply.buttons:
            number += 1
            lines.append(_tappable(button, number))
        article = reply.custom.get("article")
        if isinstance(article, Mapping) and article.get("url"):
            lines.append(_link(str(article["url"]), str(article.get("title") or article["url"])))
        yield "\n".join(filter(None, lines))


def _tappable(button: Button, number: int) -> str:
    """A line to tap. Its number is the place in the button's id ("12-3"), which is what a typed number means."""
    if button.payload.startswith(("http://", "https://")):
        return _link(button.payload, button.title)
    place = _PLACE.fullmatch(button.id)
    title = _title(button.title)
    shown = f"{place[1] if place else number} {title}"
    return _LINE.format(title=title, id=button.id if place else _title(button.id)[:MAX_ID_CHARS], shown=shown)


def _link(url: str, title: str) -> str:
    address = re.sub(r"[\s\"<>]", "", _clean(url))
    if len(address.encode()) > MAX_URL_BYTES:
        return _title(title)
    return f'<a href="{address}">{_title(title)}</a>'


def _title(text: str) -> str:
    if len(text) * 4 <= MAX_TITLE_BYTES and text.isalnum():  # nearly all are plain words
        return text
    clean = _clean(text).translate(_IN_LINK).strip()
    return clean if len(clean) * 4 <= MAX_TITLE_BYTES else _head(clean, MAX_TITLE_BYTES)


def _clean(text: str) -> str:
    """Words without characters that XML forbids, and without markup: what a person wrote must never become a link."""
    return _TAG.sub("＜", _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _head(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` UTF-8 bytes."""
    return text.encode()[:limit].decode(errors="ignore")


def _bounded_lines(whole: str, limit: int) -> Iterator[str]:
    for line in whole.split("\n"):
        rest = line
        while len(rest.encode()) > limit:
            head = _head(rest, limit)
            cut = _sentence_end(head)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def _sentence_end(head: str) -> int:
    """Where to cut: behind the last full stop in the second half, else behind the last comma, else at the end."""
    for marks in _SENTENCE_ENDS:
        cut = max(head.rfind(mark) for mark in marks) + 1
        if cut > len(head) // 2:
            return cut
    return len(head)


def _packed(lines: Iterator[str], limit: int) -> list[str]:
    """Lines put together into pieces that leave room for the line 更多."""
    room = limit - len(_MORE_LINE.encode()) - 1
    pieces: list[str] = []
    current: list[str] = []
    size = 0
    for line in lines:
        length = len(line.encode()) + 1
        if current and size + length - 1 > room:
            pieces.append("\n".join(current))
            current, size = [], 0
        current.append(line)
        size += length
    pieces.append("\n".join(current))
    return [stripped for piece in pieces if (stripped := piece.strip("\n"))]
