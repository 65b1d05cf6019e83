"""WeChat: what is said fits into one message when every gap is filled with the longest it may hold."""

from collections.abc import Iterator

from dialogs.kernel.checks.graph import ways
from dialogs.kernel.checks.references import DOMAIN, INTERPOLATION
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import Flow, Release, Slot, Step, Variation
from dialogs.kernel.responses import display

MESSAGE_BYTES = 2_048
"""UTF-8 bytes of one text message (wechat.md: reported by users for passive replies, 45002 for the others)."""
TITLE_CHARS = 20
"""Characters of a button: a line on a small phone in large type."""
MENU_KEY_BYTES = 128
"""Bytes of a menu entry's key (WeChat, custom menu)."""
TAP_BYTES = len('\n<a href="weixin://bizmsgmenu?msgmenucontent=&msgmenuid=9999-9999">99 </a>')
"""Bytes of a tappable line around its title, which stands in it twice."""
TEXT_BYTES = 192
"""Bytes left for a text nobody has measured: 64 Chinese characters."""
LIST_LINES = 8
"""Buttons left for a list of choices."""
_NUMBER_BYTES = 16


def check(release: Release) -> Iterator[Problem]:
    """Walk over what WeChat would refuse."""
    for name, variations in release.responses.items():
        for variation in variations:
            if variation.channel in (None, "wechat"):
                yield from _variation(release, name, variation)
    for flow in release.flows.values():
        if flow.menu is not None and len(flow.menu.encode()) > MENU_KEY_BYTES:
            where = Where(flow.file, flow.line, flow.id)
            yield problem("menu_key_long", where, name=flow.menu, limit=MENU_KEY_BYTES)
        yield from _articles_together(release, flow)


def longest_bytes(release: Release, variation: Variation) -> int:
    """Return the bytes of a variation's text and tappable lines at their longest."""
    titles = [_filled(release, choice.title) for choice in variation.buttons]
    titles += _listed(release, variation.buttons_from)
    return _filled(release, variation.text) + sum(TAP_BYTES + 2 * size for size in titles)


def _variation(release: Release, name: str, variation: Variation) -> Iterator[Problem]:
    where = Where(DOMAIN, variation.line)
    size = longest_bytes(release, variation)
    if size > MESSAGE_BYTES:
        yield problem("message_too_long", where, name=name, size=size, limit=MESSAGE_BYTES)
    for choice in variation.buttons:
        if len(choice.title) > TITLE_CHARS:
            yield problem("button_title_long", where, title=choice.title, limit=TITLE_CHARS)
    if _articles(variation) > 1:
        yield problem("too_many_articles", where, name=name)


def _filled(release: Release, text: str) -> int:
    gaps = INTERPOLATION.findall(text)
    return len(INTERPOLATION.sub("", text).encode()) + sum(_gap(release, name) for name in gaps)


def _gap(release: Release, name: str) -> int:
    slot = release.slots.get(name)
    if slot is None:
        return TEXT_BYTES
    if slot.longest is not None:
        return 3 * slot.longest
    if slot.type == "categorical":
        return max(len(display(slot, value).encode()) for value in slot.values)
    if slot.type == "bool":
        return max(len(display(slot, value).encode()) for value in (True, False))
    if slot.type == "float":
        return _NUMBER_BYTES
    return max([TEXT_BYTES, *(len(display(slot, value).encode()) for value in _examples(release, slot))])


def _examples(release: Release, slot: Slot) -> Iterator[object]:
    for action in release.actions.values():
        yield from (example[slot.name] for example in action.outcomes.values() if slot.name in example)


def _listed(release: Release, name: str | None) -> list[int]:
    slot = None if name is None else release.slots.get(name)
    if slot is None:
        return []
    lists = [value for value in _examples(release, slot) if isinstance(value, list)]
    titles = [str(one.get("title")) for value in lists for one in value if isinstance(one, dict)]
    return [max([TITLE_CHARS * 3, *(len(title.encode()) for title in titles)])] * LIST_LINES


def _articles(variation: Variation) -> int:
    found = [variation.custom.get(key) for key in ("article", "articles")]
    return sum(len(value) if isinstance(value, list) else value is not None for value in found)


def _articles_together(release: Release, flow: Flow) -> Iterator[Problem]:
    """Find articles that can be said in one turn: no question stands between them."""
    onward = ways(flow)
    for step in flow.steps.values():
        if step.kind != "action" or not _says_article(release, step):
            continue
        todo, seen = list(onward[step.id]), set[str]()
        while todo:
            after = flow.steps.get(todo.pop())
            if after is None or after.id in seen:
                continue
            seen.add(after.id)
            if _says_article(release, after):
                where = Where(flow.file, after.line, flow.id, after.id)
                yield problem("articles_in_one_turn", where, first=step.id)
            elif after.kind != "collect":
                todo.extend(onward[after.id])


def _says_article(release: Release, step: Step) -> bool:
    said = step.name if step.kind == "action" else step.utter or ""
    return any(_articles(variation) for variation in release.responses.get(said, ()))
