"""What an endpoint's method decides: whether a request has a body, and what its signature covers.

These tests give it endpoints that tell what arrived.
"""

import json
import socket
from collections.abc import Iterator

import pytest

from msgkit.sandbox.answers import Answer
from msgkit.sandbox.app import create_app
from msgkit.sandbox.background import LOOPBACK, BackgroundServer, bind
from msgkit.sandbox.calls import Call, Endpoint
from msgkit.sandbox.credentials import MCHID, Keys
from msgkit.sandbox.endpoints import ENDPOINTS
from msgkit.sandbox.gate import BODY_LIMITS
from msgkit.sandbox.keyring import Keyring
from msgkit.sandbox.state import State

from .merchant import COMPLAINTS, HEADERS, IMMEDIATE, Answered, Merchant

TARGET = f"/v3/tests/{IMMEDIATE}"
BOTH = "/v3/tests"
POSTED = f"{COMPLAINTS}/{IMMEDIATE}/complete"
GET_HEADERS = {name: value for name, value in HEADERS.items() if name != "Content-Type"}


def told(_: State, call: Call) -> Answer:
    """Answer what arrived."""
    parameters = dict(call.parameters)
    return Answer.json(200, {"name": call.name, "parameters": parameters, "payload": call.payload.decode()})


EXTRA = (
    Endpoint("test", "GET", f"{BOTH}/{{complaint_id}}", told),
    Endpoint("tests", "POST", BOTH, told),
    Endpoint("tests", "GET", BOTH, told),
    Endpoint("tests", "DELETE", BOTH, told),
)


@pytest.fixture(scope="module")
def keys() -> Keys:
    """The keys of the sandbox."""
    return Keys.generate()


@pytest.fixture(scope="module")
def state() -> State:
    """What the sandbox remembers."""
    return State(MCHID)


@pytest.fixture(scope="module")
def reader(keys: Keys, state: State) -> Iterator[Merchant]:
    """A merchant who calls a sandbox that has endpoints to read from, too."""
    listener = bind(0)
    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    server = BackgroundServer(create_app(state, Keyring(keys), (*ENDPOINTS, *EXTRA)), listener)
    server.start()
    try:
        yield Merchant.known_by(keys.issued_for(url))
    finally:
        server.stop()


def read(
    reader: Merchant,
    target: str = TARGET,
    body: bytes = b"",
    *,
    method: str = "GET",
    signed: bytes = b"",
    **headers: str,
) -> Answered:
    """What a request gets that is signed as one without a body."""
    authorization = reader.authorization(method, target, signed)
    renamed = {name.replace("_", "-"): value for name, value in headers.items()}
    return reader.send(method, target, body, GET_HEADERS | renamed | {"Authorization": authorization})


