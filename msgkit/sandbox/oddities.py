"""What the sandbox takes and thinks odd: for whoever tests, not for whoever calls."""

import re
from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from msgkit.sandbox.answers import json_pointer

#: What a template leaves in a text that was not filled; the client refuses it unless ``allow_placeholders=True``.
PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")

#: How much of what was found a warning repeats, in characters.
SHOWN_LIMIT = 64


@frozen
class Oddity:
    """Something in an accepted call that WeChat Pay takes and that is probably a mistake.

    Attributes:
        call: Method and path of the call, e.g. ``POST /v3/merchant-service/images/upload``.
        pointer: JSON Pointer (RFC 6901) to the place in its body; ``/file`` is that part of an upload.
        text: What is odd and what would be usual, in a sentence.
    """

    call: str
    pointer: str
    text: str = field()

    def __str__(self) -> str:
        return f"{self.call}: {self.pointer}: {self.text}"


def placeholders(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield pointer and sentence of each string in a body that still holds ``${…}``.

    Args:
        value: The body, or a part of it.
        pointer: JSON Pointer of the part.
    """
    if isinstance(value, str) and (found := PLACEHOLDER.search(value)):
        shown = found[0] if len(found[0]) <= SHOWN_LIMIT else found[0][:SHOWN_LIMIT] + "…"
        yield pointer, f"still holds the placeholder {shown}, which the customer would see: fill the template first."
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from placeholders(inner, pointer + json_pointer(key))
