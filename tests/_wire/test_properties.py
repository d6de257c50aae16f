"""What holds for every message and for every document: found by Hypothesis, measured by JSON Schemas."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from msgkit import Message, Reply, ValidationError
from msgkit.sandbox.schemas import fits
from msgkit.testing.strategies import messages, replies
from tests.editor_schema import fits_message, fits_reply
from tests.helpers import FULL, FULL_REPLY, leads_somewhere
from tests.strategies import arbitrary, keys, mutated

MESSAGES = st.one_of(st.just(FULL), messages().map(Message.to_dict))
REPLIES = st.one_of(st.just(FULL_REPLY), replies().map(Reply.to_dict))
ODD: st.SearchStrategy[Any] = st.sampled_from([b"a", {1}, object(), 1j, float("nan"), float("-inf"), (), ("a",)])


SENT_AS: dict[Any, Any] = {
    Message: lambda document: ("normal-message", document),
    Reply: lambda document: ("response", document | {"complainted_mchid": "1900012181"}),
}
"""What the sandbox's own schemas are given of each, which were written without a look at ours."""


def is_sent(cls: type[Message] | type[Reply], document: Any) -> bool:
    """Say whether a document that is read strictly may be sent too: it needs no more values."""
    try:
        cls.from_dict(document).check()
    except ValidationError:
        return False
    return True


def accepts(cls: type[Message] | type[Reply], document: Any, *, strict: bool = True) -> bool:
    """Read a document, and say whether it was accepted.

    Whatever is refused is refused with a ValidationError that has something to say about places that are there.
    """
    try:
        cls.from_dict(document, strict=strict)
    except ValidationError as error:
        problems = error.problems
    else:
        return True
    assert problems
    for found in problems:
        assert leads_somewhere(document, found.pointer), found.pointer
        assert found.message
    assert len({(found.pointer, found.message) for found in problems}) == len(problems)
    return False


def hold(document: Any) -> None:
    """Assert all that must hold for any JSON."""
    text = json.dumps(document)
    for cls in (Message, Reply):
        strictly, leniently = accepts(cls, document), accepts(cls, document, strict=False)
        assert leniently or not strictly
        if strictly and is_sent(cls, document):
            assert fits(*SENT_AS[cls](document))
        for strict, accepted in ((True, strictly), (False, leniently)):
            with nullcontext() if accepted else pytest.raises(ValidationError):
                cls.from_json(text, strict=strict)


class TestBuilt:
    """Every message that can be built."""

    @given(messages())
    def test_message(self, message: Message) -> None:
        """It satisfies the schema, survives the round trip both ways of reading, and hashes equal."""
        assert fits_message(json.loads(message.to_json()))
        for strict in (True, False):
            back = Message.from_json(message.to_json(), strict=strict)
            assert back == message
            assert hash(back) == hash(message)
            assert back.to_json() == message.to_json()

    @given(replies())
    def test_reply(self, reply: Reply) -> None:
        """The same holds for every plain reply."""
        data = json.loads(reply.to_json())
        assert fits("response", data | {"complainted_mchid": "1900012181"})
        for strict in (True, False):
            back = Reply.from_json(reply.to_json(), strict=strict)
            assert back == reply
            assert hash(back) == hash(reply)
            assert back.to_json() == reply.to_json()

    @given(messages(), messages())
    def test_equality(self, first: Message, second: Message) -> None:
        """Messages whose JSON is the same are equal, and equal ones hash alike."""
        if first.to_json() == second.to_json():
            assert first == second
        if first == second:
            assert hash(first) == hash(second)
        assert Message.from_json(first.to_json()) == first


class TestArbitrary:
    """Every document that there is."""

    @given(arbitrary())
    @example({"blocks": [{"type": "TEXT", "text": {"text": "a", "color": []}}]})
    def test_json(self, document: Any) -> None:
        """JSON at random is read or refused with a ValidationError, and so is its text."""
        hold(document)

    @given(st.dictionaries(keys, arbitrary(ODD)))
    def test_python(self, document: Any) -> None:
        """Nor does what no JSON parser makes raise anything else."""
        for cls in (Message, Reply):
            assert accepts(cls, document, strict=False) or not accepts(cls, document)

    @given(mutated(MESSAGES))
    def test_message(self, document: Any) -> None:
        """A damaged message is accepted strictly if and only if the schema accepts it."""
        hold(document)
        assert accepts(Message, document) == fits_message(document)

    @given(mutated(REPLIES))
    def test_reply(self, document: Any) -> None:
        """A damaged plain reply is accepted strictly if and only if the schema accepts it."""
        hold(document)
        assert accepts(Reply, document) == fits_reply(document)

    @given(mutated(MESSAGES))
    def test_read_and_written(self, document: Any) -> None:
        """Whatever damage a lenient reader survives, it reads its own writing as the same."""
        if not accepts(Message, document, strict=False):
            return
        message = Message.from_dict(document, strict=False)
        if message.blocks:
            assert Message.from_dict(message.to_dict(), strict=False) == message


@pytest.mark.slow
class TestTenThousand:
    """The same again, with 10,000 documents."""

    @given(arbitrary())
    @settings(max_examples=4000)
    def test_arbitrary(self, document: Any) -> None:
        """4,000 documents at random raise nothing but ValidationError."""
        hold(document)

    @given(mutated(MESSAGES))
    @settings(max_examples=4000)
    def test_messages(self, document: Any) -> None:
        """4,000 damaged messages raise nothing but ValidationError, and the schema agrees on each."""
        hold(document)
        assert accepts(Message, document) == fits_message(document)

    @given(mutated(REPLIES))
    @settings(max_examples=2000)
    def test_replies(self, document: Any) -> None:
        """2,000 damaged replies raise nothing but ValidationError, and the schema agrees on each."""
        hold(document)
        assert accepts(Reply, document) == fits_reply(document)
