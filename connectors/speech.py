"""From a voice message to words: the platform's Recognition, and how what somebody said is made fit to be read.

The platform is withdrawing Recognition; another service is another class with the same `words`. Where there are no
words, the conversation keeps the recording and asks for a few typed ones.
"""

import re
from pathlib import Path

import yaml

from dialogs.kernel.words import Input

MAX_CHARACTERS = 2_000
"""More is not cleaned; a minute of speech has about 300."""

_DATA: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _any(name: str) -> str:
    return "|".join(sorted(map(re.escape, _DATA[name]), key=len, reverse=True))


_SIGN = r"[\s，。、,.…·!！?？;；~～—]"
_DIGIT = "0-9零〇一二三四五六七八九十百千万幺两"
_SIGNS = re.compile(rf"({_SIGN})(?:\s*[，。、,.…·~～—]+)+")
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_ALONE = re.compile(rf"(?:(?<=^)|(?<={_SIGN}))(?:{_any('alone')})+(?:{_SIGN}+|$)")
_ANYWHERE = re.compile(rf"(?:{_any('anywhere')})+(?!{_SIGN}|$)")
_OPENING = re.compile(rf"(?:(?<=^)|(?<={_SIGN}))(?:{_any('opening')})(?=[^\s，。、,.…])")
_BEFORE = re.compile(rf"(?:那个|这个|内个|那啥)(?={_any('before')})")
_MANY = re.compile(rf"([^\W\d_{_DIGIT}哈呵嘿呜])\1{{2,}}")
_PAIRS = re.compile(rf"([^\W\d_{_DIGIT}]{{2}})\1+")
_WORDS_TWICE = re.compile(rf"({_any('stuttered_words')})(?:[，,、]?\1)+")
_TWICE = re.compile(rf"({_any('stuttered')})(?:[，,、]?\1)+(?!([^\W\d])\2)")


class PlatformRecognition:
    """What the platform itself heard; free, and silent for accounts that no longer have it."""

    async def words(self, given: Input) -> str:
        """The words of a voice message; empty: it could not be made out."""
        return tidy(given.text)


def tidy(said: str) -> str:
    """Recognised speech without fillers, stutter and stray signs, its meaning kept; never emptied of all it says."""
    text = _SPACE.sub("", said[:MAX_CHARACTERS].strip())
    text = _SIGNS.sub(r"\1", text).lstrip("，。、,.…·~ ")
    whole = text
    text = _ALONE.sub("", text)
    for pattern in (_ANYWHERE, _OPENING, _BEFORE):
        text = pattern.sub("", text)
    for pattern in (_PAIRS, _MANY, _WORDS_TWICE, _TWICE):
        text = pattern.sub(r"\1", text)
    text = _SIGNS.sub(r"\1", text).lstrip("，。、,.…·~ ").rstrip("，、, ")
    return text if re.search(r"\w", text) else whole
