"""What the README says is true: its commands, targets and links exist, and its variables are those of --help."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
READERS = {
    "bot": ["bot"],
    "backend": ["backend", "worker"],
    "connectors.wechat": ["menu"],
    "connectors.simulator": ["simulator"],
    "connectors.local": ["local"],
}
"""Each program, and what the README calls the processes it starts."""
NOT_READ = {"connectors.local": {"BACKEND_TOKEN", "PII_KEY", "SESSION_KEY"}, "connectors.wechat": {"WECHAT_MODE"}}
"""Variables that a program's help names for another reason: local makes them, it does not need them."""
VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
COMMAND = re.compile(r"(?:\.venv/bin/)?python -m ([\w.]+)((?: [\w.<-][\w.>-]*)*)")
ELSEWHERE = re.compile(r"/work|/root|/home|/Users|pypi|issue|helper|session [0-9]", re.IGNORECASE)


@cache
def help_of(*command: str) -> str:
    """What a program says about itself."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def table() -> dict[str, set[str]]:
    """The README's variables, and by whom each is read."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([a-z, ]+) \|", README, re.MULTILINE)
    return {name: set(readers.split(", ")) for name, readers in rows}


def commands() -> set[tuple[str, str]]:
    """Module and first word of each command line in the README."""
    found = {(module, words.split()[0] if words else "") for module, words in COMMAND.findall(README)}
    return {(module, word) for module, word in found if not word.startswith(("<", "-"))}


@pytest.mark.parametrize(("module", "word"), sorted(commands()))
def test_a_command_exists(module: str, word: str) -> None:
    """Each command of the README is one that the program knows."""
    figures = ROOT / "tests" / "benchmarks" / "figures.py"
    known = figures.read_text(encoding="utf-8") if module == "tests.benchmarks" else help_of(module)
    assert word in known


def test_the_readme_names_the_important_commands() -> None:
    """A reader finds how to migrate, seed, serve, work, check, chat and make the menu."""
    words = {word for _, word in commands()}
    assert {"migrate", "seed", "serve", "work", "check", "chat", "menu", "code", "reseal", "resend"} <= words


def test_make_targets_exist() -> None:
    """Each `make …` of the README is a target that make can plan without doing anything."""
    targets = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test", "check", "bench", "train"} == targets
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_links_resolve() -> None:
    """Each link and picture of the README is a file of the project."""
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_folders_exist() -> None:
    """Each folder and file that the README names in code marks is there."""
    named = re.findall(r"`([\w.]+/[\w./]*)`", README)
    made = {".data/", ".data/local.env", ".data/heweigui.db", ".venv/bin/python", "reports/nlu/report.html"}
    shortened = {"simulator/", "local/", "policies/", "kernel/", "benchmarks/"}
    assert [name for name in named if name not in made | shortened and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("program", READERS)
def test_variables_are_those_of_help(program: str) -> None:
    """For each program, the README's table names the variables of its --help, all of them and no other."""
    said = set(VARIABLE.findall(help_of(program))) - NOT_READ.get(program, set())
    listed = {name for name, readers in table().items() if readers & set(READERS[program])}
    assert listed == said


def test_defaults_are_those_of_the_processes() -> None:
    """Ports and addresses that the README gives as defaults are the ones that --help gives."""
    text = help_of("bot") + help_of("backend") + help_of("connectors.simulator") + help_of("connectors.local")
    for default in re.findall(r"default (?:port )?`?([\w.:/]+)", README):
        assert default.rstrip(".") in text or default.startswith("SQLite")


def test_the_parts_started_are_the_procfile_s() -> None:
    """Every process of the Procfile that a city needs is among the commands of the README."""
    processes = yaml.safe_load((ROOT / "Procfile").read_text(encoding="utf-8"))
    ours = {line.split("-m ")[1] for name, line in processes.items() if name not in {"redis", "simulator"}}
    assert [line for line in ours if f"    .venv/bin/python -m {line}\n" not in README] == []


def test_the_key_that_the_readme_makes_is_one() -> None:
    """The README's line for a new key prints a key that the backend takes."""
    line = next(line for line in README.splitlines() if "os.urandom(32)" in line)
    code = re.search(r'-c "(.*)"$', line)
    assert code
    done = subprocess.run([sys.executable, "-c", code[1]], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"k1:[A-Za-z0-9+/]{43}=\n", done.stdout)


def test_nothing_points_outside_the_project() -> None:
    """The README speaks of no machine, registry or workshop of ours."""
    assert ELSEWHERE.findall(README) == []
