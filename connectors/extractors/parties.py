"""Who the other side is, where a sentence says so outright (“对方是…”, “跟…吵架”, “老板欠我…”), else asked."""

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
_ROLE = (
    r"(?:(?:楼上|楼下|隔壁|对门|对面|前院|后院)(?:邻居|的?(?:那家|那户|住户)|老?[\u4e00-\u9fff]家)?|邻居|包工头|小?老板|房东|租客|租户|二房东|中介|开发商"
    r"|物业(?:公司)?|公司|厂里|工厂|商家|店家|卖家|医院|学校|村委会?|居委会|施工队|装修公司|装修队|保险公司|司机|丈夫|老公|妻子|媳妇|前夫|前妻|婆婆|儿媳妇?|儿子|女儿|哥哥|弟弟|姐姐|妹妹)"
)
_DONE = re.compile(
    rf"(?:^|[,，。;；\s]|我家?|我们|俺家?|咱|被|那个)(?P<party>{_ROLE}(?:(?:姓|叫|名叫)[^\s,，。.;；!！?？、:：]{{1,4}}?)?)(?:就|老是|总是|天天|一直|故意|硬是?|也|又|还|都|现在|把|不承认)?"
    r"(?:欠|拖欠|不给|不还|不退|不赔|不修|不管|不认|不交|不让|不签|骗|坑|打|骂|占|堵|漏水|扣|辞退|开除|跑路|跑了|赖|拖着|霸占|不养|家暴|出轨|吵|噪音|扰民)"
)
_NOT_A_PARTY = re.compile(r"^(?:[你我他她您咱]|人家?|别人|大家|对方|谁|哪|什么|不|说)")


def find(text: str) -> Iterator[Entity]:
    """At most one entity `other_party`."""
    for pattern in (_STATED, _AGAINST, _DONE):
        match = pattern.search(text)
        if match and not _NOT_A_PARTY.match(match[1]):
            yield Entity("other_party", match[1], match.start(1), match.end(1))
            return
