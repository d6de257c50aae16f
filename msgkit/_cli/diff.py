"""``msgkit diff``: what the customer would see differently, for two files or one at two revisions."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from msgkit._beijing import BEIJING
from msgkit._cli import _output
from msgkit._cli._filled import held, read, unreadable
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option
from msgkit._cli._revisions import is_revision, open_revision
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.errors import TemplateError
from msgkit.preview import as_text
from msgkit.reply import Reply
from msgkit.templates import Template
from msgkit.templates._folder import UnreadableError

_CONTEXT = 2  # lines
_SAME = Words("The customer sees no difference.", "用户看到的内容没有变化。")
_RULES_DIFFER = Words(
    "With these examples the customer sees no difference; conditions or variables differ:",
    "按示例填写，用户看到的内容没有变化；条件或变量有变化：",
)
_VARIANT = Words("Variant {number}[: when {when}]", "第 {number} 种回复[：when {when}]")
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


@click.command(
    epilog=examples(
        "msgkit diff old.yaml new.yaml",
        "msgkit diff HEAD:replies/accepted.yaml replies/accepted.yaml",
        "msgkit diff HEAD~1:replies/accepted.yaml HEAD:replies/accepted.yaml --lang zh",
    )
)
@click.argument("old", type=TemplatePath())
@click.argument("new", type=TemplatePath())
@library_option
@lang_option
def diff(old: Path, new: Path, library: Path | None, lang: str) -> None:
    """Show what the customer would see differently: OLD and NEW are files, or REVISION:PATH as git has them.

    Both are filled with the same examples, those of NEW first. What a file includes is read at its revision.

    \b
    Exit codes:
      0  the customer sees no difference
      1  there are differences, or a file cannot be read
      2  the command is wrong: an option, a file or a revision that is not there
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    before, after = _content(old, library, lang), _content(new, library, lang)
    moment = datetime.now(BEIJING)
    values = {
        name: value for side in (before, after) if isinstance(side, Template) for name, value in side.examples.items()
    }
    lines = list(_compared(_faces(before, values, moment, lang), _faces(after, values, moment, lang), old, new))
    if not lines and isinstance(before, Template) and isinstance(after, Template):
        lines = _of_rules(before, after, old, new)
        if lines:
            click.echo(_RULES_DIFFER.text(lang))
    for line in lines:
        colour = _COLOURS.get(line[:1]) if _output.has_styles() else None
        click.echo(click.style(line, fg=colour) if colour else line)
    if not lines:
        click.echo(_SAME.text(lang))
    sys.exit(1 if lines else 0)


def _content(path: Path, library: Path | None, lang: str) -> Template | Reply:
    """Return what one side holds."""
    argument = str(path)
    if not is_revision(argument):
        return read(path, lang, library)[1]
    try:
        source, shelf = open_revision(argument, lang)
    except UnreadableError as error:
        raise unreadable(printable(argument), error, lang) from None
    return held(source, shelf, lang)


def _faces(content: Template | Reply, values: Mapping[str, Any], moment: datetime, lang: str) -> list[str]:
    """Return the lines that a customer reads, of every variant, filled with the examples of both sides."""
    if isinstance(content, Reply):
        return as_text(content).split("\n")
    lines: list[str] = []
    variants = content.variants or (content,)
    for number, variant in enumerate(variants, 1):
        if content.variants:
            when = content.conditions[number - 1]
            lines.append(_VARIANT.text(lang, number=str(number), when=when))
        lines += as_text(_filled(variant, values).at(moment)).split("\n")
    return lines


def _filled(template: Template, values: Mapping[str, Any]) -> Template:
    """Fill a template with those values that it takes; its own examples stand for the rest."""
    for name in template.variables & values.keys():
        try:
            template = template.partial(**{name: values[name]})
        except TemplateError:  # it had another type
            continue
    return template


def _of_rules(before: Template, after: Template, old: Path, new: Path) -> list[str]:
    """Return how two templates differ that look alike."""
    if before.fingerprint == after.fingerprint:
        return []
    return list(_compared(_rules(before), _rules(after), old, new))


def _rules(template: Template) -> list[str]:
    short = template.to_short()
    said = {key: value for key, value in short.items() if key != "description"}
    for variable in said.get("variables", {}).values():
        variable.pop("description", None)
        variable.pop("example", None)
    from msgkit._short.as_yaml import as_yaml  # noqa: PLC0415 - an extra, for those who see no difference

    return as_yaml(said).split("\n")


def _compared(before: Iterable[str], after: Iterable[str], old: Path, new: Path) -> Iterator[str]:
    names = printable(str(old)), printable(str(new))
    yield from difflib.unified_diff(list(before), list(after), *names, n=_CONTEXT, lineterm="")
