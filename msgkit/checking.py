"""Checking template files: every problem of every file, none of them a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import attrs

from msgkit import library
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.templates import Template

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
        return "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)


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
    are checked too. A variable without an example is told as a warning.
    """
    findings: list[Finding] = []
    files: list[Path] = []
    for path in paths:
        try:
            files += _files(path, findings)
        except TemplateError as error:
            findings.append(Finding(str(path), "", str(error)))
    unique = list(dict.fromkeys(files))
    for path in unique:
        findings += _check_file(path)
    return Report(len(unique), tuple(findings))


def _files(path: Path, findings: list[Finding]) -> list[Path]:
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        if path.suffix in library.SUFFIXES:
            return [path]
        if not os.path.lexists(path):
            raise TemplateError("no such file or folder")
        raise TemplateError(f"is no template file; its name must end in {', '.join(library.SUFFIXES)}")
    found, leading_out = library.look_through(path)
    findings += (Finding(str(path), "", str(error)) for error in leading_out)
    if not found and not leading_out:
        raise TemplateError("holds no template files")
    try:
        library.names(path, found)
    except TemplateError as error:
        findings.append(Finding(str(path), "", str(error)))
    return found


def _check_file(path: Path) -> Iterator[Finding]:
    try:
        template = library.read(path)
    except TemplateError as error:
        yield Finding(str(path), "", str(error).removeprefix(f"{path}: "))
    except ValidationError as error:
        yield from _findings(path, error.problems)
    else:
        yield from _check_examples(path, template)


def _check_examples(path: Path, template: Template) -> Iterator[Finding]:
    lacking = sorted(template.variables - template.examples.keys())
    for name in lacking:
        yield Finding(str(path), "", f"the variable {name} has no example, so what it fills is unchecked", "warning")
    if not lacking:
        try:
            template.render(**template.examples)
        except ValidationError as error:
            # Only a file that declares variables has examples, and there the message stands under this key.
            yield from _findings(path, (p.under("/message") for p in error.problems), " (filled with the examples)")


def _findings(path: Path, problems: Iterable[Problem], note: str = "") -> Iterator[Finding]:
    return (Finding(str(path), problem.pointer, problem.message + note) for problem in problems)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
