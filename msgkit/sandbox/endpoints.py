"""The endpoints: what each does with a request whose signature held."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal
from urllib.parse import unquote

from attrs import Factory, field, frozen

from msgkit.sandbox.answers import Answer, json_pointer, not_found, param_error
from msgkit.sandbox.bodies import Part, parse_json
from msgkit.sandbox.oddities import Oddity, oddities
from msgkit.sandbox.schemas import check
from msgkit.sandbox.state import State

#: Methods whose requests have no body: HTTP gives one no meaning (RFC 9110, 9.3.1 and 9.3.5), and the platform has the
#: signature of a GET end with an empty line (如何生成请求签名).
WITHOUT_BODY = frozenset({"GET", "DELETE"})

#: The largest picture that an upload takes, in bytes (商户上传反馈图片).
IMAGE_LIMIT = 2 * 1024 * 1024

#: How the files begin whose names end so (商户上传反馈图片: jpg, png, bmp).
IMAGE_SIGNATURES = {
    ".jpg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".bmp": b"BM",
}


@frozen
class Call:
    """A request that the merchant signed.

    Attributes:
        name: Method and path, as sent.
        caller: The mchid that signed it.
        parameters: The path's parameters, still percent-encoded.
        payload: The bytes that were signed: the body, or the ``meta`` part of a form; none if the method has no body.
        parts: The form's parts; empty where the body is no form.
    """

    name: str
    caller: str
    parameters: Mapping[str, str]
    payload: bytes = field(repr=False)
    parts: Mapping[str, Part] = field(factory=dict, repr=False)

    @property
    def complaint_id(self) -> str:
        """The complaint that the path names.

        Raises:
            Refusal: 404 where it is not UTF-8, since no complaint can have such an id.
        """
        try:
            return unquote(self.parameters["complaint_id"], errors="strict")
        except UnicodeDecodeError:
            raise not_found("there is no such complaint") from None

    def oddity(self, pointer: str, text: str) -> Oddity:
        """Something odd in this call."""
        return Oddity(self.name, pointer, text)

    def body(self, schema: str, *, base: str = "") -> dict[str, Any]:
        """The payload as JSON that fits a schema.

        Args:
            schema: The schema's name.
            base: JSON Pointer of the payload within the request.

        Raises:
            Refusal: 400 ``PARAM_ERROR`` where it does not fit.
        """
        document: dict[str, Any] = parse_json(self.payload, base=base)
        check(schema, document, base=base)
        return document


@frozen
class Endpoint:
    """One door of the platform.

    Attributes:
        method: The HTTP method.
        path: The path, its parameters in braces.
        handle: Answers a call.
        media_type: What the request's body must be; None where the method has none.
    """

    method: str
    path: str
    handle: Callable[[State, Call], Answer]
    media_type: Literal["application/json", "multipart/form-data"] | None = field(
        default=Factory(lambda self: None if self.method in WITHOUT_BODY else "application/json", takes_self=True)
    )


def respond_immediate_service(state: State, call: Call) -> Answer:
    """Take a rich reply (回复需要即时服务的投诉单).

    The media ids of its pictures are not looked up: a test may use made-up ones.
    """
    body = call.body("response-immediate-service")
    reply = state.reply_richly(call.caller, call.complaint_id, body, _odd(call, body))
    return Answer.json(200, {"log_id": reply.log_id})


def _odd(call: Call, body: dict[str, Any]) -> list[Oddity]:
    return [call.oddity(pointer, text) for pointer, text in oddities(body)]


def respond(state: State, call: Call) -> Answer:
    """Take a plain reply (提交回复). Its media ids are not looked up either."""
    body = call.body("response")
    state.reply_plainly(call.complaint_id, body, _odd(call, body))
    return Answer(204)


def complete(state: State, call: Call) -> Answer:
    """Take note that the complaint was handled (反馈处理完成)."""
    body = call.body("complete")
    state.complete(call.complaint_id, body)
    return Answer(204)


def upload_image(state: State, call: Call) -> Answer:
    """Take a picture (商户上传反馈图片): jpg, png or bmp, both by the name in ``meta`` and by its bytes.

    The name of the part ``file`` is not looked at: the page's own example gives it another one than ``meta``.
    """
    meta = call.body("image-upload-meta", base="/meta")
    extra = next((name for name in call.parts if name not in ("meta", "file")), None)
    if extra is not None:
        raise param_error(json_pointer(extra), "does not belong here; what does: meta, file")
    if "file" not in call.parts:
        raise param_error("/file", "is required")
    file = call.parts["file"]
    _check_image(meta, file.content)
    oddities = [call.oddity("/file", text) for text in _odd_names(meta["filename"], file.filename)]
    upload = state.add_upload(meta["filename"], file.content, oddities)
    return Answer.json(200, {"media_id": upload.media_id})


def _odd_names(name: str, sent: str | None) -> Iterator[str]:
    if sent is None:
        yield "has no filename; usual is the one that meta has."
    elif sent != name:
        yield "has another filename than meta; usual is the same in both."


def _check_image(meta: Mapping[str, str], content: bytes) -> None:
    name = meta["filename"]
    ending = next((end for end in IMAGE_SIGNATURES if name.lower().endswith(end)), None)
    if ending is None:
        allowed = ", ".join(IMAGE_SIGNATURES)
        raise param_error("/meta/filename", f"must end in one of {allowed}", name)
    if len(content) > IMAGE_LIMIT:
        raise param_error("/file", f"has {len(content)} bytes, at most {IMAGE_LIMIT} are allowed")
    if not content.startswith(IMAGE_SIGNATURES[ending]):
        raise param_error("/file", f"does not begin as a {ending} file does")
    if hashlib.sha256(content).hexdigest() != meta["sha256"].lower():
        raise param_error("/meta/sha256", "is not the digest of the file", meta["sha256"])


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v3/merchant-service/complaints-v2/{complaint_id}/response-immediate-service",
        respond_immediate_service,
    ),
    Endpoint("POST", "/v3/merchant-service/complaints-v2/{complaint_id}/response", respond),
    Endpoint("POST", "/v3/merchant-service/complaints-v2/{complaint_id}/complete", complete),
    Endpoint(
        "POST",
        "/v3/merchant-service/images/upload",
        upload_image,
        media_type="multipart/form-data",
    ),
)
