"""The endpoints of pictures: uploads, and the pictures that the platform shows."""

import hashlib
from collections.abc import Iterator, Mapping

from msgkit.sandbox.answers import Answer, json_pointer, not_found, param_error
from msgkit.sandbox.calls import Call
from msgkit.sandbox.pictures import IMAGE_SIGNATURES, found
from msgkit.sandbox.state import State

#: The largest picture that an upload takes, in bytes (商户上传反馈图片).
IMAGE_LIMIT = 2 * 1024 * 1024


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
    if not call.names_boundary:
        oddities.insert(0, call.oddity("", "has a Content-Type without the boundary; usual is to name it there."))
    upload = state.add_upload(meta["filename"], file.content, oddities)
    return Answer.json(200, {"media_id": upload.media_id})


def download_image(state: State, call: Call) -> Answer:
    """Answer a picture that a ``media_url`` names; an uploaded one cannot be fetched back."""
    call.asked({})
    picture = found(state.pictures, call.path, None)
    if picture is None:
        raise not_found("there is no such picture")
    return Answer(200, picture.content, picture.media_type, signed=False)


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
