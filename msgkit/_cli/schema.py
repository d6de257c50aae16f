"""``msgkit schema``: what editors check and complete with."""

from __future__ import annotations

import click

from msgkit._cli._help import examples
from msgkit._cli._lang import speaks
from msgkit.templates.schema import message_schema, template_schema


@click.command(epilog=examples("msgkit schema --template"))
@click.option("--template", is_flag=True, help="That of template files, which hold a message or say more.")
@speaks
def schema(*, template: bool) -> None:
    """Print the JSON Schema of a NormalMessage, or of template files, for editors."""
    # As bytes: it goes into a file, which is UTF-8 whatever the terminal speaks.
    click.echo((template_schema() if template else message_schema()).encode(), nl=False)
