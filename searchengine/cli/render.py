"""Text output of the command: results, documents, numbers and tables on a terminal.

Colour is click's to decide: it goes only to terminals and never with NO_COLOR.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from searchengine.backends.fields import SYLLABLE_STREAMS
from searchengine.backends.values import TermScore
from searchengine.cli.base import printable
from searchengine.document import Document
from searchengine.query.display.results import Explanation, Hit, Results
from searchengine.text.scan import Span

if TYPE_CHECKING:
    from searchengine.pages.history import SourceState


def results(found: Results) -> None:
    """Print hits on stdout, and how many there are of them on stderr."""
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    if found.corrected:
        click.echo(f"results for: {found.corrected} (--no-correct: for what was typed)", err=True)
    if found.suggestion:
        click.echo(f"did you mean: {found.suggestion}", err=True)
    first_partial = next((hit for hit in found if hit.partial), None)
    for hit in found:
        if hit is first_partial:
            click.echo(click.style("These lack some of the words:\n", dim=True))
        _hit(hit)
    if not found.total and not found.total_partial:
        click.echo("nothing found: try fewer or other words", err=True)
    elif not found.hits:
        click.echo(f"{_totals(found)}; page {found.page} is past the last", err=True)
    else:
        click.echo(f"{_totals(found)}; {_ranks(found)} shown ({found.took_ms:.0f} ms)", err=True)


def _totals(found: Results) -> str:
    """How many documents were found, those that lack words apart."""
    lacking = found.total_partial
    lack = "lacks" if lacking == 1 else "lack"
    if not found.total:
        return f"no document has all of the words, {lacking:,} {lack} some of them"
    documents = "1 document" if found.total == 1 else f"{found.total:,} documents"
    if not lacking:
        return f"{documents} found"
    return f"{documents} found, and {lacking:,} more that {lack} some of the words"


def _ranks(found: Results) -> str:
    first, last = found.hits[0].rank, found.hits[-1].rank
    return f"{first}–{last}" if last > first else f"{first}"


def hits(found: Iterable[Hit]) -> None:
    """Print hits on stdout."""
    for hit in found:
        _hit(hit)


def facets(counted: Mapping[str, Mapping[str, int]]) -> None:
    """Print how many documents have each value of some facets."""
    for name, values in counted.items():
        if values:
            click.echo(click.style(name, bold=True))
            counts(list(values.items()))


def counts(rows: Sequence[tuple[str, int]]) -> None:
    """Print labels behind their counts, a line each."""
    width = max((len(f"{count:,}") for _, count in rows), default=0)
    for label, count in rows:
        click.echo(f"  {count:>{width},}  {printable(label)}")


def _hit(hit: Hit) -> None:
    title = _marked(hit.title or hit.id, hit.title_highlights if hit.title else ())
    click.echo(f"{hit.rank}. {title}")
    date = shown_date(hit.date, hit.date_precision) if hit.date else ""
    where = [f"page {hit.page_number}"] if hit.page_number else []
    where += [f"Điều {hit.article}"] if hit.article else []
    about = [part for part in (hit.kind, date, hit.place, hit.author, hit.source, *where) if part]
    click.echo("   " + click.style(printable(" · ".join([*about, hit.id])), dim=True))
    if hit.snippet:
        click.echo("   " + _marked(hit.snippet, hit.highlights))
    if hit.duplicates:
        same = printable(f"same text: {', '.join(hit.duplicates)}")
        click.echo("   " + click.style(same, dim=True))
    if hit.explanation is not None:
        explanation(hit.explanation)
    click.echo()


def _marked(text: str, spans: Sequence[Span]) -> str:
    text = printable(text)
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], click.style(text[start:end], bold=True, fg="yellow")]
        at = end
    return "".join([*pieces, text[at:]])


def shown_date(date: datetime.date, precision: str) -> str:
    """Return a date as Vietnamese readers write it, no more precise than it is known."""
    if precision == "year":
        return f"{date.year}"
    if precision == "month":
        return f"{date:%m/%Y}"
    return f"{date:%d/%m/%Y}"


def document(found: Document, *, original: bool) -> None:
    """Print a document: its metadata, a blank line, its text."""
    term = found.term_of_office
    rows = [
        ("id", found.id),
        ("title", found.title),
        ("date", shown_date(found.date, found.date_precision) if found.date else "none"),
        ("date from", found.date_origin if found.date else ""),
        ("kind", found.kind),
        ("place", found.place),
        ("author", found.author),
        ("source", found.source),
        ("folder", found.folder),
        ("path", found.path),
        ("numbers", ", ".join(found.numbers)),
        ("term of office", f"{term[0]}–{term[1]}" if term else ""),
        *((name, str(value)) for name, value in found.extra.items()),
    ]
    _table([(name, value) for name, value in rows if value])
    click.echo()
    as_it_was = original and found.original is not None
    click.echo(found.original if as_it_was else printable(found.text))


def source(state: SourceState, reasons: Sequence[tuple[str, int]]) -> None:
    """Print a source, and below it why some of it was not read, the commonest reason first."""
    when = datetime.datetime.fromisoformat(state.indexed).astimezone()
    documents = "document" if state.documents == 1 else "documents"
    told = f"{state.documents:,} {documents}"
    if state.unread:
        told += f", {len(state.unread):,} not read"
    click.echo(click.style(printable(state.name), bold=True) + f"  {told}")
    click.echo(
        "  " + click.style(f"{printable(state.place)} · indexed {when:%d/%m/%Y %H:%M}", dim=True)
    )
    for reason, count in reasons:
        example = next(one for one in state.unread if one.reason == reason)
        where = example.path or state.place
        more = f" and {count - 1:,} more" if count > 1 else ""
        line = f":{example.line}" if example.line is not None else ""
        click.echo(printable(f"  not read: {where}{line}{more}: {reason}"))


def stats(directory: str, numbers: Mapping[str, Any]) -> None:
    """Print the numbers of an index."""
    rows = [("index", directory)]
    rows += [(name, f"{value:,}") for name, value in numbers.items() if isinstance(value, int)]
    rows += [(f"terms in {stream}", f"{n:,}") for stream, n in numbers["terms"].items()]
    cache = numbers["cache"]
    if cache is not None:
        kept = f"{cache['bytes']:,} of {cache['limit']:,} bytes kept for searches"
        rows.append(("memory", kept))
    if numbers["vector_model"] is not None:
        rows.append(("vectors of model", numbers["vector_model"]))
    _table(rows)


def steps(found: Mapping[str, Any]) -> None:
    """Print what each step made of a text."""
    rows = []
    for name, value in found.items():
        if isinstance(value, list):
            value = " | ".join(value)
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        rows.append((name, value or "–"))
    _table(rows)


def explanation(found: Explanation) -> None:
    """Print every part of a score, the largest first, and their sum."""
    if not found.matches:
        click.echo(f"{found.id} does not match the query", err=True)
    for part in sorted(found.parts, key=lambda part: -part.score):
        click.echo(f"   {part.score:9.4f}  {_of_term(part)}")
    total = sum(part.score for part in found.parts)
    near = f" × {found.nearness:.4f} for words near each other" if found.nearness != 1 else ""
    if found.semantic or found.cosine is not None:
        near += f" + {found.semantic:.4f} for its meaning"
    click.echo(f"   {found.score:9.4f}  = {total:.4f} × {found.date_factor:.4f} for the date{near}")
    for part in sorted(found.outdone, key=lambda part: -part.score):
        click.echo(
            f"      not counted, another form gives more: {part.score:.4f}  {_of_term(part)}"
        )


def _of_term(part: TermScore) -> str:
    # A phrase is a term as well.
    phrase = part.field in SYLLABLE_STREAMS and " " in part.term
    term = f'"{part.term}"' if phrase else part.term
    return f"{part.field}: {term}  (weight {part.weight:g}, {part.frequency}×, idf {part.idf:.3f})"


def evaluation(sets: Mapping[str, Mapping[str, float]], mean: Mapping[str, float]) -> None:
    """Print a table of measures, a set a line, the mean last."""
    width = max(len(name) for name in [*sets, "mean"])
    names = ["documents", "queries", *mean]
    click.echo(" " * width + "".join(f"{name:>11}" for name in names))
    for name, values in [*sets.items(), ("mean", mean)]:
        cells = [_cell(values.get(column)) for column in names]
        click.echo(f"{name:<{width}}" + "".join(f"{cell:>11}" for cell in cells))


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"


def _table(rows: Sequence[tuple[str, str]]) -> None:
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        click.echo(printable(f"{name:<{width}}  {value}"))
