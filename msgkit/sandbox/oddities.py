"""What the sandbox takes and thinks odd: for whoever tests, not for whoever calls."""

import re
from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from msgkit.sandbox.answers import json_pointer

#: What a template leaves in a text that was not filled; the client refuses it unless ``allow_placeholders=True``.
PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")

#: How an address starts that anybody on the way can read and change.
INSECURE = "http://"

#: How much of a placeholder a warning repeats, in characters.
SHOWN_LIMIT = 64

# Only what can name a template's variable is repeated: between other braces may stand a customer's words.
_NAMED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")

#: What an object usually has, by the key that it, or the list that it is in, stands under. The documentation marks none
#: of these fields as required.
USUAL_FIELDS: dict[str, tuple[str, ...]] = {
    "message": ("blocks",),
    "text": ("text",),
    "image": ("media_id",),
    "link": ("text", "action"),
    "faq_list": ("faqs",),
    "faqs": ("faq_title", "action"),
    "button": ("text", "action"),
    "button_group": ("buttons",),
    "buttons": ("text", "action"),
    "mini_program_jump_info": ("path",),
}

#: What usually stands under a key, and why, where it must be said.
USUAL_VALUES: dict[str, str] = {
    "blocks": "at least one block: without any the customer sees nothing",
    "text": "a text that the customer can read",
    "media_id": "the media_id that the upload of the picture answered",
    "faqs": "at least one question",
    "faq_title": "a question that the customer can read",
    "buttons": "at least one button",
    "action": "an action: without one a tap does nothing",
    "content": "the message that the tap sends",
    "jump_url": "the address of the page to open",
    "expired_time": "a moment such as 2015-05-20T13:29:35+08:00, or to leave the key out",
    "appid": "the AppID of the mini program to open",
    "path": "the path of the page to open",
    "complainted_mchid": "the mchid that the complaint is about",
    "idempotent_id": "an id of the reply's own",
    "response_content": "a text that the customer can read",
    "response_images": "the media_id of a picture, or to leave the key out",
    "jump_url_text": "a text that the customer can read",
}


@frozen
class Oddity:
    """Something in an accepted call that the documentation does not forbid and that is probably a mistake.

    Attributes:
        call: Method and path of the call, e.g. ``POST /v3/merchant-service/images/upload``.
        pointer: JSON Pointer (RFC 6901) to the place in its body, of something missing to where it should be; ``/file``
            is that part of an upload.
        text: What is odd and what would be usual, in a sentence; nothing that a customer may have written is in it.
    """

    call: str
    pointer: str
    text: str = field()

    def __str__(self) -> str:
        return f"{self.call}: {self.pointer}: {self.text}"


def oddities(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield pointer and sentence of whatever is odd in a reply: placeholders, http://, and what is empty or missing.

    In the order of the document; what an object lacks is told where it ends.

    Args:
        body: A body that fits its schema.
    """
    return _within(body, "", "")


def _within(value: Any, pointer: str, key: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            for sentence in _of_text(value, key):
                yield pointer, sentence
        case list() | dict() if not value:
            yield pointer, f"is empty; usual is {_usual_object(key) if isinstance(value, dict) else _usual(key)}."
        case list():
            for index, inner in enumerate(value):
                yield from _within(inner, f"{pointer}/{index}", key)
        case dict():
            for name, inner in value.items():
                yield from _within(inner, pointer + json_pointer(name), name)
            for name in USUAL_FIELDS.get(key, ()):
                if name not in value:
                    yield pointer + json_pointer(name), f"is missing; usual is {USUAL_VALUES[name]}."


def _of_text(text: str, key: str) -> Iterator[str]:
    if found := PLACEHOLDER.search(text):
        shown = _shown(found[0])
        yield f"still holds the placeholder {shown}, which the customer would see: fill the template first."
    if key == "jump_url" and text[: len(INSECURE)].lower() == INSECURE:
        yield "is an http:// address; usual is https://, which the documentation demands for plain replies only."
    if not text.strip():
        yield f"is {'white space alone' if text else 'empty'}; usual is {_usual(key)}."


def _usual(key: str) -> str:
    return USUAL_VALUES.get(key, "a value, or to leave the key out")


def _usual_object(key: str) -> str:
    fields = USUAL_FIELDS.get(key)
    return f"an object with {' and '.join(fields)}" if fields else "to leave the key out"


def _shown(placeholder: str) -> str:
    if not _NAMED.fullmatch(placeholder):
        return "${…}"
    return placeholder if len(placeholder) <= SHOWN_LIMIT else placeholder[:SHOWN_LIMIT] + "…"
