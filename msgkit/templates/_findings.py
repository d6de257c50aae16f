"""What a check finds, and how it is said."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs

from msgkit import _language
from msgkit._language import Words
from msgkit.errors import Problem
from msgkit.templates._folder import Place

Severity = Literal["error", "warning"]

TWO_HASHES = re.compile(r"#(?=\W*#)")
"""The first of two hashes: with a bracket behind them, GitHub and Azure take them for a command, anywhere in a line.

Both skip characters that nobody sees.
"""

HASH = r"\x23"
"""How it is written instead."""


@attrs.frozen
class Finding:
    """Something about a file that its author should know.

    Attributes:
        file: The file or folder, as it was given or found.
        problem: What is wrong with it, with a JSON Pointer to the place in it; the empty string is the whole file.
        severity: An ``error`` makes the check fail, a ``warning`` does not.
        place: The line and column in the file; None where it is about no place in it.
        note: How the message was filled, where that made it wrong.
    """

    file: str
    problem: Problem
    severity: Severity = "error"
    place: Place | None = None
    note: Words | None = None

    @property
    def pointer(self) -> str:
        """JSON Pointer to the place in the file; the empty string is the whole file."""
        return self.problem.pointer

    @property
    def rule(self) -> str | None:
        """The code of the rule that is broken."""
        return self.problem.rule

    @property
    def message(self) -> str:
        """What is wrong, and what would be right, in English."""
        return self.problem.message + self._noted(_language.ENGLISH)

    def _noted(self, lang: str) -> str:
        if self.note is None:
            return ""
        said = self.note.text(lang)
        return f"（{said}）" if lang == _language.CHINESE else f" ({said})"

    def text(self, lang: str) -> str:
        """Say it in one line that can be printed anywhere: file, line and column, what is wrong, and the rule's code.

        Args:
            lang: ``"en"`` or ``"zh"``.

        Raises:
            ValueError: It is another language.
        """
        return one_line(coded(f"{self.where}: {self.said(lang, self.mark(lang))}", self.problem))

    @property
    def where(self) -> str:
        """The file, with line and column where those are known."""
        return f"{self.file}:{self.place.line}:{self.place.column}" if self.place else self.file

    def mark(self, lang: str) -> str:
        """Return what a warning begins with; nothing for an error."""
        if self.severity == "error":
            return ""
        return "警告：" if lang == _language.CHINESE else "warning: "

    def said(self, lang: str, mark: str = "") -> str:
        """Say what is wrong and where in the message, without the file; a mark goes before what is wrong."""
        said = self.problem.text(lang)
        if lang == _language.CHINESE:
            return mark + said + self._noted(lang)
        pointer = f"{self.pointer}: " if self.pointer else ""
        return pointer + mark + said + self._noted(lang)

    def as_dict(self, lang: str = _language.ENGLISH) -> dict[str, Any]:
        """Return it as JSON, for machines; the message is in a language."""
        return {
            "file": self.file,
            "line": self.place.line if self.place else None,
            "column": self.place.column if self.place else None,
            "pointer": self.pointer,
            "rule": self.rule,
            "message": self.problem.said(lang) + self._noted(lang),
            "severity": self.severity,
        }

    def __str__(self) -> str:
        return self.text(_language.language())


def coded(said: str, problem: Problem) -> str:
    """Add to what is said of a problem the code of its rule, by which ``msgkit explain`` says more."""
    return f"{said} [{problem.rule}]" if problem.rule else said


def one_line(line: str) -> str:
    """Return what can be printed anywhere: in one line, and no command to a machine that reads it."""
    # A key may hold anything, and a file's name nearly so.
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)
    shown = TWO_HASHES.sub(lambda _: HASH, shown)
    # GitHub takes a line for a command that begins with ::, with or without what nobody sees before it.
    return f"./{shown}" if _begins_a_command(shown) else shown


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

    def text(self, lang: str) -> str:
        """Count what was found, in English (``"en"``) or Chinese (``"zh"``)."""
        warnings = len(self.findings) - self.errors
        if lang == _language.CHINESE:
            return f"{self.files} 个文件：{self.errors} 个错误，{warnings} 个警告"
        return f"{_count(self.files, 'file')}: {_count(self.errors, 'problem')}, {_count(warnings, 'warning')}"

    def as_dict(self, lang: str = _language.ENGLISH) -> dict[str, Any]:
        """Return it as JSON, for machines; messages are in a language."""
        return {"files": self.files, "findings": [finding.as_dict(lang) for finding in self.findings]}

    def __str__(self) -> str:
        return self.text(_language.language())


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
