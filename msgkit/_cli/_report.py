"""What a check found, for people: each finding with its line and the cure, and what to do next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgkit._cli import _output
from msgkit._cli._excerpt import Files, excerpt
from msgkit._language import CHINESE, Words
from msgkit.rules import RULES
from msgkit.templates._findings import Finding, Report, one_line

_WIDTH = 100  # columns, where the output is no terminal

_CURE = Words("help: {cure}", "怎么改：{cure}")
_FIRST = Words(
    "Mend {file}[ (line {line})] first[; msgkit explain {code} says more].",
    "先改 {file}[ 第 {line} 行][，运行 msgkit explain {code} 查看说明]。",
)
_FIRST_WARNING = Words(
    "Look at {file}[ (line {line})] first[; msgkit explain {code} says more].",
    "先看 {file}[ 第 {line} 行][，运行 msgkit explain {code} 查看说明]。",
)
_NEXT = Words(
    "Next: msgkit preview {file} shows what the customer sees.",
    "下一步：运行 msgkit preview {file}，看看用户看到的样子。",
)
_FILE = Words("FILE", "文件")

_BOLD, _RED, _YELLOW, _RESET = "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[0m"


def lines(report: Report, lang: str) -> Iterator[str]:
    """Show each finding: where and what; the line of the file; and the first time that its rule appears, the cure."""
    files = Files()
    ansi = _output.has_styles()
    told: set[str] = set()
    for finding in report.findings:
        yield _headline(finding, lang) if ansi else finding.text(lang)
        yield from _excerpt(finding, files, ansi=ansi)
        if finding.rule is not None and finding.rule not in told:
            told.add(finding.rule)
            rule = RULES[finding.rule]
            yield f"  {_CURE.text(lang, cure=rule.cure_zh if lang == CHINESE else rule.cure)}"


def _headline(finding: Finding, lang: str) -> str:
    said, where, mark = finding.text(lang), one_line(finding.where), finding.mark(lang)
    if said.startswith(where):  # it does not where a hash at its end was written in another way
        said = f"{_BOLD}{where}{_RESET}{said.removeprefix(where)}"
    if mark:
        said = said.replace(mark, f"{_YELLOW}{mark}{_RESET}", 1)
    code = f"[{finding.rule}]"
    if said.endswith(code):
        said = f"{said.removesuffix(code)}{_colour(finding)}{code}{_RESET}"
    return said


def _colour(finding: Finding) -> str:
    return _RED if finding.severity == "error" else _YELLOW


def _excerpt(finding: Finding, files: Files, *, ansi: bool) -> Iterator[str]:
    if finding.place is None:
        return
    line = files.line(finding.file, finding.place.line)
    if line is None:  # it has changed meanwhile
        return
    shown, under = excerpt(line, finding.place, (_output.width() or _WIDTH) - 2)
    yield f"  {shown}"
    yield f"  {under.removesuffix('^')}{_colour(finding)}^{_RESET}" if ansi else f"  {under}"


def summary(report: Report, paths: Sequence[Path], lang: str) -> Iterator[str]:
    """Count what was found, and say what to do next.

    Args:
        report: What was found.
        paths: What was checked, as it was given.
        lang: The language.
    """
    yield report.text(lang)
    if not report.findings:
        yield one_line(_NEXT.text(lang, file=_shown(paths) or _FILE.text(lang)))
        return
    worst = next((each for each in report.findings if each.severity == "error"), report.findings[0])
    said = _FIRST if worst.severity == "error" else _FIRST_WARNING
    line = worst.place.line if worst.place else None
    yield one_line(said.text(lang, file=worst.file, line=line, code=worst.rule))


def _shown(paths: Sequence[Path]) -> str | None:
    """Return how a shell takes the file that was checked, where that was one."""
    if len(paths) != 1 or os.path.isdir(paths[0]):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        return None
    return shlex.quote(str(paths[0]))
