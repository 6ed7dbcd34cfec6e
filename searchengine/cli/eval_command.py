"""The ``eval`` command: ranking measured on sets of documents, queries and right answers.

Arguments in, a table or JSON out; the measuring itself is in ``evaluation``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from searchengine.cli.base import echo_json, shared
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
@click.argument("directories", nargs=-1, required=True, metavar="DIR…")
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
@shared
def evaluate(
    directories: tuple[str, ...],
    half: Any,
    directory: str,
    as_json: bool,
    **typings: bool,
) -> int:
    """Measure ranking on sets of corpus.jsonl and queries.jsonl, in a temporary index."""
    from searchengine.cli import render
    from searchengine.evaluation import TYPINGS, evaluate_set, mean_of

    chosen = [name.replace("_", "-") for name, is_chosen in typings.items() if is_chosen]
    if len(chosen) > 1:
        raise InputError(f"a query is typed in one way: choose one of {' and '.join(chosen)}")
    typing = TYPINGS[chosen[0] if chosen else "as-is"]
    sets: dict[str, dict[str, float]] = {}
    for path in directories:
        name = _name(path, sets)
        sets[name] = evaluate_set(Path(path), typing, half=half)
        click.echo(f"{path} done", err=True)
    if as_json:
        echo_json({"ok": True, "sets": sets, "mean": mean_of(sets)})
    else:
        render.evaluation(sets, mean_of(sets))
    return 0


def _name(path: str, taken: dict[str, dict[str, float]]) -> str:
    """The last part of a path names a set, or all of it where two sets have the same."""
    short = Path(path).resolve().name
    return path if short in taken else short
