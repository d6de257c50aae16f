"""The log of calls: all that was asked of the sandbox, newest first."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.responses import Response

from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.names import ENDPOINT_NAMES
from msgkit.studio.calls.exchange import is_success, view
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.searching import folded, search_of
from msgkit.studio.site import Site
from msgkit.studio.words.calls import WORDS

#: How many calls are shown at first, and with each more that is asked for.
PAGE = 100

_OUTCOMES = {"good": True, "bad": False}


def _calls(site: Site, asked: Asked) -> Response:
    calls = site.sandbox.calls
    found = [call for call in reversed(calls) if _fits(call, asked)]
    wanted = asked.query.get("shown", "")
    shown = found[: max(PAGE, int(wanted) if re.fullmatch("[0-9]{1,5}", wanted) else PAGE)]
    kept = {each.request_id: each for each in site.sandbox.exchanges}
    return site.answer(
        asked,
        "calls/list.html",
        calls=[view(site, call, kept.get(call.request_id), asked.lang) for call in shown],
        found=len(found),
        total=len(calls),
        more=len(found) - len(shown),
    )


def _fits(call: RecordedCall, asked: Asked) -> bool:
    endpoint, wanted = asked.query.get("endpoint", ""), _OUTCOMES.get(asked.query.get("outcome", ""))
    if endpoint in ENDPOINT_NAMES and call.endpoint != endpoint:
        return False
    if wanted is not None and wanted != is_success(call):
        return False
    complaint = asked.query.get("complaint", "").strip()
    if complaint and complaint not in unquote(call.path):
        return False
    words = search_of(asked)
    if not words:
        return True
    said = (call.method, unquote(call.path), call.query, call.request_id, call.code, call.idempotent_id, call.fault)
    text = folded(" ".join(filter(None, (*said, str(call.status or "")))))
    return all(word in text for word in words)


def _call(site: Site, asked: Asked) -> Response:
    wanted = asked.query.get("request", "")
    call = next((each for each in site.sandbox.calls if each.request_id == wanted), None)
    if call is None:
        raise RefusedError(WORDS["gone"])
    shown = view(site, call, site.sandbox.exchange(wanted), asked.lang)
    return site.answer(asked, "calls/exchange.html", view=shown)


DOORS = (Door("GET", "/calls/list", _calls), Door("GET", "/calls/one", _call))
