"""The ``serve`` and ``mcp`` commands: options in, a server that runs until it is told to stop.

One answers over HTTP, the other an assistant that has started it. What they import, they import
when they run: no other command needs a server.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from searchengine.cli.base import open_engine, shared
from searchengine.cli.model_command import named_model, semantic_options
from searchengine.errors import InputError
from searchengine.options import MAX_DEPTH, MAX_LIMIT

if TYPE_CHECKING:
    from searchengine.server.settings import LogFormat, Metrics


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 for any that is free, which is printed.",
)
@click.option("--open", "open_browser", is_flag=True, help="Show the page in the browser.")
@click.option(
    "--write-token",
    envvar="SEARCHENGINE_WRITE_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="Let holders of TOKEN add and delete documents. Others on this computer can see a "
    "command line, but not the variable.",
)
@click.option(
    "--read-token",
    "read_tokens",
    multiple=True,
    envvar="SEARCHENGINE_READ_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="Let only holders of TOKEN read, a browser as the password to any name. May be repeated; "
    "in the variable several stand apart by blanks.",
)
@click.option(
    "--rate-limit",
    type=click.IntRange(1),
    envvar="SEARCHENGINE_RATE_LIMIT",
    show_envvar=True,
    metavar="N",
    help="Requests a minute that each client may make. Without it as many as it likes.",
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    envvar="SEARCHENGINE_ALLOW_ORIGIN",
    show_envvar=True,
    metavar="ORIGIN",
    help="Let pages of ORIGIN, such as https://example.org, read the answers in a browser; * for "
    "all. May be repeated.",
)
@click.option("--log-queries", is_flag=True, help="Keep the text of queries in the log.")
@click.option(
    "--log-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The log's lines of requests: text, or a JSON object each.",
)
@click.option(
    "--metrics",
    type=click.Choice(("off", "local", "all")),
    default="local",
    show_default=True,
    help="Who may read /metrics: nobody, who asks from this computer, or all who reach the server.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Also answer under this host name, as behind a proxy. On a loopback address only the "
    "names of this computer are answered otherwise.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="Processes that answer, which share the memory that is kept. Without it one, for more "
    "than 20,000 documents as many as there are cores, at most 4.",
)
@click.option(
    "--cache-mb",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="Megabytes that are kept in memory between searches, by all processes together.",
)
@click.option(
    "--threads", type=click.IntRange(1, 64), help="Searches that run at once in a process."
)
@click.option("--queue", type=click.IntRange(1), help="Requests that may wait in a process.")
@click.option("--time-limit", type=click.FloatRange(0.1), help="Seconds that a request may take.")
@click.option("--max-connections", type=click.IntRange(1), help="Open connections at once.")
@click.option("--max-body", type=click.IntRange(1), help="Bytes of a request to write.")
@click.option("--max-url", type=click.IntRange(100), help="Bytes of an address.")
@click.option("--max-query", type=click.IntRange(1, 1000), help="Characters of a query.")
@click.option("--max-depth", type=click.IntRange(1, MAX_DEPTH), help="Results that can be paged.")
@click.option("--max-page-size", type=click.IntRange(1, MAX_LIMIT), help="Results that a page has.")
@semantic_options
@shared
def serve(
    host: str,
    port: int,
    open_browser: bool,
    write_token: str | None,
    read_tokens: tuple[str, ...],
    rate_limit: int | None,
    origins: tuple[str, ...],
    log_queries: bool,
    log_format: LogFormat,
    metrics: Metrics,
    allowed_hosts: tuple[str, ...],
    processes: int | None,
    cache_mb: int,
    semantic: bool,
    model_directory: str | None,
    directory: str,
    as_json: bool,
    **limits: Any,
) -> int:
    """Answer queries over HTTP: a page for people, an API for programs."""
    from searchengine.server.http.run import run
    from searchengine.server.settings import LOOPBACK, Settings

    on_loopback = host in LOOPBACK or host.startswith("127.")
    hosts = (*LOOPBACK, host, *allowed_hosts) if on_loopback or allowed_hosts else ()
    settings = Settings(
        write_token=write_token,
        read_tokens=read_tokens,
        rate_limit=rate_limit,
        origins=tuple(origin.lower() for origin in origins),
        log_queries=log_queries,
        log_format=log_format,
        metrics=metrics,
        model=named_model(semantic, model_directory),
        hosts=tuple(name.lower() for name in hosts),
        **{_SETTINGS[name]: value for name, value in limits.items() if value is not None},
    )

    def started(url: str, documents: int) -> None:
        if as_json:
            # One line: whoever reads it need not wait for the end of the output.
            click.echo(json.dumps({"ok": True, "url": url, "documents": documents}))
        else:
            click.echo(f"{documents:,} documents at {url} (Ctrl-C stops)")
        if not on_loopback:
            who = ", if they have a read token" if read_tokens else ""
            also = ", and change it with the write token" if write_token else ""
            click.echo(
                f"warning: {host} is not this computer alone: whoever reaches it over the network "
                f"can read the whole index{who}{also}",
                err=True,
            )
        if open_browser:
            click.launch(url)

    run(
        directory,
        host,
        port,
        settings,
        processes=processes,
        cache_bytes=cache_mb << 20,
        started=started,
    )
    return 0


_SETTINGS = {
    "threads": "threads",
    "queue": "queue",
    "time_limit": "seconds",
    "max_connections": "connections",
    "max_body": "body_bytes",
    "max_url": "url_bytes",
    "max_query": "query_characters",
    "max_depth": "page_depth",
    "max_page_size": "page_size",
}


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
