"""Where a message goes over from one matter to another: “物业不管漏水，还有老板欠我工资”."""

import re

MOST = 4
"""Stretches looked at; what follows belongs to the last one."""
SHORTEST = 4
"""Characters of a stretch that may be a matter of its own."""

_TURN = re.compile(
    r"(?:(?<=^)|(?<=[，,。；;！!？?：:\s]))(?:"
    r"(?:还有(?:就是)?|另外|此外|除此之外|再就是|再有|再一个|再说|其次|顺便|同时|对了|噢对|哦对)(?:还)?(?:有)?(?:一?[个件码桩])?(?:事情|事儿|事|问题)?(?:就是|是)?"
    r"|第[一二三1-3](?:[个件码桩]?(?:事情|事儿|事)?)?(?:就?是)?|[一二三]是|[1-3一二三][、.．)）](?!\d))[，,：:、\s]*"
)
_AND = re.compile(
    r"(?<=[^，,。；;！!？?\s])(?:，|,)?还有(?:一[个件]事)?(?:就是)?(?=(?:我|俺|咱|老板|邻居|物业|楼上|隔壁|房东|公司)[^，,。；;]{4,})"
)


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
