"""``searchengine completion``: prints what makes a shell complete this command.

The scripts are click's; what is offered is found by ``completers``.
"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from searchengine.cli.base import common, echo_json
from searchengine.cli.shell.completers import COMPLETE_VAR

NAME = "searchengine"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common
@click.pass_context
def completion(context: click.Context, shell: str, as_json: bool) -> int:
    """Print the script that has a shell complete commands, options and names of the index.

    \b
    bash: eval "$(searchengine completion bash)"    in ~/.bashrc
    zsh:  eval "$(searchengine completion zsh)"     in ~/.zshrc, below compinit
    fish: searchengine completion fish > ~/.config/fish/completions/searchengine.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, shell
    script = kind(context.find_root().command, {}, NAME, COMPLETE_VAR).source()
    if as_json:
        echo_json({"ok": True, "shell": shell, "script": script})
    else:
        click.echo(script)
    return 0
