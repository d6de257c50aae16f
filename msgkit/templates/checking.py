"""Checking template files: every problem of every file, none of them a traceback."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from msgkit import rules
from msgkit._language import Words
from msgkit.errors import Problem, ValidationError
from msgkit.rules import RULES
from msgkit.templates import _folder
from msgkit.templates._file import variable_pointer
from msgkit.templates._findings import Finding, Report, Severity, coded
from msgkit.templates._folder import Flaw, Folder, Place, UnreadableError
from msgkit.templates._source import Source, load
from msgkit.templates._template import Template, template_of

__all__ = ["MOST_FINDINGS", "Finding", "Report", "Severity", "check", "coded"]

MOST_FINDINGS = 100
"""Most findings of one file; one more says how many there are beside them."""

# How a message was filled of which something is wrong.
_WITH_EXAMPLES = Words("filled with the examples", "按示例填写")
_WITH_SOME_EXAMPLES = Words(
    "filled with the examples, and with nothing where there is none", "按示例填写，没有示例的留空"
)


def check(paths: Iterable[Path]) -> Report:
    """Check files, and all template files in folders.

    A template is also filled with the examples that it gives of its variables, so that rules which only values can
    break are checked too. A variable without an example is told as a warning, and takes nothing from the check of the
    others; what looks like a mistake (`Message.advice`) is one too. What cannot be seen (a folder without permission,
    say) is an error. Of each file at most `MOST_FINDINGS` are told.
    """
    findings: list[Finding] = []
    files: dict[Path, Folder | None] = {}
    for path in paths:
        for file, folder in _files(path, findings):
            files.setdefault(file, folder)
    for file, folder in files.items():
        findings += _check_file(file, folder)
    return Report(len(files), tuple(findings))


def _files(path: Path, findings: list[Finding]) -> Iterator[tuple[Path, Folder | None]]:
    """Yield the files of a path, each with the folder that it was found in; add what is wrong with the path."""
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        if _folder.is_template(path):
            yield path, None
        else:
            findings.append(Finding(str(path), _why_not(path)))
        return
    try:
        folder = _folder.look_through(path)
    except UnreadableError as error:  # it was there a moment ago
        findings.append(_finding(error.flaw))
        return
    findings += map(_finding, folder.flaws)
    findings += (Finding(str(link), Problem("", rules.LINKED_FOLDER), "warning") for link in folder.links)
    if not folder.files and not folder.flaws:
        findings.append(Finding(str(path), Problem("", rules.NO_TEMPLATES)))
    for file in folder.files:
        yield file, folder


def _finding(flaw: Flaw) -> Finding:
    """Return a flaw of a file as a finding, whose place stands beside what it says and not in it."""
    params = {name: value for name, value in flaw.problem.params.items() if name not in {"line", "column"}}
    code = flaw.problem.rule
    problem = Problem("", RULES[code], **params) if code else flaw.problem
    return Finding(str(flaw.path), problem, place=flaw.place)


def _why_not(path: Path) -> Problem:
    try:
        os.lstat(path)
    except FileNotFoundError:
        return Problem("", rules.NO_SUCH_PATH)
    except (OSError, ValueError) as error:
        return Problem("", rules.CANNOT_BE_READ, reason=_folder.reason(error))
    return Problem("", rules.NO_TEMPLATE_FILE, allowed=_folder.SUFFIXES)


def _check_file(path: Path, folder: Folder | None) -> Iterator[Finding]:
    """Tell so many findings of a file, the first in it, errors before warnings; and how many there are beside them."""
    try:
        source = load(path, folder)
    except UnreadableError as error:
        yield _finding(error.flaw)
        return
    problems, warnings, note = _look_into(source.data)
    for place, problem in _in_order(source, problems, MOST_FINDINGS):
        yield Finding(str(path), problem, "error", place, note)
    for place, problem in _in_order(source, warnings, max(0, MOST_FINDINGS - len(problems))):
        yield Finding(str(path), problem, "warning", place)
    if (more := len(problems) + len(warnings) - MOST_FINDINGS) > 0:
        worst: Severity = "error" if len(problems) > MOST_FINDINGS else "warning"
        number = {"one": 1} if more == 1 else {"many": more}
        yield Finding(str(path), Problem("", rules.MORE_FINDINGS, most=MOST_FINDINGS, **number), worst)


def _in_order(source: Source, problems: Iterable[Problem], most: int) -> Iterable[tuple[Place, Problem]]:
    """Return those problems that come first in a file, at most so many, each with its place."""
    placed = ((source.place(problem), problem) for problem in problems)
    return heapq.nsmallest(most, placed, key=itemgetter(0))


def _look_into(data: object) -> tuple[Sequence[Problem], Sequence[Problem], Words | None]:
    """Return what is wrong with the content of a file, what its author should know, and how it was filled."""
    try:
        template, place = template_of(Template, data)
    except ValidationError as error:
        return error.problems, (), None
    lacking = sorted(template.variables - template.examples.keys())
    warnings = [Problem(_where(template, name, place), rules.NO_EXAMPLE, variable=name) for name in lacking]
    warnings += [problem.under(place) for problem in template.sample().advice()]
    note = _WITH_SOME_EXAMPLES if lacking else _WITH_EXAMPLES
    return [problem.under(place) for problem in template.trial()], warnings, note


def _where(template: Template, name: str, place: str) -> str:
    """Return the JSON Pointer to what a file says of a variable; where it says nothing, to where that is used first."""
    return variable_pointer(name) if name in template.declared else place + template.places[name]
