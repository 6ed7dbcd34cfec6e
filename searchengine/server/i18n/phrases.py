"""The words of the page: which phrases a language needs, and how it writes numbers and dates.

One field a phrase, so a language that lacks one does not type-check. Phrases with ``{}`` are
filled by :meth:`Phrases.of`. The phrases themselves are in ``vietnamese`` and ``english``; what the
engine says is translated by :mod:`messages`.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from searchengine.server.pages.address import Language

#: Numbers of so many digits are written with their thousands apart.
LEAST_GROUPED = 5
_AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase of the page in one language."""

    lang: Language
    thousands: str
    decimal: str
    site: str
    tagline: str
    skip: str
    search_label: str
    placeholder: str
    search_button: str
    suggestions: str
    suggestion_count: str
    no_suggestions: str
    other_language: str
    home: str
    documents: str
    one_document: str
    took: str
    in_index: str
    examples: str
    how_to: str
    how_to_rows: tuple[tuple[str, str], ...]
    no_documents: str
    no_documents_help: str
    results: str
    page_of: str
    on_page: str
    in_article: str
    did_you_mean: str
    results_for: str
    search_as_typed: str
    sort_label: str
    sort_score: str
    sort_date: str
    direction_label: str
    highest_first: str
    lowest_first: str
    newest_first: str
    oldest_first: str
    boost_label: str
    every_label: str
    semantic_label: str
    on: str
    off: str
    filters: str
    active_filters: str
    remove: str
    clear: str
    over_time: str
    bar: str
    time_span: str
    year: str
    kind: str
    place: str
    source: str
    date_range: str
    since: str
    until: str
    date_hint: str
    apply: str
    bad_date: str
    wrong_order: str
    since_chip: str
    until_chip: str
    field_chip: str
    undated: str
    more: str
    duplicates: str
    one_duplicate: str
    pages: str
    previous_page: str
    next_page: str
    nothing: str
    nothing_help: tuple[str, ...]
    without_filters: str
    lacking_words: str
    none_whole: str
    partial: str
    more_lacking_words: str
    past_end: str
    first_page: str
    back: str
    similar: str
    metadata: str
    date: str
    inferred: str
    author: str
    term: str
    folder: str
    numbers: str
    file: str
    identifier: str
    in_text: str
    matches: str
    one_match: str
    no_match: str
    first_match: str
    previous_match: str
    next_match: str
    match_of: str
    match_keys: str
    cut: str
    as_json: str
    error_home: str
    errors: dict[str, tuple[str, str]]

    def of(self, phrase: str, **values: object) -> str:
        """Return ``phrase`` with numbers written as this language writes them."""
        written = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return phrase.format(**written)

    def number(self, value: int) -> str:
        """Return a count with its thousands apart."""
        return f"{value:,}".replace(",", self.thousands)

    def amount(self, value: str) -> str:
        """Return a number of a document, given as ``1234.5``, as this language writes it.

        Four digits stay together, for they may be a year.
        """
        found = _AMOUNT.fullmatch(value)
        if found is None:
            return value
        sign, whole, part = found.groups()
        shown = self.number(int(whole)) if len(whole) >= LEAST_GROUPED else whole
        return sign + shown + (self.decimal + part if part else "")

    def counted(self, count: int) -> str:
        """Return how many documents, in words."""
        return self.of(self.one_document if count == 1 else self.documents, n=count)

    def counted_matches(self, count: int) -> str:
        """Return how many places match, in words."""
        if not count:
            return self.no_match
        return self.of(self.one_match if count == 1 else self.matches, n=count)

    def counted_duplicates(self, count: int) -> str:
        """Return how many pages say the same as another, in words; "" for none."""
        if not count:
            return ""
        return self.of(self.one_duplicate if count == 1 else self.duplicates, n=count)


def shown_date(date: datetime.date, precision: str) -> str:
    """Return a date as Vietnamese readers write it, no more precise than it is known."""
    if precision == "year":
        return f"{date.year:04}"
    if precision == "month":
        return f"{date.month:02}/{date.year:04}"
    return f"{date.day:02}/{date.month:02}/{date.year:04}"


def machine_date(date: datetime.date, precision: str) -> str:
    """Return the same for the ``datetime`` of a ``time`` element."""
    return date.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]
