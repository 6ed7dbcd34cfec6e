"""Linear-chain CRFs: reading a CRFsuite model from bytes, and decoding many sequences at once.

Reading follows the layout that CRFsuite writes (little-endian, every offset counted from the
start of the model) and trusts nothing in it: magic numbers, versions and bounds are checked before
anything is used. Decoding is for two labels and gives CRFsuite's labels to the last one, ties
included: on arrays for many sequences at once, and step by step where rounding could decide. What
the attributes and labels mean is not known here.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from searchengine.errors import SegmenterError

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

_HEADER = struct.Struct("<4sI4s9I")
_CHUNK = struct.Struct("<4sII")
_QUARKS = struct.Struct("<4s5I")
_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1
_VERSION = 100
_BYTE_ORDER_MARK = 0x62445371

# How near to a tie a decision is open, for each token of the longest sequence. CRFsuite adds scores
# up along a sequence and decode() does not, so only CRFsuite rounds by the size of the sum: at most
# four times by 2**-53 of it a step, which is 2.2e-14 for each token before while no token scores
# above 50 (pyvi's reach 41), for up to 100 steps.
_ROUNDING = 3e-12
_LONGEST_RUN = 100
# decode()'s own rounding, generously.
_LEAST_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class CrfModel:
    """A CRFsuite model of order one.

    ``state``: float64[n_attributes, n_labels], 0 where the model has no such feature;
    ``transition``: float64[n_labels, n_labels], from row to column.
    """

    labels: tuple[str, ...]
    attributes: tuple[str, ...]
    state: Floats
    transition: Floats


def read_crfsuite(data: bytes) -> CrfModel:
    """Parse a CRFsuite model file; raises SegmenterError if it is damaged or of another kind."""
    try:
        return _read(data)
    except (struct.error, IndexError, ValueError) as error:
        raise _damaged(str(error)) from error


def _read(data: bytes) -> CrfModel:
    (magic, size, kind, version, _, n_labels, n_attributes, *offsets) = _HEADER.unpack_from(data)
    if (magic, kind, version, size) != (b"lCRF", b"FOMC", _VERSION, len(data)):
        raise _damaged("unexpected header")
    at_features, at_labels, at_attributes, at_label_refs, at_attribute_refs = offsets
    magic, _, n_features = _CHUNK.unpack_from(data, at_features)
    if magic != b"FEAT":
        raise _damaged("no features where the header says")
    features = np.frombuffer(data, _FEATURE, n_features, at_features + _CHUNK.size)
    labels = _quarks(data, at_labels, n_labels)
    attributes = _quarks(data, at_attributes, n_attributes)
    return CrfModel(
        labels=labels,
        attributes=attributes,
        state=_weights(data, features, _STATE, b"AFRF", at_attribute_refs, n_attributes, n_labels),
        transition=_weights(
            data, features, _TRANSITION, b"LFRF", at_label_refs, n_labels, n_labels
        ),
    )


def _quarks(data: bytes, start: int, count: int) -> tuple[str, ...]:
    """The strings of a CQDB chunk in the order of their numbers, by its backward links."""
    magic, size, _, order, n_links, links = _QUARKS.unpack_from(data, start)
    if magic != b"CQDB" or order != _BYTE_ORDER_MARK or n_links != count:
        raise _damaged("unexpected string table")
    if start + size > len(data) or links == 0:
        raise _damaged("string table out of bounds")
    records = np.frombuffer(data, "<u4", count, start + links).astype(np.int64) + start
    numbers = _uint32_at(data, records)
    begins = records + 8
    ends = begins + _uint32_at(data, records + 4) - 1
    if np.any(numbers != np.arange(count)) or np.any(ends < begins) or np.any(ends >= len(data)):
        raise _damaged("string table out of order")
    spans = zip(begins.tolist(), ends.tolist(), strict=True)
    return tuple([data[begin:end].decode("utf-8") for begin, end in spans])


def _weights(
    data: bytes,
    features: npt.NDArray[np.void],
    kind: int,
    magic: bytes,
    start: int,
    n_sources: int,
    n_labels: int,
) -> Floats:
    """float64[n_sources, n_labels] from a chunk of references to the features of each source."""
    # CRFsuite writes two references more for labels (begin and end), which its tagger never reads.
    found, _, n_listed = _CHUNK.unpack_from(data, start)
    if found != magic or n_listed < n_sources:
        raise _damaged("unexpected feature references")
    lists = np.frombuffer(data, "<u4", n_sources, start + _CHUNK.size).astype(np.int64)
    lengths = _uint32_at(data, lists)
    if int(lengths.sum()) > len(features):
        raise _damaged("more references than features")
    sources = np.repeat(np.arange(n_sources), lengths)
    within = np.arange(len(sources)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    chosen = features[_uint32_at(data, np.repeat(lists + 4, lengths) + 4 * within)]
    labels = chosen["label"].astype(np.int64)
    cells = sources * n_labels + labels
    if np.any(chosen["kind"] != kind) or np.any(labels >= n_labels):
        raise _damaged("features of the wrong kind")
    if np.bincount(cells).max(initial=0) > 1 or not np.all(np.isfinite(chosen["weight"])):
        raise _damaged("repeated features or weights that are not numbers")
    weights = np.zeros(n_sources * n_labels, np.float64)
    weights[cells] = chosen["weight"]
    return weights.reshape(n_sources, n_labels)


def _uint32_at(data: bytes, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The little-endian 32-bit numbers at any offsets, aligned or not."""
    octets = np.frombuffer(data, np.uint8)
    if len(offsets) and (int(offsets.min()) < 0 or int(offsets.max()) + 4 > len(octets)):
        raise _damaged("offset out of bounds")
    value = np.zeros(len(offsets), np.int64)
    for place in range(4):
        value |= octets[offsets + place].astype(np.int64) << (8 * place)
    return value


