"""``msgkit render``: a file, filled, in the form that is asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from msgkit._cli._errors import WrongError
from msgkit._cli._filled import FilledFile, filled
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option, variables_option
from msgkit._language import Words
from msgkit.preview import as_code, as_page, as_text
from msgkit.reply import Reply

_NO_SHORT = Words("a plain reply has no short form", "普通回复没有短格式。")
_NO_PYTHON = Words("a plain reply has no form in Python", "普通回复没有 Python 写法。")


@click.command(
    epilog=examples(
        "msgkit render replies/accepted.yaml --var order_no=42",
        "msgkit render replies/accepted.yaml --as short",
    )
)
@click.argument("file", type=TemplatePath())
@variables_option
@click.option(
    "--as",
    "form",
    type=click.Choice(["json", "short", "text", "python", "html"]),
    default="json",
    help="The JSON that is sent, the short form as YAML, what the customer sees as text or HTML, or Python.",
)
@library_option
@lang_option
def render(file: Path, variables: tuple[str, ...], form: str, library: Path | None, lang: str) -> None:
    """Fill a template, or read a message or a plain reply, and print it.

    A template is filled with its examples where no --var is given. What breaks a rule is not printed.

    \b
    Exit codes:
      0  printed
      1  it cannot be filled, for want of an example too, or could not be sent
      2  the command is wrong: an option, a --var, a file that is not there
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    shown = filled(file, variables, lang, library)
    if shown.problems:
        click.echo(shown.not_sendable(lang), err=True)
        sys.exit(1)
    # As bytes: it goes into a file, which is UTF-8 whatever the terminal speaks.
    click.echo(_text(shown, form, lang).encode() if form != "text" else _text(shown, form, lang))


def _text(shown: FilledFile, form: str, lang: str) -> str:
    content = shown.content
    match form:
        case "json":
            return content.to_json(indent=2)
        case "short":
            if isinstance(content, Reply):
                raise WrongError(_NO_SHORT.text(lang), lang)
            return content.to_short_yaml().rstrip("\n")
        case "python":
            if isinstance(content, Reply):
                raise WrongError(_NO_PYTHON.text(lang), lang)
            return as_code(content).rstrip("\n")
        case "html":
            return as_page(content).rstrip("\n")
    return as_text(content)
