"""What a directory with a model says of itself, in ``model.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from searchengine.errors import InputError

#: The files of a model beside its description.
GRAPH, TOKENIZER, DESCRIPTION = "model.onnx", "tokenizer.json", "model.json"
#: How the vectors of tokens become one, where the graph gives one a token.
POOLINGS = ("mean", "first")
#: More tokens than this make no better passage, and attention costs their square.
LONGEST_INPUT = 512

#: Of which types the values are that are no text.
_KINDS: Mapping[str, tuple[type, ...]] = {
    "longest_input": (int,),
    "spread": (int, float),
    "files": (dict,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDescription:
    """What ``model.json`` says.

    ``query_prefix`` and ``passage_prefix`` stand before each text, as the model was trained.
    ``pooling`` is ``"mean"`` of the vectors of all tokens or that of the ``"first"``;
    ``longest_input`` counts tokens, with those that the tokenizer adds. ``files`` has the SHA-256
    of files of the directory, which are held against them. ``spread`` is the standard deviation
    that the cosines of a query and the first documents have where they say much; with 0 they say as
    much wherever they lie.
    """

    name: str
    license: str
    query_prefix: str = ""
    passage_prefix: str = ""
    pooling: str = "mean"
    longest_input: int = LONGEST_INPUT
    spread: float = 0.0
    source: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise InputError(f"pooling is one of {', '.join(POOLINGS)}, not {self.pooling!r}")
        if not 16 <= self.longest_input <= LONGEST_INPUT:
            raise InputError(f"longest_input is between 16 and {LONGEST_INPUT} tokens")

    def to_json(self) -> str:
        """Return the description as the text of its file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def read_description(folder: Path) -> ModelDescription:
    """Return the description of the model in ``folder``; raises :class:`InputError`."""
    path = folder / DESCRIPTION
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"no model in {folder} ({error.strerror}: {DESCRIPTION}): make one with "
            "'searchengine model build DIR', or see docs/semantic.md"
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON ({error}): mend it") from error
    return _checked(path, values)


def _checked(path: Path, values: Any) -> ModelDescription:
    fields = ModelDescription.__dataclass_fields__
    if not isinstance(values, dict):
        raise InputError(f"{path} is not a JSON object: see docs/semantic.md")
    for name, value in values.items():
        if name not in fields:
            raise InputError(f"{path}: there is no {name!r}; there are {', '.join(fields)}")
        if not isinstance(value, _KINDS.get(name, (str,))):
            raise InputError(f"{path}: {name!r} cannot be {value!r}")
    missing = [name for name in ("name", "license") if name not in values]
    if missing:
        raise InputError(f"{path} lacks {missing[0]!r}: see docs/semantic.md")
    try:
        return ModelDescription(**values)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def hashes_of(folder: Path, description: ModelDescription) -> dict[str, str]:
    """Return the SHA-256 of a model's graph and tokenizer.

    Raises :class:`InputError` where a file is missing or is not the one that was described.
    """
    found = {}
    for name in (GRAPH, TOKENIZER):
        try:
            found[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(
                f"the model in {folder} lacks {name} ({error.strerror}): see docs/semantic.md"
            ) from error
        if description.files.get(name, found[name]) != found[name]:
            raise InputError(
                f"{folder / name} is not the file that {DESCRIPTION} describes: copy it anew, or "
                "make the model again"
            )
    return found
