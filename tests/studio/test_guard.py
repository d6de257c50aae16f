"""Who may speak to the studio, and what its pages may do."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from msgkit.studio.guard import LARGEST_BODY, NONCE, Guard, is_loopback, policy

OURS = ("127.0.0.1:8380", "localhost:8380", "LOCALHOST:8380", "127.9.9.9:8380", "[::1]:8380")
OTHERS = (
    *("evil.example:8380", "127.0.0.1.evil.example:8380", "localhost.:8380", "a@127.0.0.1:8380", "2130706433:8380"),
    *("127.0.0.1", "127.0.0.1:80", "127.0.0.1:8380/x", "127.0.0.1:x", "192.168.1.9:8380", "0.0.0.0:8380"),
    *("[::1:8380", ":8380", ""),
)
OTHER_PORT, OTHER_NAME = "http://127.0.0.1:8381", "http://localhost:8380"
ORIGINS = (None, "null", "http://evil.example", "https://127.0.0.1:8380", OTHER_PORT, OTHER_NAME)


async def _size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _nonce(request: Request) -> Response:
    return PlainTextResponse(request.scope[NONCE])


def guarded(host: str = "127.0.0.1", port: int = 8380) -> TestClient:
    """Return a client of an application behind a guard."""
    app = Starlette(routes=[Route("/", _size, methods=["POST"]), Route("/nonce", _nonce)])
    return TestClient(Guard(app, host, port), base_url=f"http://127.0.0.1:{port}")


@pytest.fixture
def client() -> TestClient:
    """A client of it."""
    return guarded()


class TestHost:
    """The name that was asked for."""

    @pytest.mark.parametrize("host", OURS)
    def test_ours(self, client: TestClient, host: str) -> None:
        """This machine's own names are let through."""
        assert client.get("/nonce", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("host", OTHERS)
    def test_rebound(self, client: TestClient, host: str) -> None:
        """Any other name is refused: somebody may have made it mean this machine."""
        assert client.get("/nonce", headers={"Host": host}).status_code == 421

    @pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("[::1]:80", 200), ("127.0.0.1:8380", 421)])
    def test_usual_port(self, host: str, status: int) -> None:
        """Browsers leave out the port 80."""
        asked = guarded(port=80).post("/", headers={"Host": host, "Origin": f"http://{host}"})
        assert asked.status_code == status

    def test_two(self, client: TestClient) -> None:
        """A request with two names is refused."""
        answer = client.get("/nonce", headers=[("Host", "127.0.0.1:8380"), ("Host", "evil.example:8380")])
        assert answer.status_code == 421

    def test_open(self) -> None:
        """Where other machines can reach the page, an address in numbers is let through, and no other name."""
        client = guarded("0.0.0.0")
        assert client.get("/nonce", headers={"Host": "192.168.1.9:8380"}).status_code == 200
        assert client.get("/nonce", headers={"Host": "evil.example:8380"}).status_code == 421

    @pytest.mark.parametrize(
        ("host", "expected"), [("::1", True), ("localhost", True), ("0.0.0.0", False), ("a", False)]
    )
    def test_loopback(self, host: str, expected: bool) -> None:
        """It is known which addresses are this machine's alone."""
        assert is_loopback(host) is expected


class TestOrigin:
    """Whose page asks."""

    def test_own(self, client: TestClient) -> None:
        """The studio's own page may post."""
        answer = client.post("/", content=b"abc", headers={"Origin": "http://127.0.0.1:8380"})
        assert (answer.status_code, answer.text) == (200, "3")

    @pytest.mark.parametrize("origin", ORIGINS)
    def test_other(self, client: TestClient, origin: str | None) -> None:
        """A post of any other page, or of none, is refused."""
        answer = client.post("/", headers={} if origin is None else {"Origin": origin})
        assert answer.status_code == 403

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_built_in(self, client: TestClient, site: str) -> None:
        """A page of another site may link here, and may not build in what is here."""
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        assert client.get("/nonce", headers=headers).status_code == 403
        assert client.get("/nonce", headers={**headers, "Sec-Fetch-Mode": "navigate"}).status_code == 200


class TestPolicy:
    """What the page may do."""

    @pytest.mark.parametrize("path", ["/nonce", "/missing"])
    def test_headers(self, client: TestClient, path: str) -> None:
        """Every answer says it, also one that refuses."""
        for host in ("127.0.0.1:8380", "evil.example"):
            headers = client.get(path, headers={"Host": host}).headers
            assert "script-src 'self';" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert headers["Cache-Control"] == "no-store"

    def test_nonce(self, client: TestClient) -> None:
        """The nonce of styles is that of the page, and another one each time."""
        answers = [client.get("/nonce") for _ in range(2)]
        assert answers[0].text != answers[1].text
        for answer in answers:
            assert answer.headers["Content-Security-Policy"] == policy(answer.text)

    def test_strict(self) -> None:
        """Nothing inline runs, nothing is evaluated, and nothing comes from anywhere else."""
        said = policy("n")
        assert said.startswith("default-src 'none';")
        assert not re.search(r"unsafe|https?:|\*", said)
        assert "frame-ancestors 'none'" in said
        assert "base-uri 'none'" in said


class TestBody:
    """How much is taken."""

    def test_largest(self, client: TestClient) -> None:
        """A body of the largest size is taken, and one byte more is refused."""
        headers = {"Origin": "http://127.0.0.1:8380"}
        assert client.post("/", content=b"a" * LARGEST_BODY, headers=headers).text == str(LARGEST_BODY)
        answer = client.post("/", content=b"a" * (LARGEST_BODY + 1), headers=headers)
        assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
