"""`Delivery`: what goes into a ledger, and what comes out of one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import ConfigurationError, Message, Reply, ValidationError
from msgkit.delivery import Delivery
from msgkit.testing.strategies import messages, replies

MCHID = "1900012181"
RICH = Delivery.of(MCHID, "200201", Message().text("您好"), idempotent_id="a-1")
PLAIN = Delivery.of(MCHID, "200201", Reply("您好"))
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class TestOf:
    """Making one."""

    def test_rich(self) -> None:
        """A message becomes the JSON that `Client.send` would send, under the id that was given."""
        assert RICH.plain is None
        body = json.loads(RICH.rich or "")
        assert (body["idempotent_id"], body["complainted_mchid"]) == ("a-1", MCHID)

    def test_an_id_of_its_own(self) -> None:
        """Without an id, each has one of its own before it is queued, also a plain one, whose JSON has none."""
        assert PLAIN.id != Delivery.of(MCHID, "200201", Reply("您好")).id
        assert set(json.loads(PLAIN.plain or "")) == {"complainted_mchid", "response_content"}

    def test_both(self) -> None:
        """What may go plainly too has both."""
        made = Delivery.of(MCHID, "200201", Message().text("您好"), plain_too=True)
        assert made.plain_text == "您好"
        assert made.rich is not None

    def test_sub_merchant(self) -> None:
        """The merchant complained about may be another than who answers."""
        made = Delivery.of(MCHID, "200201", Reply("您好"), complainted_mchid="1900012999")
        assert json.loads(made.plain or "")["complainted_mchid"] == "1900012999"

    @pytest.mark.parametrize(
        ("complaint_id", "message"),
        [("..", Message().text("a")), ("1", Message()), ("1", Message().text("${a}")), ("1", "您好")],
        ids=["path", "empty", "placeholder", "text"],
    )
    def test_refused_before_it_is_queued(self, complaint_id: str, message: Any) -> None:
        """What cannot be sent is refused where it is made."""
        with pytest.raises(ValidationError):
            Delivery.of(MCHID, complaint_id, message)

    @pytest.mark.parametrize("key", ["", "a" * 129])
    def test_ids(self, key: str) -> None:
        """An id has 1 to 128 characters, that of a plain reply and of a picture too."""
        with pytest.raises(ValidationError):
            Delivery.of(MCHID, "1", Reply("a"), idempotent_id=key)
        with pytest.raises(ValidationError):
            Delivery.of_picture(MCHID, PNG, "a.png", id=key)

    def test_picture(self) -> None:
        """A picture is its bytes and its name; what is none is refused."""
        made = Delivery.of_picture(MCHID, PNG, "a.png")
        assert (made.picture_bytes, made.filename, made.complaint_id) == (PNG, "a.png", None)
        with pytest.raises(ValidationError):
            Delivery.of_picture(MCHID, b"text", "a.png")
        with pytest.raises(ValidationError):
            Delivery.of_picture(MCHID, PNG, "a" * 1000 + ".png")

    def test_words_are_not_shown(self) -> None:
        """Its repr does not show what is said."""
        assert "您好" not in repr(PLAIN)
        assert "picture" not in repr(Delivery.of_picture(MCHID, PNG, "a.png"))


class TestJson:
    """As text in a ledger."""

    @given(
        st.binary(max_size=100),
        st.text(st.characters(min_codepoint=33, max_codepoint=0xD7FF), min_size=1, max_size=128),
    )
    def test_round_trip_of_pictures(self, content: bytes, key: str) -> None:
        """A picture, too, comes out as it went in, whatever its id is."""
        made = Delivery.of_picture(MCHID, PNG + content, "张.png", id=key)
        again = Delivery.from_json(made.to_json().encode())
        assert (again, again.picture_bytes) == (made, PNG + content)

    @given(messages() | replies())
    def test_round_trip(self, message: Message | Reply) -> None:
        """What comes out is what went in, to the byte, and tells itself from others by its digest."""
        made = Delivery.of(MCHID, "200201", message, allow_placeholders=True)
        again = Delivery.from_json(made.to_json())
        assert (again, again.digest) == (made, made.digest)

    @pytest.mark.parametrize(
        "changes",
        [
            {"key": "x"},
            {"mchid": None},
            {"mchid": ""},
            {"complaint_id": ".."},
            {"complaint_id": None},
            {"id": "another"},
            {"id": 7},
            {"rich": "[]"},
            {"rich": "{"},
            {"rich": None},
            {"rich": {}},
            {"picture": "AAAA"},
            {"rich": None, "picture": "AAAA", "complaint_id": None},
            {"rich": None, "picture": "您好", "filename": "a.png"},
            {"rich": None, "picture": "AAAA", "filename": "\ud800.png"},
            {"rich": '{"idempotent_id": "a-1"}\ud800'},
            {"rich": '{"idempotent_id": "\ud800"}', "id": "\ud800"},
            {"rich": None, "plain": "{}"},
            {"rich": None, "plain": '{"response_content": ["您好"]}'},
        ],
        ids=repr,
    )
    def test_hostile(self, changes: dict[str, Any]) -> None:
        """What somebody else put there is refused, and nothing of it is quoted."""
        text = json.dumps(json.loads(RICH.to_json()) | changes)
        with pytest.raises(ConfigurationError, match="is no delivery") as caught:
            Delivery.from_json(text)
        assert "您好" not in str(caught.value)

    @given(json_values)
    def test_anything(self, value: object) -> None:
        """Whatever JSON it is, it is refused by the same error."""
        with pytest.raises(ConfigurationError):
            Delivery.from_json(json.dumps(value))

    @pytest.mark.parametrize("text", ["", "{", b"\xff", "[" * 100_000])
    def test_no_json(self, text: str | bytes) -> None:
        """So is what is no JSON."""
        with pytest.raises(ConfigurationError):
            Delivery.from_json(text)
