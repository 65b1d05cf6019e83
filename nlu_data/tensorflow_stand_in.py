"""Stands where Rasa imports TensorFlow: names that can be imported, subclassed and called, and do nothing.

`bot.nlu_environment` puts it into Rasa's environment as `tensorflow/__init__.py`. Rasa imports all its components when
it starts, those on TensorFlow too; ours use none of them, and TensorFlow takes 1 GB of disk and 270 MB a process.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_NAME = "tensorflow"
_FOUND = (_NAME, "keras")
__version__ = "0"


class _Nothing(type):
    """The class of everything found here: a class, for it may be a base, a decorator or part of a type."""

    def __getattr__(cls, name: str) -> "_Nothing":
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing(name)

    def __call__(cls, *_: object, **__: object) -> "_Nothing":
        return cls


def _nothing(name: str) -> _Nothing:
    return _Nothing(name, (), {})


class _Empty(ModuleType):
    """A module that has whatever is asked for."""

    __path__: list[str] = []  # noqa: RUF012 - a package's path, read by the import system

    def __getattr__(self, name: str) -> _Nothing:
        return __getattr__(name)


class _Finder(MetaPathFinder, Loader):
    """Finds every module below this one, and Keras."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """An empty package for a name of ours."""
        del path, target
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in _FOUND else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Empty."""
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to do."""


def __getattr__(name: str) -> _Nothing:
    if name.startswith("__"):
        raise AttributeError(name)
    return _nothing(name)


if __name__ == _NAME:
    sys.meta_path.insert(0, _Finder())
