"""The log of calls, as the page asks for it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator

import pytest

from msgkit import Message, MsgkitError
from msgkit.sandbox.journal import RecordedCall
from msgkit.studio.calls.exchange import compared, readable
from msgkit.studio.site import Site
from tests.sandbox.merchant import COMPLAINTS, Merchant
from tests.studio.merchant import Desk, ask_wrongly, desk_at, site_on


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A studio without a folder."""
    with site_on() as made:
        yield made


@pytest.fixture
def desk(site: Site) -> Desk:
    """A place at it."""
    return desk_at(site)


class TestList:
    """All that was called."""

    def test_none(self, desk: Desk) -> None:
        """Where nothing was called yet, it says what to do."""
        assert "还没有请求" in desk.get("/calls/list")

    def test_filter(self, desk: Desk) -> None:
        """They can be searched, and shown by how they ended, by their endpoint and by their complaint."""
        client = desk.site.client
        receipt = client.send(desk.complaint.complaint_id, Message().text("您好"))
        desk.sandbox.fail_next("NO_AUTH")
        with pytest.raises(MsgkitError):
            client.complaint(next(iter(desk.sandbox.complaints)))
        client.notification_url()

        def number(**asked: str) -> int:
            return desk.get("/calls/list", **asked).count("data-call=")

        assert number() == 3
        assert number(outcome="bad") == 2
        assert number(outcome="good") == 1
        assert number(endpoint="complaint") == 1
        assert number(endpoint="nonsense") == 3
        assert number(complaint=desk.complaint.complaint_id) == 1
        assert number(search="no_auth") == 1
        assert number(search=f"{receipt.request_id} post") == 1
        assert number(search="nonsense") == 0
        assert "没有符合条件的请求" in desk.get("/calls/list", search="nonsense")

    def test_many(self, desk: Desk) -> None:
        """Of ten thousand the newest hundred are shown, and more where more are asked for."""
        for number in range(10_000):
            path = f"/v3/{number}"
            request_id = uuid.uuid4().hex
            call = RecordedCall(None, "GET", path, "", 404, None, None, request_id, None, None, (), 0.0)
            desk.sandbox._state.journal.add(call)
        shown = desk.get("/calls/list")
        assert shown.count("data-call=") == 100
        assert shown.index("/v3/9999") < shown.index("/v3/9998")
        assert "还有 9900 次" in shown
        assert desk.get("/calls/list", shown="200").count("data-call=") == 200
        assert desk.get("/calls/list", search="/v3/77").count("data-call=") == 100


class TestExchange:
    """One call in full."""

    def test_whole(self, desk: Desk) -> None:
        """It has headers, bodies and the strings that were signed, in both directions; of signatures a part."""
        receipt = desk.site.client.send(desk.complaint.complaint_id, Message().text("您好"))
        assert receipt.request_id is not None
        shown = desk.get("/calls/one", request=receipt.request_id)
        for said in ("请求头", "应答头", "请求的签名串", "应答的验签串", "wechatpay-nonce", "您好", "authorization"):
            assert said.lower() in shown.lower()
        assert re.search(r"signature=&#34;.{8}…&#34;", shown)

    def test_signed_otherwise(self, desk: Desk) -> None:
        """Of a refused signature it shows both strings, the lines that differ in words too, and the cure."""
        ask_wrongly(desk.sandbox, f"/v3/merchant-service/complaints-v2/{desk.complaint.complaint_id}")
        (call,) = desk.sandbox.calls
        shown = desk.get("/calls/one", request=call.request_id)
        assert shown.count('class="differs"') == 1
        assert "不同" in shown
        assert "第一行是小写" in shown
        assert '<code dir="ltr">get</code>' in shown
        beside = desk.get("/conversation/requests")
        assert "第一行是小写" in beside
        assert "<details" in beside
        assert " open>" in beside

    def test_half_a_character(self, desk: Desk) -> None:
        """A request that was refused for half a character in it is shown all the same, with what was sent."""
        merchant = Merchant.of(desk.sandbox)
        message = {"blocks": [{"type": "TEXT", "text": {"text": "a\ud800b"}}]}
        body = json.dumps(merchant.rich(message=message)).encode()
        assert (
            merchant.post(f"{COMPLAINTS}/{desk.complaint.complaint_id}/response-immediate-service", body).status == 400
        )
        (call,) = desk.sandbox.calls
        for shown in (desk.get("/calls/one", request=call.request_id), desk.get("/conversation/requests")):
            assert "a&#55296;b" in shown

    def test_gone(self, desk: Desk) -> None:
        """One that is not there is refused with a sentence."""
        answer = desk.page.get("/zh/calls/one", params={"request": "nonsense"})
        assert "不在记录里" in answer.json()["refused"]


class TestLines:
    """Signed strings beside each other."""

    def test_compared(self) -> None:
        """Lines that differ are marked, and a line that one of them lacks is none."""
        lines = compared(("GET", "/a?b=1", "1", "n", ""), ("GET", "/a", "1", "n"), "en")
        assert [line.differs for line in lines] == [False, True, False, False, True]
        assert lines[4].by_caller is None
        assert [line.name for line in lines][:2] == ["Method", "Path and query"]

    def test_unknown(self) -> None:
        """Where it is not known what was signed, nothing is marked."""
        assert not any(line.differs for line in compared(("GET", "/a", "1", "n", ""), None, "zh"))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"a":"\xe6\x82\xa8"}', '{\n  "a": "您"\n}'),
        (b"plain", "plain"),
        (b"", ""),
        (bytes(range(128, 256)), "（128 字节，不是文本）"),
        (b"[" * 100_000, "[" * 64 * 1024),
    ],
)
def test_readable(body: bytes, shown: str) -> None:
    """JSON is laid out, other text is as it is, and of what is no text its size is said in the page's language."""
    assert readable(body, "zh") == shown
