"""The router as a WSGI and as an ASGI application."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import anyio
import pytest
import trio

from msgkit.sandbox.envelopes import SignedNotification
from tests.routing.desk import Desk

Ask = Callable[..., tuple[int, dict[str, str], bytes]]


def by_wsgi(desk: Desk) -> Ask:
    """Ask it as a WSGI application, within the validator of PEP 3333."""

    def ask(
        headers: dict[str, str], body: bytes, method: str = "POST", **more: Any
    ) -> tuple[int, dict[str, str], bytes]:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "CONTENT_LENGTH": str(len(body)), "QUERY_STRING": ""}
        setup_testing_defaults(environ)
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        environ |= {"wsgi.input": io.BytesIO(body), **more}
        environ.pop("HTTP_CONTENT_TYPE", None)
        said: list[Any] = []
        parts = validator(desk.router.wsgi)(environ, lambda *given: said.extend(given))  # type: ignore[arg-type]
        answer = b"".join(parts)
        parts.close()  # type: ignore[attr-defined]
        return int(said[0].split()[0]), {name.lower(): value for name, value in said[1]}, answer

    return ask


def by_asgi(desk: Desk) -> Ask:
    """Ask it as an ASGI application."""

    def ask(headers: dict[str, str], body: bytes, method: str = "POST", size: int = 1000) -> Any:
        scope = {
            "type": "http",
            "method": method,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        chunks = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        came = [{"type": "http.request", "body": each, "more_body": each is not chunks[-1]} for each in chunks]
        said: list[Any] = []

        async def hear() -> Any:
            return came.pop(0)

        async def say(message: Any) -> None:
            said.append(message)

        asyncio.run(desk.router.asgi(scope, hear, say))
        start, end = said
        return start["status"], {n.decode(): v.decode() for n, v in start["headers"]}, end["body"]

    return ask


@pytest.fixture(params=[by_wsgi, by_asgi], ids=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest, desk: Desk) -> Ask:
    """Either way to ask."""
    found: Ask = request.param(desk)
    return found


@pytest.fixture
def notification(desk: Desk) -> SignedNotification:
    """A notification of a new complaint."""
    return desk.sandbox.customer(desk.complaint()).notification()


class TestBoth:
    """What both kinds of application answer."""

    def test_taken(self, desk: Desk, ask: Ask, notification: SignedNotification) -> None:
        """A notification is stored, and answered with 200 and nothing."""
        status, headers, answer = ask(notification.headers, notification.body)
        assert (status, headers, answer) == (200, {"content-type": "text/plain", "content-length": "0"}, b"")
        assert desk.router.work() == 1

    def test_refused(self, desk: Desk, ask: Ask, notification: SignedNotification) -> None:
        """What is refused is answered with JSON that says why."""
        status, headers, answer = ask(notification.headers, notification.body + b" ")
        assert (status, headers["content-type"]) == (401, "application/json")
        assert json.loads(answer)["code"] == "FAIL"
        assert desk.router.work() == 0

    def test_too_large(self, ask: Ask, notification: SignedNotification) -> None:
        """A body over 64 KiB is refused while it is read."""
        assert ask(notification.headers, b"x" * 10_000_000)[0] == 413

    def test_not_stored(self, desk: Desk, ask: Ask, notification: SignedNotification) -> None:
        """Where it cannot be stored, the answer has the platform come again."""

        def notify(*_: object) -> bool:
            raise OSError

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(desk.inbox, "notify", notify)
            status, headers, answer = ask(notification.headers, notification.body)
        assert (status, headers["content-type"], json.loads(answer)["code"]) == (503, "application/json", "FAIL")

    def test_another_method(self, ask: Ask, notification: SignedNotification) -> None:
        """What is no POST is no notification, and is told what would be."""
        status, headers, _ = ask(notification.headers, b"", "GET")
        assert (status, headers["allow"]) == (405, "POST")


class TestWsgi:
    """WSGI alone."""

    @pytest.mark.parametrize("length", [None, "", "-1", "abc", "1", "99999999999", "9" * 5000])
    def test_lengths(self, desk: Desk, notification: SignedNotification, length: str | None) -> None:
        """A length that is missing, wrong or a lie is no error of the application."""
        environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(notification.body)}
        if length is not None:
            environ["CONTENT_LENGTH"] = length
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in notification.headers.items()}
        said: list[Any] = []
        list(desk.router.wsgi(environ, lambda *given: said.extend(given)))  # type: ignore[arg-type]
        assert said[0].split()[0] == ("200" if length is not None and length.startswith("9") else "401")

    def test_chunks(self, desk: Desk, notification: SignedNotification) -> None:
        """A body without a length is read where the server says where it ends."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "wsgi.input": io.BytesIO(notification.body),
            "wsgi.input_terminated": True,
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in notification.headers.items()}
        said: list[Any] = []
        list(desk.router.wsgi(environ, lambda *given: said.extend(given)))  # type: ignore[arg-type]
        assert said[0] == "200 OK"


