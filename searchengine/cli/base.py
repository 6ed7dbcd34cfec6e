"""What every command shares: options, JSON output, and errors told in one line.

Results go to stdout and everything else to stderr; exit code 0 for found or done, 1 for nothing
found, 2 for an error. The commands themselves are in ``commands`` and the modules beside it.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from searchengine.backends.opensearch.address import FORM, is_address
from searchengine.cli.shell import completers
from searchengine.errors import SearchEngineError

if TYPE_CHECKING:
    from searchengine.engine import SearchEngine

EXIT_NOTHING_FOUND = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
#: No first sentence of a command's help is as long, in characters.
SENTENCE = 300
#: What a terminal obeys instead of showing it: all controls but tabs and ends of lines and pages.
_CONTROLS = dict.fromkeys((*range(9), 11, *range(13, 32), *range(127, 160)), "\ufffd")

F = TypeVar("F", bound=Callable[..., Any])


class Commands(click.Group):
    """Turns every error into one line on stderr (or one JSON object) and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of our output has seen enough; nothing more may be written to it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each command with its whole first sentence, which click would cut at a line."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(SENTENCE))
            for name, command in commands
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(self, *args: Any, **extra: Any) -> Any:
        arguments: list[str] = list(extra.get("args") or (args[0] if args else sys.argv[1:]) or ())
        as_json, debug = "--json" in arguments, "--debug" in arguments
        extra["standalone_mode"] = False
        extra.setdefault("complete_var", completers.COMPLETE_VAR)
        code = EXIT_ERROR
        try:
            result = super().main(*args, **extra)
            code = result if isinstance(result, int) else 0
        except click.exceptions.Exit as done:
            code = done.exit_code
        except (KeyboardInterrupt, click.Abort) as stop:
            told = str(stop.__cause__ or stop)
            _fail(told or "stopped; the index is as it was before", as_json=False)
            code = EXIT_INTERRUPTED
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else "searchengine"
            _fail(f"{_sentence(error.format_message())} (see '{where} --help')", as_json=as_json)
        except click.ClickException as error:
            _fail(error.format_message(), as_json=as_json)
        except SearchEngineError as error:
            if debug:
                raise
            _fail(str(error), as_json=as_json, status=error.status)
        except Exception as error:
            if debug:
                raise
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                message = f"{error.strerror}: make room, and run it again"
            else:
                message = " ".join(str(error).split()) or type(error).__name__
                message = f"unexpected {type(error).__name__}: {message} (--debug shows where)"
            _fail(message, as_json=as_json, status=500)
        sys.exit(code)


def printable(text: str) -> str:
    """Return ``text`` without controls, which may come from any document; as long as it was."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def _fail(message: str, *, as_json: bool, status: int = 400) -> None:
    click.echo(printable(f"error: {message}"), err=True)
    if as_json:
        with contextlib.suppress(OSError):  # It may be the output that finds no room.
            echo_json({"ok": False, "error": message, "status": status})


def _sentence(message: str) -> str:
    return " ".join(message.split()).rstrip(".")


def open_engine(
    directory: str,
    *,
    create: bool = False,
    shards: int | None = None,
    replicas: int | None = None,
) -> SearchEngine:
    """Open the index that a command is about; an empty one is made if ``create``."""
    from searchengine.engine import SearchEngine

    return SearchEngine.open(directory, create=create, shards=shards, replicas=replicas)


def folder_of(directory: str) -> str | None:
    """Return the folder that an index is; None for one in a cluster."""
    return None if is_address(directory) else directory


def echo_json(value: Any, *, indent: int | None = 2) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # A lone surrogate, which an argument of odd bytes brings, has no UTF-8: it is told as \udcff.
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def shared(function: F) -> F:
    """The options that every command takes which is about one index."""
    option = click.option(
        "--index",
        "directory",
        metavar="DIR",
        shell_complete=completers.folders,
        envvar="SEARCHENGINE_INDEX",
        default="index",
        show_default=True,
        help=f"The index: a directory, or in a cluster {FORM}; also $SEARCHENGINE_INDEX.",
    )
    return option(common(function))


def common(function: F) -> F:
    """The options that every command takes."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    ):
        function = option(function)

    @functools.wraps(function)
    def run(*args: Any, debug: bool, **options: Any) -> Any:
        return function(*args, **options)

    return run  # type: ignore[return-value]


def cluster_options(function: F) -> F:
    """The options of commands that may make an index in a cluster."""
    for option in (
        click.option(
            "--replicas",
            type=click.IntRange(0),
            help="Of an index that is made in a cluster: further nodes that keep each shard; "
            "0 without this.",
        ),
        click.option(
            "--shards",
            type=click.IntRange(1),
            help="Of an index that is made in a cluster: the parts that it is cut into; 1 without "
            "this.",
        ),
    ):
        function = option(function)
    return function
