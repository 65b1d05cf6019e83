"""`python -m bot check`: what it prints, what it writes, and its exit code."""

from pathlib import Path

import pytest

from bot.check import main
from tests.dialogs.minimal import FLOW, sources

TESTS = """\
test_cases:
  - test_case: 一
    steps:
      - user: 开始
      - bot: 旧的话
"""


def folder(path: Path, **changed: str) -> Path:
    """Write the minimal dialogs to a folder."""
    for name, text in sources(**changed).items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_the_dialogs_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a folder the product's own dialogs are checked, and nothing stops them from being published."""
    assert main([]) == 0
    assert "个没通过" in capsys.readouterr().out


def test_an_error_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dialogs that cannot run exit with 1, each problem on a line of its own with file and line."""
    assert main([str(folder(tmp_path, flow=FLOW.replace("link: bye", "link: by")))]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "flows/main.yml:67 main/link_by [error unknown_flow] 没有叫“by”的流程。请检查名字，或先写好这个流程。",
        "对话测试：0 个通过，0 个没通过。",
        "1 个错误，0 个提醒。",
    ]


def test_a_folder_without_dialogs_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to check is not nothing wrong."""
    assert main([str(tmp_path / "absent")]) == 1
    assert "domain.yml:0 [error file_missing]" in capsys.readouterr().out


def test_failing_conversation_and_what_is_not_reached_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A conversation that goes otherwise exits with 1; steps and branches that none reaches are listed and counted."""
    assert main([str(folder(tmp_path, tests=TESTS))]) == 1
    out = capsys.readouterr().out
    assert "- bot: 旧的话\n+ bot: 用途说明\n+ utter: utter_ask_consent\n" in out
    assert "flows/main.yml:43 main/choose 没有测试走到这一步。" in out
    assert "flows/main.yml:18 main/agree 没有测试从这里走到 start。" in out
    assert "走到的步骤 4 / 18，走到的分支 2 / 23。" in out


def test_update_accepts_the_new_wording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--update` writes what was really said, and then everything passes; a second time it writes nothing."""
    path = folder(tmp_path, tests=TESTS)
    assert main(["--update", str(path)]) == 0
    assert "tests/main.yml：收下了新的说法。" in capsys.readouterr().out
    assert (path / "tests/main.yml").read_text(encoding="utf-8") == TESTS.replace(
        "旧的话", "用途说明\n      - utter: utter_ask_consent"
    )
    assert main(["--update", str(path)]) == 0
    assert "收下" not in capsys.readouterr().out


def test_nothing_found_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dialogs in order exit with 0 and a plain sentence."""
    assert main([str(folder(tmp_path))]) == 0
    assert capsys.readouterr().out.endswith("没有发现问题。\n")
