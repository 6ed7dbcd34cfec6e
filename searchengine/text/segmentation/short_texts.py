"""Segmenting one short text: the words that :mod:`segmenter` finds, without arrays.

A query has a few tokens; for so few, arrays take several times as long to set up as the work takes.
Scores, the decoder's rule and what may be joined are those of the arrays, step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.segmentation.crf import decode_one, viterbi
from searchengine.text.segmentation.pyvi_model import load_model
from searchengine.text.segmentation.segmenter import joins, marks_of


class _Traits(NamedTuple):
    """What the model says of a token by itself.

    The leads that it gives to itself, to the next token and to the one before; how compounds have
    it; what keeps it from being joined.
    """

    own: float
    to_next: float
    to_last: float
    lower: str
    marks: int


def joined_tokens(tokens: Sequence[str]) -> list[bool]:
    """Return which of the tokens of one text, without line feeds, join the one before them."""
    if not tokens:
        return []
    model = load_model()
    found = [_traits(token) for token in tokens]
    lead = [one.own for one in found]
    for at, (one, other) in enumerate(pairwise(found)):
        lead[at] += other.to_last
        lead[at + 1] += one.to_next
        if f"{one.lower} {other.lower}" in model.compounds:
            lead[at] += model.leads["+1:word.bi_gram()"]
            lead[at + 1] += model.leads["-1:word.bi_gram()"]
    for at in range(len(found) - 2):
        if " ".join([one.lower for one in found[at : at + 3]]) in model.compounds:
            lead[at] += model.leads["+2:word.tri_gram()"]
            lead[at + 2] += model.leads["-2:word.tri_gram()"]
    labels = decode_one(lead, model.crf.transition)
    if labels is None:
        labels = viterbi(model.states(tokens), model.crf.transition)
    return [False] + [
        label and joins(one.marks, other.marks)
        for label, (one, other) in zip(labels[1:], pairwise(found), strict=True)
    ]


@word_cached
def _traits(token: str) -> _Traits:
    model = load_model()
    return _Traits(*model.token_leads(token), token.lower(), marks_of(token))
