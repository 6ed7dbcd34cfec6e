"""The ``embed`` command: vectors for the documents of an index, so that meaning can be asked for.

``index --semantic`` does the same behind its own work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searchengine.cli.base import echo_json, open_engine, shared
from searchengine.cli.model_command import model_option, opened_model

if TYPE_CHECKING:
    from searchengine.embedding import Embedder
    from searchengine.engine import SearchEngine


@click.command()
@model_option("The model that says what texts mean; see 'searchengine model build'.")
@click.option("--replace", is_flag=True, help="Put its vectors in the place of another model's.")
@shared
def embed(model_directory: str | None, replace: bool, directory: str, as_json: bool) -> int:
    """Make vectors of what documents mean, for search --semantic.

    Only documents without any get some. Searches go on meanwhile and see them grow; stopped, it
    goes on where it was the next time.
    """
    model = opened_model(True, model_directory)
    assert model is not None
    with open_engine(directory) as engine:
        made = embed_all(engine, model, replace=replace, quiet=as_json)
        documents = engine.document_count()
    if as_json:
        echo_json({"ok": True, "embedded": made, "documents": documents})
    else:
        click.echo(f"{made:,} of {documents:,} documents were given vectors, all have them")
    return 0


def embed_all(
    engine: SearchEngine, model: Embedder, *, replace: bool = False, quiet: bool = False
) -> int:
    """Give vectors to documents without any, with a bar unless ``quiet``; return how many."""
    from searchengine.cli.progress import Progress

    try:
        with Progress(enabled=not quiet) as progress:
            return engine.embed(model, replace=replace, progress=progress.advance)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            "stopped; vectors are kept up to half a minute ago: 'searchengine embed' goes on there"
        ) from stop
