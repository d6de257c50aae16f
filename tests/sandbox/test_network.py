"""Faults as they look on the wire, by chance and by endpoint; what is recorded of it all; and the backup host."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from cryptography.exceptions import InvalidSignature

from msgkit.sandbox import Sandbox, SandboxError
from msgkit.sandbox.calls import Endpoint
from msgkit.sandbox.endpoints import ENDPOINTS
from msgkit.sandbox.faults import STATUS, Fault
from msgkit.sandbox.journal import KEPT_CALLS, Journal, RecordedCall
from msgkit.sandbox.names import ENDPOINT_NAMES

from .merchant import COMPLAINTS, HEADERS, IMMEDIATE, ORDINARY, Answered, Merchant

DETAIL = f"{COMPLAINTS}/{IMMEDIATE}"
ANSWERS = [fault for fault in Fault if fault not in STATUS]


def test_names() -> None:
    """Each endpoint has a name that faults can be planned for, and no other name is known."""
    assert {endpoint.name for endpoint in ENDPOINTS} == set(ENDPOINT_NAMES)


class TestErrors:
    """The first group: errors."""

    def test_bad_gateway(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A proxy's 502 is HTML, and knows neither signatures nor JSON; nothing is carried out."""
        sandbox.fail_next("BAD_GATEWAY", retry_after=3)
        answered = merchant.reply_richly(merchant.rich())
        assert (answered.status, answered.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
        assert answered.body.startswith(b"<html>")
        assert answered.headers["Wechatpay-Signature"] is None
        assert answered.headers["Retry-After"] == "3"
        assert sandbox.replies == ()

    @pytest.mark.parametrize("fault", [fault for fault, status in STATUS.items() if status >= 429])
    @pytest.mark.parametrize("value", [0, 120, "Wed, 21 Oct 2026 07:28:00 GMT"])
    def test_retry_after(self, sandbox: Sandbox, merchant: Merchant, fault: str, value: Any) -> None:
        """A 429 and a 5xx say when to try again, in seconds or as a date; without being told they do not."""
        sandbox.fail_next(fault, retry_after=value)
        assert merchant.complete().headers["Retry-After"] == str(value)
        sandbox.fail_next(fault)
        assert merchant.complete().headers["Retry-After"] is None

    @pytest.mark.parametrize("value", [-1, 1.5, True, "", " ", "a\r\nSet-Cookie: b", "明天", b"1"], ids=repr)
    def test_retry_after_that_is_none(self, sandbox: Sandbox, value: Any) -> None:
        """Nothing else can be put into that header."""
        with pytest.raises(ValueError, match="retry_after must be seconds, or a date"):
            sandbox.fail_next("FREQUENCY_LIMITED", retry_after=value)
        assert sandbox.faults == ()

    @pytest.mark.parametrize("fault", ["NO_AUTH", "NO_ANSWER", "SLOW"])
    def test_no_retry_after(self, sandbox: Sandbox, fault: str) -> None:
        """Other faults have no such header."""
        with pytest.raises(ValueError, match="only 429 and 5xx"):
            sandbox.fail_next(fault, retry_after=1)


class TestAnswers:
    """The second group: answers that are wrong."""

    @pytest.mark.parametrize("fault", ["NO_ANSWER", "TRUNCATED"])
    @pytest.mark.parametrize("call", ["rich", "plain", "read"])
    def test_broken_off(self, sandbox: Sandbox, merchant: Merchant, fault: str, call: str) -> None:
        """The connection ends before the answer, whether or not it has a body; the next call is answered."""
        sandbox.fail_next(fault)
        with pytest.raises((http.client.HTTPException, ConnectionError)) as error:
            made(merchant, call)
        assert isinstance(error.value, http.client.IncompleteRead) == (fault == "TRUNCATED")
        assert made(merchant, call).status in (200, 204)

    def test_half(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is truncated has its head, and half of the body that the head announces."""
        whole = merchant.history()
        sandbox.fail_next("TRUNCATED")
        with pytest.raises(http.client.IncompleteRead) as error:
            merchant.history()
        assert error.value.expected == len(whole.body) - len(whole.body) // 2
        assert error.value.partial == whole.body[: len(whole.body) // 2]

    def test_nothing(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Where there is no answer, not a byte of one arrives, and the record says that it was cut."""
        sandbox.fail_next("NO_ANSWER")
        with socket.create_connection(("127.0.0.1", port_of(sandbox.base_url)), timeout=10) as mine:
            mine.sendall(request(merchant))
            with contextlib.suppress(ConnectionResetError):
                assert mine.recv(1) == b""
        (call,) = sandbox.calls
        assert (call.status, call.fault, call.endpoint) == (None, "NO_ANSWER", "complaint")

    @pytest.mark.parametrize("fault", ["STALE", "PROBE", "UNKNOWN_SERIAL", "NOT_JSON"])
    @pytest.mark.parametrize("call", ["rich", "plain", "read"])
    def test_signature(self, sandbox: Sandbox, merchant: Merchant, fault: str, call: str) -> None:
        """Each is what it says and nothing else, on whatever endpoint."""
        sandbox.fail_next(fault)
        answered = made(merchant, call)
        headers = answered.headers
        match fault:
            case "STALE":
                assert 590 < time.time() - int(headers["Wechatpay-Timestamp"]) < 610
                merchant.verify(answered, age=600)
            case "PROBE":
                assert headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
                assert headers["Wechatpay-Serial"] == merchant.credentials.public_key_id
            case "UNKNOWN_SERIAL":
                assert headers["Wechatpay-Serial"] not in {one.serial_no for one in sandbox.certificates}
                assert len(headers["Wechatpay-Serial"]) == 40
                with pytest.raises(InvalidSignature):
                    merchant.verify(answered, headers["Wechatpay-Serial"])
            case _:
                assert answered.status == 200
                merchant.verify(answered)
                with pytest.raises(json.JSONDecodeError):
                    json.loads(answered.body)
        assert len(sandbox.replies) == (call != "read")

    def test_unknown_for_good(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The key that nobody can get is no key that can be asked for."""
        sandbox.fail_next("UNKNOWN_SERIAL")
        serial = merchant.get(DETAIL).headers["Wechatpay-Serial"]
        assert merchant.get(DETAIL, {"Wechatpay-Serial": serial}).code == "INVALID_REQUEST"

    @pytest.mark.parametrize("fault", ANSWERS)
    def test_not_carried_out(self, sandbox: Sandbox, merchant: Merchant, fault: Fault) -> None:
        """With ``processed=False`` nothing is, and the answer, where one arrives, is one of success."""
        sandbox.fail_next(fault, processed=False, seconds=0.01 if fault in ("SLOW", "DRIP") else None)
        with contextlib.suppress(http.client.HTTPException, ConnectionError):
            answered = merchant.reply_richly(merchant.rich())
            assert answered.status == 200
            assert fault == "NOT_JSON" or answered.json["log_id"].isdecimal()
        assert (sandbox.replies, sandbox.faults, len(sandbox.history(IMMEDIATE))) == ((), (), 1)
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PENDING"

    def test_slow(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A slow answer comes when it was said, and others do not wait for it."""
        sandbox.fail_next("SLOW", seconds=0.4)
        begun = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(merchant.get, DETAIL)
            while not sandbox.calls:
                time.sleep(0.005)
            assert merchant.get(DETAIL).status == 200
            assert not slow.done()
            merchant.verify(slow.result())
        assert time.monotonic() - begun >= 0.4

    def test_drip(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A dripping answer comes byte by byte, its head too: no pause is long, and the whole is."""
        sandbox.fail_next("DRIP", seconds=0.4)
        begun, pieces, pauses = time.monotonic(), 0, [0.0]
        with socket.create_connection(("127.0.0.1", port_of(sandbox.base_url)), timeout=10) as mine:
            mine.sendall(request(merchant))
            last = time.monotonic()
            while mine.recv(65536):
                pieces += 1
                pauses.append(time.monotonic() - last)
                last = time.monotonic()
        assert time.monotonic() - begun >= 0.4
        assert pieces > 20
        assert max(pauses) < 0.3

    @pytest.mark.parametrize("call", ["rich", "plain", "read"])
    def test_drip_is_right(self, sandbox: Sandbox, merchant: Merchant, call: str) -> None:
        """Whoever has the patience gets the whole answer, signed, with a body or without; the next one is quick."""
        sandbox.fail_next("DRIP", seconds=0.05)
        begun = time.monotonic()
        answered = made(merchant, call)
        assert time.monotonic() - begun >= 0.05
        assert answered.status == (204 if call == "plain" else 200)
        merchant.verify(answered)
        assert made(merchant, call).status == answered.status

    def test_drip_left(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A caller who leaves in the middle takes nothing down with it."""
        sandbox.fail_next("DRIP", seconds=0.3)
        with socket.create_connection(("127.0.0.1", port_of(sandbox.base_url)), timeout=10) as mine:
            mine.sendall(request(merchant))
            assert mine.recv(1) == b"H"
        assert merchant.complete().status == 204

    @pytest.mark.parametrize("fault", ["SLOW", "DRIP"])
    @pytest.mark.slow
    def test_stopping(self, fault: str) -> None:
        """An answer that would take an hour does not keep the sandbox from stopping."""
        with Sandbox() as sandbox, socket.socket() as mine:
            sandbox.fail_next(fault, seconds=3600)
            mine.connect(("127.0.0.1", port_of(sandbox.base_url)))
            mine.sendall(request(Merchant.of(sandbox)))
            while not sandbox.calls:
                time.sleep(0.005)
            begun = time.monotonic()
        assert time.monotonic() - begun < 5

    @pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 3601, True, "1"], ids=repr)
    def test_seconds_that_are_none(self, sandbox: Sandbox, seconds: Any) -> None:
        """An answer takes some time, and less than an hour."""
        with pytest.raises(ValueError, match="seconds must be a number up to 3600"):
            sandbox.fail_next("SLOW", seconds=seconds)

    def test_no_seconds(self, sandbox: Sandbox) -> None:
        """Other faults take no time."""
        with pytest.raises(ValueError, match="SYSTEM_ERROR takes no seconds; what does: DRIP, SLOW"):
            sandbox.fail_next("SYSTEM_ERROR", seconds=1)


class TestEndpoints:
    """Faults of one endpoint."""

    def test_waits(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A fault for one endpoint lets calls of others pass, and waits; the record tells which call met it."""
        sandbox.fail_next("SYSTEM_ERROR", endpoint="complete", times=2)
        sandbox.fail_next("NO_AUTH")
        assert [merchant.get(DETAIL).status for _ in range(2)] == [403, 200]
        assert [str(fault) for fault in sandbox.faults] == ["SYSTEM_ERROR for complete (2 calls left)"]
        assert [merchant.complete().status for _ in range(3)] == [500, 500, 204]
        assert sandbox.faults == ()
        assert [call.fault for call in sandbox.calls] == ["NO_AUTH", None, "SYSTEM_ERROR", "SYSTEM_ERROR", None]

    def test_every_one(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """There is no endpoint whose calls cannot go wrong."""
        for endpoint in ENDPOINTS:
            sandbox.fail_next("SYSTEM_ERROR", endpoint=endpoint.name)
            assert called(merchant, endpoint) == 500
        assert sandbox.faults == ()
        assert sandbox.counts == Counter(endpoint.name for endpoint in ENDPOINTS)

    @pytest.mark.parametrize("endpoint", ["uploads", "", "POST", 1])
    def test_unknown(self, sandbox: Sandbox, endpoint: Any) -> None:
        """A name that no endpoint has is told, with those there are."""
        with pytest.raises(ValueError, match=f"no such endpoint: {endpoint}; there are response-immediate-service, "):
            sandbox.fail_next(endpoint=endpoint)


class TestChance:
    """Faults that happen by chance."""

    def met(self, sandbox: Sandbox, merchant: Merchant, seed: int, calls: int = 40) -> list[str | None]:
        """What became of some calls."""
        sandbox.reset()
        sandbox.fail_some({"SYSTEM_ERROR": 3, "FREQUENCY_LIMITED": 1}, share=0.4, seed=seed)
        for _ in range(calls):
            merchant.get(DETAIL)
        return [call.fault for call in sandbox.calls]

    def test_seed(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same seed gives the same luck, another seed another; a share of the calls goes wrong, by weight."""
        first = self.met(sandbox, merchant, 1)
        assert first == self.met(sandbox, merchant, 1)
        assert first != self.met(sandbox, merchant, 2)
        counted = Counter(first)
        assert 8 <= 40 - counted[None] <= 24
        assert counted["SYSTEM_ERROR"] > counted["FREQUENCY_LIMITED"] > 0

    @pytest.mark.parametrize(("share", "statuses"), [(0, {200}), (1, {500, 429}), (1.0, {500, 429})])
    def test_edges(self, sandbox: Sandbox, merchant: Merchant, share: float, statuses: set[int]) -> None:
        """None and all are shares too."""
        sandbox.fail_some(["SYSTEM_ERROR", "FREQUENCY_LIMITED"], share=share, seed=3)
        assert {merchant.get(DETAIL).status for _ in range(20)} == statuses

    def test_not_waiting(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Such faults wait for no call, so that no test fails for them; a planned one comes first; a reset ends it."""
        sandbox.fail_some(["SYSTEM_ERROR"], share=1, seed=1)
        assert sandbox.faults == ()
        sandbox.fail_next("NO_AUTH")
        assert [merchant.complete().status for _ in range(2)] == [403, 500]
        sandbox.reset()
        assert merchant.complete().status == 204

    def test_endpoint(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """They can be those of one endpoint, and carried out all the same."""
        sandbox.fail_some(["SYSTEM_ERROR"], share=1, seed=1, endpoint="response", processed=True)
        assert merchant.get(DETAIL).status == 200
        assert merchant.reply(merchant.plain()).status == 500
        assert len(sandbox.replies) == 1

    def test_more(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """How long they take, and when to try again, is said of those that it can be said of."""
        faults = ["SLOW", "FREQUENCY_LIMITED", "NO_AUTH"]
        sandbox.fail_some(faults, share=1, seed=1, seconds=0.001, retry_after=7)
        answers = [merchant.complete() for _ in range(20)]
        assert {(answered.status, answered.headers["Retry-After"]) for answered in answers} == {
            (204, None),
            (429, "7"),
            (403, None),
        }

    def test_threads(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Sixteen threads together have the luck of one."""
        expected = Counter(self.met(sandbox, merchant, 5, 64))
        sandbox.reset()
        sandbox.fail_some({"SYSTEM_ERROR": 3, "FREQUENCY_LIMITED": 1}, share=0.4, seed=5)
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: merchant.get(DETAIL), range(64)))
        assert Counter(call.fault for call in sandbox.calls) == expected

    @pytest.mark.parametrize(
        "arguments",
        [
            {"faults": []},
            {"faults": "SYSTEM_ERROR"},
            {"faults": ["TIMEOUT"]},
            {"faults": {"SYSTEM_ERROR": 0}},
            {"faults": {"SYSTEM_ERROR": "1"}},
            {"share": 1.1},
            {"share": -0.1},
            {"share": True},
            {"seed": None},
            {"seed": 1.5},
            {"endpoint": "no"},
            {"processed": "no"},
            {"faults": ["SLOW"], "seconds": 0},
            {"retry_after": -1},
        ],
        ids=str,
    )
    def test_wrong(self, sandbox: Sandbox, merchant: Merchant, arguments: Any) -> None:
        """An argument that makes no sense is refused in a sentence, and nothing goes wrong by chance."""
        with pytest.raises(ValueError, match=r"fault|share|seed|endpoint|processed|seconds|retry_after"):
            sandbox.fail_some(**{"faults": ["SYSTEM_ERROR"], "share": 1, "seed": 1} | arguments)
        assert merchant.complete().status == 204


class TestCalls:
    """What is recorded."""

    def test_record(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A call is recorded with what was asked and what was answered, and with no word, key or signature."""
        before = time.monotonic()
        own = merchant.credentials.public_key_id
        target = f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service"
        answered = merchant.post(f"{target}?a=1", merchant.rich(idempotent_id="i1"), headers={"Wechatpay-Serial": own})
        (call,) = sandbox.calls
        assert (call.endpoint, call.method, call.path, call.query) == (target.rpartition("/")[2], "POST", target, "a=1")
        assert (call.status, call.fault, call.code) == (200, None, None)
        assert (call.idempotent_id, call.wechatpay_serial) == ("i1", own)
        assert call.request_id == answered.headers["Request-ID"]
        assert before <= call.time <= time.monotonic()
        assert {"accept", "authorization", "user-agent"} <= {*call.headers}
        shown = str(attrs.asdict(call))
        assert [secret for secret in ("您好", "signature=", merchant.credentials.serial_no) if secret in shown] == []

    @pytest.mark.parametrize(
        ("method", "target", "expected"),
        [
            ("GET", "/nothing?a=1", (None, 404, "RESOURCE_NOT_EXISTS")),
            ("PUT", DETAIL, (None, 405, "INVALID_REQUEST")),
            ("GET", DETAIL, ("complaint", 401, "SIGN_ERROR")),
        ],
    )
    def test_refused(
        self, sandbox: Sandbox, merchant: Merchant, method: str, target: str, expected: tuple[str | None, int, str]
    ) -> None:
        """Whatever came is recorded, of strangers too; what belongs to no endpoint is not counted."""
        merchant.send(method, target, b"", HEADERS)
        (call,) = sandbox.calls
        assert (call.endpoint, call.status, call.code) == expected
        assert sandbox.counts == ({} if call.endpoint is None else {call.endpoint: 1})

    @pytest.mark.parametrize("body", [b"idempotent_id", b'["idempotent_id"]', b'{"idempotent_id": 1}', b"[" * 100_000])
    def test_no_id(self, sandbox: Sandbox, merchant: Merchant, body: bytes) -> None:
        """A body without an id of that name has none, whatever else it is."""
        merchant.post(f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service", body)
        assert [call.idempotent_id for call in sandbox.calls] == [None]

    def test_long_id(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of an id that is too long the beginning is recorded."""
        merchant.reply_richly(merchant.rich(idempotent_id="a" * 100_000))
        assert [call.idempotent_id for call in sandbox.calls] == ["a" * 128]

    def test_long(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of whatever a stranger sends too much of, the beginning is recorded."""
        many = {f"X-{number}": "a" for number in range(300)} | {"Wechatpay-Serial": "a" * 9000, "X" * 9000: "a"}
        merchant.send("GET", f"/{'a' * 9000}?{'b' * 9000}", b"", many)
        (call,) = sandbox.calls
        assert (len(call.path), len(call.query), len(call.wechatpay_serial or "")) == (2048, 2048, 128)
        assert (len(call.headers), max(map(len, call.headers)) <= 128) == (100, True)

    def test_counts(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Calls are counted by endpoint; what was counted is the asker's own; a reset forgets all."""
        for _ in range(3):
            merchant.get(DETAIL)
        merchant.complete(ORDINARY)
        counts = sandbox.counts
        assert counts == {"complaint": 3, "complete": 1}
        counts.clear()
        assert sandbox.counts["complaint"] == 3
        sandbox.reset()
        assert (sandbox.calls, sandbox.counts) == ((), {})

    def test_watched(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Whoever watches is told each call as it is answered, until it no longer wants to be."""
        heard: list[RecordedCall] = []
        sandbox.watch(heard.append)
        try:
            for _ in range(3):
                merchant.complete()
            assert heard == [*sandbox.calls]
        finally:
            sandbox.watch(None)
        merchant.complete()
        assert len(heard) == 3

    def test_watched_badly(self, sandbox: Sandbox, merchant: Merchant, caplog: pytest.LogCaptureFixture) -> None:
        """A watcher that fails makes no call fail; the log has its error's name, and not its text."""

        def fail(_: RecordedCall) -> None:
            raise ZeroDivisionError("SECRET")

        sandbox.watch(fail)
        try:
            assert merchant.complete().status == 204
        finally:
            sandbox.watch(None)
        assert "ZeroDivisionError" in caplog.text
        assert "SECRET" not in caplog.text

    def test_many(self) -> None:
        """The last ten thousand are kept, and all are counted."""
        journal = Journal()
        for number in range(KEPT_CALLS + 5):
            journal.add(RecordedCall("echo", "POST", "/", "", 200, None, None, str(number), None, None, (), 0.0))
        assert len(journal.calls) == KEPT_CALLS == 10_000
        assert journal.calls[0].request_id == "5"
        assert journal.counts["echo"] == KEPT_CALLS + 5


class TestAnotherHost:
    """The backup host."""

    def test_same_state(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A second address knows the same complaints, keys, ids and faults."""
        with sandbox.another_host() as base_url:
            other = elsewhere(merchant, base_url)
            body = merchant.rich()
            first, second = merchant.reply_richly(body), other.reply_richly(body)
            assert first.json == second.json
            other.verify(second)
            sandbox.fail_next("SYSTEM_ERROR")
            assert [other.complete().status, merchant.complete().status] == [500, 204]
        assert len(sandbox.calls) == 4

    def test_death(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """At its end it dies at once: nothing listens, kept connections and calls under way are cut."""
        before = set(threading.enumerate())
        with sandbox.another_host() as base_url:
            kept = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=10)
            kept.request("GET", "/nothing", headers=HEADERS)
            assert kept.getresponse().read()
            sandbox.fail_next("SLOW", seconds=3600)
            held = socket.create_connection(("127.0.0.1", port_of(base_url)), timeout=10)
            held.sendall(request(merchant))
            while len(sandbox.calls) < 2:
                time.sleep(0.005)
            begun = time.monotonic()
        assert time.monotonic() - begun < 1.5
        with held, contextlib.suppress(ConnectionResetError):
            assert held.recv(1) == b""
        with contextlib.closing(kept), pytest.raises((http.client.HTTPException, ConnectionError)):
            read_again(kept)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port_of(base_url)), timeout=1)
        assert set(threading.enumerate()) == before
        assert merchant.complete().status == 204

    def test_not_running(self) -> None:
        """A sandbox that does not run has no other host."""
        with pytest.raises(SandboxError, match="does not run"), Sandbox().another_host():
            pass


def port_of(base_url: str) -> int:
    """The port in an address."""
    return int(base_url.rpartition(":")[2])


def elsewhere(merchant: Merchant, base_url: str) -> Merchant:
    """The same merchant, who calls another address."""
    return attrs.evolve(merchant, credentials=attrs.evolve(merchant.credentials, base_url=base_url))


def request(merchant: Merchant) -> bytes:
    """The bytes of a request after which the connection ends."""
    headers = HEADERS | {
        "Host": "127.0.0.1",
        "Connection": "close",
        "Authorization": merchant.authorization("GET", DETAIL, b""),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {DETAIL} HTTP/1.1\r\n{head}\r\n".encode()


def read_again(kept: http.client.HTTPConnection) -> None:
    """Use a connection once more."""
    kept.auto_open = 0
    kept.request("GET", "/nothing", headers=HEADERS)
    kept.getresponse()


def made(merchant: Merchant, call: str) -> Answered:
    """A call of a kind: with a body both ways, with none in its answer, with none in its request."""
    match call:
        case "rich":
            return merchant.reply_richly(merchant.rich())
        case "plain":
            return merchant.reply(merchant.plain())
        case _:
            return merchant.get(DETAIL)


def called(merchant: Merchant, endpoint: Endpoint) -> int:
    """The status that a call of an endpoint gets, whatever its body is worth."""
    target = endpoint.path.replace("{complaint_id}", IMMEDIATE).replace("{media_id:path}", "a")
    if endpoint.media_type == "multipart/form-data":
        form = b'--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{}\r\n--b--\r\n'
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        return merchant.post(target, form, signed=b"{}", headers=headers).status
    return merchant.call(endpoint.method, target, {} if endpoint.media_type else None).status
