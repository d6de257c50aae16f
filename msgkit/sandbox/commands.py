"""What the control port can do: each a method, a path, and a function of the sandbox and of what the body gives."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from attrs import Attribute, asdict, frozen

from msgkit.sandbox.complaints import Complaint, moment
from msgkit.sandbox.rendering import text_of

if TYPE_CHECKING:
    from msgkit.sandbox.customer import Customer
    from msgkit.sandbox.fault_plan import Chance
    from msgkit.sandbox.server import Sandbox

Given = dict[str, Any]


@frozen
class Command:
    """One thing that the control port does.

    Attributes:
        method: The HTTP method.
        path: The path, its parameters in braces.
        run: Does it, and returns what is answered.
    """

    method: Literal["GET", "POST"]
    path: str
    run: Callable[[Sandbox, Given], Any]


def _overview(sandbox: Sandbox, _: Given) -> Any:
    return {
        "base_url": sandbox.base_url,
        "mchid": sandbox.credentials.mchid,
        "paths": [f"{command.method} {command.path}" for command in COMMANDS],
    }


def _complaints(sandbox: Sandbox, _: Given) -> Any:
    return {"data": [_shown(complaint) for complaint in sandbox.complaints.values()]}


def _add_complaint(sandbox: Sandbox, given: Given) -> Any:
    return _shown(sandbox.complaint(**_with_moment(given, "complaint_time")))


def _history(sandbox: Sandbox, given: Given) -> Any:
    return {"data": [entry.document for entry in sandbox.history(unquote(given["complaint_id"]))]}


def _add_entry(sandbox: Sandbox, given: Given) -> Any:
    fields: Given = {**_with_moment(given, "operate_time"), "complaint_id": unquote(given["complaint_id"])}
    return sandbox.entry(**fields).document


def _says(sandbox: Sandbox, given: Given) -> Any:
    return _customer(sandbox, given).says(**given).document


def _continues(sandbox: Sandbox, given: Given) -> Any:
    return _customer(sandbox, given).continues_complaint(**given).document


def _taps(sandbox: Sandbox, given: Given) -> Any:
    customer = _customer(sandbox, given)
    entry = customer.tap_at(**given) if "pointer" in given else customer.taps(**given)
    return {} if entry is None else entry.document


def _tappables(sandbox: Sandbox, given: Given) -> Any:
    entries = sandbox.history(unquote(given["complaint_id"]))
    return {"data": [{"log_id": entry.log_id} | asdict(one) for entry in entries for one in sandbox.tappables(entry)]}


def _conversation(sandbox: Sandbox, given: Given) -> Any:
    return {"text": _customer(sandbox, given).sees()}


def _notification(sandbox: Sandbox, given: Given) -> Any:
    headers, body = _customer(sandbox, given).notification()
    return {"headers": headers, "body": body.decode()}


def _customer(sandbox: Sandbox, given: Given) -> Customer:
    return sandbox.customer(unquote(given.pop("complaint_id")))


def _jump_clicks(sandbox: Sandbox, given: Given) -> Any:
    sandbox.enable_jump_clicks(**given)
    return {}


def _advance(sandbox: Sandbox, given: Given) -> Any:
    sandbox.advance(timedelta(**given))
    return {}


def _notify_to(sandbox: Sandbox, given: Given) -> Any:
    sandbox.notify_to(**given)
    return {}


def _notify_badly(sandbox: Sandbox, given: Given) -> Any:
    sandbox.notify_badly(**given)
    return {}


def _settle(sandbox: Sandbox, given: Given) -> Any:
    sandbox.settle(**given)
    return {}


def _pushes(sandbox: Sandbox, _: Given) -> Any:
    return {"data": [asdict(push, value_serializer=_with_moments) for push in sandbox.pushes]}


def _with_moments(_: object, __: Attribute[Any] | None, value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def _replies(sandbox: Sandbox, _: Given) -> Any:
    return {
        "data": [
            {
                "complaint_id": reply.complaint_id,
                "kind": reply.kind,
                "log_id": reply.log_id,
                "idempotent_id": reply.idempotent_id,
                "body": reply.body,
                "text": text_of(reply.body),
            }
            for reply in sandbox.replies
        ]
    }


def _uploads(sandbox: Sandbox, _: Given) -> Any:
    names = ("media_id", "filename", "sha256", "size")
    return {"data": [{name: getattr(upload, name) for name in names} for upload in sandbox.uploads]}


def _add_picture(sandbox: Sandbox, given: Given) -> Any:
    fields: Given = {**given, "content": base64.b64decode(given.get("content", ""), validate=True)}
    return {"url": sandbox.picture(**fields)}


def _warnings(sandbox: Sandbox, _: Given) -> Any:
    return {"data": [asdict(oddity) for oddity in sandbox.warnings]}


def _calls(sandbox: Sandbox, _: Given) -> Any:
    return {"data": [asdict(call) for call in sandbox.calls]}


def _exchanges(sandbox: Sandbox, _: Given) -> Any:
    return {"data": [asdict(exchange, value_serializer=_readable) for exchange in sandbox.exchanges]}


def _readable(instance: object, attribute: Attribute[Any] | None, value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else _with_moments(instance, attribute, value)


def _counts(sandbox: Sandbox, _: Given) -> Any:
    return dict(sandbox.counts)


def _faults(sandbox: Sandbox, _: Given) -> Any:
    return {"data": [asdict(fault) for fault in sandbox.faults]}


def _fail_next(sandbox: Sandbox, given: Given) -> Any:
    sandbox.fail_next(**given)
    return _faults(sandbox, given)


def _fail_some(sandbox: Sandbox, given: Given) -> Any:
    sandbox.fail_some(**given)
    return {}


def _chances(sandbox: Sandbox, _: Given) -> Any:
    def named(chance: Chance) -> Given:
        faults = [{**asdict(fault), "weight": weight} for fault, weight in chance.faults]
        return {"share": chance.share, "endpoint": chance.endpoint, "faults": faults}

    return {"data": [named(chance) for chance in sandbox.chances]}


def _heal(sandbox: Sandbox, given: Given) -> Any:
    sandbox.heal(**given)
    return {}


def _certificates(sandbox: Sandbox, _: Given) -> Any:
    return {
        "data": [
            {
                "serial_no": one.serial_no,
                "effective_time": moment(one.effective_time),
                "expire_time": moment(one.expire_time),
                "pem": one.pem,
            }
            for one in sandbox.certificates
        ]
    }


def _rotate_certificate(sandbox: Sandbox, given: Given) -> Any:
    return {
        "serial_no": sandbox.rotate_certificate(**{name: timedelta(seconds=value) for name, value in given.items()})
    }


def _retire_certificate(sandbox: Sandbox, given: Given) -> Any:
    sandbox.retire_certificate(**given)
    return {}


def _rotate_public_key(sandbox: Sandbox, given: Given) -> Any:
    public_key_id, pem = sandbox.rotate_public_key(**given)
    return {"public_key_id": public_key_id, "public_key": pem}


def _sign_with(sandbox: Sandbox, given: Given) -> Any:
    sandbox.sign_with(**given)
    return {}


def _largest_page(sandbox: Sandbox, given: Given) -> Any:
    sandbox.largest_page(**given)
    return {}


def _enable_links(sandbox: Sandbox, given: Given) -> Any:
    sandbox.enable_links(**given)
    return {}


def _notification_url(sandbox: Sandbox, _: Given) -> Any:
    return {"url": sandbox.notification_url}


def _reset(sandbox: Sandbox, given: Given) -> Any:
    sandbox.reset(**given)
    return {}


def _shown(complaint: Complaint) -> Any:
    return complaint.document(lambda plain: plain, detail=True)


def _with_moment(given: Given, name: str) -> Given:
    """What is given, its moment read; one that cannot be read is left for the sandbox to refuse."""
    try:
        return given | {name: datetime.fromisoformat(given[name])} if name in given else given
    except (TypeError, ValueError):
        return given


COMMANDS = (
    Command("GET", "/", _overview),
    Command("GET", "/complaints", _complaints),
    Command("POST", "/complaints", _add_complaint),
    Command("GET", "/complaints/{complaint_id}/history", _history),
    Command("POST", "/complaints/{complaint_id}/history", _add_entry),
    Command("POST", "/complaints/{complaint_id}/says", _says),
    Command("POST", "/complaints/{complaint_id}/continues", _continues),
    Command("GET", "/complaints/{complaint_id}/taps", _tappables),
    Command("POST", "/complaints/{complaint_id}/taps", _taps),
    Command("GET", "/complaints/{complaint_id}/conversation", _conversation),
    Command("POST", "/complaints/{complaint_id}/notification", _notification),
    Command("GET", "/pushes", _pushes),
    Command("POST", "/notify-to", _notify_to),
    Command("POST", "/notify-badly", _notify_badly),
    Command("POST", "/settle", _settle),
    Command("POST", "/advance", _advance),
    Command("POST", "/jump-clicks", _jump_clicks),
    Command("GET", "/replies", _replies),
    Command("GET", "/uploads", _uploads),
    Command("POST", "/pictures", _add_picture),
    Command("GET", "/notification-url", _notification_url),
    Command("GET", "/warnings", _warnings),
    Command("GET", "/calls", _calls),
    Command("GET", "/exchanges", _exchanges),
    Command("GET", "/counts", _counts),
    Command("GET", "/faults", _faults),
    Command("POST", "/faults", _fail_next),
    Command("GET", "/chances", _chances),
    Command("POST", "/chances", _fail_some),
    Command("POST", "/heal", _heal),
    Command("GET", "/certificates", _certificates),
    Command("POST", "/certificates", _rotate_certificate),
    Command("POST", "/certificates/{serial}/retire", _retire_certificate),
    Command("POST", "/public-keys", _rotate_public_key),
    Command("POST", "/sign-with", _sign_with),
    Command("POST", "/largest-page", _largest_page),
    Command("POST", "/links", _enable_links),
    Command("POST", "/reset", _reset),
)
