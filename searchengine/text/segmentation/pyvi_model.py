"""What pyvi knows about words: its CRF's weights and its list of compounds, by token.

Both are read as data from the files of the installed package: pyvi is not imported and its pickle
is never run. The features are pyvi's: a token's letters and case, those of its neighbours, and the
compounds that it may be part of. Here they are what a token, a pair or a triple adds to a score;
how text becomes tokens, and labels words, is not known here.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import SegmenterError
from searchengine.text.folding import fold
from searchengine.text.segmentation.crf import CrfModel, Floats, Indices, read_crfsuite

_INSTALL = "install it with 'pip install pyvi==0.1.1'"

# The label that opens a word and the one that continues it.
_LABELS = ("B_W", "I_W")
_LOWER = ("word.lower():", "-1:word.lower():", "+1:word.lower():")
_CASE = frozenset(
    {
        "bias",
        "word.isupper()",
        "word.istitle()",
        "word.isdigit()",
        "-1:word.istitle()",
        "-1:word.isupper()",
        "-1:word.bi_gram()",
        "-2:word.tri_gram()",
        "+1:word.istitle()",
        "+1:word.isupper()",
        "+1:word.bi_gram()",
        "+2:word.tri_gram()",
    }
)

State = tuple[float, float]


class _Tables(NamedTuple):
    """Compounds as arrays: see :class:`Compounds`."""

    number: Mapping[str, int]
    row: Indices
    column: Indices
    bits: NDArray[np.uint8]
    roles: NDArray[np.uint8]
    keys: Indices


class Compounds:
    """The pairs and triples of lower-cased syllables in pyvi's word list.

    A few are asked for as strings (``"chi bộ" in compounds``), those of many texts by the numbers
    of their syllables. For these each pair is a bit of a table; triples are a sorted array of keys,
    as few places of a text can hold one. Either is made when it is first asked for: short queries
    need no tables, which take 10 ms.
    """

    def __init__(self, text: str) -> None:
        """``text``: one entry a line, its syllables divided by single spaces."""
        self._text = text

    def __contains__(self, entry: str) -> bool:
        """Is ``entry`` a line of the list? Exactly as pyvi asks, one string at a time."""
        return entry in self._lines

    @cached_property
    def folded_pairs(self) -> frozenset[str]:
        """The pairs without their diacritics."""
        return frozenset(one for one in fold(self._text).split("\n") if one.count(" ") == 1)

    @property
    def number(self) -> Mapping[str, int]:
        """A syllable's number, from 1; any other syllable is 0 to the array methods."""
        return self._tables.number

    def pairs(self, numbers: Indices) -> Indices:
        """Where a pair begins: the positions i, ascending, at which (i, i + 1) is an entry."""
        tables = self._tables
        cells = tables.row[numbers[:-1]] + tables.column[numbers[1:]]
        return np.flatnonzero((tables.bits[cells >> 3] >> (cells & 7).astype(np.uint8)) & 1)

    def triples(self, numbers: Indices) -> Indices:
        """Where a triple begins: the positions i, ascending, at which (i, i + 1, i + 2) is one."""
        tables = self._tables
        roles = tables.roles[numbers]
        at = np.flatnonzero(roles[:-2] & (roles[1:-1] >> 1) & (roles[2:] >> 2) & 1)
        keys = _triple_keys(len(tables.roles), numbers[at], numbers[at + 1], numbers[at + 2])
        found: Indices = at[tables.keys[np.searchsorted(tables.keys[:-1], keys)] == keys]
        return found

    @cached_property
    def _lines(self) -> frozenset[str]:
        return frozenset(self._text.split("\n"))

    @cached_property
    def _tables(self) -> _Tables:
        text = self._text
        number: defaultdict[str, int] = defaultdict(count(1).__next__)
        words = text.replace("\n", " ").split(" ")
        numbers = np.fromiter(map(number.__getitem__, words), np.intp, len(words))
        octets = np.frombuffer(f"{text}\n".encode(), np.uint8)
        breaks = octets[(octets == ord(" ")) | (octets == ord("\n"))]
        ends = np.flatnonzero(breaks == ord("\n")) + 1
        sizes = np.diff(ends, prepend=0)
        begins = ends - sizes

        pairs = begins[sizes == 2]
        first, second = numbers[pairs], numbers[pairs + 1]
        rows, height = _ranks(first, len(number) + 1)
        column, width = _ranks(second, len(number) + 1)
        row = rows * width
        bits = np.zeros((height * width >> 3) + 1, np.uint8)
        cells = row[first] + column[second]
        np.bitwise_or.at(bits, cells >> 3, np.left_shift(1, cells & 7).astype(np.uint8))

        triples = begins[sizes == 3]
        roles = np.zeros(len(number) + 1, np.uint8)
        for place in range(3):
            roles[numbers[triples + place]] |= 1 << place
        parts = [numbers[triples + place] for place in range(3)]
        # The key of no triple at the end, so that every search falls on a key.
        keys = np.append(np.sort(_triple_keys(len(roles), *parts)), -1)
        # A plain dictionary from here on: looking a syllable up must not number it.
        return _Tables(dict(number), row, column, bits, roles, keys)


