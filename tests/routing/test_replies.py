"""What a handler returned, as replies to be sent."""

from __future__ import annotations

import json
import logging
from typing import Any

import attrs
import pytest

from msgkit import Complaint, Message, Reply, Template
from msgkit.errors import ValidationError
from msgkit.routing._event import Look
from msgkit.routing._records import Outgoing, digest
from msgkit.routing._replies import being_sent, prepared, was_sent
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

    def test_what_it_leaves_out(self, caplog: pytest.LogCaptureFixture) -> None:
        """The log says how much of a message a plain reply leaves out, by rules and without its words."""
        with caplog.at_level(logging.INFO, "msgkit"):
            prepared(HELLO, PLAIN, "L")
        assert caplog.messages == ["complaint 1: a plain reply takes 1 parts less (no-counterpart)"]

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


PLAIN_REPLY = prepared(HELLO, PLAIN, "L")[0]


def answered(*texts: str) -> Look:
    """A look that found plain replies of the merchant's with these texts."""
    return look([entry(str(n), "MERCHANT_RESPONSE", n, operate_details=text) for n, text in enumerate(texts)])


def lost(before: Look, *others: Outgoing) -> Outgoing:
    """The plain reply, as one whose answer was lost, after a look and beside other replies of the complaint."""
    before.sent_before.update(each.digest for each in others if each.is_sent)
    return being_sent(PLAIN_REPLY, 0.0, before)


class TestWasSent:
    """What a history tells of a plain reply whose answer was lost."""

    @pytest.mark.parametrize(
        ("after", "expected"),
        [
            (answered("您好"), True),
            (answered("别的", "您好"), True),
            (answered(), False),
            (answered("别的"), False),
            (look([entry("1", "USER_RESPONSE", operate_details="您好")]), False),
            (look([entry("1", "MERCHANT_RESPONSE", normal_message=HELLO.to_dict(), operate_details="您好")]), False),
        ],
    )
    def test_one(self, after: Look, expected: bool) -> None:
        """It was sent where the history has one of the merchant's plain replies more with its text."""
        assert was_sent(lost(answered()), after) is expected

    def test_what_was_said_before(self) -> None:
        """What the merchant said before, whenever that was by whatever clock, does not stand for it."""
        reply = lost(answered("您好", "您好"))
        assert not was_sent(reply, answered("您好", "您好"))
        assert was_sent(reply, answered("您好", "您好", "您好"))

    def test_what_was_sent_since(self) -> None:
        """Nor does what was sent after the look and before it."""
        before = answered("您好")
        before.sent_since[PLAIN_REPLY.digest] += 1
        reply = lost(before)
        assert not was_sent(reply, answered("您好", "您好"))
        assert was_sent(reply, answered("您好", "您好", "您好"))

    def test_a_history_that_is_late(self) -> None:
        """Nor does what is known to be sent and was not in the history yet."""
        reply = lost(answered(), PLAIN_REPLY.sent())
        assert not was_sent(reply, answered("您好"))
        assert was_sent(reply, answered("您好", "您好"))
