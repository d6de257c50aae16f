"""Checking what is built: the same rules, by the same names and places, as reading strictly."""

from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from msgkit import Block, Message, Problem, Reply, ValidationError, _wire
from msgkit.testing.strategies import blocks, messages, replies
from tests.helpers import EMOJI, FULL, FULL_REPLY, changed, escaped, places, resolve
from tests.strategies import mutated

TEXTS = [p for p in places(FULL) if isinstance(resolve(FULL, p), str) and not p.endswith(("type", "/expired_time"))]
STRUCTURE = {"unknown-key", "misplaced-key", "missing", "needed", "null", "wrong-type", "wrong-part", "not-a-time"}
"""What keeps something from being read at all, or is passed over by lenient reading."""
BROKEN = ["", " \n", EMOJI, "a\ud800", "http://a", "https://", "https://a b", "${a}", "RED", "数" * 5000]
"""Texts that break a rule in one place or another."""


def refusals(cls: type[Message] | type[Reply], data: Any) -> list[Problem]:
    """Return what strict reading finds."""
    try:
        cls.from_dict(data)
    except ValidationError as error:
        return list(error.problems)
    return []


def findings(message: Message | Reply, *, filled: bool = False) -> list[Problem]:
    """Return what a check finds."""
    found: list[Problem] = []
    _wire.check(message, None, found, filled=filled)
    return found


def names(found: list[Problem]) -> list[tuple[str, str]]:
    """Return places and rules of findings, sorted."""
    return sorted((each.pointer, str(each.rule)) for each in found)


flags: SearchStrategy[bool] = st.booleans()


@st.composite
def with_broken_rules(draw: DrawFn, documents: SearchStrategy[Any]) -> Any:
    """Valid JSON in which one to five texts and lists have the right type and break a rule, or happen not to."""
    document = draw(documents)
    every = [
        p
        for p in places(document)
        if isinstance(resolve(document, p), str) and not p.endswith(("type", "/expired_time"))
    ]
    for pointer in draw(st.lists(st.sampled_from(every), min_size=1, max_size=5)):
        document = changed(document, pointer, draw(st.sampled_from(BROKEN)))
    lists = [p for p in places(document) if p.endswith(("/faqs", "/buttons"))]
    if draw(flags) and lists:
        document = changed(document, draw(st.sampled_from(lists)), [])
    return document


MESSAGES = st.one_of(st.just(FULL), messages().map(Message.to_dict))
REPLIES = st.one_of(st.just(FULL_REPLY), replies().map(Reply.to_dict))


class TestSameAsReading:
    """What strict reading refuses for rules only, a check finds too."""

    @given(MESSAGES)
    def test_sound(self, data: Any) -> None:
        """A check finds nothing in what strict reading takes."""
        assert findings(Message.from_dict(data)) == []

    @given(with_broken_rules(MESSAGES))
    @settings(max_examples=200)
    def test_message(self, data: Any) -> None:
        """Whatever rules a message breaks, both find the same, with the same values and words."""
        strictly, checked = refusals(Message, data), findings(Message.from_dict(data, strict=False))
        assert names(strictly) == names(checked)
        assert set(strictly) == set(checked)
        assert len(set(names(checked))) == len(checked)

    @given(with_broken_rules(REPLIES))
    @settings(max_examples=200)
    def test_reply(self, data: Any) -> None:
        """The same holds for plain replies."""
        strictly, checked = refusals(Reply, data), findings(Reply.from_dict(data, strict=False))
        assert names(strictly) == names(checked)
        assert set(strictly) == set(checked)

    @given(mutated(MESSAGES))
    @settings(max_examples=200)
    def test_damaged(self, data: Any) -> None:
        """A damaged message that strict reading takes has no finding, and one that breaks only rules the same ones."""
        strictly = refusals(Message, data)
        if STRUCTURE.isdisjoint(str(each.rule) for each in strictly) and not any(
            each.pointer.endswith("type") for each in strictly
        ):
            assert names(findings(Message.from_dict(data, strict=False))) == names(strictly)

    @given(with_broken_rules(MESSAGES), st.data())
    @settings(max_examples=200)
    def test_with_structure(self, data: Any, choices: st.DataObject) -> None:
        """What is wrong with keys and types comes together with broken rules, each once, wherever it could be read."""
        rules = names(refusals(Message, data))
        objects = [p for p in places(data) if isinstance(resolve(data, p), dict)]
        stranger = f"{choices.draw(st.sampled_from(objects))}/{escaped('a/b')}"
        leaves = [
            p
            for p in places(data)
            if not isinstance(resolve(data, p), (dict, list)) and not p.endswith("type") and not stranger.startswith(p)
        ]
        assume(leaves)
        wrong = choices.draw(st.sampled_from(leaves))
        data = changed(changed(data, stranger, 1), wrong, [5])
        kind = "not-a-time" if wrong.endswith("/expired_time") else "wrong-type"
        is_enum = wrong.rpartition("/")[2] in {"color", "image_style_type", "button_layout", "sender_identity"}
        expected = [each for each in rules if each[0] != wrong]
        expected += [(stranger, "unknown-key"), (wrong, "wrong-part" if is_enum else kind)]
        assert names(refusals(Message, data)) == sorted(expected)


class TestFindings:
    """What is found, and where."""

    @pytest.mark.parametrize("pointer", TEXTS)
    def test_one_flaw(self, pointer: str) -> None:
        """One character that cannot be sent, wherever it stands, is found at its place and nowhere else."""
        message = Message.from_dict(changed(FULL, pointer, EMOJI), strict=False)
        (found,) = findings(message)
        assert (found.pointer, found.value) == (pointer, EMOJI)
        is_enum = pointer.rpartition("/")[2] in {"color", "image_style_type", "button_layout", "sender_identity"}
        assert found.rule == ("unknown-value" if is_enum else "four-byte-character")

    @given(blocks())
    def test_composed(self, block: Block) -> None:
        """Nothing is found in what was composed in code."""
        assert findings(Message((block,)), filled=True) == []

    def test_of_a_part(self) -> None:
        """A part is checked by itself too, from where it stands on."""
        data = changed(changed(FULL, "/blocks/4/button/text", " "), "/blocks/4/button/action/action_id", EMOJI)
        block = Message.from_dict(data, strict=False).blocks[4]
        found: list[Problem] = []
        _wire.check(block, _wire.path_of("x"), found)
        assert names(found) == [("/x/action/action_id", "four-byte-character"), ("/x/text", "empty")]

    def test_document_order(self) -> None:
        """What is found is told in document order."""
        data = FULL
        for pointer in TEXTS:
            data = changed(data, pointer, EMOJI)
        found = [each.pointer for each in findings(Message.from_dict(data, strict=False))]
        every = list(places(Message.from_dict(data, strict=False).to_dict()))
        assert sorted(found) == sorted(TEXTS)
        assert [p for p in found if p.startswith("/blocks")] == found[:-2]
        assert [int(p.split("/")[2]) for p in found[:-2]] == sorted(int(p.split("/")[2]) for p in found[:-2])
        assert all(p in every for p in found)

    def test_placeholders(self) -> None:
        """Only in what is about to be sent, an address that begins with a placeholder is found."""
        message = Message().link("a", "${shop}/o").button("b", None)
        assert findings(message, filled=False) == []
        assert names(findings(message, filled=True)) == [("/blocks/0/link/action/jump_url", "not-https")]

    def test_no_blocks(self) -> None:
        """That there is nothing to send is found in either case."""
        for filled in (True, False):
            assert names(findings(Message(), filled=filled)) == [("/blocks", "empty-list")]
