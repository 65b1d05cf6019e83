"""Where a message goes over from one matter to another: “物业不管漏水，还有老板欠我工资”."""

import re

MOST = 4
"""Stretches looked at; what follows belongs to the last one."""
SHORTEST = 4
"""Characters of a stretch that may be a matter of its own."""

_WHO = "我|俺|咱|他|她|老板|邻居|物业|楼上|楼下|隔壁|对门|房东|公司|村里|单位|想|问|你们"
_THING = "(?:一?[个件码桩])?(?:事情|事儿|事|问题)"
_TURN = re.compile(
    r"(?:(?<=^)|(?<=[，,。；;！!？?：:\s]))(?:"
    rf"还有(?:就是|{_THING}|(?=[，,：:]|{_WHO}))"
    rf"|(?:另外|此外|除此之外|再就是|再有|再一个|再说|其次|顺便|同时|对了|噢对|哦对)(?:还)?(?:有)?(?:{_THING})?"
    rf"|第[一二三1-3](?:{_THING}|[个件码桩])?|[一二三]是|[1-3一二三][、.．)）](?!\d))(?:就?是)?[，,：:、\s]*"
)
_AND = re.compile(rf"(?<=[^，,。；;！!？?\s])还有(?:就是|{_THING})?(?:就?是)?(?=(?:{_WHO})[^，,。；;]{{4,}})")


def split(text: str) -> list[str]:
    """The stretches of a text that may be matters of their own, in order; the text itself when there is but one."""
    cuts = sorted({(each.start(), each.end()) for pattern in (_TURN, _AND) for each in pattern.finditer(text)})
    parts, begin = list[str](), 0
    for start, end in cuts:
        if start < begin or len(parts) == MOST - 1:
            continue
        _take(parts, _tidy(text[begin:start]))
        begin = end
    _take(parts, _tidy(text[begin:]))
    return parts or [text]


def _take(parts: list[str], stretch: str) -> None:
    """Add a stretch; what is too short to be a matter belongs to the one before."""
    if len(stretch) >= SHORTEST or (stretch and not parts):
        parts.append(stretch)
    elif stretch:
        parts[-1] += f"，{stretch}"


def _tidy(text: str) -> str:
    return text.strip(" \t\r\n，,。；;、：:")
