"""Models of what texts mean: ``model`` and ``embed``, and how other commands name one.

``index --semantic`` makes vectors behind its own work, as ``embed`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchengine.cli.base import F, common, echo_json, open_engine, shared
from searchengine.errors import InputError

if TYPE_CHECKING:
    from searchengine.embedding import Embedder
    from searchengine.engine import SearchEngine
    from searchengine.semantic.model import SemanticModel


def model_option(help_: str) -> Callable[[F], F]:
    """The option that names a model."""
    return click.option(
        "--model",
        "model_directory",
        envvar="SEARCHENGINE_MODEL",
        show_envvar=True,
        metavar="DIR",
        help=help_,
    )


def semantic_options(function: F) -> F:
    """The options by which a command is told to go by what texts mean, and by which model."""
    for option in (
        model_option("The model that --semantic goes by; see 'searchengine model build'."),
        click.option(
            "--semantic",
            is_flag=True,
            help="Order the first results by what they mean as well as by their words.",
        ),
    ):
        function = option(function)
    return function


def named_model(semantic: bool, directory: str | None) -> str | None:
    """Return the folder of the model that a command is to go by, None for words alone."""
    if semantic and not directory:
        raise InputError(
            "which model says what texts mean? --model DIR, or $SEARCHENGINE_MODEL; "
            "'searchengine model build DIR' makes one"
        )
    return directory if semantic else None


def opened_model(semantic: bool, directory: str | None) -> SemanticModel | None:
    """Return the model that a command is to go by, None for words alone."""
    directory = named_model(semantic, directory)
    if directory is None:
        return None
    from searchengine.semantic.model import SemanticModel

    return SemanticModel.open(directory)


@click.group()
def model() -> None:
    """Make a model for searching by meaning, or look at one."""


@model.command()
@click.argument("directory", metavar="DIR")
@common
def build(directory: str, as_json: bool) -> int:
    """Make a model in the new folder DIR from the weights of an installed package."""
    from searchengine.semantic.building.package import build_model

    description = build_model(directory)
    if as_json:
        echo_json({"ok": True, "directory": directory, **asdict(description)})
    else:
        size = sum(one.stat().st_size for one in Path(directory).iterdir())
        click.echo(f"{directory}: {description.name}, {size / 1e6:.0f} MB")
        click.echo(f"licence: {description.license}")
    return 0


@model.command("show")
@click.argument("directory", metavar="DIR")
@common
def show_model(directory: str, as_json: bool) -> int:
    """Say what the model in DIR is, and whether it can be used."""
    from searchengine.semantic.model import SemanticModel

    found = SemanticModel.open(directory)
    values = asdict(found.description)
    values |= {"fingerprint": found.fingerprint, "dimensions": found.dimensions}
    if as_json:
        echo_json({"ok": True, "directory": directory, **values})
    else:
        for name, value in values.items():
            if name != "files":
                click.echo(f"{name:16} {value}")
    return 0


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
