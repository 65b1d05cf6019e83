"""Tests: talking in the terminal."""

import subprocess
import sys
from pathlib import Path

from bot.chat import read_line
from dialogs.kernel.words import Input, InputKind


def talk(folder: Path, words: str, *options: str) -> tuple[int, str]:
    """Type these lines; exit code and all that was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--dialogs", str(folder), *options],
        input=words, capture_output=True, text=True, check=False, timeout=60, env={"LANG": "C.UTF-8"},
    )  # fmt: skip
    return done.returncode, done.stdout


def test_broken_dialogs_are_told(folder: Path) -> None:
    """Dialogs that cannot be run are not talked with: their problems are printed."""
    (folder / "flows/all.yml").write_text("flows: {broken: {}}", encoding="utf-8")
    code, said = talk(folder, "反映\n")
    assert (code, "flows/all.yml:1" in said) == (1, True)


def test_an_unknown_outcome_is_told(folder: Path) -> None:
    """An outcome that the action does not have is refused."""
    code, said = talk(folder, "", "--outcome", "action_submit_case=flew")
    assert (code, "action_submit_case=flew" in said) == (1, True)


def test_a_whole_conversation_without_anything_else(folder: Path) -> None:
    """With no Redis, backend or Rasa, actions answer with the examples of actions.yml."""
    code, said = talk(folder, "反映\n楼上漏水\n#退出\n反映\n")
    assert code == 0
    assert said.splitlines()[1:] == [
        "机器人> 请说经过",
        "   （action_submit_case → done）",
        "机器人> 登记好了，AH1",
        "机器人> utter_completed",
    ]


def test_another_outcome_can_be_asked_for(folder: Path) -> None:
    """An action answers with the outcome that was asked for."""
    _, said = talk(folder, "反映\n楼上漏水\n", "--outcome", "action_submit_case=invalid")
    assert "utter_internal_error" in said


def test_lines_may_be_more_than_text() -> None:
    """Words after # stand for what a phone can do besides typing; anything else is text."""
    assert read_line("#退出") is None
    assert read_line("#菜单 REPORT") == Input(InputKind.MENU, payload="REPORT")
    assert read_line("#语音 漏水") == Input(InputKind.VOICE, "漏水", attachment={"kind": "voice", "media_id": "voice"})
    assert read_line("#位置 幸福里") == Input(
        InputKind.LOCATION, "幸福里", attachment={"kind": "location", "lat": 0.0, "lng": 0.0, "label": "幸福里"}
    )
    assert read_line("#1 号楼") == Input(InputKind.TEXT, "#1 号楼")
