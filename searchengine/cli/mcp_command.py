"""``searchengine mcp``: an index as tools of an assistant, over stdin and stdout.

What the tools are is in ``searchengine.mcp``, which is imported when this runs.
"""

from __future__ import annotations

from importlib.util import find_spec

import click

from searchengine.cli.base import open_engine, shared
from searchengine.errors import InputError


@click.command("mcp")
@shared
def mcp(directory: str, as_json: bool) -> int:
    """Answer an assistant's tools over stdin and stdout, by the Model Context Protocol.

    The tools are search, get, facets and suggest; they read the index and never change it. Runs
    until its input ends.
    """
    if find_spec("mcp") is None:
        raise InputError(
            "searchengine mcp needs a package that is missing: pip install 'searchengine[mcp]'"
        )
    from searchengine.mcp.server import server_of

    with open_engine(directory) as engine:
        server_of(engine).run("stdio")
    return 0
