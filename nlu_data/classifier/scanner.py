"""What can be counted in a text: pieces of characters, and words."""

import io
import logging
import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import jieba

from nlu_data.classifier.text import pieces, plain

OPENINGS = "openings"
"""The list of polite openings: they say nothing of what follows."""
REST = 14
"""An opening is left out where so many characters follow; shorter, the opening may be all that is meant."""
jieba.setLogLevel(logging.WARNING)


class Parts(NamedTuple):
    """Counts of pieces and words."""

    pieces: Counter[str]
    words: Counter[str]


class Scanner:
    """Takes texts apart. openings: what says nothing of what follows; dictionary: lines of jieba's user dictionary."""

    def __init__(self, sizes: range, openings: Iterable[str], dictionary: list[str]) -> None:
        self.sizes, self.dictionary = sizes, dictionary
        self.openings = sorted({plain(each) for each in openings} - {""}, key=lambda each: (-len(each), each))
        self._cutter = jieba.Tokenizer()
        self._cutter.load_userdict(io.StringIO("\n".join(dictionary)))

    def parts(self, text: str) -> Parts:
        """Count everything in a text."""
        said = self._opened(plain(text))
        words = Counter(word for word in self._cutter.cut(said) if word.strip())
        return Parts(pieces(said, self.sizes), words)

    def _opened(self, said: str) -> str:
        """A plain text from behind its openings."""
        for opening in self.openings:
            if said.startswith(opening) and len(said) - len(opening) >= REST:
                return self._opened(said.removeprefix(opening).strip())
        return said


class Block:
    """One vocabulary with its inverse document frequencies."""

    def __init__(self, terms: list[str], idf: list[float], weight: float) -> None:
        self.terms, self.idf = terms, idf
        self._weight = weight
        self._known = {term: (at, value) for at, (term, value) in enumerate(zip(terms, idf, strict=True))}

    @classmethod
    def learn(cls, documents: list[Counter[str]], weight: float) -> "Block":
        """A vocabulary out of these documents."""
        in_documents = Counter(term for document in documents for term in document)
        terms = sorted(in_documents)
        idf = [1 + math.log((1 + len(documents)) / (1 + in_documents[term])) for term in terms]
        return cls(terms, idf, weight)

    def values(self, document: Counter[str]) -> tuple[list[int], list[float]]:
        """Where a document's known terms are, and their values: the block's weight is their length."""
        at, values = [], []
        for term, count in document.items():
            known = self._known.get(term)
            if known:
                at.append(known[0])
                values.append((1 + math.log(count)) * known[1])
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return at, [value * self._weight / length for value in values]
