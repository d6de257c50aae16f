"""``msgkit preview``: a file as the customer sees it, for the people who write replies; so it speaks Chinese."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import attrs
import click

from msgkit._cli import _output
from msgkit._language import CHINESE
from msgkit._printable import printable
from msgkit.errors import TemplateError, ValidationError
from msgkit.preview import as_text
from msgkit.reply import Reply
from msgkit.rules import RULES
from msgkit.templates import Template, _folder
from msgkit.templates._folder import UnreadableError
from msgkit.templates._source import load
from msgkit.templates.checking import coded

_MOST_PROBLEMS = 10


class PreviewError(click.ClickException):
    """A file that cannot be shown; the text says what to change."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(f"错误：{self.message}", file=file, err=file is None)


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
        PreviewError: The file cannot be read, is none of these, or has no such variable.
    """
    given = dict(map(_assignment, variables))
    shown = _read(path)
    if isinstance(shown, Reply):
        _require_known(given, frozenset())
        return Preview(as_text(shown, ansi=ansi))
    _require_known(given, shown.variables)
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


def _assignment(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not (equals and name):
        raise PreviewError(f"--var 要写成 名称=内容，例如 --var order_no=42；“{printable(argument)}”不是这样写的。")
    return name, value


def _read(path: Path) -> Template | Reply:
    shown = printable(str(path))
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise PreviewError(f"{shown} 是文件夹，请指定其中的一个模板文件。")
    if not _folder.is_template(path):
        raise PreviewError(f"{shown} 不是模板文件，文件名要以 {'、'.join(_folder.SUFFIXES)} 结尾。")
    if not os.path.lexists(path):
        raise PreviewError(f"找不到文件 {shown}，请检查路径和文件名。")
    try:
        source = load(path)
    except UnreadableError as error:
        raise PreviewError(f"{shown} 打不开：{_unreadable(error)}") from None
    try:
        if isinstance(source.data, Mapping) and "response_content" in source.data:
            return Reply.from_dict(source.data)
        return Template.from_dict(source.data)
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


def _require_known(given: Mapping[str, str], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            shown = printable(name)
            if not known:
                raise PreviewError(f"这个文件里没有变量，请去掉 --var {shown}=…。")
            near = difflib.get_close_matches(name[:64], sorted(known)[:1000], n=1, cutoff=0)
            raise PreviewError(f"模板里没有变量 {shown}，请改成模板里有的，例如 {printable(near[0])}。")


def _listed(told: Sequence[str]) -> str:
    """Say where and what is wrong, a line each."""
    lines = [f"  {printable(each)}" for each in told[:_MOST_PROBLEMS]]
    more = len(told) - len(lines)
    rest = [f"  另有 {more} 处，可用 msgkit check 查看。"] if more > 0 else []
    return "\n".join([f"有 {len(told)} 处要改：", *lines, *rest])
