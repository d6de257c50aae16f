"""``msgkit completion``: what makes a shell complete the command."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from msgkit._cli._help import examples
from msgkit._cli._lang import speaks

_SHELLS = ("bash", "zsh", "fish")


@click.command(epilog=examples('eval "$(msgkit completion bash)"', "msgkit completion fish"))
@click.argument("shell", type=click.Choice(_SHELLS))
@speaks
def completion(shell: str) -> None:
    """Print the script by which a SHELL completes commands, options, choices, rules and template files.

    \b
    It belongs into
      bash  ~/.bashrc, as: eval "$(msgkit completion bash)"
      zsh   ~/.zshrc, below compinit, as: eval "$(msgkit completion zsh)"
      fish  ~/.config/fish/completions/msgkit.fish, as it is printed
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    root = click.get_current_context().find_root()
    script = get_completion_class(shell)
    if script is not None:  # these three are click's own
        click.echo(script(root.command, {}, "msgkit", "_MSGKIT_COMPLETE").source())
