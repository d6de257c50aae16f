"""What goes wrong on purpose: faults, time that passes, and where notifications go."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta

from attrs import frozen
from starlette.responses import Response

from msgkit._language import Words
from msgkit.sandbox.faults import STATUS, TIMED, Fault
from msgkit.sandbox.names import ENDPOINT_NAMES
from msgkit.studio.calls.exchange import fault_words
from msgkit.studio.conversation import common
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words.conversation import WORDS

#: By how many hours time can be moved.
_HOURS = {"1": 1, "24": 24, "72": 72}

#: How many of the next calls a fault can be planned for, and how long the slow ones can take, in seconds.
_MOST_TIMES, _MOST_SECONDS = 100, 60

_is_number = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?").fullmatch


@frozen
class On:
    """A fault that is switched on.

    Attributes:
        name: What goes wrong, in words.
        how: To which calls.
    """

    name: str
    how: str


def _faults(site: Site, asked: Asked) -> Response:
    return site.answer(
        asked,
        "conversation/faults.html",
        on=_switched_on(site, asked.lang),
        errors=[(fault, fault_words(fault, asked.lang)) for fault in Fault if fault in STATUS],
        answers=[(fault, fault_words(fault, asked.lang)) for fault in Fault if fault not in STATUS],
        timed=" ".join(sorted(TIMED)),
        endpoints=[(name, _endpoint(name, asked.lang)) for name in ENDPOINT_NAMES],
        now=common.said_moment(site.sandbox.now, asked.lang),
        address=site.sandbox.notify_url or "",
    )


def _switched_on(site: Site, lang: str) -> list[On]:
    found: list[On] = []
    for fault in site.sandbox.faults:
        where = _endpoint(fault.endpoint, lang)
        found.append(On(fault_words(fault.fault, lang), WORDS["next_times"].text(lang, times=fault.times, where=where)))
    for some in site.sandbox.chances:
        names = ", ".join(fault_words(fault.fault, lang) for fault, _ in some.faults)
        how = WORDS["a_share"].text(lang, share=round(some.share * 100), where=_endpoint(some.endpoint, lang))
        found.append(On(names, how))
    return found


def _endpoint(name: str | None, lang: str) -> str:
    return WORDS["endpoint_any" if name is None else f"endpoint_{name}"].text(lang)


def _switch_on(site: Site, asked: Asked) -> Response:
    form = asked.form
    fault, endpoint = form.get("fault", ""), form.get("endpoint") or None
    if fault not in set(Fault) or (endpoint is not None and endpoint not in ENDPOINT_NAMES):
        raise RefusedError(WORDS["no_such_fault"])
    seconds = _number(form, "seconds", WORDS["bad_seconds"], _MOST_SECONDS) if fault in TIMED else None
    if form.get("mode") == "share":
        share = _number(form, "share", WORDS["bad_share"], 100) / 100
        seed = secrets.randbelow(2**32)
        site.sandbox.fail_some([fault], share=share, seed=seed, endpoint=endpoint, seconds=seconds)
    else:
        times = int(_number(form, "times", WORDS["bad_times"], _MOST_TIMES))
        site.sandbox.fail_next(fault, times=max(1, times), endpoint=endpoint, seconds=seconds)
    return _changed(site)


def _number(form: Mapping[str, str], name: str, words: Words, most: float) -> float:
    text = form.get(name, "")
    if not _is_number(text) or not 0 < float(text) <= most:
        raise RefusedError(words, most=most)
    return float(text)


def _heal(site: Site, _: Asked) -> Response:
    site.sandbox.heal()
    return _changed(site)


def _changed(site: Site) -> Response:
    # The sandbox tells of what happens to complaints; of what was planned, nobody else does.
    site.events.tell("faults")
    return common.done()


def _advance(site: Site, asked: Asked) -> Response:
    hours = _HOURS.get(asked.form.get("hours", ""))
    if hours is None:
        raise RefusedError(WORDS["bad_hours"])
    try:
        site.sandbox.advance(timedelta(hours=hours))
    except ValueError:
        raise RefusedError(WORDS["end_of_time"]) from None
    return common.done()


def _notify(site: Site, asked: Asked) -> Response:
    url = asked.form.get("url", "").strip()
    try:
        site.sandbox.notify_to(url or None)
    except ValueError:
        raise RefusedError(WORDS["bad_address"]) from None
    return _changed(site)


DOORS = (
    Door("GET", "/conversation/faults", _faults),
    Door("POST", "/conversation/faults", _switch_on),
    Door("POST", "/conversation/heal", _heal),
    Door("POST", "/conversation/advance", _advance),
    Door("POST", "/conversation/notify", _notify),
)
