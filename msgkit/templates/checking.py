"""Checking template files: every problem of every file, none of them a traceback."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import attrs

from msgkit import rules
from msgkit.errors import Problem, ValidationError
from msgkit.rules import RULES
from msgkit.templates import _folder
from msgkit.templates._alike import alike
from msgkit.templates._file import TemplateFile
from msgkit.templates._findings import Finding, Report, Severity, coded
from msgkit.templates._folder import Flaw, Folder, Place, UnreadableError
from msgkit.templates._includes import FolderShelf, Includes, Shelf, shelf_for
from msgkit.templates._look import Looked, look
from msgkit.templates._source import LARGEST_FILE, Source, parse
from msgkit.templates._template import Template, template_from

__all__ = ["MOST_FINDINGS", "Examined", "Finding", "Report", "Severity", "check", "coded", "examine", "findings_in"]

MOST_FINDINGS = 100
"""Most findings of one file; one more says how many there are beside them."""


def check(paths: Iterable[Path], library: Path | None = None) -> Report:
    """Check files, and all template files in folders.

    A template is also filled with the examples that it gives of its variables, whatever its conditions say, so that
    rules which only values can break are checked too. A variable without an example is told as a warning, and takes
    nothing from the check of the others; what looks like a mistake (`Message.advice`, and what only files can have) is
    one too. What cannot be seen (a folder without permission, say) is an error. Of each file at most `MOST_FINDINGS`
    are told.

    Args:
        paths: The files and folders.
        library: The folder from which files include others; by default the folder that is checked, and for a file the
            nearest above it in which all that it includes is found.
    """
    findings: list[Finding] = []
    files: dict[Path, _Found] = {}
    shelf = None if library is None else FolderShelf(_folder.look_through(library))
    for path in paths:
        for found in _files(path, findings, shelf):
            files.setdefault(found.path, found)
    texts: dict[str, str] = {}
    told = {str(found.path): list(_check_file(found, texts)) for found in files.values()}
    for file, other in alike(texts.items()):
        told[file].append(Finding(file, Problem("", rules.NEARLY_THE_SAME, other=other), "warning", Place(1, 1)))
    findings += (finding for each in told.values() for finding in each)
    return Report(len(files), tuple(findings))


@attrs.frozen(eq=False)
class _Found:
    """A file that is to be checked.

    Attributes:
        path: The file.
        folder: The folder that it was found in.
        includes: What the files of that folder include; None where the file says where that is.
    """

    path: Path
    folder: Folder | None = None
    includes: Includes | None = None


def _files(path: Path, findings: list[Finding], shelf: Shelf | None) -> Iterator[_Found]:
    """Yield the files of a path, each with the folder that it was found in; add what is wrong with the path."""
    includes = None if shelf is None else Includes(shelf)
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        if _folder.is_template(path):
            yield _Found(path, includes=includes)
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
    includes = includes or Includes(FolderShelf(folder))
    for file in folder.files:
        yield _Found(file, folder, includes)


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


def _check_file(found: _Found, texts: dict[str, str]) -> tuple[Finding, ...]:
    """Check a file.

    Args:
        found: The file.
        texts: Takes what the customer reads of it, by the file.
    """
    path = found.path
    try:
        content = _folder.content(path, LARGEST_FILE, found.folder)
    except UnreadableError as error:
        return (_finding(error.flaw),)
    examined = examine(path, content, found.includes, _folder.name_of(path, found.folder))
    if examined.text:
        texts[str(path)] = examined.text
    return examined.findings


@attrs.frozen(eq=False)
class Examined:
    """What was seen in one file.

    Attributes:
        findings: What was found: errors before warnings, each in the order of the file.
        file: What it says; None where it cannot be read.
        files: The paths of all files that decided this, its own first: it stays so until one of them changes.
        text: What the customer reads, with placeholders.
        source: What it holds, and where; None where it cannot be read.
    """

    findings: tuple[Finding, ...]
    file: TemplateFile | None
    files: tuple[Path, ...]
    text: str = ""
    source: Source | None = None

    @property
    def data(self) -> Any:
        """What it holds, as dicts and lists; None where it cannot be read."""
        return None if self.source is None else self.source.data

    @property
    def template(self) -> Template | None:
        """The template that the file is; None where it is none."""
        if self.file is None or self.file.problems:
            return None
        try:
            return template_from(Template, self.file)
        except ValidationError:
            return None


def examine(path: Path, content: bytes, includes: Includes | None = None, name: str | None = None) -> Examined:
    """Look at what a file holds, or would hold: it need not be there.

    Args:
        path: Its name, which says whether it is JSON or YAML.
        content: What it holds, as UTF-8.
        includes: What it may include; by default what lies in the nearest folder above it in which all of that is.
        name: Its own name among those.
    """
    try:
        source = parse(path, content)
    except UnreadableError as error:
        return Examined((_finding(error.flaw),), None, (path,))
    file, files = (includes or Includes(shelf_for(source))).read(source, name)
    looked = look(file)
    return Examined(tuple(_found(source, looked)), file, files, looked.text, source)


def findings_in(path: Path, content: str, shelf: Shelf | None = None, name: str | None = None) -> tuple[Finding, ...]:
    """Check a text that stands in no file yet, as `check` does a file.

    Args:
        path: What the file would be called, with its ending.
        content: The text.
        shelf: Where what it includes lies; by default the nearest folder above it in which all of that is.
        name: Its own name there.
    """
    return examine(path, content.encode(errors="replace"), None if shelf is None else Includes(shelf), name).findings


def _found(source: Source, looked: Looked) -> Iterator[Finding]:
    """Tell so many findings of a file, the first in it, errors before warnings; and how many there are beside them."""
    path, problems, warnings = str(source.path), looked.problems, looked.warnings
    for place, problem in _in_order(source, problems, MOST_FINDINGS):
        yield Finding(path, problem, "error", place, looked.note)
    for place, problem in _in_order(source, warnings, max(0, MOST_FINDINGS - len(problems))):
        yield Finding(path, problem, "warning", place)
    if (more := len(problems) + len(warnings) - MOST_FINDINGS) > 0:
        worst: Severity = "error" if len(problems) > MOST_FINDINGS else "warning"
        number = {"one": 1} if more == 1 else {"many": more}
        yield Finding(path, Problem("", rules.MORE_FINDINGS, most=MOST_FINDINGS, **number), worst)


def _in_order(source: Source, problems: Iterable[Problem], most: int) -> Iterable[tuple[Place, Problem]]:
    """Return those problems that come first in a file, at most so many, each with its place."""
    placed = ((source.place(problem), problem) for problem in problems)
    return heapq.nsmallest(most, placed, key=itemgetter(0))
