"""The ``eval`` command: ranking measured on sets of documents, queries and right answers.

Arguments in, a table or JSON out; the measuring itself is in ``evaluation``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from searchengine.backends.opensearch.address import FORM, Address, is_address
from searchengine.cli.base import cluster_options, common, echo_json
from searchengine.cli.model_command import opened_model, semantic_options
from searchengine.cli.shell import completers
from searchengine.errors import InputError

#: Each way of typing that can be asked for, and what the help says of it.
_TYPINGS = {
    "fold": "Strip the queries' diacritics first.",
    "telex": "Type the queries in Telex.",
    "vni": "Type the queries in VNI.",
    "nfd": "Take the queries' letters and marks apart.",
    "mixed": "Strip the diacritics of half of each query's syllables.",
}


def _typing_options(function: Any) -> Any:
    """Flags that come down to the parameters ``fold``, ``telex`` and so on."""
    for name, text in reversed(_TYPINGS.items()):
        function = click.option(f"--{name}-queries", name, is_flag=True, help=text)(function)
    return function


@click.command("eval")
@click.argument(
    "directories", nargs=-1, required=True, metavar="DIR…", shell_complete=completers.folders
)
@_typing_options
@click.option(
    "--other-placement", is_flag=True, help="Move the queries' tone marks: hòa to hoà, and back."
)
@click.option("--capitals", is_flag=True, help="Type the queries in capitals.")
@click.option(
    "--half",
    type=click.Choice(["tuning", "held-out"]),
    help="Ask only one half of each set's queries, chosen by the SHA-256 of their ids.",
)
@click.option(
    "--index",
    metavar="DIR",
    help=f"Index each set beside DIR, or in a cluster {FORM}, as the index NAME-SET, made anew; "
    "in a temporary folder without this.",
)
@click.option("--keep", is_flag=True, help="Leave these indexes there.")
@semantic_options
@cluster_options
@common
def evaluate(
    directories: tuple[str, ...],
    half: Any,
    index: str | None,
    keep: bool,
    shards: int | None,
    replicas: int | None,
    semantic: bool,
    model_directory: str | None,
    as_json: bool,
    **typings: bool,
) -> int:
    """Measure ranking on sets of corpus.jsonl and queries.jsonl."""
    from searchengine.cli import render
    from searchengine.evaluation import TYPINGS, Place, evaluate_set, mean_of

    chosen = [name.replace("_", "-") for name, is_chosen in typings.items() if is_chosen]
    if len(chosen) > 1:
        raise InputError(f"a query is typed in one way: choose one of {' and '.join(chosen)}")
    if index is None and (keep or shards is not None or replicas is not None):
        raise InputError("a temporary index is neither kept nor cut into shards: add --index")
    model = opened_model(semantic, model_directory)
    typing = TYPINGS[chosen[0] if chosen else "as-is"]
    places: list[str] = []
    sets: dict[str, dict[str, float]] = {}
    for path in directories:
        name = _name(path, sets)
        place = None
        if index is not None:
            places.append(_index_of(index, name, places))
            place = Place(places[-1], keep, shards, replicas)
        sets[name] = evaluate_set(Path(path), typing, half=half, place=place, model=model)
        click.echo(f"{path} done", err=True)
    if as_json:
        echo_json({"ok": True, "sets": sets, "mean": mean_of(sets)})
    else:
        render.evaluation(sets, mean_of(sets))
    return 0


def _name(path: str, taken: Collection[str]) -> str:
    """The last part of a path names a set, or all of it where two sets have the same."""
    short = Path(path).resolve().name
    return path if short in taken else short


def _index_of(index: str, name: str, taken: Collection[str]) -> str:
    """The index of the set ``name``, in a cluster or a folder; no two of a run have the same."""
    from searchengine.text.folding import fold

    short = re.sub("[^a-z0-9]+", "-", fold(name).lower()).strip("-") or "set"
    while (found := _with_suffix(index, short)) in taken:
        short += "-2"
    return found


def _with_suffix(index: str, suffix: str) -> str:
    if not is_address(index):
        return f"{Path(index)}-{suffix}"
    address = Address.parse(index)
    return str(Address.parse(str(replace(address, name=f"{address.name}-{suffix}"))))
