"""A text that is being written: what it says as a template, and what is wrong with it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from msgkit.studio import saving
from msgkit.studio.doors import Asked, RefusedError
from msgkit.studio.entries import is_whole
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates import Template
from msgkit.templates._includes import Includes
from msgkit.templates._reading import is_include_name
from msgkit.templates._source import LARGEST_FILE, Source
from msgkit.templates.checking import Examined, Finding, examine

YAML: Final = "yaml"
JSON: Final = "json"
LANGUAGES: Final = (YAML, JSON)


@attrs.frozen(eq=False, slots=False)
class Draft:
    """A text that is being written.

    Attributes:
        language: How it is written: ``yaml`` or ``json``.
        seen: What was seen in it.
    """

    language: str
    seen: Examined

    @property
    def source(self) -> Source | None:
        """What it says, and where; None where it is no YAML or JSON."""
        return self.seen.source

    @functools.cached_property
    def template(self) -> Template | None:
        """The template; None where something is wrong with the file itself."""
        return self.seen.template

    @property
    def includes(self) -> bool:
        """Whether it is made of other files too."""
        return len(self.seen.files) > 1

    def findings(self, lang: str) -> list[dict[str, Any]]:
        """Return what is wrong and what looks like a mistake, in the order of its lines, as JSON."""
        told = [_told(finding, lang) for finding in self.seen.findings]
        return sorted(told, key=lambda each: (each["line"], each["column"]))


def _told(finding: Finding, lang: str) -> dict[str, Any]:
    said = finding.as_dict(lang)
    place = {"line": said["line"] or 1, "column": said["column"] or 1}
    return {**place, "severity": said["severity"], "message": said["message"], "code": said["rule"]}


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
    own = name if name and is_include_name(name) else None
    includes = Includes(site.templates.shelf)
    return Draft(language, examine(Path(f"draft.{language}"), text.encode(), includes, own))


def text_of(form: Mapping[str, str]) -> str:
    """Return the text that a form holds under ``text``.

    Raises:
        RefusedError: It is not there, too long, or holds what no file can.
    """
    text = form.get("text")
    if text is None or not is_whole(text):
        raise RefusedError(WORDS["composer.no_text"])
    if len(text) > LARGEST_FILE:
        raise RefusedError(WORDS["composer.too_large"])
    return text


def language_of(form: Mapping[str, str]) -> str:
    """Return the language that a form names under ``language``.

    Raises:
        RefusedError: It is another.
    """
    language = form.get("language", YAML)
    if language not in LANGUAGES:
        raise RefusedError(WORDS["composer.bad_form"])
    return language


def name_in(asked: Asked) -> str:
    """Return the name of a template that a form or an address names.

    Raises:
        RefusedError: It is none.
    """
    name = asked.form.get("name", asked.query.get("name", ""))
    saving.require_name(name)
    return name
