"""What is written from the commands' own help: docs/commands.md and the manual page.

``python -m tests.docs.reference`` (``make reference``) writes both anew; a test fails while they
say something else than the commands do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from searchengine.cli.commands import main
from tests.docs.pages import ROOT

NAME = "searchengine"
MARKDOWN, MANUAL = ROOT / "docs" / "commands.md", ROOT / "docs" / f"{NAME}.1"
DESCRIPTION = "full-text search for Vietnamese pages"
EXIT_CODES = "0: found or done; 1: nothing found; 2: error, told in one line."
ENVIRONMENT = {
    "SEARCHENGINE_INDEX": "The index where --index does not name one.",
    "SEARCHENGINE_TIME_ZONE": "The time zone in which a day is a day, such as Europe/Paris; that "
    "of Vietnam without it.",
    "SEARCHENGINE_WRITE_TOKEN": "The token of serve --write-token.",
    "NO_COLOR": "No colours, if it is set.",
}


@dataclass(frozen=True)
class Entry:
    """A command: its arguments as they are typed, its help in paragraphs, its options."""

    usage: str
    paragraphs: list[str]
    options: list[tuple[str, str]]


def entry(name: str) -> Entry:
    """What the help of a command says."""
    command = main.commands[name]
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    usage = " ".join((name, "[OPTIONS]", *(str(_shown(one)) for one in arguments)))
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(command.help or ""))
    options = [one for one in command.params if isinstance(one, click.Option)]
    return Entry(usage, paragraphs, [(_names(one), _help(one)) for one in options])


def _shown(argument: click.Argument) -> str:
    if argument.metavar:
        return argument.metavar
    assert isinstance(argument.type, click.Choice), argument.name
    return f"{{{'|'.join(map(str, argument.type.choices))}}}"


def _names(option: click.Option) -> str:
    """The names of an option, with what it takes."""
    names = ", ".join((*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice):
        return f"{names} {{{'|'.join(map(str, option.type.choices))}}}"
    return f"{names} {option.metavar or option.type.name.split()[0].upper()}"


def _help(option: click.Option) -> str:
    said = option.help or ""
    if option.multiple:
        said += " May be repeated."
    if option.show_default and not option.is_flag and option.default is not None:
        said += f" Default: {option.default}."
    return said


def markdown() -> str:
    """The page of all commands."""
    lines = [
        "# Commands",
        "",
        "Written from the commands' own help by `make reference`; `searchengine COMMAND --help` "
        "says the same.",
        "",
        f"Exit codes: {EXIT_CODES} Variables of the environment:",
        "",
        *(f"- `{name}`: {said}" for name, said in ENVIRONMENT.items()),
        "",
        *(f"- [`{name}`](#{name}): {entry(name).paragraphs[0]}" for name in sorted(main.commands)),
    ]
    for name in sorted(main.commands):
        one = entry(name)
        lines += ["", f"## {name}", "", f"    {NAME} {one.usage}", ""]
        for paragraph in one.paragraphs:
            lines += [*_markdown_paragraph(paragraph), ""]
        lines += [f"- `{names}`: {said}" for names, said in one.options]
    return "\n".join(lines) + "\n"


def _markdown_paragraph(paragraph: str) -> Iterator[str]:
    first, *rest = paragraph.splitlines()
    if first == "\b":
        yield from (f"    {line}" for line in rest)
    else:
        yield " ".join((first, *rest))


def manual() -> str:
    """The manual page, in the macros of man."""
    lines = [
        '.\\" Written from the commands\' own help by "make reference".',
        f'.TH {NAME.upper()} 1 "" "{NAME}" "User Commands"',
        ".SH NAME",
        f"{NAME} \\- {DESCRIPTION}",
        ".SH SYNOPSIS",
        f".B {NAME}",
        "COMMAND [OPTIONS] [ARGUMENTS]",
        ".SH DESCRIPTION",
        _roff(
            "Indexes folders of Vietnamese pages and finds them with diacritics, without them, by "
            "document number, place and date. Results go to standard output and everything else "
            "to standard error."
        ),
        ".SH COMMANDS",
    ]
    for name in sorted(main.commands):
        one = entry(name)
        lines += [f".SS {_roff(one.usage)}"]
        for at, paragraph in enumerate(one.paragraphs):
            lines += [".PP"] if at else []
            first, *rest = paragraph.splitlines()
            if first == "\b":
                lines += [".nf", *map(_roff, rest), ".fi"]
            else:
                lines += [_roff(" ".join((first, *rest)))]
        for names, said in one.options:
            lines += [".TP", f".B {_roff(names)}", _roff(said)]
    lines += [".SH EXIT STATUS", _roff(EXIT_CODES), ".SH ENVIRONMENT"]
    for variable, said in ENVIRONMENT.items():
        lines += [".TP", f".B {variable}", _roff(said)]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """Text that no macro and no escape is read in; other letters than ASCII by their numbers."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in text)
    return f"\\&{text}" if text.startswith((".", "\\(aq")) else text


if __name__ == "__main__":
    MARKDOWN.write_text(markdown(), encoding="utf-8")
    MANUAL.write_text(manual(), encoding="utf-8")
