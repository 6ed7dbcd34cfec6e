"""The fields that every engine keeps of a document, by the names that plans use.

Token streams of the whole text, those of the title, document numbers, the date, and metadata: a
few fields that every index has and those that an index declares. :class:`FieldTable` is where
engine, command, API and page learn what can be filtered by, counted and sorted by. How an engine
stores a field is its own business.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from searchengine.document import Document
from searchengine.errors import InputError
from searchengine.text.derived_streams import DERIVED
from searchengine.text.streams import FOLDED, STREAMS, SYLLABLES

TITLE_SYLLABLES = "title_syllables"
TITLE_FOLDED = "title_folded"
TITLE_BIGRAMS = "title_bigrams"
TITLE_STREAMS = (TITLE_SYLLABLES, TITLE_FOLDED, TITLE_BIGRAMS)
#: The folded syllables of the name of a document's file, where that says something.
NAME_FOLDED = "name_folded"
#: Fields with lengths, scored by BM25.
SCORED_STREAMS = (*STREAMS, *DERIVED, *TITLE_STREAMS, NAME_FOLDED)
#: Document numbers by key; scored by idf alone.
NUMBERS = "numbers"
TERM_STREAMS = (*SCORED_STREAMS, NUMBERS)
#: The fields of single syllables, of which phrases are terms as well.
SYLLABLE_STREAMS = (SYLLABLES, FOLDED, TITLE_SYLLABLES, TITLE_FOLDED)

#: The metadata field of the folders in which a document lies, one in the other.
FOLDER = "folder"

Kind = Literal["keyword", "number", "date"]
#: What a document has of a field: texts of a keyword, a number, days since 1970-01-01 of a date.
Value = str | float | int

#: An index declares so many fields at most; a keyword's value has so many characters at most.
MAX_FIELDS = 32
MAX_KEYWORD = 1_000
#: A document has at most so many values of one field.
MAX_VALUES = 100

_NAME = re.compile(r"\w(?:[\w -]{0,62}\w)?")
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of metadata: a document's own (``place`` …) or one of its extra fields.

    A ``keyword`` is found by syllables side by side, counted as a facet and sorted the Vietnamese
    way; a ``number`` or ``date`` is found by value or range and sorted by it, and counted as a
    facet by its value.
    """

    name: str
    kind: Kind

    def __post_init__(self) -> None:
        if isinstance(self.name, str):
            # Some systems write letters and marks apart.
            object.__setattr__(self, "name", unicodedata.normalize("NFC", self.name))
        if self.kind not in get_args(Kind):
            kinds = ", ".join(get_args(Kind))
            raise InputError(f"the field {self.name!r} is no {self.kind!r}: choose from {kinds}")
        if not (isinstance(self.name, str) and _NAME.fullmatch(self.name)):
            raise InputError(
                f"a field cannot be called {self.name!r}: use up to 64 letters, digits, spaces, "
                "_ and -"
            )

    def values(self, document: Document) -> list[Value]:
        """Return what ``document`` has of the field, in order; what is of another kind is none."""
        own = _BUILT_IN_VALUES.get(self.name)
        given: Any = own(document) if own else _extra(document, self.name)
        several = given if isinstance(given, list | tuple) else [given]
        found = (_value(self.kind, one) for one in several[:MAX_VALUES])
        return [one for one in found if one is not None]


def _extra(document: Document, name: str) -> Any:
    found = document.extra.get(name)
    return document.extra.get(unicodedata.normalize("NFD", name)) if found is None else found


def label(kind: Kind, value: Value) -> str:
    """Return a value as a facet shows it."""
    if kind == "date":
        return (_EPOCH + datetime.timedelta(days=int(value))).isoformat()
    if kind == "number":
        return f"{value:.15g}"
    return str(value)


def _value(kind: Kind, given: Any) -> Value | None:
    if kind == "keyword":
        if isinstance(given, int | float) and not isinstance(given, bool):
            given = label("number", given)
        return given.strip()[:MAX_KEYWORD] or None if isinstance(given, str) else None
    if kind == "number":
        return _number(given)
    return _day(given)


def _number(given: Any) -> float | None:
    if isinstance(given, str):
        try:
            given = float(given)
        except ValueError:
            return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if abs(given) < 2**53 and math.isfinite(given) else None


def _day(given: Any) -> int | None:
    if not isinstance(given, str):
        return None
    try:
        return (datetime.date.fromisoformat(given[:10]) - _EPOCH).days
    except ValueError:
        return None


def _term_of_office(document: Document) -> str:
    term = document.term_of_office
    return f"{term[0]}–{term[1]}" if term else ""


