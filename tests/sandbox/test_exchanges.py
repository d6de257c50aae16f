"""Exchanges: what is kept of requests and answers where that is asked for, and what never is."""

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as st

from msgkit.sandbox import Change, Exchange, Sandbox, SandboxError
from msgkit.sandbox.exchanges import KEPT_BODY, shown_headers

from .merchant import COMPLAINTS, HEADERS, IMMEDIATE, ORDINARY, UPLOAD, Merchant

SIGNATURE = re.compile(r"[A-Za-z0-9+/]{300}")


@pytest.fixture(scope="module")
def keeping() -> Iterator[Sandbox]:
    """A sandbox that keeps exchanges."""
    with Sandbox(exchanges=50, control=0) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(keeping: Sandbox) -> Sandbox:
    """The same, as new."""
    keeping.reset()
    return keeping


@pytest.fixture
def merchant(sandbox: Sandbox) -> Merchant:
    """Its merchant."""
    return Merchant.of(sandbox)


def last(sandbox: Sandbox) -> Exchange:
    """The exchange that was the last one."""
    return sandbox.exchanges[-1]


class TestKept:
    """What is kept."""

    def test_not_unless_asked(self, running: Sandbox) -> None:
        """By default there are none."""
        Merchant.of(running).complete()
        assert (running.exchanges, running.exchange(running.calls[-1].request_id)) == ((), None)

    @pytest.mark.parametrize("wrong", [-1, 10_001, True, 1.0, "1", None])
    def test_wrong(self, wrong: Any) -> None:
        """How many are kept is a number within bounds."""
        with pytest.raises(SandboxError, match="exchanges must be a whole number from 0 to 10000"):
            Sandbox(exchanges=wrong)

    def test_reply(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A reply is kept with its headers and bytes both ways, and is found by its ids."""
        body = merchant.rich()
        answered = merchant.reply_richly(body)
        one = last(sandbox)
        assert json.loads(one.request_body) == body
        assert (one.request_size, one.answer_size) == (len(one.request_body), len(answered.body))
        assert one.answer_body == answered.body
        assert (one.call, one.complaint_id, one.refusal) == (sandbox.calls[-1], IMMEDIATE, None)
        assert dict(one.request_headers)["user-agent"] == HEADERS["User-Agent"]
        assert dict(one.answer_headers)["request-id"] == one.request_id == answered.headers["Request-ID"]
        assert one.log_id == sandbox.replies[-1].log_id == answered.json["log_id"]
        assert sandbox.exchange(one.request_id) is sandbox.exchange(log_id=one.log_id) is one
        assert one.duration >= 0

    def test_strings(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of a call that goes well there are the strings of both signatures, line by line."""
        target = f"{COMPLAINTS}?limit=1&begin_date=2024-01-01&end_date=2024-01-02"
        answered = merchant.get(target)
        signed = last(sandbox).signed
        assert signed.rebuilt is not None
        assert (signed.rebuilt[:2], signed.rebuilt[4]) == (("GET", target), "")
        assert re.fullmatch(r"\d{10}", signed.rebuilt[2])
        headers = answered.headers
        assert signed.answer == (headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], answered.body.decode())
        assert (signed.by_caller, signed.mistakes) == (None, ())

    def test_plain_reply(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A plain reply is found by its ``log_id`` too, though its answer does not tell it."""
        merchant.reply(merchant.plain(), ORDINARY)
        found = sandbox.exchange(log_id=sandbox.replies[-1].log_id)
        assert found == last(sandbox)
        assert found is not None
        assert (found.answer_body, found.complaint_id) == (b"", ORDINARY)

    def test_same_again(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same reply again has the same ``log_id``; the first one is the one that made it."""
        body = merchant.rich()
        merchant.reply_richly(body)
        merchant.reply_richly(body)
        first, second = sandbox.exchanges
        assert first.log_id == second.log_id
        assert sandbox.exchange(log_id=first.log_id) is first

    def test_refused(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of a request that is refused it is said why, and where."""
        merchant.reply(merchant.plain(response_content=1))
        one = last(sandbox)
        assert one.refusal is not None
        assert one.refusal.startswith("a parameter is wrong: /response_content ")
        assert (one.call.code, one.log_id) == ("PARAM_ERROR", None)
        merchant.reply_richly(merchant.rich(), ORDINARY)
        assert last(sandbox).refusal == "the complaint does not need immediate service"

    def test_faults(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of a call that went wrong on purpose the answer is kept that was made, and whether the reply was taken."""
        sandbox.fail_next("SYSTEM_ERROR", processed=True)
        merchant.reply_richly(merchant.rich())
        one = last(sandbox)
        assert (one.refusal, one.log_id) == ("a fault that was asked for", sandbox.replies[-1].log_id)
        sandbox.fail_next("UNSIGNED", processed=False)
        merchant.reply_richly(merchant.rich())
        assert (last(sandbox).log_id, last(sandbox).signed.answer) == (None, None)
        sandbox.fail_next("NO_ANSWER")
        with pytest.raises((http.client.HTTPException, OSError)):
            merchant.reply_richly(merchant.rich())
        one = last(sandbox)
        assert (one.call.status, one.answer_body, one.answer_headers) == (None, b"", ())
        assert one.log_id == sandbox.replies[-1].log_id

    def test_clock(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """They have the time of the sandbox's clock, as entries have."""
        sandbox.advance(timedelta(days=3))
        merchant.reply(merchant.plain())
        answered = sandbox.history(IMMEDIATE)[-1].operate_time
        assert timedelta(0) <= answered - last(sandbox).moment < timedelta(minutes=1)
        assert last(sandbox).moment.utcoffset() == timedelta(hours=8)

    def test_before_it_is_told(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Whoever is told of a call finds its exchange."""
        found: list[Exchange | None] = []

        def listen(change: Change) -> None:
            if change.call is not None:
                found.append(sandbox.exchange(change.call.request_id))

        leave = sandbox.on_change(listen)
        merchant.complete()
        leave()
        assert found == [last(sandbox)]

    def test_limit(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The last ones are kept, and a reset forgets them."""
        for _ in range(52):
            merchant.get("/nothing")
        assert [one.call for one in sandbox.exchanges] == [*sandbox.calls[2:]]
        assert sandbox.exchange(sandbox.calls[0].request_id) is None
        sandbox.reset()
        assert sandbox.exchanges == ()

    @pytest.mark.parametrize("ids", [{}, {"request_id": "a", "log_id": "b"}])
    def test_which(self, sandbox: Sandbox, ids: dict[str, str]) -> None:
        """One is looked for by one id."""
        with pytest.raises(ValueError, match="one of both"):
            sandbox.exchange(**ids)

    def test_control(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The control port lists them, bodies as text."""
        merchant.reply(merchant.plain())
        connection = http.client.HTTPConnection(sandbox.control_url.removeprefix("http://"))
        connection.request("GET", "/exchanges")
        (one,) = json.loads(connection.getresponse().read())["data"]
        connection.close()
        assert json.loads(one["request_body"]) == merchant.plain()
        assert (one["call"]["endpoint"], one["log_id"]) == ("response", sandbox.replies[-1].log_id)
        assert one["moment"].endswith("+08:00")


class TestStrangers:
    """Requests that came to no endpoint, or not whole."""

    def test_unknown_path(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What was sent to a path that there is not, or with another method, is kept."""
        for method, path, refusal in (
            ("POST", "/nothing", "there is no such endpoint"),
            ("PUT", f"{COMPLAINTS}/{IMMEDIATE}/complete", "the endpoint does not take this method"),
        ):
            merchant.call(method, path, {"a": "您好"})
            one = last(sandbox)
            assert (one.request_body.decode(), one.refusal) == ('{"a": "您好"}', refusal)
            assert one.signed.rebuilt is None

    @pytest.mark.parametrize("target", ["/nothing", f"{COMPLAINTS}/{IMMEDIATE}/response"])
    def test_too_large(self, sandbox: Sandbox, merchant: Merchant, target: str) -> None:
        """Of a body that is too large the beginning is kept, and its size."""
        answered = merchant.post(target, b"x" * 2_000_000)
        one = last(sandbox)
        assert (one.call.status, answered.status) == (answered.status, 404 if target == "/nothing" else 413)
        assert (one.request_body, one.request_size) == (b"x" * KEPT_BODY, 2_000_000)

    @pytest.mark.parametrize("target", ["/nothing", f"{COMPLAINTS}/{IMMEDIATE}/response"])
    def test_broke_off(self, sandbox: Sandbox, target: str) -> None:
        """Of a body that broke off what came is kept."""
        port = int(sandbox.base_url.rpartition(":")[2])
        is_kept = threading.Event()
        sandbox.on_change(lambda _: is_kept.set())
        with socket.create_connection(("127.0.0.1", port), timeout=30) as mine:
            mine.sendall(f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc".encode())
            mine.shutdown(socket.SHUT_WR)
            while mine.recv(999):
                pass
        # The connection may be closed before that is.
        assert is_kept.wait(30)
        one = last(sandbox)
        assert (one.request_body, one.request_size) == (b"abc", 3)

    def test_next_request(self, sandbox: Sandbox) -> None:
        """After a body that nobody wanted, the next request on the connection is answered."""
        connection = http.client.HTTPConnection(sandbox.base_url.removeprefix("http://"), timeout=30)
        connection.connect()
        mine = connection.sock
        for _ in range(2):
            connection.request("POST", "/nothing", b"x" * 200_000)
            connection.getresponse().read()
            assert connection.sock is mine
        connection.close()
        assert len(sandbox.exchanges) == 2

    def test_picture(self, sandbox: Sandbox) -> None:
        """A picture is kept as far as bodies are."""
        content = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
        path = urlsplit(sandbox.picture(content, presigned=True))
        connection = http.client.HTTPConnection(sandbox.base_url.removeprefix("http://"), timeout=30)
        connection.request("GET", f"{path.path}?{path.query}", headers={"Host": "localhost"})
        assert connection.getresponse().read() == content
        connection.close()
        one = last(sandbox)
        assert (one.answer_body, one.answer_size) == (content[:KEPT_BODY], len(content))
        assert (one.call.endpoint, one.refusal, one.signed.answer) == ("image", None, None)


class TestSecrets:
    """What is never shown."""

    def test_signatures(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of signatures there are 8 characters, both ways; all else of the headers is as it was sent."""
        answered = merchant.complete()
        request, answer = dict(last(sandbox).request_headers), dict(last(sandbox).answer_headers)
        assert re.search(r',signature="[A-Za-z0-9+/]{8}…",timestamp="\d{10}",', request["authorization"])
        assert answer["wechatpay-signature"] == answered.headers["Wechatpay-Signature"][:8] + "…"
        assert answer["wechatpay-nonce"] == answered.headers["Wechatpay-Nonce"]
        assert not SIGNATURE.search(str([request, answer]))

    @pytest.mark.parametrize(
        ("name", "value", "shown"),
        [
            ("Authorization", "Bearer abc", "…"),
            ("authorization", "Basic YTpi", "…"),
            ("Cookie", "a=b", "…"),
            ("set-cookie", "a=b", "…"),
            ("Proxy-Authorization", "Basic YTpi", "…"),
            ("Wechatpay-Signature", "abcdefghijk", "abcdefgh…"),
            ("wechatpay-signature", "abcdefgh", "abcdefgh"),
            ("authorization", "WECHATPAY2-SHA256-RSA2048 signature=abcdefghijk,a", "abcdefgh…,a"),
            ("authorization", 'wechatpay2-SM2 Signature = "abcdefghijk"', 'Signature = "abcdefgh…"'),
            ("authorization", 'WECHATPAY2-SHA256-RSA2048 sign="' + "a" * 344 + '"', 'sign="aaaaaaaa…"'),
            ("X-Authorization", 'WECHATPAY2-SHA256-RSA2048 signature="abcdefghijk"', "…"),
            ("x-api-key", "abc", "…"),
            ("X-Access-Token", "abc", "…"),
            ("x-signed-by", "gateway " + "a" * 344, "gateway aaaaaaaa…"),
            (
                "wechatpay-serial",
                "5C5A4119375D07A2302112163841157C9386CAAC",
                "5C5A4119375D07A2302112163841157C9386CAAC",
            ),
            ("accept", "*/*", "*/*"),
        ],
    )
    def test_masked(self, name: str, value: str, shown: str) -> None:
        """What proves something is masked, however it is written and wherever it stands."""
        ((same, found),) = shown_headers([(name.encode(), value.encode())])
        assert same == name
        assert found.endswith(shown)
        assert value in {shown, found} or value not in found

    def test_repr(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is shown of an exchange has no body, no header's value and no signed string."""
        merchant.reply(merchant.plain(response_content="您好"))
        shown = repr(last(sandbox))
        assert not [word for word in ("您好", "msgkit-tests", "WECHATPAY2", "nonce") if word in shown]
        assert "您好" not in repr(last(sandbox).signed)

    @given(st.lists(st.tuples(st.binary(), st.binary())))
    def test_any_headers(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Whatever headers are, they can be shown, each with its name and in their order."""
        assert [name for name, _ in shown_headers(headers)] == [name.decode("latin-1") for name, _ in headers]


class TestMistaken:
    """Requests whose signature was refused; the mistakes themselves are those of the module ``detection``."""

    def test_query(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What the caller signed stands beside what it should have signed, and the mistake has a name and a cure."""
        target = f"{COMPLAINTS}?limit=1"
        header = merchant.authorization("GET", COMPLAINTS, b"")
        assert merchant.send("GET", target, b"", HEADERS | {"Authorization": header}).status == 401
        one = last(sandbox)
        assert one.signed.rebuilt is not None
        assert one.signed.by_caller is not None
        assert (one.signed.rebuilt[1], one.signed.by_caller[1]) == (target, COMPLAINTS)
        assert one.signed.rebuilt[2:] == one.signed.by_caller[2:]
        (mistake,) = one.signed.mistakes
        assert mistake.name == "without-query"
        assert mistake.text() != mistake.text("zh")
        assert one.refusal == "the signature is not the one of the string rebuilt here"
        assert one.signed.answer is None

    def test_form(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of an upload whose whole form was signed it is said that its ``meta`` is what to sign."""
        meta = b'{"filename": "a.png", "sha256": "0"}'
        body = (
            b'--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n' + meta + b"\r\n"
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n\x89PNG\r\n--b--\r\n'
        )
        merchant.post(UPLOAD, body, headers={"Content-Type": "multipart/form-data; boundary=b"})
        signed = last(sandbox).signed
        assert [mistake.name for mistake in signed.mistakes] == ["whole-form"]
        assert signed.rebuilt is not None
        assert signed.rebuilt[4] == meta.decode()

    def test_clock_off(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Where the string was right and something else was not, there is no mistake in it."""
        header = merchant.authorization("GET", "/v3/certificates", b"", timestamp="1600000000")
        merchant.send("GET", "/v3/certificates", b"", HEADERS | {"Authorization": header})
        signed = last(sandbox).signed
        assert (signed.by_caller, signed.mistakes) == (signed.rebuilt, ())

    def test_no_header(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Where no string can be rebuilt there is none."""
        merchant.send("GET", "/v3/certificates", b"", HEADERS)
        one = last(sandbox)
        assert (one.signed.rebuilt, one.signed.by_caller) == (None, None)
        assert one.refusal == "the Authorization header is missing"
