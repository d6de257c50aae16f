"""What a handler returned, as replies to be sent."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from msgkit import Complaint, Message, Reply, Template
from msgkit.errors import ValidationError
from msgkit.routing._event import Look
from msgkit.routing._records import Outgoing, Record, digest
from msgkit.routing._replies import prepared, was_sent
from tests.routing.histories import entry, look

PLAIN = look([]).complaint
RICH = attrs.evolve(PLAIN, need_immediate_service=True)
HELLO = Message().text("您好").button("转人工")


def ids(returned: object, complaint: Complaint = RICH) -> list[str | None]:
    """Return the ids under which the replies go that a handler returned."""
    return [reply.idempotent_id for reply in prepared(returned, complaint, "L")]


class TestPrepared:
    """What is to be sent."""

    def test_one(self) -> None:
        """A single message goes under the entry's log_id."""
        (reply,) = prepared(HELLO, RICH, "L")
        assert (reply.endpoint, reply.idempotent_id, reply.is_plain) == ("response-immediate-service", "L", False)
        assert json.loads(reply.body)["idempotent_id"] == "L"

    def test_several(self) -> None:
        """The n-th of a list goes under LOG_ID-n, also where there is only one, and where some are None."""
        assert ids([HELLO]) == ["L-1"]
        assert ids((HELLO, None, HELLO)) == ["L-1", "L-3"]

    @pytest.mark.parametrize("nothing", [None, [], [None], ()])
    def test_nothing(self, nothing: object) -> None:
        """None, and a list of nothing, is no reply."""
        assert ids(nothing) == []

    def test_plainly(self) -> None:
        """Where a complaint takes no rich reply, a message goes as the plain one that it condenses to, with no id."""
        (reply,) = prepared(HELLO, PLAIN, "L")
        assert (reply.endpoint, reply.idempotent_id, reply.is_plain) == ("response", None, True)
        assert json.loads(reply.body)["response_content"] == "您好"

    def test_a_plain_reply(self) -> None:
        """A Reply is plain on any complaint."""
        assert ids(Reply("您好")) == [None]
        assert ids([Reply("您好"), HELLO]) == [None, "L-2"]

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ("您好", "message"),
            (3, "message"),
            (Template(HELLO), "render"),
            (Message(), "block"),
            (Message().text("您好 ${name}"), "name|placeholder"),
            ([HELLO, "您好"], "message"),
        ],
    )
    def test_wrong(self, wrong: Any, told: str) -> None:
        """What cannot be sent is refused with what is wrong."""
        with pytest.raises(ValidationError, match=told):
            prepared(wrong, RICH, "L")

    def test_nobodys_words_stay(self) -> None:
        """Of a reply that was sent, the words are not kept, but what tells its text from others is."""
        (reply,) = prepared(HELLO, PLAIN, "L")
        assert reply.sent().body == b""
        assert reply.sent().digest == digest("您好")
        assert "您好" not in repr(reply)


def plain(text: str, *marks: float) -> Outgoing:
    """A plain reply, whose attempts began at these times."""
    return Outgoing(endpoint="response", idempotent_id=None, body=b"", digest=digest(text), marks=marks)


def answered(*seconds: int, text: str = "您好") -> Look:
    """A look that found plain replies of the merchant's, so many seconds after the first entry."""
    return look([entry(str(n), "MERCHANT_RESPONSE", s, operate_details=text) for n, s in enumerate(seconds)])


T0 = answered(0).entries[0].operate_time.timestamp()


class TestWasSent:
    """What a history tells of a reply."""

    @pytest.mark.parametrize(
        ("shown", "expected"),
        [
            (answered(1), True),
            (answered(), False),
            (answered(-1), False),
            (answered(1, text="别的"), False),
            (look([entry("1", "USER_RESPONSE", 1, operate_details="您好")]), False),
            (look([entry("1", "MERCHANT_RESPONSE", 1, normal_message=HELLO.to_dict(), operate_details="您好")]), False),
        ],
    )
    def test_one(self, shown: Any, expected: bool) -> None:
        """A reply was sent where the history has the merchant's plain reply with its text, since it was begun."""
        reply = plain("您好", T0 + 0.9)
        record = Record(mchid="1", complaint_id="1", log_id="1", replies=(reply,))
        assert was_sent(reply, shown, [record]) is expected

    def test_as_many(self) -> None:
        """Each attempt needs an entry of its own."""
        first, second = plain("您好", T0 + 0.1), plain("您好", T0 + 0.2)
        record = Record(mchid="1", complaint_id="1", log_id="1", replies=(first.sent(), second))
        assert not was_sent(second, answered(0), [record])
        assert was_sent(second, answered(0, 0), [record])

    def test_an_answer_that_took_its_time(self) -> None:
        """What the platform wrote down late for an attempt of before does not stand for a later one that was lost."""
        first, second = plain("您好", T0 + 0.9), plain("您好", T0 + 1.2)
        record = Record(mchid="1", complaint_id="1", log_id="1", replies=(first.sent(), second))
        assert not was_sent(second, answered(1), [record])
        assert was_sent(second, answered(1, 1), [record])

    def test_a_clock_that_is_behind(self) -> None:
        """What the merchant said before by the platform's clock does not stand for it, where the inbox's is behind."""
        first, second = plain("您好", T0 - 120), plain("您好", T0 - 90)  # the platform had T0 + 0 and T0 + 30
        record = Record(mchid="1", complaint_id="1", log_id="1", replies=(first.sent(), second))
        assert not was_sent(second, answered(0), [record])

    def test_a_clock_that_is_ahead(self) -> None:
        """Where the inbox's clock is ahead, a reply that was sent is not found: a doubt too many, and no harm."""
        reply = plain("您好", T0 + 90)
        record = Record(mchid="1", complaint_id="1", log_id="1", replies=(reply,))
        assert not was_sent(reply, answered(0), [record])
