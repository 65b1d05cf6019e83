"""Replies become an answer: what is given now, what 更多 shows next, and what must go another way."""

from collections.abc import Sequence

import orjson

from bot.heard import Heard
from bot.ports import Held, Piece, Saving, Voice
from dialogs.kernel.words import Reply


class Answering:
    """Puts together what a person is shown."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def asked(self, held: Held, replies: Sequence[Reply], session: bytes) -> Saving:
        """The answer to a message, with what could not be said earlier in front of it.

        One passive reply is one piece: further texts wait for 更多, pictures go as customer-service messages, and so
        do the words before a handover, which itself is the answer.
        """
        pieces = self._voice.compose(replies)
        if pieces and "transfer" in pieces[-1]:  # it stands last
            return _handed_over(pieces, session)
        if len(pieces) == 1 and not held.kept and not held.late:  # nearly always
            answer = _write(pieces[0])
            return Saving(session, answer, may_be_late=True)
        kept, late = _leading_texts(held.kept), _leading_texts(held.late)
        texts = self._voice.join([*kept, *late, *(piece["text"] for piece in pieces if "text" in piece)])
        others = [piece for piece in pieces if "text" not in piece]
        first: list[Piece] = [{"text": text} for text in texts[:1]]
        if not first:
            first, others = others[:1], others[1:]
        answer = _write(first[0]) if first else b""
        return Saving(
            session,
            answer=answer,
            more=_more(texts[1:]),
            may_be_late=bool(answer),
            also=[_write(piece) for piece in others],
            shown_kept=len(kept),
            shown_late=len(late),
        )

    def unasked(self, held: Held, replies: Sequence[Reply], session: bytes) -> Saving:
        """What is said to a person who has not just written: all of it goes the late way."""
        pieces = self._voice.compose(replies)
        first, rest = _split(pieces)
        also = [*first, *(piece for piece in pieces if "text" not in piece and "transfer" not in piece)]
        return Saving(session, more=_more(rest) or held.more or b"", also=[_write(piece) for piece in also])

    def more(self, held: Held, heard: Heard, words: Sequence[str]) -> Saving | None:
        """The next piece of a long text, if that is what is asked for and there is one."""
        given = heard.input
        if not held.more or given is None or given.text.strip() not in words:
            return None
        text, *rest = orjson.loads(held.more)
        answer = _write({"text": text})
        return Saving(held.session, answer, _more(rest), may_be_late=True)

    def failure(self, held: Held, sentence: str) -> Saving:
        """An apology; the conversation stays as it was."""
        answer = _write({"text": sentence})
        return Saving(held.session, answer, held.more or b"", may_be_late=True)

    def unchanged(self, held: Held) -> Saving:
        """Nothing is said and nothing changes."""
        return Saving(held.session, more=held.more or b"")

    def is_transfer(self, answer: bytes) -> bool:
        """Whether an answer hands the person over to the platform's customer service."""
        return answer.startswith(b'{"transfer"')


def _handed_over(pieces: Sequence[Piece], session: bytes) -> Saving:
    """The handover is the answer; all that is said goes ahead of it another way."""
    first, rest = _split(pieces)
    also = [*first, *(piece for piece in pieces if "text" not in piece and "transfer" not in piece)]
    return Saving(session, _write({"transfer": True}), _more(rest), also=[_write(piece) for piece in also])


def _split(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """The first text, and the texts after it."""
    texts = [piece for piece in pieces if "text" in piece]
    return texts[:1], [piece["text"] for piece in texts[1:]]


def _leading_texts(items: Sequence[bytes]) -> list[str]:
    """The stored replies that are texts, up to the first that is none: only these can stand before an answer."""
    texts: list[str] = []
    for item in items:
        piece = orjson.loads(item)
        if "text" not in piece:
            break
        texts.append(piece["text"])
    return texts


def _write(piece: Piece) -> bytes:
    return orjson.dumps(piece)


def _more(rest: Sequence[str]) -> bytes:
    return orjson.dumps(rest) if rest else b""
