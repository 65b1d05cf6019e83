"""Whether the words around a date say that it has been: “3月份开始欠薪”, “周五他打了我”."""

import re

_SINCE = re.compile(
    r"^的?(?:份)?(?:起|开始)?(?:以来|至今|到现在|到今天|就(?:没|不|一直)|一直(?:没|不|拖|欠|到)|开始(?![^，。,;；!！]*[吗呢?？]))"
)
_TOLD = re.compile(
    r"被(?:[他她人]|打|骂|骗|撞|欠|拖|辞|开除|占|拆|咬|偷|砸|老板|公司|物业|单位|邻居)|没有?(?:发|给|来|还|付|修|人|结|到|收|开|交|赔|签)|一直(?:没|不|拖|欠)|那[天次]|的时候"
    r"|(?:打|骂|撞|摔|砸|推|咬|欠|拖|借|签|交|买|卖|付|退|住|装|拆|占|偷|骗|停|生|发生|开除|辞退|受伤|出|搬|离|租|干|做|转|走|报)(?:了|过(?!年|节))(?=[\u4e00-\u9fff\d])"
    r"|(?:打|撞|摔|砸|咬)(?:伤|坏|断|倒)"
)
_WISHED = re.compile(
    r"想|要是|能不能|能[来去约见]|可以|行不行|行吗|好吗|方便|有空|预约|约[个到一]?|改到|换到|[吗呢?？]|安排"
)
_CLAUSE = re.compile(r"[。；;!！?？\n]")
_LOOK = 24
"""Characters after a date that may still be its own clause."""


def is_past(before: str, after: str) -> bool:
    """Say whether a date between these two texts is told of, not wished for."""
    if _SINCE.match(after):
        return True
    clause = _CLAUSE.split(after[:_LOOK], maxsplit=1)[0]
    told = _TOLD.search(clause)
    return told is not None and not _WISHED.search(clause[: told.start()]) and not _WISHED.search(before[-6:])
