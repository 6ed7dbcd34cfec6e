"""Models of what texts mean: the ``model`` commands, and how other commands name one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchengine.cli.base import F, common, echo_json
from searchengine.errors import InputError

if TYPE_CHECKING:
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
