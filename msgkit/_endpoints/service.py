"""What is not about one complaint: pictures, the notification URL, and the platform's own test of keys.

Source: WeChat Pay documentation, 消费者投诉: 商户上传反馈图片, 图片请求接口, 创建投诉通知回调地址 and
its three siblings; APIv3 接口规则: the test of signing and encryption (echo).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import attrs
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

from msgkit import _fields, _wire, rules
from msgkit._apiv3.calls import Answer, Call, FlawError, Operation, Upload
from msgkit._endpoints._common import id_of
from msgkit.complaints import Picture
from msgkit.errors import Problem, ValidationError

UPLOAD = "/v3/merchant-service/images/upload"
NOTIFICATIONS = "/v3/merchant-service/complaint-notifications"
ECHO = "/v3/security/echo"

LARGEST_PICTURE = 10 * 1024 * 1024
"""Most bytes of a picture that is downloaded; those that merchants upload have 2 MiB at most."""

_LONGEST_URL = 4096
_LONGEST_ECHO = 71  # characters of three bytes each: RSA of 2,048 bits encrypts 214 at once
_PORTS = {"https": 443, "http": 80}
_is_visible = re.compile(r"[!-~]+").fullmatch
# A name or an address, and a port; in anything else libraries may see another host than was looked at here.
_is_host = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?").fullmatch


@attrs.frozen
class UploadMeta:
    """What an upload says of its file."""

    filename: str = attrs.field(validator=_fields.text(blank=False, at_most=128))
    sha256: str = attrs.field(validator=_fields.text(blank=False))


def _plain(_instance: object, _field: object, value: str) -> None:
    """Refuse a URL that the platform does not call."""
    if not value.isascii() or "?" in value:
        raise ValidationError([Problem("/url", rules.NOT_CALLED, value)], "set_notification_url")


@attrs.frozen
class NotificationUrl:
    """The body that says where notifications go."""

    url: str = attrs.field(validator=[_fields.url(at_most=255), _plain])


@attrs.frozen
class EchoMessage:
    """The body of an echo."""

    echo_message: str = attrs.field(validator=_fields.text(blank=False, at_most=_LONGEST_ECHO))


def upload_image(upload: Upload) -> Operation[str]:
    """Upload an image; the result is its ``media_id``.

    Args:
        upload: The image, with a name of 1 to 128 characters.

    Raises:
        ValidationError: The name breaks its rule.
    """
    try:
        meta = UploadMeta(upload.filename, hashlib.sha256(upload.content).hexdigest())
    except ValidationError as error:
        raise ValidationError((p.under("/meta") for p in error.problems), "upload_image") from None
    return Operation(
        "upload",
        Call("POST", UPLOAD, _wire.dump_bytes(meta), upload),
        lambda data, _: id_of(data, "media_id", 512),
    )


def download_image(
    url: str, hosts: tuple[str, ...], documented: tuple[str, ...], *, allow_http: bool
) -> Operation[Picture]:
    """Fetch a picture that an answer named.

    Of the platform's own hosts it is asked with a signature over the path exactly as it came. Of any other it is asked
    without: such a URL brings its permission along, and our signature is not for strangers.

    Args:
        url: The URL, to the letter.
        hosts: The hosts that the client speaks to.
        documented: The hosts of the real platform.
        allow_http: Take a URL of another host that begins with ``http://``.

    Raises:
        ValidationError: It is no URL that can be asked.
    """
    host, path = _split(url)
    name = _name(host)
    ours = {_origin(each): each for each in hosts}.get(_origin(host))
    if ours is None and name in set(map(_name, documented)) - set(map(_name, hosts)):
        raise _unfit(url, rules.OTHER_PLATFORM, host=hosts[0])
    if ours is None and host.startswith("http:") and not allow_http:
        raise _unfit(url, rules.PICTURE_NOT_HTTPS)
    return Operation(
        "image",
        Call("GET", path),
        lambda _, answer: Picture.of(answer.body),
        is_picture=True,
        host=ours or host,
        is_foreign=ours is None,
        largest=LARGEST_PICTURE,
    )


def notification_url() -> Operation[str]:
    """Read where notifications go."""
    return Operation("complaint-notifications", Call("GET", NOTIFICATIONS), lambda data, _: id_of(data, "url", 255))


def set_notification_url(url: str, method: Literal["POST", "PUT"]) -> Operation[str]:
    """Say where notifications go: the first time with POST, and then with PUT.

    Args:
        url: ``https://``, at most 255 characters, without a query.
        method: Which of them.

    Raises:
        ValidationError: The URL breaks its rule.
    """
    body = _wire.dump_bytes(NotificationUrl(url))
    return Operation(
        "complaint-notifications", Call(method, NOTIFICATIONS, body), lambda data, _: id_of(data, "url", 255)
    )


def delete_notification_url() -> Operation[None]:
    """Have no notifications any more."""
    return Operation("complaint-notifications", Call("DELETE", NOTIFICATIONS), lambda _data, _answer: None)


@attrs.frozen
class Echoed:
    """What came back of an echo.

    Attributes:
        message: The message.
        encrypted: The same, encrypted, in base64; None where it did not go out encrypted and came back without.
    """

    message: str = attrs.field(repr=False)
    encrypted: str | None = attrs.field(repr=False)


def echo(message: str) -> Operation[Echoed]:
    """Have the platform say a message back, in clear and encrypted.

    Args:
        message: 1 to 71 characters, so that it can be encrypted whatever they are.

    Raises:
        ValidationError: The message breaks its rule.
    """
    body = {"echo_message": EchoMessage(message).echo_message}
    is_sealed = False

    def seal(serial: str, key: RSAPublicKey) -> Call:
        nonlocal is_sealed
        is_sealed = True
        encrypted = base64.b64encode(key.encrypt(message.encode(), OAEP_SHA1)).decode()
        return Call("POST", ECHO, _wire.encode({**body, "encrypted_echo_message": encrypted}), serial=serial)

    def result(data: Mapping[str, Any], _: Answer) -> Echoed:
        found = data.get("encrypted_echo_message")
        if data.get("echo_message") != message:
            raise FlawError("its echo_message is not the one that was sent")
        if is_sealed and not isinstance(found, str):
            raise FlawError("it has no encrypted_echo_message")
        return Echoed(message, found if isinstance(found, str) else None)

    return Operation("echo", Call("POST", ECHO, _wire.encode(body)), result, is_harmless=True, seal=seal)


OAEP_SHA1 = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)  # noqa: S303 - the platform's choice
"""How texts are encrypted for one side's eyes (敏感信息加解密)."""


def _split(url: object) -> tuple[str, str]:
    """Return the host of a URL, with its scheme, and all that follows it, to the letter."""
    if not isinstance(url, str) or not _is_visible(url) or len(url) > _LONGEST_URL:
        raise _unfit(url, rules.NO_PICTURE_URL)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _unfit(url, rules.NO_PICTURE_URL) from None
    scheme, _, rest = url.partition("://")
    path = rest[len(parts.netloc) :].partition("#")[0]
    if scheme.lower() not in {"https", "http"} or not _is_host(parts.netloc) or not path.startswith("/"):
        raise _unfit(url, rules.NO_PICTURE_URL)
    return f"{scheme.lower()}://{parts.netloc.lower()}", path


def _origin(host: str) -> tuple[str, str | None, int]:
    """Return what makes two hosts the same, however they are written."""
    parts = urlsplit(host)
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _name(host: str) -> str:
    return (urlsplit(host).hostname or "").rstrip(".")


def _unfit(url: object, rule: rules.Rule, **params: object) -> ValidationError:
    return ValidationError([Problem("/url", rule, url, **params)], "download_image")
