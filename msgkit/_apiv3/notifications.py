"""From the request that WeChat Pay sends to a notification URL to a `Notification`. No I/O.

What costs little is looked at first, and nothing is parsed before the signature has proven whose it is.

Source: WeChat Pay documentation, 消费者投诉: 投诉通知回调; APIv3 接口规则: 签名验证, 证书和回调报文解密.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol, TypeAlias, get_args

import attrs

from msgkit._apiv3.calls import FlawError
from msgkit._apiv3.certificates import decrypt
from msgkit._apiv3.errors import json_object
from msgkit._apiv3.signing import is_public_key_id
from msgkit._apiv3.verification import HEADERS, Flaw, Verifier, _is_serial
from msgkit.complaints import LARGEST_NOTIFICATION, Notification
from msgkit.complaints._notification import is_id
from msgkit.errors import NotificationCheck, NotificationVerificationError


class Items(Protocol):
    """Headers as most web frameworks have them: they can be asked for their names and values."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return names and values; a name may come more than once."""
        ...


Headers: TypeAlias = Items | Iterable[tuple[str | bytes, str | bytes]]
"""Headers in any shape: what has names and values, a WSGI environ among it, or pairs of them."""

Body: TypeAlias = bytes | bytearray | memoryview | str
"""A body as it came."""

# How a header is called by itself, and in a WSGI environ (PEP 3333), which Django's META is one of.
_CALLED: Final[Mapping[str, str]] = {
    called: name for name in HEADERS for called in (name.lower(), f"http_{name.lower().replace('-', '_')}")
}
_is_serial_number = re.compile(r"[0-9A-Fa-f]{1,64}").fullmatch
_find_surrogate = re.compile(r"[\ud800-\udfff]").search

_ASK_FOR_BYTES = (
    "body must be the bytes of the request as they came, not {}: request.get_data() in Flask, request.body in Django, "
    "await request.body() in Starlette and FastAPI; a body that was parsed and written again has another signature"
)
_ASK_FOR_HEADERS = (
    "headers must be those of the request: request.headers, a WSGI environ, or pairs of names and values, which are "
    "text or bytes"
)
_NO_KEY: Final[Mapping[str, Any]] = {}
_ORDER: Final = get_args(NotificationCheck)
_AGAIN = "answer as error.answer says, and WeChat Pay sends it again"
_CURES: Final[Mapping[NotificationCheck, str]] = {
    "size": "do not read bodies of more than 64 KiB; WeChat Pay sends none",
    "headers": "hand on all headers of the request, each once; a request that has none did not come from WeChat Pay",
    "timestamp": "set this machine's clock, by NTP; if it is right, this is an old request that somebody sent again",
    "serial": "give the client that key: public_key takes several by their ids, platform_certificates=True gets "
    "certificates",
    "probe": "nothing is to be mended: answer as error.answer says",
    "signature": "hand on the body's bytes as they came, not parsed and written again; if they are, it is forged",
    "json": _AGAIN,
    "shape": _AGAIN,
    "decryption": f"where apiv3_key is right, {_AGAIN}",
    "content": _AGAIN,
}


def read(headers: Headers, body: Body, verifier: Verifier, apiv3_key: bytes) -> Notification:
    """Verify, decrypt and read a notification; see `Client.parse_notification`.

    Args:
        headers: The request's headers.
        body: Its body.
        verifier: Knows the platform's keys.
        apiv3_key: The APIv3 key, 32 bytes.

    Raises:
        NotificationVerificationError: It is not proven to be WeChat Pay's, or is not as documented.
        TypeError: The body was parsed already, or the headers are none.
    """
    return read_for(headers, body, lambda _: (Reader("", verifier, apiv3_key),))[1]


@attrs.frozen
class Reader:
    """A merchant that a notification may be for.

    Attributes:
        mchid: Its number.
        verifier: Knows the keys that the platform signs with for it.
        apiv3_key: What is encrypted for it, 32 bytes.
    """

    mchid: str
    verifier: Verifier
    apiv3_key: bytes = attrs.field(repr=False)


