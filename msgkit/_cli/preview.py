"""``msgkit preview``: a file as the customer sees it, for the people who write replies."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

import attrs
import click

from msgkit._cli import _output
from msgkit._cli._errors import SaidError, placed, saying
from msgkit._cli._files import assignments, content_of, require_known, source_of
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath
from msgkit._language import CHINESE, Words
from msgkit._printable import printable
from msgkit.errors import TemplateError, ValidationError
from msgkit.preview import as_text
from msgkit.reply import Reply
from msgkit.rules import RULES
from msgkit.templates import Template
from msgkit.templates._folder import Place, UnreadableError
from msgkit.templates.checking import coded

_MOST_PROBLEMS = 10

_UNFILLED = Words(
    "shown as they are, for want of an example: {names:list}; give --var {first}=…, or write an example under "
    "variables in the file",
    "没有示例的变量按原样显示：{names:list}。可以加上 --var {first}=内容，或在文件的 variables 里写上 example。",
)
_NOT_SENDABLE = Words("filled like this, it cannot be sent: {problems}", "这样填写发不出去，{problems}")
_UNREADABLE = Words("{path} cannot be read: {why}", "{path} 打不开：{why}")
_BROKEN = Words("{path} can be shown once it is mended: {problems}", "{path} 改好才能预览，{problems}")
_TO_MEND = Words("[{many} problems][{one} problem]", "有[ {many} ][ {one} ]处要改：")
_MORE = Words("and {more} more; msgkit check lists them", "另有 {more} 处，可用 msgkit check 查看。")


@click.command(
    epilog=examples("msgkit preview replies/accepted.yaml", "msgkit preview replies/accepted.yaml --var order_no=42")
)
@click.argument("file", type=TemplatePath())
@click.option("--var", "variables", multiple=True, metavar="NAME=TEXT", help="Fill a variable; may be given again.")
@lang_option
def preview(file: Path, variables: tuple[str, ...], lang: str) -> None:
    """Show a message, a template or a plain reply as the customer sees it.

    A template is filled with its examples where no --var is given; a variable that has neither stays as ${name}.

    \b
    Exit codes:
      0  shown
      1  it cannot be shown, or what is shown could not be sent
      2  the command is wrong: an option, a --var, a file that is not there
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    shown = show(file, variables, lang, ansi=_output.has_styles())
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


def show(path: Path, variables: Iterable[str], lang: str, *, ansi: bool = False) -> Preview:
    """Show a NormalMessage, a template file or a plain reply (an object with ``response_content``).

    Args:
        path: The file.
        variables: Values, each as ``name=text``; examples fill the other variables.
        lang: The language of the notes and of what is wrong.
        ansi: Show bold and secondary texts as such.

    Raises:
        SaidError: The file cannot be read, is none of these, or has no such variable.
    """
    given = assignments(variables, lang)
    shown = _read(path, lang)
    if isinstance(shown, Reply):
        require_known(given, frozenset(), lang)
        return Preview(as_text(shown, ansi=ansi))
    require_known(given, shown.variables, lang)
    with saying(lang, TemplateError):
        shown = shown.partial(**given)
    notes: list[str] = []
    if lacking := sorted(map(printable, shown.variables - shown.examples.keys())):
        notes.append(_UNFILLED.text(lang, names=lacking, first=lacking[0]))
    problems = shown.trial()
    if problems:
        told = [coded(placed(problem, lang), problem) for problem in problems]
        notes.append(_NOT_SENDABLE.text(lang, problems=_listed(told, lang)))
    return Preview(as_text(shown, ansi=ansi), tuple(notes), not problems)


def _read(path: Path, lang: str) -> Template | Reply:
    shown = printable(str(path))
    try:
        source = source_of(path, lang)
    except UnreadableError as error:
        raise SaidError(_UNREADABLE.text(lang, path=shown, why=_unreadable(error, lang)), lang) from None
    try:
        return content_of(source)[0]
    except ValidationError as error:
        found = sorted(((source.place(problem), problem) for problem in error.problems), key=itemgetter(0))
        told = [coded(f"{_before(place, lang)}{placed(problem, lang)}", problem) for place, problem in found]
        raise SaidError(_BROKEN.text(lang, path=shown, problems=_listed(told, lang)), lang) from None


def _unreadable(error: UnreadableError, lang: str) -> str:
    """Say why a file cannot be read, where in it that is, and the cure."""
    flaw = error.flaw
    rule = flaw.problem.rule
    place = _before(flaw.place, lang) if flaw.place and "line" not in flaw.problem.params else ""
    said = f"{place}{flaw.problem.text(lang)}"
    if lang == CHINESE:
        return f"{said}。{RULES[rule].cure_zh if rule else ''}"
    return f"{said}. {RULES[rule].cure}" if rule else said


def _before(place: Place, lang: str) -> str:
    return f"{place.text(lang)}{'，' if lang == CHINESE else ': '}"


def _listed(told: Sequence[str], lang: str) -> str:
    """Say where and what is wrong, a line each."""
    lines = [f"  {printable(each)}" for each in told[:_MOST_PROBLEMS]]
    if (more := len(told) - len(lines)) > 0:
        lines.append(f"  {_MORE.text(lang, more=more)}")
    number = {"one": 1} if len(told) == 1 else {"many": len(told)}
    return "\n".join([_TO_MEND.text(lang, **number), *lines])
