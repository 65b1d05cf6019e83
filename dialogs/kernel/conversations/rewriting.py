"""`--update`: the file of a conversation with what was really said in the place of what was expected.

Only `bot` and `utter` lines of turns that differ are touched; comments and everything else stay as they are.
"""

import json
import re
from collections.abc import Iterable

from dialogs.kernel.conversations.playing import Played, Result, said_lines
from dialogs.kernel.conversations.script import Said
from dialogs.kernel.reader.tree import Fields, Leaf, parse
from dialogs.kernel.words import Reply

_STEP = re.compile(r"(\s*)- ")


def rewrite(text: str, results: Iterable[Result]) -> str:
    """Return the text of a file with the replies of its conversations accepted; all results must be of this file."""
    lines = text.split("\n")
    played = [each for result in results for each in result.played if _differs(each)]
    for each in sorted(played, key=lambda one: one.turn.line, reverse=True):
        _accept(lines, each)
    return "\n".join(lines)


def _differs(played: Played) -> bool:
    expected, actual = said_lines(played.turn.said, played.replies)
    return expected != actual


def _accept(lines: list[str], played: Played) -> None:
    """Replace the said lines of one turn; a file whose steps do not stand on lines of their own is left alone."""
    dash = _STEP.match(lines[played.turn.line - 1])
    if dash is None or not all(_STEP.match(lines[said.line - 1]) for said in played.turn.said):
        return
    indent = dash[1]
    for said in reversed(played.turn.said):
        del lines[said.line - 1 : _end(lines, said.line, indent)]
    at = _end(lines, played.turn.line, indent)
    lines[at:at] = [
        line for place, reply in enumerate(played.replies) for line in _written(played, place, reply, indent)
    ]


def _end(lines: list[str], line: int, indent: str) -> int:
    """Return the number of the last line that belongs to the step on this line."""
    end = line
    for number in range(line, len(lines)):
        text = lines[number]
        if text.strip() and not text.startswith(indent + "  "):
            break
        if text.strip():
            end = number + 1
    return end


def _written(played: Played, place: int, reply: Reply, indent: str) -> list[str]:
    said = played.turn.said[place] if place < len(played.turn.said) else None
    kind = said.kind if said is not None else ("utter" if reply.response else "bot")
    written = [f"{indent}- {kind}: {_scalar(reply.text)}" if kind == "bot" else f"{indent}- utter: {reply.response}"]
    return [*written, *_buttons(said, reply, indent)]


def _buttons(said: Said | None, reply: Reply, indent: str) -> list[str]:
    if said is None or said.buttons is None:
        return []
    return [f"{indent}  x-buttons: {json.dumps([button.title for button in reply.buttons], ensure_ascii=False)}"]


def _scalar(text: str) -> str:
    """Write a text plainly where YAML reads it back the same, else in double quotes (JSON's are YAML's)."""
    node = parse("", f"bot: {text}", [])
    leaf = node.fields.get("bot") if isinstance(node, Fields) and len(node.fields) == 1 else None
    return text if isinstance(leaf, Leaf) and leaf.value == text else json.dumps(text, ensure_ascii=False)
