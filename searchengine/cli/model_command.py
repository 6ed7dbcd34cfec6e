"""The ``model`` commands: models of what texts mean, which searching by meaning needs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from searchengine.cli.base import common, echo_json


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
