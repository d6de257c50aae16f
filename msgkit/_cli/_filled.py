"""A file, read and filled: what preview, render and diff show, and what they say where it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

import attrs

from msgkit._cli._errors import SaidError, WrongError
from msgkit._cli._files import assignments, content_of, require_known, said_of, shelf_of, source_of, values_of
from msgkit._language import CHINESE, Words
from msgkit._printable import printable
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.message import Message
from msgkit.reply import Reply
from msgkit.rules import RULES
from msgkit.templates import Template
from msgkit.templates._filled import fill
from msgkit.templates._folder import Place, UnreadableError
from msgkit.templates._includes import Shelf
from msgkit.templates._source import Source
from msgkit.templates.checking import coded

_MOST_PROBLEMS = 10

_LACKING = Words(
    "no example for {names:list}; give --var {first}=…, or write an example under variables in the file",
    "变量 {names:list} 没有示例。请加上 --var {first}=内容，或在文件的 variables 里写上 example。",
)
_NOT_SENDABLE = Words("filled like this, it cannot be sent: {problems}", "这样填写发不出去，{problems}")
_UNREADABLE = Words("{path} cannot be read: {why}", "{path} 打不开：{why}")
_BROKEN = Words("{path} can be used once it is mended: {problems}", "{path} 改好才能用，{problems}")
_TO_MEND = Words("[{many} problems][{one} problem]", "有[ {many} ][ {one} ]处要改：")
_MORE = Words("and {more} more; msgkit check lists them", "另有 {more} 处，可用 msgkit check 查看。")


@attrs.frozen
class FilledFile:
    """A file, filled.

    Attributes:
        content: What would be sent.
        source: The file.
        problems: What is wrong with it, with pointers into the file.
    """

    content: Message | Reply
    source: Source
    problems: tuple[Problem, ...] = ()

    def not_sendable(self, lang: str) -> str:
        """Say that it could not be sent, and where and what is wrong, a line each."""
        return _NOT_SENDABLE.text(lang, problems=_listed(_told(self.source, self.problems, lang), lang))


def filled(path: Path, variables: Iterable[str], lang: str, library: Path | None = None) -> FilledFile:
    """Read a NormalMessage, a template file or a plain reply, and fill it with values, and with its examples.

    Args:
        path: The file.
        variables: Values, each as ``name=text``; of a list each is an entry. Examples fill the other variables.
        lang: The language of what is wrong.
        library: The folder that it includes others from.

    Raises:
        SaidError: The file cannot be read, is none of these, or a variable has neither value nor example.
        WrongError: There is no such file or variable.
    """
    given = assignments(variables, lang)
    source, content = read(path, lang, library)
    if isinstance(content, Reply):
        require_known((name for name, _ in given), frozenset(), lang)
        return FilledFile(content, source)
    return fill_template(content, source, values_of(content, given, lang), lang)


def fill_template(template: Template, source: Source, values: dict[str, object], lang: str) -> FilledFile:
    """Fill a template with values, and with its examples.

    Raises:
        SaidError: A variable has neither value nor example.
        WrongError: A value is none for its variable.
    """
    if lacking := sorted(map(printable, template.required - values.keys() - template.examples.keys())):
        raise SaidError(_LACKING.text(lang, names=lacking, first=lacking[0]), lang)
    try:
        made = fill(template, values, examples=True)
    except TemplateError as error:
        raise WrongError(said_of(error, lang), lang) from None
    return FilledFile(made.message, source, made.problems)


def read(path: Path, lang: str, library: Path | None = None) -> tuple[Source, Template | Reply]:
    """Return a file, and what it holds.

    Raises:
        SaidError: It cannot be read, or something must be mended in it first.
        WrongError: There is no such file.
    """
    shown = printable(str(path))
    try:
        source = source_of(path, lang)
    except UnreadableError as error:
        raise unreadable(shown, error, lang) from None
    return source, held(source, shelf_of(source, library), lang)


def held(source: Source, shelf: Shelf, lang: str) -> Template | Reply:
    """Return what a file holds, which includes others from a shelf.

    Raises:
        SaidError: Something must be mended in it first.
    """
    try:
        return content_of(source, shelf)
    except ValidationError as error:
        problems = _listed(_told(source, error.problems, lang), lang)
        said = _BROKEN.text(lang, path=printable(str(source.path)), problems=problems)
        raise SaidError(said, lang) from None


def unreadable(shown: str, error: UnreadableError, lang: str) -> SaidError:
    """Return what is said of a file that cannot be read: why, where in it, and the cure."""
    return SaidError(_UNREADABLE.text(lang, path=shown, why=_why(error, lang)), lang)


def _told(source: Source, problems: Iterable[Problem], lang: str) -> list[str]:
    found = sorted(((source.place(problem), problem) for problem in problems), key=itemgetter(0))
    return [coded(f"{_before(place, lang)}{problem.placed(lang)}", problem) for place, problem in found]


def _why(error: UnreadableError, lang: str) -> str:
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
    lines = [f"  {printable(each)}" for each in told[:_MOST_PROBLEMS]]
    if (more := len(told) - len(lines)) > 0:
        lines.append(f"  {_MORE.text(lang, more=more)}")
    number = {"one": 1} if len(told) == 1 else {"many": len(told)}
    return "\n".join([_TO_MEND.text(lang, **number), *lines])
