"""Request bodies, from bytes to values: JSON read strictly, and multipart forms byte by byte."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Never

from attrs import define, field
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from msgkit.sandbox.answers import json_pointer, param_error

#: How deep a JSON body may nest. A NormalMessage needs eight levels.
DEPTH_LIMIT = 64


def parse_json(raw: bytes, *, base: str = "") -> Any:
    """Read JSON as WeChat Pay APIv3 defines it (接口规则): UTF-8, and nothing beyond RFC 8259.

    Args:
        raw: The bytes.
        base: JSON Pointer of the document within the request.

    Raises:
        Refusal: For broken UTF-8 or JSON, a key that comes twice in one object, numbers that are
            none or that overflow, and nesting deeper than `DEPTH_LIMIT`.
    """
    try:
        document = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
        )
    except UnicodeDecodeError as error:
        raise param_error(base, f"is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        issue = f"is not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise param_error(base, issue) from None
    except RecursionError:
        raise param_error(base, f"nests deeper than {DEPTH_LIMIT} levels") from None
    except ValueError as error:
        raise param_error(base, f"is not JSON: {error}") from None
    if _depth_exceeds(document, DEPTH_LIMIT):
        raise param_error(base, f"nests deeper than {DEPTH_LIMIT} levels")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key comes twice in one object")
    return members


def _constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON number")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _depth_exceeds(document: Any, limit: int) -> bool:
    level = [document]
    for _ in range(limit):
        level = [child for value in level for child in _children(value)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            yield from value.values()
        case list():
            yield from value


@define
class Part:
    """One part of a multipart form.

    Attributes:
        name: The field's name.
        filename: The file name it was sent with, if any.
        content: Its bytes, exactly as sent.
    """

    name: str
    filename: str | None
    content: bytes = field(repr=False)


def parse_form(raw: bytes, content_type: str) -> dict[str, Part]:
    """Read a ``multipart/form-data`` body (RFC 7578).

    A boundary that the header does not name is the one that the form begins with: a client that many merchants use
    leaves it out, and they upload with it.

    Args:
        raw: The bytes.
        content_type: The request's ``Content-Type``, which should name the boundary.

    Raises:
        Refusal: Where there is no boundary, the form is broken, or a field comes twice.
    """
    boundary = named_boundary(content_type) or _first_boundary(raw)
    if not boundary:
        raise param_error("", "is a form whose Content-Type names no boundary")
    reader = _FormReader()
    try:
        MultipartParser(boundary, reader.callbacks).write(raw)
    except FormParserError:
        raise param_error("", "is not multipart/form-data in the boundary that it names") from None
    if not reader.ended:
        raise param_error("", "ends before the form's closing boundary")
    return reader.parts


def named_boundary(content_type: str) -> bytes:
    """The boundary that a ``Content-Type`` names; empty where it names none."""
    return parse_options_header(content_type)[1].get(b"boundary", b"")


def _first_boundary(raw: bytes) -> bytes:
    # 70 characters at most (RFC 2046, 5.1.1).
    found = re.match(rb"--([0-9A-Za-z'()+_,./:=?-]{1,70})\r\n", raw)
    return found[1] if found else b""


class _FormReader:
    """Gathers the parts of a form while the parser goes through it."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._value = b""
        self._content = bytearray()

    @property
    def callbacks(self) -> Any:
        """The methods in the form that the parser wants them."""
        return {
            name: getattr(self, name)
            for name in (
                "on_part_begin",
                "on_part_data",
                "on_part_end",
                "on_header_field",
                "on_header_value",
                "on_header_end",
                "on_end",
            )
        }

    def on_part_begin(self) -> None:
        self._headers = {}
        self._content = bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def on_part_end(self) -> None:
        options = parse_options_header(self._headers.get(b"content-disposition"))[1]
        if b"name" not in options:
            raise param_error("", "has a part without a name")
        name = options[b"name"].decode("utf-8", "replace")
        if name in self.parts:
            raise param_error(json_pointer(name), "comes twice")
        filename = options.get(b"filename")
        self.parts[name] = Part(
            name,
            None if filename is None else filename.decode("utf-8", "replace"),
            bytes(self._content),
        )

    def on_end(self) -> None:
        self.ended = True
