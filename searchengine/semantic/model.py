"""A model of what texts mean: from queries and documents to vectors of unit length.

Runs a graph of ONNX on the processors of this machine, a text and a thread at a time: none waits
for another, nothing is filled up to the longest of a batch, and a vector does not depend on what
else is asked at the same time, so an index need not be made at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.document import Document
from searchengine.errors import InputError
from searchengine.processors import processors
from searchengine.semantic.description import (
    GRAPH,
    TOKENIZER,
    ModelDescription,
    hashes_of,
    read_description,
)
from searchengine.semantic.windows import passages
from searchengine.text.tone import canonical_tones

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

Floats = NDArray[np.float32]

#: Tokens of a passage, its prefix and title among them, and of a title, which takes half of a
#: passage at most.
PASSAGE, TITLE = 256, 64
#: Documents that are cut, and whose passages are shared among the threads, together.
DOCUMENTS = 64
#: A token has seldom more characters; texts are read so far as the passages need.
CHARACTERS_READ = 16 * PASSAGE * 8
#: Other passages make other vectors of the same graph: counts up when they are cut otherwise.
_CUT = 1
#: What a page may hold though it has no UTF-8, which a tokenizer reads.
_SURROGATE = re.compile("[\ud800-\udfff]")


class SemanticModel:
    """A model that was opened; safe for any number of threads."""

    def __init__(
        self,
        description: ModelDescription,
        fingerprint: str,
        tokenizer: Tokenizer,
        session: InferenceSession,
        threads: int,
    ) -> None:
        """Use :meth:`open` instead."""
        self.description = description
        #: What names the model: an index takes vectors of one only.
        self.fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._session = session
        self._threads = threads
        self._inputs = {one.name for one in session.get_inputs()}
        #: Tokens of a passage.
        self._longest = min(PASSAGE, description.longest_input)
        (taken,) = self._lengths([description.passage_prefix])
        if taken > self._longest // 4:
            raise InputError(
                f"passage_prefix takes {taken} of {self._longest} tokens, more than a quarter"
            )
        #: How long a vector is.
        self.dimensions = int(self._vectors(["a"]).shape[1])

    @classmethod
    def open(cls, directory: str | Path, *, threads: int = 0) -> SemanticModel:
        """Return the model in ``directory``; ``threads`` embed documents (0: one a processor).

        Raises :class:`InputError` where there is none, or where a package for it is missing.
        """
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise InputError(
                f"searching by meaning needs the package {error.name}: "
                "pip install 'searchengine[semantic]'"
            ) from error
        folder = Path(directory)
        description = read_description(folder)
        fingerprint = _fingerprint(description, hashes_of(folder, description))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            tokenizer.no_truncation()
            tokenizer.no_padding()
            session = onnxruntime.InferenceSession(
                str(folder / GRAPH),
                options,
                providers=["CPUExecutionProvider"],
                # The operator that it makes of a sum and a norm takes five times as long as both.
                disabled_optimizers=["SkipLayerNormFusion"],
            )
            return cls(description, fingerprint, tokenizer, session, threads or processors())
        except Exception as error:  # Both libraries raise errors of their own, without a root.
            told = " ".join(str(error).split())
            raise InputError(
                f"the model in {folder} cannot be used ({told}): see docs/semantic.md"
            ) from error

    @property
    def spread(self) -> float:
        """The standard deviation that its cosines have where they say much; 0 if not known."""
        return self.description.spread

    @property
    def vector_model(self) -> VectorModel:
        """What the vectors are told from others by."""
        return VectorModel(self.fingerprint, self.dimensions)

    def query(self, text: str) -> Floats:
        """Return the vector of a query: float32[dimensions], of unit length."""
        found: Floats = self._vectors([self.description.query_prefix + canonical_tones(text)])[0]
        return found

    def embed(self, documents: Iterable[Document]) -> Iterator[PassageVectors]:
        """Yield the vectors of each document's passages, its title before each of them."""
        waiting = iter(documents)
        while some := list(islice(waiting, DOCUMENTS)):
            yield from self._of_documents(some)

    def _of_documents(self, documents: Sequence[Document]) -> Iterator[PassageVectors]:
        titles = [canonical_tones(one.title) for one in documents]
        texts = [canonical_tones(one.text[:CHARACTERS_READ]) for one in documents]
        longest_title = min(TITLE, self._longest // 2)
        heads = [
            self.description.passage_prefix + title[: tokens[:longest_title][-1][1]] + "\n"
            if tokens
            else self.description.passage_prefix
            for title, tokens in zip(titles, self._tokens(titles), strict=True)
        ]
        spans = [
            passages(text, tokens, self._longest - taken)
            for text, tokens, taken in zip(
                texts, self._tokens(texts), self._lengths(heads), strict=True
            )
        ]
        inputs = [
            head + text[start:end]
            for head, text, of_text in zip(heads, texts, spans, strict=True)
            for start, end in of_text
        ]
        codes, scales = quantised(self._vectors(inputs))
        first = 0
        for of_text in spans:
            last = first + len(of_text)
            yield PassageVectors(codes[first:last], scales[first:last], np.array(of_text, np.int32))
            first = last

    def _tokens(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The spans of the tokens of each text, without those that the tokenizer adds."""
        return [one.offsets for one in self._encoded(texts, add_special_tokens=False)]

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text takes, with those that the tokenizer adds."""
        return [len(one.ids) for one in self._encoded(texts)]

    def _encoded(self, texts: Sequence[str], *, add_special_tokens: bool = True) -> list[Encoding]:
        readable = [_SURROGATE.sub("\ufffd", one) for one in texts]
        return self._tokenizer.encode_batch(readable, add_special_tokens=add_special_tokens)

    def _vectors(self, texts: Sequence[str]) -> Floats:
        """The vectors of texts as they are: float32[n, dimensions], of unit length."""
        longest = self.description.longest_input
        # The last token ends a text, however long it is.
        tokens = [
            one.ids[: longest - 1] + one.ids[-1:] if len(one.ids) > longest else one.ids
            for one in self._encoded(texts)
        ]
        if self._threads == 1 or len(tokens) == 1:
            found = [self._run(one) for one in tokens]
        else:
            with ThreadPoolExecutor(self._threads) as threads:
                found = list(threads.map(self._run, tokens))
        vectors = np.stack(found)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + np.float32(1e-12)
        return vectors

    def _run(self, tokens: Sequence[int]) -> Floats:
        """What the graph makes of a text of these tokens, before it is scaled."""
        ids = np.array([tokens or [0]], np.int64)
        mask = np.full_like(ids, bool(tokens))
        given = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
        }
        given = {name: value for name, value in given.items() if name in self._inputs}
        states: Floats = np.asarray(self._session.run(None, given)[0][0], np.float32)
        if states.ndim == 1:
            return states
        if self.description.pooling == "first":
            first: Floats = states[0]
            return first
        pooled: Floats = states[: len(tokens)].sum(axis=0) / max(1, len(tokens))
        return pooled


def quantised(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return vectors as codes, int8[n, dimensions], and the scale of each, float32[n]."""
    scales = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    codes = np.rint(vectors / np.maximum(scales, np.float32(1e-12))[:, None])
    return codes.astype(np.int8), scales


def _fingerprint(description: ModelDescription, hashes: dict[str, str]) -> str:
    """What the vectors depend on, in 16 letters and digits."""
    said = [
        _CUT,
        PASSAGE,
        description.query_prefix,
        description.passage_prefix,
        description.pooling,
        description.longest_input,
        *hashes.values(),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
