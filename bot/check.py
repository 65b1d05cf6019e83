"""`python -m bot check [--update] [folder]`: all problems of the dialogs, their conversation tests, what these miss.

Reads no environment variable. Exit code 1 when something is wrong that stops publishing.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

import dialogs
from dialogs.kernel import conversations, reader
from dialogs.kernel.review import Review, review

DIALOGS = Path(str(dialogs.__file__)).parent
_WORDS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("check.yml").read_text(encoding="utf-8"))


def main(argv: Sequence[str]) -> int:
    """Check, tell, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot check", description=_WORDS["description"])
    parser.add_argument("folder", nargs="?", type=Path, default=DIALOGS, help=_WORDS["folder"])
    parser.add_argument("--update", action="store_true", help=_WORDS["update"])
    options = parser.parse_args(argv)
    found = review(reader.load(options.folder))
    if options.update:
        _tell(_update(options.folder, found))
        found = review(reader.load(options.folder))
    _tell(_report(found))
    return 0 if found.may_be_published else 1


def _tell(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def _say(key: str, **words: object) -> str:
    return _WORDS[key].format_map(words)


def _update(folder: Path, found: Review) -> Iterator[str]:
    """Write the files of conversations whose replies have changed."""
    for file in sorted({result.conversation.file for result in found.results}):
        path = folder / file
        before = path.read_text(encoding="utf-8")
        after = conversations.rewrite(before, (each for each in found.results if each.conversation.file == file))
        if after != before:
            path.write_text(after, encoding="utf-8")
            yield _say("updated", file=file)


def _report(found: Review) -> Iterator[str]:
    yield from map(str, found.problems)
    failed = sum(bool(result.problems) for result in found.results)
    yield _say("passed", passed=len(found.results) - failed, failed=failed)
    if found.coverage is not None:
        yield from _coverage(found.coverage)
    errors = sum(problem.is_error for problem in found.problems)
    yield _say("counted", errors=errors, warnings=len(found.problems) - errors) if found.problems else _say("clean")


def _coverage(coverage: conversations.Coverage) -> Iterator[str]:
    for where in coverage.missed_steps:
        yield _say("missed_step", file=where.file, line=where.line, flow=where.flow, step=where.step)
    for where, target in coverage.missed_branches:
        yield _say("missed_branch", file=where.file, line=where.line, flow=where.flow, step=where.step, target=target)
    yield _say(
        "coverage",
        steps=coverage.steps - len(coverage.missed_steps),
        all_steps=coverage.steps,
        branches=coverage.branches - len(coverage.missed_branches),
        all_branches=coverage.branches,
    )
