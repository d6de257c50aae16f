"""Checking template files: every problem of every file, none of them a traceback."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import attrs

from msgkit import _folder, library
from msgkit._folder import Folder
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.templates import Template

MOST_FINDINGS = 100
"""Most findings of one file; one more says how many there are beside them."""

Severity = Literal["error", "warning"]


@attrs.frozen
class Finding:
    """Something about a file that its author should know.

    Attributes:
        file: The file or folder, as it was given or found.
        pointer: JSON Pointer to the place in it; the empty string is the whole file.
        message: What is wrong, and what would be right.
        severity: An ``error`` makes the check fail, a ``warning`` does not.
    """

    file: str
    pointer: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else f"{self.severity}: "
        line = ": ".join(part for part in (self.file, self.pointer, mark + self.message) if part)
        # A key may hold anything, and a file's name nearly so.
        shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)
        # Machines that run this read commands in what it prints: GitHub in a line that begins with :: and in one that
        # has two hashes and a bracket anywhere, Azure likewise; and both skip characters that nobody sees.
        shown = _two_hashes.sub(r"\\x23", shown)
        return f"./{shown}" if _begins_a_command(shown) else shown


_two_hashes = re.compile(r"#(?=\W*#)")
_begins_a_command = re.compile(r"\W*::").match


@attrs.frozen
class Report:
    """What a check found.

    Attributes:
        files: How many files were checked.
        findings: What was found, in order of the files.
    """

    files: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings make the check fail."""
        return sum(finding.severity == "error" for finding in self.findings)

    def __str__(self) -> str:
        warnings = len(self.findings) - self.errors
        return f"{_count(self.files, 'file')}: {_count(self.errors, 'problem')}, {_count(warnings, 'warning')}"


def check(paths: Iterable[Path]) -> Report:
    """Check template files, and all template files in folders.

    A template is rendered with the examples of its variables, so that rules which only the filled message can break
    are checked too. A variable without an example is told as a warning, and takes nothing from the check of the others.
    What cannot be seen (a folder without permission, say) is an error. Of each file at most `MOST_FINDINGS` are told.
    """
    findings: list[Finding] = []
    files: dict[Path, Folder | None] = {}
    for path in paths:
        try:
            for file, folder in _files(path, findings):
                files.setdefault(file, folder)
        except TemplateError as error:
            findings.append(Finding(str(path), "", str(error)))
    for file, folder in files.items():
        findings += _check_file(file, folder)
    return Report(len(files), tuple(findings))


def _files(path: Path, findings: list[Finding]) -> Iterator[tuple[Path, Folder | None]]:
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        if not _folder.is_template(path):
            raise TemplateError(_why_not(path))
        yield path, None
        return
    folder = _folder.look_through(path)
    findings += (Finding(str(flaw.path), "", flaw.message) for flaw in folder.flaws)
    findings += (Finding(str(link), "", _LINKED, "warning") for link in folder.links)
    if not folder.files and not folder.flaws:
        raise TemplateError("holds no template files")
    for file in folder.files:
        yield file, folder


_LINKED = "is a link to a folder; links to folders are not followed, so what is in it is unchecked"


def _why_not(path: Path) -> str:
    try:
        os.lstat(path)
    except FileNotFoundError:
        return "no such file or folder"
    except (OSError, ValueError) as error:
        return f"cannot be read: {_folder.reason(error)}"
    return f"is no template file; its name must end in {', '.join(_folder.SUFFIXES)}"


def _check_file(path: Path, folder: Folder | None) -> Iterator[Finding]:
    """Tell so many findings of a file, errors first, and how many there are beside them."""
    try:
        problems, lacking, note = _look_into(path, folder)
    except TemplateError as error:
        yield Finding(str(path), "", str(error).removeprefix(f"{path}: "))
        return
    for problem in problems[:MOST_FINDINGS]:
        yield Finding(str(path), problem.pointer, problem.message + note)
    room = max(0, MOST_FINDINGS - len(problems))
    for name in lacking[:room]:
        yield Finding(
            str(path), "", f"the variable {name} has no example, so what it fills is unchecked", severity="warning"
        )
    more = len(problems) + len(lacking) - MOST_FINDINGS
    if more > 0:
        worst: Severity = "error" if len(problems) > MOST_FINDINGS else "warning"
        yield Finding(str(path), "", f"{_count(more, 'more finding')}; these are the first {MOST_FINDINGS}", worst)


def _look_into(path: Path, folder: Folder | None) -> tuple[Sequence[Problem], Sequence[str], str]:
    """Return what is wrong with a file, its variables without example, and how it was filled.

    Raises:
        TemplateError: It cannot be read.
    """
    data = library.parse(path, folder)
    try:
        template = Template.from_dict(data)
    except ValidationError as error:
        return error.problems, (), ""
    # A bare message says nothing of its variables; elsewhere the message stands under this key.
    place = "/message" if isinstance(data, Mapping) and "message" in data else ""
    lacking = sorted(template.variables - template.examples.keys())
    note = "filled with the examples" + (", and with nothing where there is none" if lacking else "")
    return [problem.under(place) for problem in template.trial()], lacking, f" ({note})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
