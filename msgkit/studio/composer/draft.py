"""A text that is being written: what it says as a template, and what is wrong with it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from msgkit.errors import Problem, ValidationError
from msgkit.studio.doors import Asked, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates import Template
from msgkit.templates._file import TemplateFile
from msgkit.templates._folder import UnreadableError
from msgkit.templates._includes import Includes, ProbedShelf
from msgkit.templates._look import Looked, look
from msgkit.templates._reading import is_include_name
from msgkit.templates._source import LARGEST_FILE, Source, parse
from msgkit.templates._template import template_from

YAML: Final = "yaml"
JSON: Final = "json"
LANGUAGES: Final = (YAML, JSON)

MOST_FINDINGS: Final = 100
"""Most findings of a draft that are told, errors first."""

_LONGEST_NAME = 1000


@attrs.frozen(eq=False)
class Draft:
    """A text that is being written.

    Attributes:
        language: How it is written: ``yaml`` or ``json``.
        source: What it says, and where; None where it is neither.
        file: What it says as a template file; None likewise.
        looked: What was seen in it.
        unread: Why it is no YAML or JSON.
    """

    language: str
    source: Source | None = None
    file: TemplateFile | None = None
    looked: Looked = Looked(())
    unread: UnreadableError | None = None

    @functools.cached_property
    def template(self) -> Template | None:
        """The template; None where something is wrong with the file itself."""
        if self.file is None:
            return None
        try:
            return template_from(Template, self.file)
        except ValidationError:
            return None

    def findings(self, lang: str) -> list[dict[str, Any]]:
        """Return what is wrong and what looks like a mistake, in the order of its lines, as JSON."""
        if self.unread is not None:
            flaw = self.unread.flaw
            params = {key: value for key, value in flaw.problem.params.items() if key not in {"line", "column"}}
            problem = flaw.problem if flaw.problem.rule is None else attrs.evolve(flaw.problem, params=params)
            place = flaw.place
            line, column = (place.line, place.column) if place else (1, 1)
            return [_finding(problem, "error", line, column, lang)]
        found = [self._placed(problem, "error", lang) for problem in self.looked.problems[:MOST_FINDINGS]]
        most = MOST_FINDINGS - len(found)
        found += [self._placed(problem, "warning", lang) for problem in self.looked.warnings[:most]]
        return sorted(found, key=lambda each: (each["line"], each["column"]))

    def _placed(self, problem: Problem, severity: str, lang: str) -> dict[str, Any]:
        assert self.source is not None  # noqa: S101 - what was read has a source
        place = self.source.place(problem)
        note = self.looked.note.text(lang) if severity == "error" and self.looked.note else ""
        return _finding(problem, severity, place.line, place.column, lang, note)


def _finding(problem: Problem, severity: str, line: int, column: int, lang: str, note: str = "") -> dict[str, Any]:
    noted = "" if not note else (f"（{note}）" if lang == "zh" else f" ({note})")
    return {
        "line": line,
        "column": column,
        "severity": severity,
        "message": problem.said(lang) + noted,
        "code": problem.rule,
    }


def draft_of(site: Site, form: Mapping[str, str]) -> Draft:
    """Return the draft that a form holds under ``text``, ``language`` and ``name``.

    Raises:
        RefusedError: There is no text in it, or the language is another.
    """
    return read(site, text_of(form), language_of(form), form.get("name", ""))


def read(site: Site, text: str, language: str, name: str = "") -> Draft:
    """Return a draft.

    Args:
        site: The studio, in whose folder lies what the draft includes.
        text: The text.
        language: ``yaml`` or ``json``.
        name: The name of its template; empty where it has none yet.
    """
    try:
        source = parse(Path(f"draft.{language}"), text.encode())
    except UnreadableError as error:
        return Draft(language, unread=error)
    file = _read(site, source, name)
    return Draft(language, source, file, look(file))


def _read(site: Site, source: Source, name: str) -> TemplateFile:
    if site.folder is None:
        from msgkit.templates import _file  # noqa: PLC0415

        return _file.read(source.data)
    return Includes(ProbedShelf.of(site.folder)).read(source, name if is_include_name(name) else None)[0]


def text_of(form: Mapping[str, str], field: str = "text") -> str:
    """Return a text of a form.

    Raises:
        RefusedError: It is not there, too long, or holds what no file can.
    """
    text = form.get(field)
    if text is None:
        raise RefusedError(WORDS["composer.no_text"])
    if len(text) > LARGEST_FILE:
        raise RefusedError(WORDS["composer.too_large"])
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RefusedError(WORDS["composer.no_text"]) from None
    return text


def language_of(form: Mapping[str, str], field: str = "language") -> str:
    """Return the language that a form names.

    Raises:
        RefusedError: It is another.
    """
    language = form.get(field, YAML)
    if language not in LANGUAGES:
        raise RefusedError(WORDS["composer.no_language"])
    return language


def name_in(asked: Asked) -> str:
    """Return the name of a template that a form or an address names.

    Raises:
        RefusedError: It is none.
    """
    name = asked.form.get("name", asked.query.get("name", ""))
    if not name or len(name) > _LONGEST_NAME or not is_include_name(name):
        raise RefusedError(WORDS["composer.bad_name"])
    return name
