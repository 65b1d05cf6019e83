"""Who the other side is, where a sentence says so outright (“对方是…”, “跟…吵架”). What is vaguer is asked."""

import re
from collections.abc import Iterator

from dialogs.kernel.words import Entity

_NAME = r"([^\s,，。.;；!！?？、:：]{1,20}?)"
_STATED = re.compile(
    rf"(?:对方|另一方|对面)(?:就是|是|叫做|叫|为|名叫|[:：])\s*{_NAME}(?=$|[\s,，。.;；!！?？、]|他|她|电话|手机)"
)
_AGAINST = re.compile(
    r"(?:^|[,，。\s我]|我们|俺|咱)(?:和|跟|与|同)((?:我家|我们)?(?:楼上|楼下|隔壁|对门|前院|后院|同村|邻村|前面)?(?:的|那家|那户)?"
    r"[^\s,，。.;；!！?？、跟和与同]{1,12}?)(?:之间)?(?:(?:因为|为了|为|就)[^\s,，。]{0,12}?)?(?:吵架|吵了|吵起来|打架|打起来|闹矛盾|闹了|有纠纷|有矛盾|发生纠纷|发生争执|起了?争执)"
)
_NOT_A_PARTY = re.compile(r"^(?:[你我他她您咱]|人家?|别人|大家|对方|谁|哪|什么|不|说)")


def find(text: str) -> Iterator[Entity]:
    """At most one entity `other_party`."""
    for pattern in (_STATED, _AGAINST):
        match = pattern.search(text)
        if match and not _NOT_A_PARTY.match(match[1]):
            yield Entity("other_party", match[1], match.start(1), match.end(1))
            return
