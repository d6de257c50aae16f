"""Where things stand in JSON text."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings, strategies as st

from msgkit import Message
from msgkit._wire.layout import Layout
from tests.helpers import FULL
from tests.strategies import arbitrary

TEXTS = st.builds(
    lambda value, indent, escaped, separators: json.dumps(
        value, indent=indent, ensure_ascii=escaped, separators=separators
    ),
    arbitrary(),
    st.sampled_from([None, 0, 1, 4, "\t", " \t"]),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\r:\t")]),
)


def values_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield each value in JSON, with the keys that lead to it."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from values_of(each, (*path, key))


def find(layout: Layout, path: tuple[Any, ...]) -> tuple[int, int]:
    """Return where the key and the value at a path begin."""
    at = start = layout.root
    for key in path:
        found = layout.child(start, str(key))
        assert found is not None
        at, start = found
    return at, start


class TestLayout:
    """Every value of a text."""

    @given(TEXTS, st.sampled_from(["", "\n", " \t\r\n"]))
    @settings(max_examples=200)
    def test_every_value(self, text: str, blanks: str) -> None:
        """Every value is found, and what is written there is that value, behind its key."""
        layout = Layout(blanks + text + blanks)
        for path, value in values_of(json.loads(text)):
            at, start = find(layout, path)
            letters = layout.letters(start)
            assert json.loads(letters) == value
            assert letters.strip() == letters
            if path and isinstance(path[-1], str):
                key, end = json.JSONDecoder().raw_decode(layout.text, at)
                assert key == path[-1]
                assert layout.text[end:start].strip() == ":"
            else:
                assert at == start

    def test_exactly(self) -> None:
        """Positions are those of the characters, counted from 0."""
        layout = Layout(' {"您": [1, {}], "a":"b"}')
        assert layout.root == 1
        assert find(layout, ("您",)) == (2, 7)
        assert find(layout, ("您", 1)) == (11, 11)
        assert find(layout, ("a",)) == (16, 20)
        assert layout.letters(7) == "[1, {}]"

    def test_what_is_not_there(self) -> None:
        """A key that no object has, an entry that no array has, and anything in a text is nowhere."""
        layout = Layout('{"a": [1], "b": "x"}')
        assert layout.child(0, "c") is None
        assert layout.child(0, "0") is None
        assert [layout.child(6, name) for name in ("1", "-1", "a", "", "00000000000", "\u0661")] == [None] * 6
        assert layout.child(find(layout, ("b",))[1], "0") is None

    def test_repeated_key(self) -> None:
        """Of a key that stands twice, it is the last one's value that is found, as when it is read."""
        layout = Layout('{"a":{"b":1},"a":[2]}')
        assert layout.letters(find(layout, ("a",))[1]) == "[2]"

    def test_looks_only_where_it_must(self) -> None:
        """What is asked of one block keeps nothing of the others."""
        layout = Layout(Message.from_dict(FULL).to_json())
        find(layout, ("blocks", 1, "image", "media_id"))
        assert len(layout._objects) == 3
        assert len(layout._arrays) == 1
