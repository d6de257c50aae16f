"""Reply with a template: choose one, fill its variables, look at it, and send it by the real client."""

from __future__ import annotations

import json
import uuid
from typing import Any

from attrs import frozen
from starlette.responses import Response

from msgkit._printable import printable
from msgkit.errors import MsgkitError, Problem, SendError, TemplateError, ValidationError
from msgkit.message import Message
from msgkit.preview import Look, as_fragment
from msgkit.reply import Reply
from msgkit.sandbox import Complaint
from msgkit.studio.conversation import filling
from msgkit.studio.conversation.common import complaint_of
from msgkit.studio.conversation.failures import failure
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.searching import folded, search_of
from msgkit.studio.site import Site
from msgkit.studio.words.conversation import WORDS
from msgkit.templates import Template

#: How many templates are offered at once; a search finds the others.
_MOST_OFFERED = 60

#: Longest message that is handed over, in characters of JSON.
_LONGEST_MESSAGE = 200_000


@frozen
class Draft:
    """What is to be sent, as far as it is known.

    Attributes:
        content: The message or plain reply; None where something must be mended first.
        shown: What can be shown of it.
        problems: What must be mended.
    """

    content: Message | Reply | None
    shown: Message | Reply | None
    problems: tuple[Problem, ...] = ()


def _templates(site: Site, asked: Asked) -> Response:
    words = search_of(asked)
    names = [name for name in site.templates.names if all(word in folded(name) for word in words)]
    # Those that cannot be sent are said to be such where one is chosen: to read all of them first would take long.
    return site.answer(
        asked,
        "conversation/templates.html",
        names=names[:_MOST_OFFERED],
        more=len(names) - len(names[:_MOST_OFFERED]),
        has_folder=site.templates.path is not None,
        total=len(site.templates.names),
    )


def _form(site: Site, asked: Asked) -> Response:
    complaint, name = complaint_of(site, asked), asked.query.get("name", "")
    chosen = _chosen(site, name)
    fields = filling.fields(chosen) if isinstance(chosen, Template) else []
    description = chosen.description if isinstance(chosen, Template) else None
    return site.answer(
        asked,
        "conversation/form.html",
        complaint=complaint,
        name=name,
        description=description,
        fields=fields,
        message="",
        source=name,
        first=_preview_of(site, asked, complaint, _draft(site, name, {})),
    )


def _handed(site: Site, asked: Asked) -> Response:
    """Take a message over from the composer."""
    complaint = complaint_of(site, asked)
    given = asked.form.get("message", "")
    draft = _handed_over(given)
    return site.answer(
        asked,
        "conversation/form.html",
        complaint=complaint,
        name="",
        description=None,
        fields=[],
        message=given,
        source=printable(asked.form.get("from", ""))[:200] or WORDS["from_composer"].text(asked.lang),
        first=_preview_of(site, asked, complaint, draft),
    )


def _chosen(site: Site, name: str) -> Template | Reply:
    entry = site.templates.entry(name)
    chosen = entry.template or entry.reply
    if chosen is None:
        raise RefusedError(WORDS["broken_template"], name=name)
    return chosen


def _draft(site: Site, name: str, form: dict[str, str]) -> Draft:
    """Return what a template says, filled with what a form holds."""
    chosen = _chosen(site, name)
    if isinstance(chosen, Reply):
        return Draft(chosen, chosen)
    given = filling.values(chosen, form)
    try:
        message = chosen.render(**given)
    except (TemplateError, ValidationError) as error:
        return Draft(None, filling.as_far_as_it_goes(chosen, given), error.problems)
    return Draft(message, message)


def _handed_over(given: str) -> Draft:
    """Return a message that came as JSON of the wire."""
    try:
        data: Any = json.loads(given) if len(given) <= _LONGEST_MESSAGE else None
        message = Message.from_dict(data)
    except ValidationError as error:
        return Draft(None, None, error.problems)
    except (ValueError, RecursionError):
        raise RefusedError(WORDS["no_message"]) from None
    return Draft(message, message)


def _asked_for(site: Site, asked: Asked) -> Draft:
    if asked.form.get("message"):
        return _handed_over(asked.form["message"])
    return _draft(site, asked.form.get("name", ""), dict(asked.form))


def _preview(site: Site, asked: Asked) -> Response:
    complaint = complaint_of(site, asked)
    return site.answer(asked, "conversation/preview.html", **_shown(site, asked, complaint, _asked_for(site, asked)))


def _preview_of(site: Site, asked: Asked, complaint: Complaint, draft: Draft) -> Any:
    return site.render(asked, "conversation/preview.html", **_shown(site, asked, complaint, draft))


def _shown(site: Site, asked: Asked, complaint: Complaint, draft: Draft) -> dict[str, Any]:
    plain, dropped = _plainly(complaint, draft.content)
    shown = plain or draft.shown
    look = Look(images=site.picture, now=site.sandbox.now)
    return {
        "preview": None if shown is None else as_fragment(shown, look),
        "is_sendable": draft.content is not None,
        "is_plain": plain is not None,
        "dropped": [problem.placed(asked.lang) for problem in dropped],
        "problems": [problem.placed(asked.lang) for problem in draft.problems],
    }


def _plainly(complaint: Complaint, content: Message | Reply | None) -> tuple[Reply | None, tuple[Problem, ...]]:
    """Return what becomes of a message where a complaint takes no rich reply."""
    if complaint.need_immediate_service or not isinstance(content, Message):
        return None, ()
    try:
        return content.to_reply()
    except ValidationError as error:  # nothing is left of it
        return None, error.problems


def _send(site: Site, asked: Asked) -> Response:
    complaint = complaint_of(site, asked)
    draft = _asked_for(site, asked)
    if draft.content is None:
        problems = [problem.placed(asked.lang) for problem in draft.problems]
        return site.answer(asked, "conversation/sent.html", problems=problems, failed=None, receipt=None)
    idempotent_id = asked.form.get("idempotent_id") or str(uuid.uuid4())
    try:
        if isinstance(draft.content, Reply):
            receipt = site.client.send(complaint.complaint_id, draft.content)
        else:
            receipt = site.client.reply(complaint.complaint_id, draft.content, idempotent_id=idempotent_id)
    except ValidationError as error:
        problems = [problem.placed(asked.lang) for problem in error.problems]
        return site.answer(asked, "conversation/sent.html", problems=problems, failed=None, receipt=None)
    except MsgkitError as error:
        # With the id that it had, and as it was, whatever stands in the form by then.
        again = error.idempotent_id if isinstance(error, SendError) and error.maybe_processed else None
        message = draft.content.to_json() if isinstance(draft.content, Message) else ""
        values = {"complaint": complaint, "again": again, "message": message}
        failed = failure(error, asked.lang)
        return site.answer(asked, "conversation/sent.html", problems=[], failed=failed, receipt=None, **values)
    dropped = [problem.placed(asked.lang) for problem in receipt.dropped]
    answer = site.answer(asked, "conversation/sent.html", problems=[], failed=None, receipt=receipt, dropped=dropped)
    answer.headers["HX-Trigger"] = json.dumps({"conversation:sent": {"stay": bool(dropped)}})
    return answer


DOORS = (
    Door("GET", "/conversation/templates", _templates),
    Door("GET", "/conversation/form", _form),
    Door("POST", "/conversation/handed", _handed),
    Door("POST", "/conversation/preview", _preview),
    Door("POST", "/conversation/send", _send),
)
