"""The layout's rules that import contracts cannot say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "dialogs", "backend", "connectors", "tests")
LONGEST_FILE = 400
VAGUE_NAMES = {"utils", "helpers", "common", "base", "manager"}
VARIABLES = {
    "bot": [
        *("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_API_BASE", "WECHAT_MODE"),
        *("REDIS_URL", "RASA_URL", "BACKEND_URL", "BACKEND_TOKEN", "BOT_HOST", "BOT_PORT"),
    ],
    "backend": [
        "DATABASE_URL",
        "BACKEND_TOKEN",
        "PII_KEY",
        "BACKEND_HOST",
        "BACKEND_PORT",
        "REDIS_URL",
        "WECHAT_APP_ID",
    ],
    "connectors.simulator": [
        "WECHAT_APP_ID",
        "WECHAT_TOKEN",
        "WECHAT_AES_KEY",
        "WECHAT_MODE",
        "BOT_URL",
        "SIMULATOR_PORT",
    ],
    "connectors.wechat": ["WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_API_BASE", "REDIS_URL"],
    "connectors.local": [
        "REDIS_URL",
        "DATABASE_URL",
        "RASA_URL",
        "BOT_PORT",
        "BACKEND_PORT",
        "SIMULATOR_PORT",
        "REDIS_PORT",
    ],
}


def python_files() -> Iterator[Path]:
    """Every Python file of the product."""
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Each file's name and syntax tree."""
    for path in python_files():
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_files_stay_short() -> None:
    """No file of ours is longer than 400 lines, migrations and tests apart."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files()
        if "migrations" not in path.parts
        and "tests" not in path.relative_to(ROOT).parts[:1]
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_names_say_what_is_inside() -> None:
    """No module carries a name that says nothing."""
    assert [str(path) for path in python_files() if {path.stem, path.parent.name} & VAGUE_NAMES] == []


def test_environment_is_read_in_config_files_only() -> None:
    """Only config.py files (and the tests' conftest) look at the environment."""
    readers = {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        if not name.startswith("tests/")
    }
    assert {name for name in readers if not name.endswith("config.py")} == set()


def test_imports_stand_at_the_top() -> None:
    """No import hides in a function, none stands behind TYPE_CHECKING."""
    hidden = [
        f"{name}:{inner.lineno}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    typing_only = [
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "TYPE_CHECKING" for alias in node.names)
    ]
    assert hidden + typing_only == []


def test_import_contracts_hold() -> None:
    """The two applications, the adapters and the pure kernel keep their walls."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, done.stdout)


@pytest.mark.parametrize("process", VARIABLES)
def test_help_names_every_variable(process: str) -> None:
    """Each process says in --help which variables it reads."""
    done = subprocess.run(
        [sys.executable, "-m", process, "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert [name for name in VARIABLES[process] if name not in done.stdout] == []
