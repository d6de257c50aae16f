"""The schema for editors: it takes what strict reading takes, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from msgkit import Message, Reply, Text, ValidationError
from msgkit._wire.schema import DIALECT, document
from msgkit._wire.shape import shape_of
from msgkit.testing.strategies import messages, replies
from tests.editor_schema import fits_message, fits_reply
from tests.helpers import ABSENT, FULL, FULL_REPLY, changed, places
from tests.strategies import arbitrary, mutated

MESSAGES = st.one_of(st.just(FULL), messages().map(Message.to_dict))
REPLIES = st.one_of(st.just(FULL_REPLY), replies().map(Reply.to_dict))
SCHEMAS = [
    document(Message, "normal-message", "Rich reply", "Blocks."),
    document(Reply, "response", "Plain reply", "A text."),
]


def is_read(cls: type[Message] | type[Reply], data: Any) -> bool:
    """Say whether a document is read strictly."""
    try:
        cls.from_dict(data)
    except ValidationError:
        return False
    return True


def subschemas(schema: Any) -> list[dict[str, Any]]:
    """Return all descriptions in a schema that list properties."""
    inner = list(schema.values()) if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    found = [each for value in inner for each in subschemas(value)]
    return [*found, schema] if isinstance(schema, dict) and isinstance(schema.get("properties"), dict) else found


class TestDocument:
    """What the schema says."""

    @pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema["title"])
    def test_valid(self, schema: dict[str, Any]) -> None:
        """It is a schema of the dialect that it names, and says what it is of."""
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == DIALECT
        assert schema["$id"].endswith(".schema.json")
        assert schema["description"]

    @pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema["title"])
    def test_described(self, schema: dict[str, Any]) -> None:
        """Every property says what it is for, as the classes' docstrings do."""
        described = [
            (name, value)
            for each in subschemas(schema)
            for name, value in each["properties"].items()
            if value is not True and "const" not in value and "$ref" not in value
        ]
        assert [name for name, value in described if not value.get("description")] == []
        assert described

    def test_every_class(self) -> None:
        """Every class that a message is made of is described by its name."""
        assert {"Text", "Image", "Link", "FaqList", "Faq", "Button", "ButtonGroup", "InvalidInfo"} <= set(
            SCHEMAS[0]["$defs"]
        )
        properties = SCHEMAS[0]["$defs"]["Text"]["properties"]
        assert list(properties) == [field.name for field in shape_of(Text).fields]


class TestAgrees:
    """The schema and the reader are of one mind."""

    @pytest.mark.parametrize("pointer", [p for p in places(FULL) if p])
    def test_one_missing(self, pointer: str) -> None:
        """Whatever is taken out of a message, both miss it, or neither does."""
        data = changed(FULL, pointer, ABSENT)
        assert is_read(Message, data) == fits_message(data)

    @pytest.mark.parametrize("pointer", [p for p in places(FULL_REPLY) if p])
    def test_one_missing_of_a_reply(self, pointer: str) -> None:
        """The same holds for the plain reply, a link without its text included."""
        data = changed(FULL_REPLY, pointer, ABSENT)
        assert is_read(Reply, data) == fits_reply(data)

    @given(arbitrary())
    def test_anything(self, data: Any) -> None:
        """JSON at random is taken by both or by neither."""
        assert is_read(Message, data) == fits_message(data)
        assert is_read(Reply, data) == fits_reply(data)

    @given(mutated(MESSAGES))
    def test_message(self, data: Any) -> None:
        """A damaged message is taken by both or by neither."""
        assert is_read(Message, data) == fits_message(data)

    @given(mutated(REPLIES))
    def test_reply(self, data: Any) -> None:
        """So is a damaged plain reply."""
        assert is_read(Reply, data) == fits_reply(data)

    @pytest.mark.slow
    @given(mutated(MESSAGES))
    @settings(max_examples=4000)
    def test_messages(self, data: Any) -> None:
        """So are 4,000 damaged messages."""
        assert is_read(Message, data) == fits_message(data)

    @pytest.mark.slow
    @given(mutated(REPLIES))
    @settings(max_examples=2000)
    def test_replies(self, data: Any) -> None:
        """So are 2,000 damaged plain replies."""
        assert is_read(Reply, data) == fits_reply(data)