def _triple_keys(size: int, first: Indices, second: Indices, third: Indices) -> Indices:
    return (first * size + second) * size + third


def _ranks(values: Indices, size: int) -> tuple[Indices, int]:
    """Number the different ``values`` from 1: the rank of each of 0..size-1 (0: not among them),
    and how many ranks there are with 0."""
    present = np.zeros(size, np.bool_)
    present[values] = True
    ranks = np.where(present, np.cumsum(present), 0)
    return ranks, int(np.count_nonzero(present)) + 1


@dataclass(frozen=True, slots=True)
class PyviModel:
    """pyvi's weights and word list; nothing in it changes, so any number of threads may share it.

    ``leads``: how much more an attribute adds to label 1 than to label 0; what the model has not
    adds nothing.
    """

    crf: CrfModel
    leads: Mapping[str, float]
    compounds: Compounds

    def token_leads(self, token: str) -> tuple[float, float, float]:
        """The lead that a token gives to itself, to the token after it and to the one before it."""
        key = _key(token)
        lead = self.leads.get
        own = self.leads["bias"] + lead(f"word.lower():{key}", 0.0)
        after, before = lead(f"-1:word.lower():{key}", 0.0), lead(f"+1:word.lower():{key}", 0.0)
        if token.isdigit():
            own += self.leads["word.isdigit()"]
        if token.istitle():
            own += self.leads["word.istitle()"]
            after += self.leads["-1:word.istitle()"]
            before += self.leads["+1:word.istitle()"]
        if token.isupper():
            own += self.leads["word.isupper()"]
            after += self.leads["-1:word.isupper()"]
            before += self.leads["+1:word.isupper()"]
        return own, after, before

    def add_compounds(self, lead: Floats, numbers: Indices) -> None:
        """Add to ``lead``, in place, what pairs and triples give to their first and last tokens.

        ``numbers``: intp[n_tokens], numbers of ``compounds``.
        """
        pairs = self.compounds.pairs(numbers)
        lead[pairs] += self.leads["+1:word.bi_gram()"]
        lead[pairs + 1] += self.leads["-1:word.bi_gram()"]
        triples = self.compounds.triples(numbers)
        lead[triples] += self.leads["+2:word.tri_gram()"]
        lead[triples + 2] += self.leads["-2:word.tri_gram()"]

    def states(self, tokens: Sequence[str]) -> list[State]:
        """The scores of both labels for each token of one text, added in CRFsuite's order."""
        scores = dict(zip(self.crf.attributes, self.crf.state.tolist(), strict=True))
        states = []
        for at in range(len(tokens)):
            # Not sum(), which rounds otherwise from Python 3.12 on.
            score0 = score1 = 0.0
            for name in self._attributes(tokens, at):
                add0, add1 = scores.get(name, (0.0, 0.0))
                score0 += add0
                score1 += add1
            states.append((score0, score1))
        return states

    def _attributes(self, tokens: Sequence[str], at: int) -> Iterator[str]:
        token, compounds = tokens[at], self.compounds
        yield "bias"
        yield f"word.lower():{_key(token)}"
        if token.isupper():
            yield "word.isupper()"
        if token.istitle():
            yield "word.istitle()"
        if token.isdigit():
            yield "word.isdigit()"
        if at > 0:
            yield from _neighbour("-1", tokens[at - 1])
            if " ".join(tokens[at - 1 : at + 1]).lower() in compounds:
                yield "-1:word.bi_gram()"
        if at > 1 and " ".join(tokens[at - 2 : at + 1]).lower() in compounds:
            yield "-2:word.tri_gram()"
        if at < len(tokens) - 1:
            yield from _neighbour("+1", tokens[at + 1])
            if " ".join(tokens[at : at + 2]).lower() in compounds:
                yield "+1:word.bi_gram()"
        if at < len(tokens) - 2 and " ".join(tokens[at : at + 3]).lower() in compounds:
            yield "+2:word.tri_gram()"