class TestGet:
    """Endpoints that are read."""

    def test_accepted(self, reader: Merchant) -> None:
        """A GET with neither body nor Content-Type passes, signed over an empty body; its answer is signed."""
        answered = read(reader)
        assert answered.status == 200
        assert answered.json == {"name": f"GET {TARGET}", "parameters": {"complaint_id": IMMEDIATE}, "payload": ""}
        reader.verify(answered)

    @pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data", ""])
    def test_content_type(self, reader: Merchant, media_type: str) -> None:
        """A Content-Type says nothing about a body that is not there, and many clients send one with every call."""
        assert read(reader, Content_Type=media_type).status == 200

    @pytest.mark.parametrize("body", [b"{}", b"\xff", b'{"complainted_mchid": '])
    def test_body(self, reader: Merchant, body: bytes) -> None:
        """A body has no meaning: it is neither read as JSON nor handed on, and the signature covers none."""
        answered = read(reader, body=body)
        assert (answered.status, answered.json["payload"]) == (200, "")

    def test_signed_body(self, reader: Merchant) -> None:
        """A signature that covers a body is wrong, and the string shown ends with an empty line."""
        answered = read(reader, body=b"{}", signed=b"{}", Content_Type="application/json")
        assert (answered.status, answered.code) == (401, "SIGN_ERROR")
        assert answered.detail["sign_information"]["truncated_sign_message"].endswith("\n\n")

    def test_large_body(self, reader: Merchant) -> None:
        """One that is too large is refused like any other."""
        answered = read(reader, body=b" " * (BODY_LIMITS["application/json"] + 1))
        assert (answered.status, answered.code) == (413, "INVALID_REQUEST")

    def test_body_is_read(self, reader: Merchant) -> None:
        """What stands behind such a body on a connection is the next request, and is answered."""
        requests = b""
        for body in (b"{}", b""):
            headers = GET_HEADERS | {"Host": LOOPBACK, "Authorization": reader.authorization("GET", TARGET, b"")}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            length = f"Content-Length: {len(body)}\r\n" if body else "Connection: close\r\n"
            requests += f"GET {TARGET} HTTP/1.1\r\n{head}{length}\r\n".encode() + body
        port = int(reader.credentials.base_url.rpartition(":")[2])
        with socket.create_connection((LOOPBACK, port), timeout=30) as mine:
            mine.sendall(requests)
            answers = b""
            while received := mine.recv(65536):
                answers += received
        assert answers.count(b"HTTP/1.1 200") == 2

    def test_query(self, reader: Merchant) -> None:
        """The query is signed as it was sent."""
        target = f"{BOTH}?limit=10&begin_date=2015-05-20"
        assert read(reader, target).status == 200
        unsigned = reader.send(
            "GET", target, b"", GET_HEADERS | {"Authorization": reader.authorization("GET", BOTH, b"")}
        )
        assert (unsigned.status, unsigned.code) == (401, "SIGN_ERROR")

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"User-Agent": None}, 400),
            ({"Accept": "text/html"}, 400),
            ({"Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000"}, 400),
            ({"Authorization": None}, 401),
        ],
        ids=str,
    )
    def test_other_rules(self, reader: Merchant, headers: dict[str, str | None], status: int) -> None:
        """What else every call must have, a GET must have too."""
        right = {"Authorization": reader.authorization("GET", TARGET, b"")}
        answered = reader.send("GET", TARGET, b"", GET_HEADERS | right | headers)
        assert answered.status == status

    def test_method_is_signed(self, reader: Merchant) -> None:
        """A signature for a POST does not open it."""
        right = {"Authorization": reader.authorization("POST", TARGET, b"")}
        answered = reader.send("GET", TARGET, b"", GET_HEADERS | right)
        assert (answered.status, answered.code) == (401, "SIGN_ERROR")


class TestSeveral:
    """A path that takes more than one method."""

    def test_each(self, reader: Merchant) -> None:
        """Each method has its own endpoint: a POST needs its body and what it says of it, a DELETE neither."""
        posted = reader.post(BOTH, {"url": "https://shop.example/"})
        assert (posted.status, json.loads(posted.json["payload"])) == (200, {"url": "https://shop.example/"})
        assert reader.post(BOTH, b"{}", headers={"Content-Type": None}).status == 400
        assert read(reader, BOTH).json["name"] == f"GET {BOTH}"
        assert read(reader, BOTH, method="DELETE").json["name"] == f"DELETE {BOTH}"

    @pytest.mark.parametrize(
        ("target", "allowed"),
        [(TARGET, "GET"), (BOTH, "POST, GET, DELETE"), (POSTED, "POST")],
    )
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "BREW"])
    def test_other(self, reader: Merchant, target: str, allowed: str, method: str) -> None:
        """Another method gets a 405 in JSON that tells all that there are."""
        answered = read(reader, target, b"{}", method=method)
        assert (answered.status, answered.code) == (405, "INVALID_REQUEST")
        assert answered.headers["Allow"] == allowed

    def test_head(self, reader: Merchant) -> None:
        """A HEAD is not a GET: it is another method as well."""
        answered = read(reader, method="HEAD")
        assert (answered.status, answered.headers["Allow"], answered.body) == (405, "GET", b"")

    def test_get_where_there_is_none(self, reader: Merchant) -> None:
        """A GET that is rightly signed gets the 405 of a path that is posted to."""
        answered = read(reader, POSTED)
        assert (answered.status, answered.code) == (405, "INVALID_REQUEST")
        assert answered.headers["Allow"] == "POST"
