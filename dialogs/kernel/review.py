"""Everything there is to say about a set of dialogs at once: what `python -m bot check` and the studio show."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.kernel import checks, conversations, reader
from dialogs.kernel.problems import Problem, in_order
from dialogs.kernel.release import Release


@dataclass(frozen=True, slots=True)
class Review:
    """The release (None: the files cannot be run), all problems sorted, the conversations played, their coverage."""

    release: Release | None
    problems: tuple[Problem, ...]
    results: tuple[conversations.Result, ...] = ()
    coverage: conversations.Coverage | None = None

    @property
    def may_be_published(self) -> bool:
        """Say whether nothing stands in the way: no error, and every conversation passed."""
        return not any(problem.is_error for problem in self.problems)


def review(sources: Mapping[str, str]) -> Review:
    """Read, check and play; never raises."""
    release, problems = reader.read(sources)
    told, more = conversations.read(sources)
    problems = [*problems, *more]
    if release is None:
        return Review(None, tuple(in_order(problems)))
    results = tuple(conversations.play(release, conversation) for conversation in told)
    problems += checks.check(release)
    problems += [problem for result in results for problem in result.problems]
    coverage = conversations.coverage(release, [result.events for result in results])
    return Review(release, tuple(in_order(problems)), results, coverage)