def _folders(document: Document) -> list[str]:
    """The folder of a document and those above it, the outermost first."""
    parts = unicodedata.normalize("NFC", document.folder).strip("/").split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


_BUILT_IN_VALUES: Mapping[str, Any] = {
    "kind": lambda document: document.kind,
    "place": lambda document: document.place,
    "source": lambda document: document.source,
    "author": lambda document: document.author,
    "term_of_office": _term_of_office,
    FOLDER: _folders,
}
#: The metadata that every index has, in the order in which facets are answered.
BUILT_IN = tuple(Field(name, "keyword") for name in _BUILT_IN_VALUES)
FACETS = tuple(field.name for field in BUILT_IN)
#: Facets of the document's date.
PERIODS = ("year", "month")
#: The facets that every index has.
FACET_NAMES = (*PERIODS, *FACETS)
#: Other names that a facet may be asked for by.
FACET_ALIASES = {"term": "term_of_office", "in": FOLDER}
#: What an index may not declare, for it means something already.
RESERVED = frozenset(
    {*FACET_NAMES, *FACET_ALIASES, *TERM_STREAMS, "date", "score", "id", "title", "text", "path"}
)


class FieldTable:
    """All metadata fields of an index, by name; never changes."""

    def __init__(self, declared: Iterable[Field] = ()) -> None:
        self.declared = tuple(declared)
        self.fields: Mapping[str, Field] = {
            field.name: field for field in (*BUILT_IN, *self.declared)
        }

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Every facet, in the order in which they are answered."""
        return (*PERIODS, *self.fields)

    def get(self, name: str, *others: str) -> Field:
        """Return a field by its name, in whichever case if there is one such field alone.

        Raises :class:`InputError` that names those there are, and the ``others`` that may be asked
        for in its place.
        """
        field = self._find(name)
        if field is None:
            known = ", ".join((*others, *self.fields))
            raise InputError(f"there is no field {name!r}: choose from {known}")
        return field

    def facet(self, name: str) -> str:
        """Return the own name of a facet: of a period, or of a field as :meth:`get` finds it.

        Raises :class:`InputError` that names those there are.
        """
        if name in PERIODS:
            return name
        field = self._find(name)
        if field is None:
            known = ", ".join(self.facet_names)
            raise InputError(f"there is no facet {name!r}: choose from {known}")
        return field.name

    def _find(self, name: str) -> Field | None:
        exact = self.fields.get(FACET_ALIASES.get(name, name))
        if exact is not None:
            return exact
        typed = unicodedata.normalize("NFC", name).casefold()
        alike = [field for one, field in self.fields.items() if one.casefold() == typed]
        return alike[0] if len(alike) == 1 else None


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What an index is told once and keeps: its synonyms and declared fields.

    ``synonyms`` is the text of a list of synonyms. Raises :class:`InputError` for fields that
    cannot be.
    """

    synonyms: str = ""
    fields: tuple[Field, ...] = ()

    def __post_init__(self) -> None:
        if len(self.fields) > MAX_FIELDS:
            raise InputError(f"an index declares {MAX_FIELDS} fields at most: leave some out")
        names = [field.name for field in self.fields]
        for name in names:
            if name in RESERVED:
                raise InputError(f"every index has {name!r}: call the field something else")
            if names.count(name) > 1:
                raise InputError(f"the field {name!r} is declared twice: once is enough")

    def to_json(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return {
            "synonyms": self.synonyms,
            "fields": {field.name: field.kind for field in self.fields},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> IndexSettings:
        """Return the settings that :meth:`to_json` gave; raises KeyError, TypeError, ValueError.

        A field that an earlier version had to declare, and every index has, is left out.
        """
        declared = (field for field in fields_of(value["fields"]) if field.name not in RESERVED)
        return cls(str(value["synonyms"]), tuple(declared))


def fields_of(kinds: Any) -> tuple[Field, ...]:
    """Return the fields that a JSON object of names and kinds declares.

    Raises :class:`InputError` for anything else.
    """
    if not isinstance(kinds, Mapping):
        raise InputError('a schema is one JSON object of names and kinds: {"loại": "keyword"}')
    return tuple(Field(name, kind) for name, kind in kinds.items())


def read_schema(text: str) -> tuple[Field, ...]:
    """Return the fields that a schema file declares; raises :class:`InputError` if it is none."""
    try:
        return fields_of(json.loads(text))
    except ValueError as error:
        raise InputError(f"the schema is not JSON ({error}): mend the file") from error


DEFAULT_SETTINGS = IndexSettings()
