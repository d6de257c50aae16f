"""``msgkit preview``: a file as the customer sees it, for the people who write replies; so it speaks Chinese."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

import attrs
import click

from msgkit._cli import _output
from msgkit._cli._errors import SaidError
from msgkit._cli._files import assignments, content_of, require_known, source_of
from msgkit._language import CHINESE
from msgkit._printable import printable
from msgkit.errors import TemplateError, ValidationError
from msgkit.preview import as_text
from msgkit.reply import Reply
from msgkit.rules import RULES
from msgkit.templates import Template
from msgkit.templates._folder import UnreadableError
from msgkit.templates.checking import coded

_MOST_PROBLEMS = 10


class PreviewError(SaidError):
    """A file that cannot be shown."""

    def __init__(self, message: str) -> None:
        super().__init__(message, CHINESE)


@click.command()
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--var", "variables", multiple=True, metavar="NAME=TEXT", help="Fill a variable; may be given again.")
def preview(file: Path, variables: tuple[str, ...]) -> None:
    """Show a message, a template or a plain reply as the customer sees it.

    A template is filled with its examples where no --var is given; a variable that has neither stays as ${name}. Exits
    with 1 where what is shown could not be sent.
    """
    shown = show(file, variables, ansi=_output.has_styles())
    click.echo(shown.text)
    for note in shown.notes:
        click.echo(note, err=True)
    sys.exit(0 if shown.sendable else 1)


@attrs.frozen
class Preview:
    """A file as the customer sees it.

    Attributes:
        text: The lines to show.
        notes: What its author should know, a line each.
        sendable: Whether what is shown could be sent, once its variables are filled.
    """

    text: str
    notes: tuple[str, ...] = ()
    sendable: bool = True


def show(path: Path, variables: Iterable[str], *, ansi: bool = False) -> Preview:
    """Show a NormalMessage, a template file or a plain reply (an object with ``response_content``).

    Args:
        path: The file.
        variables: Values, each as ``name=text``; examples fill the other variables.
        ansi: Show bold and secondary texts as such.

    Raises:
        SaidError: The file cannot be read, is none of these, or has no such variable.
    """
    given = assignments(variables, CHINESE)
    shown = _read(path)
    if isinstance(shown, Reply):
        require_known(given, frozenset(), CHINESE)
        return Preview(as_text(shown, ansi=ansi))
    require_known(given, shown.variables, CHINESE)
    try:
        shown = shown.partial(**given)
    except TemplateError as error:
        raise PreviewError(str(error)) from None
    notes: list[str] = []
    if lacking := sorted(shown.variables - shown.examples.keys()):
        names = "、".join(map(printable, lacking))
        cure = f"可以加上 --var {printable(lacking[0])}=内容，或在文件的 variables 里写上 example。"
        notes.append(f"没有示例的变量按原样显示：{names}。{cure}")
    problems = shown.trial()
    if problems:
        told = [coded(problem.text(CHINESE), problem) for problem in problems]
        notes.append(f"这样填写发不出去，{_listed(told)}")
    return Preview(as_text(shown, ansi=ansi), tuple(notes), not problems)


def _read(path: Path) -> Template | Reply:
    shown = printable(str(path))
    try:
        source = source_of(path, CHINESE)
    except UnreadableError as error:
        raise PreviewError(f"{shown} 打不开：{_unreadable(error)}") from None
    try:
        return content_of(source)[0]
    except ValidationError as error:
        placed = sorted(((source.place(problem), problem) for problem in error.problems), key=itemgetter(0))
        told = [coded(f"{place.text(CHINESE)}，{problem.text(CHINESE)}", problem) for place, problem in placed]
        raise PreviewError(f"{shown} 改好才能预览，{_listed(told)}") from None


def _unreadable(error: UnreadableError) -> str:
    """Say why a file cannot be read, where in it that is, and the cure."""
    flaw = error.flaw
    rule = flaw.problem.rule
    place = f"{flaw.place.text(CHINESE)}，" if flaw.place and "line" not in flaw.problem.params else ""
    return f"{place}{flaw.problem.text(CHINESE)}。{RULES[rule].cure_zh if rule else ''}"


def _listed(told: Sequence[str]) -> str:
    """Say where and what is wrong, a line each."""
    lines = [f"  {printable(each)}" for each in told[:_MOST_PROBLEMS]]
    more = len(told) - len(lines)
    rest = [f"  另有 {more} 处，可用 msgkit check 查看。"] if more > 0 else []
    return "\n".join([f"有 {len(told)} 处要改：", *lines, *rest])
