"""The gallery: the folder's templates as customers see them, and beside each what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Any

import attrs
from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from msgkit._language import CHINESE
from msgkit.rules import RULES
from msgkit.studio.answers import MarkupAnswer
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.filtering import WRONG, Filter
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.renderings import State
from msgkit.studio.site import Site
from msgkit.templates.checking import Finding

_AT_ONCE = 24
"""How many cards an answer holds; the others come when they come into view."""

_MOST_AT_ONCE = 480
"""How many of them a page gets back at most that had looked further down."""

_is_count = re.compile(r"[0-9]{1,4}").fullmatch

_SHOWN_VARIANTS = 2
"""How many replies of one template are shown without being asked for."""


@attrs.frozen
class Said:
    """A finding as a card says it.

    Attributes:
        severity: ``"error"`` or ``"warning"``.
        line: Its line, counted from 1; None where it is about no line.
        text: What is wrong, in the page's language.
        code: The code of its rule; None where it has none.
        cure: What to do, in the page's language; the empty string where it has no rule.
    """

    severity: str
    line: int | None
    text: str
    code: str | None
    cure: str

    @classmethod
    def of(cls, finding: Finding, lang: str) -> Said:
        """Say a finding in a language."""
        rule = RULES[finding.rule] if finding.rule else None
        cure = (rule.cure_zh if lang == CHINESE else rule.cure) if rule else ""
        place = finding.place.line if finding.place else None
        return cls(finding.severity, place, finding.said(lang), finding.rule, cure)


def _card(site: Site, asked: Asked, name: str, state: State) -> Markup:
    try:
        entry = site.templates.entry(name)
    except RefusedError:  # it has only just gone
        return Markup()
    shown = site.renderings.of(entry, state)
    return site.render(
        asked,
        "gallery/card.html",
        id=f"card-{hashlib.sha256(name.encode()).hexdigest()[:16]}",
        entry=entry,
        shown=shown[:_SHOWN_VARIANTS],
        more=shown[_SHOWN_VARIANTS:],
        findings=[Said.of(finding, asked.lang) for finding in entry.findings],
    )


def values(site: Site, asked: Asked) -> dict[str, Any]:
    """Return what the gallery's place in the page shows when it opens."""
    cards = _cards(site, asked, _AT_ONCE)  # first, as their problems count
    return {**cards, **_chips(site)}


def _chips(site: Site) -> dict[str, Any]:
    templates = site.templates
    folders = Counter(name.partition("/")[0] for name in templates.names if "/" in name)
    return {
        "within": "",
        "all": len(templates.names),
        "folders": sorted(folders.items()),
        "wrong": len(templates.wrong),
        "wrong_value": WRONG,
        "checked": min(templates.checked, len(templates.names)),
        "flaws": templates.flaws,
    }


def _cards(site: Site, asked: Asked, most: int) -> dict[str, Any]:
    wanted = Filter.of(asked)
    templates = site.templates
    version, after = templates.version, asked.query.get("after", "")
    names = [name for name in templates.names if wanted.lets_through(name, templates)]
    left = [name for name in names if name > after] if after else names
    return {
        "version": version,
        "cards": [_card(site, asked, name, wanted.state) for name in left[:most]],
        "after": left[most - 1] if len(left) > most else None,
        "is_first": not after,
        "found": len(names),
        "is_narrowed": bool(wanted.within or wanted.words),
        "has_folder": templates.path is not None,
        "is_empty": not templates.names,
    }


def _list(site: Site, asked: Asked) -> Response:
    """Answer with the cards that are asked for: the first ones, or those behind one."""
    count = asked.query.get("count", "")
    most = int(count) if _is_count(count) else _AT_ONCE
    return site.answer(asked, "gallery/list.html", **_cards(site, asked, min(max(most, _AT_ONCE), _MOST_AT_ONCE)))


def _changed(site: Site, asked: Asked) -> Response:
    """Answer with the cards of some names, as far as they are asked for at all."""
    wanted, templates = Filter.of(asked), site.templates
    names = asked.query.get("names", "").split("\n")[:_AT_ONCE]
    cards = []
    for name in names:
        if name in templates:
            _read(templates, name)
            if wanted.lets_through(name, templates):
                cards.append(_card(site, asked, name, wanted.state))
    return MarkupAnswer(Markup().join(cards))


def _read(templates: TemplateFolder, name: str) -> None:
    """Read a template now: whether it has problems is known then."""
    try:
        templates.entry(name)
    except RefusedError:
        return


def _head(site: Site, asked: Asked) -> Response:
    return site.answer(asked, "gallery/chips.html", **{**_chips(site), "within": asked.query.get("in", "")})


def _version(site: Site, _: Asked) -> Response:
    return PlainTextResponse(str(site.templates.version))


DOORS: tuple[Door, ...] = (
    Door("GET", "/gallery/list", _list),
    Door("GET", "/gallery/cards", _changed),
    Door("GET", "/gallery/chips", _head),
    Door("GET", "/gallery/version", _version),
)
