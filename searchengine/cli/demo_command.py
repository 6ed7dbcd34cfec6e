"""``searchengine demo``: an index of the sample pages, a few questions to it, and its page.

Pages and questions are ``demo.tour``'s; here they are printed, and served when asked.
"""

from __future__ import annotations

import contextlib
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchengine.backends.opensearch.address import is_address
from searchengine.cli.base import common, echo_json, open_engine
from searchengine.cli.serve_command import serve
from searchengine.cli.shell import completers
from searchengine.errors import InputError

if TYPE_CHECKING:
    from searchengine.query.display.results import Results


@click.command()
@click.option(
    "--keep",
    metavar="DIR",
    shell_complete=completers.folders,
    help="Make pages and index in the folder DIR, which is new or empty, and leave them there; in "
    "a temporary folder without this.",
)
@click.option("--serve", "serving", is_flag=True, help="Show the page in the browser, too.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port of the page; 0 for any that is free.",
)
@click.option("--no-open", is_flag=True, help="Serve the page without opening a browser.")
@common
@click.pass_context
def demo(
    context: click.Context,
    keep: str | None,
    serving: bool,
    port: int,
    no_open: bool,
    as_json: bool,
) -> int:
    """Show what this does: index sample pages that come with it, and search them.

    They are news, papers, notices and records of a ward and a commune that do not exist.
    """
    from searchengine.demo.tour import QUESTIONS, build

    with _folder(keep) as folder:
        index = build(folder)
        with open_engine(str(index)) as engine, engine.open_view() as view:
            documents = view.document_count
            if not as_json:
                click.echo(f"{documents} documents of {folder / 'pages'}\n")
            answers = []
            for question in QUESTIONS:
                found = view.search(question.query, limit=1, facets=False)
                answers.append({"shows": question.shows, **found.to_json()})
                if not as_json:
                    _show(question.query, question.shows, found)
        if as_json:
            kept = {"pages": str(folder / "pages"), "index": str(index)} if keep else {}
            echo_json({"ok": True, "documents": documents, **kept, "answers": answers})
        elif keep:
            named = shlex.quote(str(index))
            click.echo("To go on:")
            click.echo(f"    searchengine search --index {named} nuoc sach")
            if not serving:
                click.echo(f"    searchengine serve --index {named} --open")
        elif not serving:
            click.echo("To go on:")
            click.echo("    searchengine demo --serve       # the same in the browser")
            click.echo("    searchengine demo --keep DIR    # keeps pages and index for searches")
        if serving:
            context.invoke(
                serve, directory=str(index), port=port, open_browser=not no_open, as_json=as_json
            )
    return 0


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    """The folder to work in; a temporary one is gone afterwards."""
    if keep and is_address(keep):
        raise InputError("the sample pages are kept in a folder: name one with --keep DIR")
    if keep:
        yield Path(keep)
    else:
        with tempfile.TemporaryDirectory(prefix="searchengine-demo-") as name:
            yield Path(name)


def _show(query: str, shows: str, found: Results) -> None:
    from searchengine.cli import render

    command = click.style(f"$ searchengine search {shlex.quote(query)}", bold=True)
    click.echo(f"{command}    # {shows}")
    render.results(found)
    click.echo(err=True)
