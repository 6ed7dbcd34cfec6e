"""The ``index`` command: files and folders in, an index brought up to date.

What a run reads and what has changed is ``pages.ingest``'s business; here it is told what the index
keeps for good, too: the fields of records and the list of synonyms.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchengine.backends.fields import Field, IndexSettings, fields_of, read_schema
from searchengine.cli.base import (
    EXIT_ERROR,
    cluster_options,
    echo_json,
    folder_of,
    open_engine,
    printable,
    shared,
)
from searchengine.cli.model_command import embed_all, model_option, opened_model
from searchengine.cli.shell import completers
from searchengine.errors import InputError
from searchengine.processors import processors

if TYPE_CHECKING:
    from searchengine.engine import SearchEngine
    from searchengine.pages.indexing import Report
    from searchengine.pages.readers.records import Fields
    from searchengine.pages.selection import Selection


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", shell_complete=completers.files)
@click.option("--prune", is_flag=True, help="Remove documents whose pages have gone.")
@click.option(
    "--yes", "confirmed", is_flag=True, help="Prune even most of what a PATH gave, or all of it."
)
@click.option(
    "--as",
    "source_name",
    metavar="NAME",
    help="Take PATH for the source NAME, which may have been elsewhere before.",
)
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="Of folders, take only files that fit, such as '*.txt', also scripts and the like.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out what fits, such as '*.bak' or 'nháp/'. .searchignore says so for good.",
)
@click.option("--watch", is_flag=True, help="Stay, and take up what changes, until Ctrl-C.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="OURS=THEIRS",
    help="In JSON records, read OURS (id, title, text, date, …) from the field THEIRS.",
)
@click.option(
    "--schema",
    metavar="FILE",
    shell_complete=completers.files,
    help="Declare fields of records in a new index: a JSON object of names and kinds (keyword, "
    "number, date). Without this they are inferred from the first records; {} declares none.",
)
@click.option(
    "--synonyms",
    metavar="FILE",
    shell_complete=completers.files,
    help="Keep this list of synonyms in the index from now on.",
)
@click.option("--ocr", is_flag=True, help="Read scanned pages of PDF too, where tesseract is.")
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that share the work; all cores by default."
)
@click.option(
    "--semantic", is_flag=True, help="Then make vectors too, by --model, for search --semantic."
)
@model_option("The model of --semantic; see 'searchengine model build'.")
@cluster_options
@shared
def index(
    paths: tuple[str, ...],
    prune: bool,
    confirmed: bool,
    source_name: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    watch: bool,
    fields: tuple[str, ...],
    schema: str | None,
    synonyms: str | None,
    ocr: bool,
    workers: int | None,
    semantic: bool,
    model_directory: str | None,
    shards: int | None,
    replicas: int | None,
    directory: str,
    as_json: bool,
) -> int:
    """Index pages: papers, sheets, slides, books, text, HTML, mail, archives, folders of them.

    Run again, it adds what is new and replaces what has changed, and goes on where it was stopped.
    """
    from searchengine.cli.progress import Progress
    from searchengine.pages.history import History
    from searchengine.pages.ingest import index_paths
    from searchengine.pages.readers.records import Fields
    from searchengine.pages.selection import Selection

    for path in paths:
        if not os.path.lexists(path):
            raise InputError(f"there is no {path}: check the path")
    declared = None if schema is None else read_schema(_text(schema))
    names = _field_names(fields)
    record_fields = Fields.named(names)  # An unknown name is told before an index is made.
    selection = Selection(include, exclude)
    model = opened_model(semantic, model_directory)  # Likewise.
    folder = folder_of(directory)
    own_folders = [] if folder is None else [folder]
    with open_engine(directory, create=True, shards=shards, replicas=replicas) as engine:
        if declared is None:
            declared = _inferred(engine, paths, record_fields, selection)
        _configure(engine, declared, synonyms)

        def run(**how: Any) -> Report:
            with Progress(enabled=not as_json) as progress:
                return index_paths(
                    engine,
                    paths,
                    names=names,
                    exclude=own_folders,
                    selection=selection,
                    history=History(folder),
                    ocr=ocr,
                    workers=workers or processors(),
                    progress=progress.advance,
                    **how,
                )

        asked = {"source_name": source_name, "prune": prune, "confirmed": confirmed}
        if not watch:
            report = run(**asked)
            _tell(report, as_json=as_json)
            if model is not None:
                embed_all(engine, model, quiet=as_json)
            return EXIT_ERROR if report.problems else 0
        from searchengine.pages.watch import watch_paths

        def take_up(changed: set[str] | None) -> None:
            if changed is None:
                report = run(**asked)
            else:
                report = run(only=changed, prune=True, confirmed=True)
            if changed is None or report.did_something:
                _tell(report, as_json=as_json, burst=True)
                if model is not None:
                    embed_all(engine, model, quiet=as_json)

        watch_paths(paths, take_up, exclude=own_folders, tell=_say)
    return 0


def _tell(report: Report, *, as_json: bool, burst: bool = False) -> None:
    """Say what a run did; of a ``burst`` in one line, and when that was."""
    for warning in report.warnings:
        _say(f"warning: {warning}")
    for problem in report.problems:
        _say(f"not read: {problem}")
    if report.skipped:
        _say(report.skipped_line())
    if report.found_nothing:
        _say("there was nothing to read: see that the path and what is left out are right")
    if as_json:
        echo_json(report.to_json(), indent=None if burst else 2)
    else:
        when = f"{datetime.datetime.now():%H:%M:%S} " if burst else ""
        click.echo(f"{when}{report.summary()}")


def _say(line: str) -> None:
    click.echo(printable(line), err=True)


def _configure(
    engine: SearchEngine, declared: tuple[Field, ...] | None, synonyms: str | None
) -> None:
    """Have the index keep what it was told, where that is something new."""
    with engine.open_view() as view:
        settings = before = view.settings
    if declared is not None:
        settings = replace(settings, fields=declared)
    if synonyms is not None:
        from searchengine.text.lexicon.synonyms import Synonyms, read_list  # Loads arrays.

        settings = replace(settings, synonyms=Synonyms(read_list(synonyms)).text)
    if settings != before:
        engine.configure(settings)


def _inferred(
    engine: SearchEngine, paths: Iterable[str], names: Fields, selection: Selection
) -> tuple[Field, ...] | None:
    """The fields that the first records suggest to an index without any document."""
    from searchengine.pages.field_inference import infer_fields

    with engine.open_view() as view:
        if view.document_count or view.settings.fields:
            return None
    kinds = infer_fields(_first_records(paths, names, selection))
    found: list[Field] = []
    for name, kind in kinds.items():
        # What cannot be a field stays an extra one of its document.
        with contextlib.suppress(InputError):
            found.append(*IndexSettings(fields=fields_of({name: kind})).fields)
    if found:
        told = ", ".join(f"{field.name} ({field.kind})" for field in found)
        click.echo(f"fields to filter and sort by: {told}", err=True)
    return tuple(found) or None


def _first_records(
    paths: Iterable[str], names: Fields, selection: Selection
) -> Iterator[Mapping[str, Any]]:
    """The further fields of the first records in and below ``paths``."""
    from searchengine.pages.field_inference import RECORDS
    from searchengine.pages.folders import SourceFile, list_files
    from searchengine.pages.page import Page
    from searchengine.pages.readers.reading import all_readers, read_file
    from searchengine.pages.readers.records import is_record_file

    readers, _ = all_readers(names)
    files = (file for path in paths for file in list_files(path, selection=selection))
    records = (file for file in files if isinstance(file, SourceFile) and is_record_file(file))
    pages = (page for file in records for page in read_file(file, readers))
    for page in islice((page for page in pages if isinstance(page, Page)), RECORDS):
        yield page.extra if page.document is None else page.document.extra


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(f"cannot read the schema {path} ({reason}): check the file") from error


def _field_names(pairs: Iterable[str]) -> dict[str, str]:
    names = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not (ours and separator and theirs):
            raise InputError(f"--field {pair}: write it as OURS=THEIRS, such as text=body")
        names[ours] = theirs
    return names