def _damaged(detail: str) -> SegmenterError:
    return SegmenterError(
        f"the word segmenter's CRF model cannot be read ({detail}): "
        "reinstall it with 'pip install --force-reinstall pyvi==0.1.1'"
    )


def viterbi(states: Sequence[tuple[float, float]], transition: Floats) -> list[bool]:
    """The best labels of one sequence, True for label 1, exactly as CRFsuite finds them.

    ``states``: the score of label 0 and of label 1 of each token, summed in CRFsuite's order.
    Ties go to label 0.
    """
    if not states:
        return []
    (t00, t01), (t10, t11) = transition.tolist()
    best0, best1 = states[0]
    back: list[tuple[bool, bool]] = []
    for state0, state1 in states[1:]:
        from00, from10, from01, from11 = best0 + t00, best1 + t10, best0 + t01, best1 + t11
        back.append((from10 > from00, from11 > from01))
        best0, best1 = max(from00, from10) + state0, max(from01, from11) + state1
    label = best1 > best0
    labels = [label]
    for step in reversed(back):
        label = step[label]
        labels.append(label)
    labels.reverse()
    return labels


def decode_one(lead: Sequence[float], transition: Floats) -> list[bool] | None:
    """The best labels of one short sequence as :func:`decode` has them, stepping through it.

    ``lead``: of each token, at least one. None if a decision was too near a tie.
    """
    moves = _Moves.of(transition)
    tie = max(_LEAST_TIE, _ROUNDING * len(lead))
    d = lead[0]
    ahead = [d]
    for own in lead[1:]:
        d = own + moves.after(d)
        ahead.append(d)
    labels: list[bool] = []
    threshold = 0.0
    for d in reversed(ahead):
        margin = d - threshold
        if abs(margin) < tie:
            return None
        labels.append(margin > 0)
        threshold = moves.threshold[margin > 0]
    labels.reverse()
    return labels


