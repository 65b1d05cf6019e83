"""What is wrong with dialogs: `check` finds it in a release that could be read.

Structure problems are found on the way to a release and come with `reader.read`.
"""

from dialogs.kernel.checks import content, dependency, reach, wechat
from dialogs.kernel.problems import Problem, in_order
from dialogs.kernel.release import Release

KINDS = (reach, wechat, content, dependency)


def check(release: Release) -> list[Problem]:
    """Return the problems of a release beyond its structure, sorted."""
    return in_order(found for kind in KINDS for found in kind.check(release))
