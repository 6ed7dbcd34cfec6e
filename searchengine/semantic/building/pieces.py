"""Which pieces of a vocabulary of a hundred languages stay: those that Vietnamese and English use.

Texts are cut as before wherever the pieces are left that stood there; elsewhere into smaller ones,
down to letters. What stays is told by the weights and this program alone.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from searchengine.semantic.building.weights import Weights
from searchengine.text.segmentation.pyvi_model import load_words
from searchengine.text.syllables import syllables

#: How many pieces stay.
KEPT = 20_000
#: What stands for a space in a piece.
SPACE = "▁"

_PLAIN = frozenset(string.ascii_letters + string.digits + string.punctuation + SPACE)


def kept_pieces(weights: Weights, count: int = KEPT) -> list[int]:
    """Return the numbers of the ``count`` pieces that stay, ascending.

    First the special ones, letters, digits and signs; then those that cut the syllables of the
    words that the segmenter knows, however they are capitalised; then the likeliest plain ones.
    """
    chosen = dict.fromkeys(weights.special)
    chosen.update(dict.fromkeys(_signs(weights.pieces)))
    whole = tokenizer(weights, range(len(weights.pieces)))
    for one in whole.encode_batch(list(_syllables()), add_special_tokens=False):
        chosen.update(dict.fromkeys(one.ids))
    plain = [at for at, piece in enumerate(weights.pieces) if piece and _PLAIN.issuperset(piece)]
    plain.sort(key=lambda at: (-weights.scores[at], at))
    chosen.update(dict.fromkeys(plain))
    return sorted(list(chosen)[:count])


def tokenizer(weights: Weights, kept: Sequence[int]) -> Tokenizer:
    """Return what cuts a text into the ``kept`` pieces, numbered anew in their order."""
    number = {at: place for place, at in enumerate(kept)}
    begin, end, unknown = (number[at] for at in weights.special)
    # A piece of the file without letters is none; each needs a name of its own.
    pieces = [(weights.pieces[at] or f"<{at}>", weights.scores[at]) for at in kept]
    found = Tokenizer(models.Unigram(pieces, unk_id=unknown))
    found.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    found.pre_tokenizer = pre_tokenizers.Metaspace()
    names = [(pieces[begin][0], begin), (pieces[end][0], end)]
    found.post_processor = processors.TemplateProcessing(
        single=f"{names[0][0]} $A {names[1][0]}", special_tokens=names
    )
    return found


def _signs(pieces: Sequence[str]) -> Iterator[int]:
    """Pieces of one character that a text of Latin letters may have."""
    for at, piece in enumerate(pieces):
        if len(piece) == 1 and (piece == SPACE or _is_latin(piece)):
            yield at


def _is_latin(sign: str) -> bool:
    kind = unicodedata.category(sign)[0]
    return kind in "PSN" or unicodedata.name(sign, "").startswith("LATIN ")


def _syllables() -> Iterable[str]:
    """Every syllable of the segmenter's words, in small letters, with a capital and in capitals."""
    found = dict.fromkeys(one.text.lower() for one in syllables(load_words()))
    return [way for one in found for way in (one, one.capitalize(), one.upper())]