def read_for(headers: Headers, body: Body, readers: Callable[[str], Iterable[Reader]]) -> tuple[Reader, Notification]:
    """Find whom a notification is for, and read it: the first whose keys prove it and whose APIv3 key decrypts it.

    What costs much is done once for each key, and no key is looked for before what needs none is right.

    Args:
        headers: The request's headers.
        body: Its body.
        readers: Gives those that it may be for, by the serial that it names; they are asked for as they are needed.

    Returns:
        Whom it is for, and what it says.

    Raises:
        NotificationVerificationError: It is for none of them; of several errors the one that came furthest.
        TypeError: The body was parsed already, or the headers are none.
    """
    content, signing = _content(body), _signing(headers)
    flaw = Verifier(_NO_KEY).flaw(signing, content)
    if flaw is None or flaw.check != "serial":
        raise _refused_for(flaw)
    serial = signing["Wechatpay-Serial"]
    flaws: dict[object, Flaw | None] = {}
    error: NotificationVerificationError | None = None
    for reader in readers(serial):
        key = reader.verifier.keys.get(serial)
        known = None if key is None else key.public_numbers()
        if known not in flaws:
            flaws[known] = reader.verifier.flaw(signing, content)
        try:
            return reader, _opened(content, reader.apiv3_key, flaws[known])
        except NotificationVerificationError as found:
            if error is None or _ORDER.index(found.check) > _ORDER.index(error.check):
                error = found
    if error is None:
        kind = "public key" if is_public_key_id(serial) else "platform certificate"
        named = serial if _is_serial(serial) else "?"
        raise _refused("serial", f"it was signed with the {kind} '{named}', which no merchant here knows", serial)
    raise error


def _opened(content: bytes, apiv3_key: bytes, flaw: Flaw | None) -> Notification:
    """Decrypt and read a body, unless its signature has a flaw."""
    if flaw is not None:
        raise _refused_for(flaw)
    envelope = json_object(content)
    if envelope is None:
        raise _refused("json", "its body is no JSON object")
    lacking = [name for name in ("id", "event_type") if not is_id(envelope.get(name))]
    resource = envelope.pop("resource", None)
    if lacking or not isinstance(resource, dict):
        raise _refused("shape", f"it has no usable {', '.join(lacking or ['resource'])}")
    try:
        decrypted = json_object(decrypt(resource, apiv3_key))
    except FlawError as error:
        raise _refused("decryption", str(error)) from None
    if decrypted is None:
        raise _refused("content", "what it holds encrypted is no JSON object")
    original = {name: resource[name] for name in ("original_type",) if name in resource}
    notification = Notification.from_dict({**decrypted, **original, **envelope})
    if notification.complaint_id is None and notification.event_type.startswith("COMPLAINT."):
        raise _refused("content", "what it holds encrypted has no complaint_id of 1 to 64 characters")
    return notification


def _content(body: Body) -> bytes:
    """Return the bytes of a body, of which none was looked at.

    Raises:
        NotificationVerificationError: They are too many, or it is text that no bytes stand for.
        TypeError: It is neither bytes nor text.
    """
    if isinstance(body, str):
        # Each character has a byte at least, so that of what is far too long no more is encoded.
        given: bytes | bytearray | memoryview = body[: LARGEST_NOTIFICATION + 1].encode(errors="surrogatepass")
    elif isinstance(body, (bytes, bytearray, memoryview)):
        given = body
    else:
        raise TypeError(_ASK_FOR_BYTES.format(type(body).__name__))
    if memoryview(given).nbytes > LARGEST_NOTIFICATION:
        raise _refused("size", f"it has more than {LARGEST_NOTIFICATION:,} bytes")
    if isinstance(body, str) and _find_surrogate(body):
        raise _refused("json", "its body is no text in UTF-8")
    return bytes(given)


def _signing(headers: Headers) -> dict[str, str]:
    """Return the headers that sign a request, by their names.

    Raises:
        NotificationVerificationError: One of them comes twice and says two things: nobody knows which is meant.
        TypeError: They are no headers.
    """
    found: dict[str, str] = {}
    for name, value in _pairs(headers):
        known = _CALLED.get(_text(name).lower()) if isinstance(name, (str, bytes)) else None
        if known is None:
            continue
        if not isinstance(value, (str, bytes)):
            raise TypeError(f"{_ASK_FOR_HEADERS}; {known} is {type(value).__name__}")
        said = _text(value).strip()
        if found.setdefault(known, said) != said:
            raise _refused("headers", f"it has two headers {known} that say different things")
    return found


def _pairs(headers: Any) -> list[tuple[Any, Any]]:
    pairs: Any = headers.items() if callable(getattr(headers, "items", None)) else headers
    try:
        return [(name, value) for name, value in pairs]
    except (TypeError, ValueError):
        raise TypeError(f"{_ASK_FOR_HEADERS}; not {type(headers).__name__}") from None


def _text(value: str | bytes) -> str:
    # As HTTP has them (RFC 9110, 5.5): any byte is a character.
    return value if isinstance(value, str) else value.decode("latin-1")


def _refused_for(flaw: Flaw | None) -> NotificationVerificationError:
    assert flaw is not None  # noqa: S101 - for the type checkers: without keys there is a flaw in everything
    return _refused(flaw.check, flaw.text, flaw.serial)


def _refused(check: NotificationCheck, why: str, serial: str | None = None) -> NotificationVerificationError:
    unknown = serial if serial is not None and _is_serial_number(serial) else None
    return NotificationVerificationError(f"the notification cannot be trusted: {why} ({_CURES[check]})", check, unknown)