class TestAsgi:
    """ASGI alone."""

    def test_trio(self, desk: Desk, notification: SignedNotification) -> None:
        """It is at home under trio, too."""
        headers = [(name.lower().encode(), value.encode()) for name, value in notification.headers.items()]
        said: list[Any] = []

        async def hear() -> Any:
            return {"type": "http.request", "body": notification.body}

        async def say(message: Any) -> None:
            said.append(message)

        trio.run(desk.router.asgi, {"type": "http", "method": "POST", "headers": headers}, hear, say)
        assert said[0]["status"] == 200

    def test_without_anyio(self, desk: Desk, notification: SignedNotification, monkeypatch: pytest.MonkeyPatch) -> None:
        """Under asyncio it needs nothing else."""
        monkeypatch.setitem(sys.modules, "anyio", None)
        assert by_asgi(desk)(notification.headers, notification.body)[0] == 200

    def test_reading_stops(self, desk: Desk) -> None:
        """Of a body that is too large, no more is read than shows that it is."""
        heard: list[int] = []

        async def hear() -> Any:
            heard.append(1)
            return {"type": "http.request", "body": b"x" * 16_384, "more_body": True}

        async def say(message: Any) -> None:
            if message["type"] == "http.response.start":
                assert message["status"] == 413

        asyncio.run(desk.router.asgi({"type": "http", "method": "POST", "headers": []}, hear, say))
        assert len(heard) == 5

    def test_gone(self, desk: Desk) -> None:
        """Who went away in the middle is not answered."""

        async def hear() -> Any:
            return {"type": "http.disconnect"}

        async def say(message: Any) -> None:
            pytest.fail(f"said {message}")

        asyncio.run(desk.router.asgi({"type": "http", "method": "POST", "headers": []}, hear, say))

    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    def test_event_loops(self, desk: Desk, notification: SignedNotification, backend: str) -> None:
        """It runs in any event loop that the client runs in."""
        said: list[Any] = []

        async def hear() -> Any:
            return {"type": "http.request", "body": notification.body, "more_body": False}

        async def say(message: Any) -> None:
            said.append(message)

        headers = [(name.lower().encode(), value.encode()) for name, value in notification.headers.items()]
        scope = {"type": "http", "method": "POST", "headers": headers}
        anyio.run(desk.router.asgi, scope, hear, say, backend=backend)
        assert said[0]["status"] == 200

    def test_lifespan(self, desk: Desk) -> None:
        """It begins and ends with a server that serves nothing else."""
        came, said = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], []

        async def hear() -> Any:
            return came.pop(0)

        async def say(message: Any) -> None:
            said.append(message["type"])

        asyncio.run(desk.router.asgi({"type": "lifespan"}, hear, say))
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    def test_a_websocket(self, desk: Desk) -> None:
        """Nothing else is served."""

        async def none(*_: object) -> Any: ...

        with pytest.raises(ValueError, match="not by websocket"):
            asyncio.run(desk.router.asgi({"type": "websocket"}, none, none))