def _neighbour(place: str, token: str) -> Iterator[str]:
    yield f"{place}:word.lower():{_key(token)}"
    if token.istitle():
        yield f"{place}:word.istitle()"
    if token.isupper():
        yield f"{place}:word.isupper()"


def _key(token: str) -> str:
    # CRFsuite looks attributes up as C strings, which end at the first NUL.
    return token.lower().partition("\0")[0]


@cache
def load_model() -> PyviModel:
    """The model of the installed pyvi, read once; raises SegmenterError if it cannot be."""
    pickled = _model_file("pyvi3.pkl")
    return build_model(read_crfsuite(crfsuite_bytes(pickled)), load_words())


@cache
def load_words() -> str:
    """The word list of the installed pyvi, an entry a line; raises SegmenterError as above."""
    try:
        return _model_file("words.txt").decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(error) from error


def _model_file(name: str) -> bytes:
    try:
        return (_model_folder() / name).read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> SegmenterError:
    return SegmenterError(f"pyvi's model files cannot be read ({error}): re{_INSTALL}")


def build_model(crf: CrfModel, entries: str) -> PyviModel:
    """A CRF and a word list as one model; raises SegmenterError if its features are not pyvi's."""
    others = {name for name in crf.attributes if not name.startswith(_LOWER)}
    if crf.labels != _LABELS or others != _CASE:
        raise SegmenterError(f"the installed pyvi has a model of another kind: {_INSTALL}")
    leads = (crf.state[:, 1] - crf.state[:, 0]).tolist()
    return PyviModel(
        crf=crf,
        leads=dict(zip(crf.attributes, leads, strict=True)),
        compounds=Compounds(entries),
    )


def crfsuite_bytes(pickled: bytes) -> bytes:
    """The CRFsuite model inside pyvi's pickle, which is searched and never run.

    Pickle protocol 2 keeps bytes as a text of the code points 0 to 255: the opcode X, the size of
    its UTF-8 as 32 bits, then the UTF-8, here of a text that begins as CRFsuite models do.
    """
    found = [match.start() for match in re.finditer(rb"X(?=....lCRF)", pickled, re.DOTALL)]
    if len(found) != 1:
        raise SegmenterError(f"the installed pyvi holds no CRF model that is known: {_INSTALL}")
    (size,) = struct.unpack_from("<I", pickled, found[0] + 1)
    begin = found[0] + 5
    try:
        return pickled[begin : begin + size].decode("utf-8").encode("latin-1")
    except UnicodeError as error:
        raise SegmenterError(f"the CRF model inside pyvi is damaged: re{_INSTALL}") from error


def _model_folder() -> Path:
    try:
        spec = find_spec("pyvi")
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise SegmenterError(f"word segmentation needs the model that comes with pyvi: {_INSTALL}")
    return Path(next(iter(spec.submodule_search_locations))) / "models"