def decode(lead: Floats, bounds: Indices, transition: Floats) -> tuple[Bools, Indices]:
    """The best labels of many sequences at once: bool[n_tokens], True for label 1; and open cases.

    ``lead``: float64[n_tokens], how far label 1 scores above label 0 by the state features alone;
    sequence k is ``bounds[k]:bounds[k + 1]`` (intp[n_sequences + 1], strictly ascending from 0);
    ``transition``: float64[2, 2]. The second result numbers the sequences, ascending, in which a
    decision was too near a tie to be sure of CRFsuite's rounding: their labels are to be computed
    with :func:`viterbi`.

    Let d be the lead of the best path that ends in label 1 over the best that ends in label 0. What
    comes before a token can only shift its d within fixed limits, and what follows it can only
    ask for d to be above one of two thresholds. So nearly every token is decided by its own lead;
    the few between the limits are worked out from decided neighbour to decided neighbour. It is
    the maximum that Viterbi finds, reached without stepping through time.
    """
    moves = _Moves.of(transition)
    to0, to1 = min(moves.threshold), max(moves.threshold)
    least, most = min(moves.shift), max(moves.shift)
    tie = max(_LEAST_TIE, _ROUNDING * int(np.diff(bounds).max(initial=0)))
    surely1 = np.full(len(lead), to1 - least + tie)
    surely0 = np.full(len(lead), to0 - most - tie)
    starts, ends = bounds[:-1], bounds[1:] - 1
    alone = starts[starts == ends]
    surely1[starts], surely0[starts] = to1 + tie, to0 - tie
    surely1[ends], surely0[ends] = -least + tie, -most - tie
    surely1[alone], surely0[alone] = tie, -tie
    labels = lead > surely1
    unsure = np.flatnonzero(~labels & (lead >= surely0))
    if not len(unsure):
        return labels, unsure
    margins, runs = _settle(labels, lead, unsure, bounds, moves)
    near_ties = unsure[(np.abs(margins) < tie) | (runs > _LONGEST_RUN)]
    return labels, distinct(np.searchsorted(bounds, near_ties, side="right") - 1)


def distinct(ascending: Indices) -> Indices:
    """The different values of an ascending array of numbers from 0.

    Like np.unique, whose first use in a process takes some 10 ms to import numpy.ma.
    """
    return ascending[np.diff(ascending, prepend=-1) > 0]


@dataclass(frozen=True, slots=True)
class _Moves:
    """What transitions do to d: the shift after label 0 and after label 1 (those between lie
    between), and the threshold for label 1 where label 0 follows and where label 1 follows."""

    shift: tuple[float, float]
    threshold: tuple[float, float]

    @classmethod
    def of(cls, transition: Floats) -> _Moves:
        return cls.among(*transition.ravel().tolist())

    @classmethod
    @lru_cache(maxsize=16)
    def among(cls, t00: float, t01: float, t10: float, t11: float) -> _Moves:
        return cls(shift=(t01 - t00, t11 - t10), threshold=(t00 - t10, t01 - t11))

    def after(self, d: float) -> float:
        """The shift after a token whose own label is open.

        This is max(t01, d + t11) - max(t00, d + t10) with the transition's elements.
        """
        to0, to1 = self.threshold
        return self.shift[0] + max(0.0, d - to1) - max(0.0, d - to0)


def _settle(
    labels: Bools, lead: Floats, unsure: Indices, bounds: Indices, moves: _Moves
) -> tuple[Floats, Indices]:
    """Write the labels of the ``unsure`` tokens, which number at least one, ascending.

    Returns how far each was from the other label, and how many unsure ones stand right before it.
    """
    at_start = bounds[np.searchsorted(bounds, unsure)] == unsure
    at_end = bounds[np.searchsorted(bounds, unsure + 1)] == unsure + 1
    linked = np.append(False, np.diff(unsure) == 1) & ~at_start
    links = np.flatnonzero(linked).tolist()
    after0, after1 = moves.shift
    before0, before1 = moves.threshold

    shifts = np.where(at_start, 0.0, np.where(labels[unsure - 1], after1, after0))
    d = lead[unsure] + shifts
    runs = np.zeros(len(unsure), np.intp)
    for k in links:
        d[k] = lead[unsure[k]] + moves.after(float(d[k - 1]))
        runs[k] = runs[k - 1] + 1

    following = labels[np.minimum(unsure + 1, len(labels) - 1)]
    margins: Floats = d - np.where(at_end, 0.0, np.where(following, before1, before0))
    for k in reversed(links):
        margins[k - 1] = d[k - 1] - (before1 if margins[k] > 0 else before0)
    labels[unsure] = margins > 0
    return margins, runs
