"""Tests of what an inbox keeps of an entry."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from msgkit.routing import Outgoing, Record, State
from msgkit.routing._records import PENDING, RETRYABLE, digest
from tests.helpers import SECRET

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
TIMES = st.floats(0, 1e11)
ZONES = st.timezones() | st.just(UTC)
OUTGOING = st.builds(
    Outgoing,
    endpoint=TEXTS,
    idempotent_id=st.none() | TEXTS,
    body=st.binary(),
    digest=st.none() | TEXTS,
    begun=st.none() | TIMES,
    shown=st.integers(0, 100),
    is_doubtful=st.booleans(),
    is_sent=st.booleans(),
)
RECORDS = st.builds(
    Record,
    mchid=TEXTS,
    complaint_id=TEXTS,
    log_id=st.none() | TEXTS,
    operate_type=TEXTS,
    operate_time=st.none() | st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=ZONES),  # noqa: DTZ001 - Hypothesis adds the zone
    place=st.integers(0, 10**6),
    state=st.sampled_from(State),
    attempts=st.integers(0, 100),
    due=TIMES,
    error=st.none() | TEXTS,
    replies=st.lists(OUTGOING, max_size=3).map(tuple),
    updated=TIMES,
)
START = datetime(2026, 1, 22, tzinfo=UTC)
PLAIN = Outgoing(endpoint="response", idempotent_id=None, body=SECRET.encode())


def record(**fields: object) -> Record:
    """A record of one entry."""
    known: dict[str, object] = {"mchid": "1", "complaint_id": "2", "log_id": "3"}
    return Record(**(known | fields))  # type: ignore[arg-type]


class TestJson:
    """A record as JSON."""

    @given(RECORDS)
    def test_round_trip(self, record: Record) -> None:
        """What is written is read as it was, from text and from UTF-8; it is one line."""
        text = record.to_json()
        assert Record.from_json(text) == Record.from_json(text.encode()) == record
        assert "\n" not in text

    @given(RECORDS)
    def test_order_is_kept(self, record: Record) -> None:
        """It stands where it stood, whatever the zone of its time."""
        assert Record.from_json(record.to_json()).order == record.order

    def test_of_a_later_version(self) -> None:
        """What a later version wrote beside is passed over."""
        known = record(replies=(PLAIN,))
        data = json.loads(known.to_json())
        data["later"] = data["replies"][0]["later"] = {"a": [1]}
        assert Record.from_json(json.dumps(data)) == known


class TestRecord:
    """What a record says."""

    def test_order(self) -> None:
        """Records are sorted by time, then by place; a look, which has no time, goes before what is of our days."""
        look, first, second = (
            record(log_id=None),
            record(operate_time=START, place=9),
            record(operate_time=START, place=10),
        )
        third = record(operate_time=START + timedelta(microseconds=1))
        assert sorted([third, second, look, first], key=lambda each: each.order) == [look, first, second, third]

    @pytest.mark.parametrize("state", State)
    def test_states(self, state: State) -> None:
        """A state is an end or it is not, and only ends are taken up again."""
        assert record(state=state).is_pending is (state in PENDING)
        assert not RETRYABLE & PENDING

    def test_again(self) -> None:
        """What is tried again starts anew, with what was returned already, and in no doubt of it."""
        failed = record(state=State.FAILED, attempts=5, due=9.0, error="x")
        assert failed.again() == record()
        unclear = record(state=State.UNCLEAR, replies=(PLAIN.being_sent(7.0, 1),))
        (reply,) = unclear.again().replies
        assert unclear.again().state is State.SENDING
        assert (reply.is_doubtful, reply.is_sent, reply.body) == (False, False, PLAIN.body)

    def test_shows_no_text(self) -> None:
        """What is sent is not shown."""
        assert SECRET not in repr(record(replies=(PLAIN,)))


class TestOutgoing:
    """A reply on its way."""

    def test_being_sent(self) -> None:
        """An attempt is in doubt from its beginning, until it is known that it has sent something, or nothing."""
        begun = PLAIN.being_sent(1.0, 3)
        assert (begun.begun, begun.shown, begun.is_doubtful) == (1.0, 3, True)
        assert begun.not_sent() == PLAIN

    def test_sent(self) -> None:
        """Of what was sent nobody's words are kept, and nothing is in doubt."""
        sent = PLAIN.being_sent(1.0, 1).sent()
        assert (sent.body, sent.is_sent, sent.is_doubtful) == (b"", True, False)

    @given(st.text())
    def test_digest(self, text: str) -> None:
        """A text is told from others by its SHA-256, whatever it consists of."""
        assert digest(text) == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
