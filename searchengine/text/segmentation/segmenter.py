"""Word segmentation: pyvi's words for many texts at once, from pyvi's own model.

A text is cut into pieces, a memo knows the tokens of each piece it has met, and from there on
tokens are numbers: scores, labels and words are computed on arrays for a whole batch. The
tokeniser is in ``pyvi_tokens``, the model in ``pyvi_model``, the decoder in ``crf``; lower-casing
and offsets are left to the caller.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any
from weakref import WeakMethod

import numpy as np
import numpy.typing as npt

from searchengine.errors import InputError
from searchengine.text.segmentation.crf import Bools, Indices, decode, distinct, viterbi
from searchengine.text.segmentation.pyvi_model import load_model
from searchengine.text.segmentation.pyvi_tokens import NEWLINE, pieces, tokens_of

# Characters of text that are segmented together. From 2**17 to 2**21 the speed is the same within a
# tenth (benchmarks/segment.py, news articles); memory is about 25 bytes a character.
BATCH_CHARACTERS = 1 << 18
# The memo of pieces starts afresh when it holds so many of them or so many characters.
_MEMO_PIECES = 1 << 18
_MEMO_CHARACTERS = 1 << 23
# Rows that an array starts with.
_LEAST_ROOM = 1024
# segment() starts with a new Segmenter when the types of the last one hold so many characters, each
# counted as _TYPE_COST more: a hundred thousand words, some 40 MB with the pieces of their texts.
_SHARED_CHARACTERS = 1 << 23
_TYPE_COST = 64

# The type between texts: it is no token, so it weighs nothing and is in no compound.
_GAP = 0
NEWLINE_TYPE = 1
# What keeps '_' from joining a token to its neighbour, whatever the label.
_NEVER_JOINS, _TITLE_INITIAL = 1, 2

Strings = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class SegmentedBatch:
    """The tokens of a batch of texts as arrays.

    ``types``: object[n_types], the strings that ``ids`` number; a later batch of the same Segmenter
    has these and perhaps more; type 0 is never used. ``ids``: int32[n_tokens]; text k holds the
    tokens ``bounds[k]:bounds[k + 1]``, int64[n_texts + 1]. ``joined``: bool[n_tokens], True where
    '_' joins a token to the one before it, never at the start of a text. Line feeds are tokens of
    type NEWLINE_TYPE and may be joined like others.
    """

    types: Strings
    ids: npt.NDArray[np.int32]
    bounds: npt.NDArray[np.int64]
    joined: Bools

    def word_spans(self) -> tuple[Indices, Indices]:
        """First and last token of each word, int64[n_words] each; line feeds are outside words."""
        letters = self.ids != NEWLINE_TYPE
        linked = self.joined.copy()
        linked[1:] &= letters[1:] & letters[:-1]
        followed = np.zeros_like(linked)
        followed[:-1] = linked[1:]
        return np.flatnonzero(letters & ~linked), np.flatnonzero(letters & ~followed)

    def words(self) -> list[list[str]]:
        """The words of each text as pyvi spells them, the tokens of a word joined by '_'."""
        first = np.flatnonzero(~self.joined)
        sizes = np.diff(first, append=len(self.ids))
        words = self.types[self.ids[first]]
        longer = np.flatnonzero(sizes > 1)
        step = 1
        while len(longer):
            words[longer] += "_" + self.types[self.ids[first[longer] + step]]
            step += 1
            longer = longer[sizes[longer] > step]

        feeds = np.flatnonzero(self.ids == NEWLINE_TYPE)
        if len(feeds):
            alone = (self.ids[first] == NEWLINE_TYPE) & (sizes == 1)
            first, words = first[~alone], words[~alone]
        bounds = np.searchsorted(first, self.bounds).tolist()
        flat = words.tolist()
        texts = [flat[begin:end] for begin, end in pairwise(bounds)]
        # Where '_' met a line feed, splitting the text again at white space gives pyvi's odd words.
        ahead = np.minimum(feeds + 1, len(self.ids) - 1)
        mixed = feeds[self.joined[feeds] | self.joined[ahead]]
        for k in distinct(np.searchsorted(self.bounds, mixed, side="right") - 1).tolist():
            texts[k] = " ".join(texts[k]).split()
        return texts


class Segmenter:
    """Segments batches of texts and numbers their tokens; any number of threads may share one.

    ``canonical`` is applied once to each distinct token, before the model sees it; it must keep the
    token's length and bring in no white space. A token that was numbered keeps its number, and its
    memory, for the life of the object.
    """

    def __init__(self, canonical: Callable[[str], str] | None = None) -> None:
        self._model = load_model()
        self._canonical = canonical
        self._lock = Lock()
        self._characters = 0
        self._numbers: dict[str, int] = {}
        self._types = _Columns(self._lock, np.object_, *[np.float64] * 3, np.intp, np.uint8)
        self._types.append("", 0.0, 0.0, 0.0, 0, _NEVER_JOINS)
        self._number(NEWLINE)
        self._memo = _Memo(self._add_piece, self._lock)

    @property
    def size(self) -> int:
        """Characters of all types, each type counted as 64 more: what its memory grows with."""
        return self._characters + _TYPE_COST * len(self._types)

    def segment(self, texts: Iterable[str]) -> list[list[str]]:
        """The words of each text, as :func:`segment` returns them."""
        return [words for batch in self.batches(texts) for words in batch.words()]

    def segment_types(self, texts: Iterable[str]) -> SegmentedBatch:
        """The tokens of all texts in one batch of arrays: 5 bytes a token."""
        parts = list(self.batches(texts))
        starts = np.cumsum([0] + [len(part.ids) for part in parts])
        return SegmentedBatch(
            types=self._types.arrays()[0],
            ids=np.concatenate([part.ids for part in parts] or [np.zeros(0, np.int32)]),
            bounds=np.concatenate(
                [np.zeros(1, np.int64)]
                + [part.bounds[1:] + start for part, start in zip(parts, starts, strict=False)]
            ),
            joined=np.concatenate([part.joined for part in parts] or [np.zeros(0, np.bool_)]),
        )

    def batches(self, texts: Iterable[str]) -> Iterator[SegmentedBatch]:
        """The tokens of consecutive texts, about BATCH_CHARACTERS at a time, in bounded memory.

        A single text is never divided, so the longest one sets the bound.
        """
        if isinstance(texts, str):
            raise InputError("segment takes a list of texts: put the one text in brackets")
        batch: list[str] = []
        room = BATCH_CHARACTERS
        for text in texts:
            batch.append(text)
            room -= len(text) + 1
            if room <= 0:
                yield self._segment(batch)
                batch, room = [], BATCH_CHARACTERS
        if batch:
            yield self._segment(batch)

    def _segment(self, texts: list[str]) -> SegmentedBatch:
        spaced = self._encode(texts)
        types, own, to_next, to_last, compound, marks = self._types.arrays()
        lead = own[spaced]
        lead[1:] += to_next[spaced[:-1]]
        lead[:-1] += to_last[spaced[1:]]
        self._model.add_compounds(lead, compound[spaced])

        is_token = spaced != _GAP
        ids, lead = spaced[is_token], lead[is_token]
        gaps = np.flatnonzero(~is_token)
        bounds = gaps - np.arange(len(gaps))
        filled = distinct(bounds)
        labels, open_cases = decode(lead, filled, self._model.crf.transition)
        for k in open_cases.tolist():
            span = slice(filled[k], filled[k + 1])
            states = self._model.states(types[ids[span]].tolist())
            labels[span] = viterbi(states, self._model.crf.transition)
        labels[filled[:-1]] = False
        return SegmentedBatch(
            types=types,
            ids=ids.astype(np.int32),
            bounds=bounds.astype(np.int64),
            joined=_allowed(labels, marks[ids]),
        )

    def _encode(self, texts: list[str]) -> Indices:
        """The types of all tokens, with a gap before, between and after the texts."""
        memo = self._memo
        if memo.is_full:
            memo = self._memo = _Memo(self._add_piece, self._lock)
        # Text by text, so that the strings of its pieces are still in the cache when looked up.
        found = [_GAP]
        number = memo.__getitem__
        for text in texts:
            found.extend(map(number, pieces(text)))
            found.append(_GAP)
        ids = np.fromiter(found, np.intp, len(found))
        several = np.flatnonzero(ids < 0)
        return memo.expand(ids, several) if len(several) else ids

    def _add_piece(self, memo: _Memo, piece: str) -> int:
        # Two threads may both add a piece: its tokens have the same types either way.
        with self._lock:
            known = self._numbers.get
            ids = [known(token) or self._number(token) for token in tokens_of(piece)]
            number = ids[0] if len(ids) == 1 else memo.add_several(ids)
            memo.characters += len(piece)
            # Last, since other threads read without the lock whatever has a number.
            memo[piece] = number
            return number

    def _number(self, token: str) -> int:
        spelled = token
        if self._canonical is not None:
            token = self._canonical(token)
        number = self._numbers.get(token)
        if number is None:
            marks = marks_of(token)
            compound = self._model.compounds.number.get(token.lower(), 0)
            number = self._types.append(token, *self._model.token_leads(token), compound, marks)
            self._numbers[token] = number
            self._characters += len(token)
        self._numbers[spelled] = number
        return number


class _Memo(dict[str, int]):
    """What each piece stands for, filled in as pieces come: the type of its only token, or -1 - n
    for the n-th piece of several tokens."""

    __slots__ = ("_add", "_spans", "_tokens", "characters")

    def __init__(self, add: Callable[[_Memo, str], int], lock: Lock) -> None:
        super().__init__()
        # Weakly, for its object holds this: so both are gone as soon as nobody uses them.
        self._add = WeakMethod(add)
        self._spans = _Columns(lock, np.intp, np.intp)
        self._tokens = _Columns(lock, np.intp)
        self.characters = 0

    def __missing__(self, piece: str) -> int:
        add = self._add()
        assert add is not None
        return add(self, piece)

    @property
    def is_full(self) -> bool:
        return len(self) > _MEMO_PIECES or self.characters > _MEMO_CHARACTERS

    def add_several(self, ids: list[int]) -> int:
        begin = self._tokens.extend(ids)
        return -1 - self._spans.append(begin, len(ids))

    def expand(self, ids: Indices, several: Indices) -> Indices:
        """``ids`` with the tokens of its pieces of several, which are at ``several``, in place."""
        begins, sizes = (column[-1 - ids[several]] for column in self._spans.arrays())
        widths = np.ones(len(ids), np.intp)
        widths[several] = sizes
        expanded = np.repeat(ids, widths)
        # The k-th token of such a piece is k places after its first, in both arrays.
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        first = (np.cumsum(widths) - widths)[several]
        tokens = self._tokens.arrays()[0]
        expanded[np.repeat(first, sizes) + within] = tokens[np.repeat(begins, sizes) + within]
        return expanded


class _Columns:
    """Arrays that grow together, a row at a time: appended to under the lock, read without it.

    A row never changes, so whoever takes the arrays after learning a row's number finds it there.
    """

    __slots__ = ("_arrays", "_lock", "_new", "_room", "_size")

    def __init__(self, lock: Lock, *dtypes: type[np.generic]) -> None:
        self._lock = lock
        self._room: list[npt.NDArray[Any]] = [np.zeros(0, dtype) for dtype in dtypes]
        self._arrays = tuple(self._room)
        self._size = 0
        # Values wait here, since writing them one by one costs ten times as much as all at once.
        self._new: list[list[object]] = [[] for _ in dtypes]

    def __len__(self) -> int:
        return self._size

    def append(self, *row: object) -> int:
        """Add a row; returns its number."""
        for values, value in zip(self._new, row, strict=True):
            values.append(value)
        self._size += 1
        return self._size - 1

    def extend(self, values: Sequence[object]) -> int:
        """Add rows to the only column; returns the number of the first."""
        self._new[0].extend(values)
        self._size += len(values)
        return self._size - len(values)

    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """The columns, as long as there are rows."""
        if self._new[0]:
            with self._lock:
                self._write()
        return self._arrays

    def _write(self) -> None:
        written = len(self._arrays[0])
        if self._size > len(self._room[0]):
            more = max(self._size, _LEAST_ROOM)
            self._room = [np.append(room, np.zeros(more, room.dtype)) for room in self._room]
        for room, values in zip(self._room, self._new, strict=True):
            room[written : self._size] = values
        # In this order: another thread that finds no new values must find them in the arrays.
        self._arrays = tuple(room[: self._size] for room in self._room)
        self._new = [[] for _ in self._new]


def marks_of(token: str) -> int:
    """What keeps ``token`` from being joined to a neighbour, whatever the label, as bits."""
    initial = token[0]
    never = initial.isdigit() or token in string.punctuation
    return _NEVER_JOINS * never | _TITLE_INITIAL * initial.istitle()


def joins(last: int, this: int) -> bool:
    """Whether a token may join the one before it, by the :func:`marks_of` both; see _allowed."""
    return not ((last | this) & _NEVER_JOINS | (this & ~last) & _TITLE_INITIAL)


def _allowed(labels: Bools, marks: npt.NDArray[np.uint8]) -> Bools:
    """The labels that pyvi follows: it joins neither signs nor numbers, nor a capital to a small
    letter before it."""
    last, this = marks[:-1], marks[1:]
    refused = (last | this) & _NEVER_JOINS | (this & ~last) & _TITLE_INITIAL
    labels[1:] &= refused == 0
    return labels


_shared: dict[Callable[[str], str] | None, Segmenter] = {}
_shared_lock = Lock()


def segment(texts: Iterable[str]) -> list[list[str]]:
    """The words of each text, as ``ViTokenizer.tokenize(text).split()`` of pyvi 0.1.1 has them.

    The syllables of a word are joined by '_'; signs are words; an empty text has none. Where pyvi
    raises, on lone surrogates, each of them is a word. Raises SegmenterError if pyvi's model is
    missing or unknown, InputError for one text in place of a list.
    """
    return shared_segmenter().segment(texts)


def shared_segmenter(canonical: Callable[[str], str] | None = None) -> Segmenter:
    """Return the segmenter that all share who spell tokens so, as :func:`segment` does not at all.

    Now and then it is a new one, to bound its memory.
    """
    current = _shared.get(canonical)
    if current is None or current.size > _SHARED_CHARACTERS:
        with _shared_lock:
            if _shared.get(canonical) is current:
                _shared[canonical] = Segmenter(canonical)
            current = _shared[canonical]
    return current
