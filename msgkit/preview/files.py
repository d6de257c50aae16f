"""``msgkit preview``: a file as the customer sees it, for the people who write replies; so it speaks Chinese."""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import attrs
import click

from msgkit._printable import printable
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.preview.terminal import as_text
from msgkit.reply import Reply
from msgkit.templates import Template, _folder
from msgkit.templates._source import load

_MOST_PROBLEMS = 10


class PreviewError(click.ClickException):
    """A file that cannot be shown; the text says what to change."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(f"错误：{self.message}", file=file, err=file is None)


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
        notes.append(f"这样填写发不出去，{_listed(problems)}")
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
    try:
        data = load(path).data
    except TemplateError as error:
        raise PreviewError(_unreadable(path, str(error))) from None
    try:
        if isinstance(data, Mapping) and "response_content" in data:
            return Reply.from_dict(data)
        return Template.from_dict(data)
    except ValidationError as error:
        raise PreviewError(f"{shown} 改好才能预览，{_listed(error.problems)}") from None


def _unreadable(path: Path, error: str) -> str:
    shown = printable(str(path))
    reason = printable(error.removeprefix(f"{path}: "))
    if reason.endswith(os.strerror(errno.ENOENT)):
        return f"找不到文件 {shown}，请检查路径和文件名。"
    if reason.startswith("is not JSON"):
        return f"{shown} 不是正确的 JSON，请检查逗号、引号和括号：{reason}"
    if reason.startswith("is not YAML"):
        return f"{shown} 不是正确的 YAML，请检查缩进、冒号和引号：{reason}"
    return f"{shown} 无法读取，请换一个文件或改好再试：{reason}"


def _require_known(given: Mapping[str, str], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            shown = printable(name)
            if not known:
                raise PreviewError(f"这个文件里没有变量，请去掉 --var {shown}=…。")
            near = difflib.get_close_matches(name[:64], sorted(known)[:1000], n=1, cutoff=0)
            raise PreviewError(f"模板里没有变量 {shown}，请改成模板里有的，例如 {printable(near[0])}。")


def _listed(problems: Sequence[Problem]) -> str:
    """Say where and what is wrong, a line each."""
    lines = [f"  {printable(str(problem))}" for problem in problems[:_MOST_PROBLEMS]]
    more = len(problems) - len(lines)
    rest = [f"  另有 {more} 处，可用 msgkit check 查看。"] if more > 0 else []
    return "\n".join([f"有 {len(problems)} 处要改：", *lines, *rest])
