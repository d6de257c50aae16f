"""A call and an endpoint: what stands between the gate and the handlers."""

from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import unquote

from attrs import Factory, field, frozen

from msgkit.sandbox.answers import Answer, not_found
from msgkit.sandbox.bodies import Part, parse_json
from msgkit.sandbox.keyring import Keyring
from msgkit.sandbox.oddities import Oddity
from msgkit.sandbox.queries import Query, parse_query
from msgkit.sandbox.schemas import check
from msgkit.sandbox.state import State

#: Methods whose requests have no body: HTTP gives one no meaning (RFC 9110, 9.3.1 and 9.3.5), and the platform has the
#: signature of a GET end with an empty line (如何生成请求签名).
WITHOUT_BODY = frozenset({"GET", "DELETE"})


@frozen
class Call:
    """A request that the merchant signed.

    Attributes:
        name: Method and path, as sent.
        caller: The mchid that signed it.
        parameters: The path's parameters, still percent-encoded.
        query: The query, as sent.
        payload: The bytes that were signed: the body, or the ``meta`` part of a form; none if the method has no body.
        keyring: The platform's keys.
        serial: The key that it asked to be answered with; None where it named none.
        parts: The form's parts; empty where the body is no form.
        names_boundary: Whether a form's ``Content-Type`` names what divides its parts.
    """

    name: str
    caller: str
    parameters: Mapping[str, str]
    query: str = field(repr=False)
    payload: bytes = field(repr=False)
    keyring: Keyring = field(repr=False)
    serial: str | None = None
    parts: Mapping[str, Part] = field(factory=dict, repr=False)
    names_boundary: bool = True

    @property
    def path(self) -> str:
        """The path, as sent."""
        return self.name.partition(" ")[2]

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

    def asked(self, query: Query) -> dict[str, Any]:
        """The query's values.

        Args:
            query: The parameters that there are.

        Raises:
            Refusal: 400 ``PARAM_ERROR`` where one is unknown, missing or wrong.
        """
        return parse_query(self.query, query)


@frozen
class Endpoint:
    """One door of the platform.

    Attributes:
        name: What faults are planned for and calls counted under.
        method: The HTTP method.
        path: The path, its parameters in braces.
        handle: Answers a call.
        media_type: What the request's body must be; None where the method has none.
    """

    name: str
    method: str
    path: str
    handle: Callable[[State, Call], Answer]
    media_type: Literal["application/json", "multipart/form-data"] | None = field(
        default=Factory(lambda self: None if self.method in WITHOUT_BODY else "application/json", takes_self=True)
    )
