"""Templates written down again: equal, of one fingerprint, and rendered alike."""

import copy
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from msgkit import Message, TemplateError, ValidationError
from msgkit.templates import Template
from msgkit.templates._yaml import load

from .made import GIVEN, files

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def outcome(template: Template, values: dict[str, Any]) -> Any:
    """Return what a template renders for a moment, or what is wrong with it."""
    known = template.variables | template.declared.keys()
    try:
        return template.at(NOON).render(**{name: value for name, value in values.items() if name in known})
    except (ValidationError, TemplateError) as error:
        return [(problem.pointer, problem.rule) for problem in error.problems]


@pytest.mark.slow
class TestGenerated:
    """What holds of any template."""

    @given(files(), GIVEN)
    @settings(max_examples=300)
    def test_there_and_back(self, data: dict[str, Any], values: dict[str, Any]) -> None:
        """Its short form is the same template, also through YAML, a pickle and a copy."""
        template = Template.from_dict(data)
        short = template.to_short()
        written, _ = load(template.to_short_yaml())
        assert written == short
        for other in (
            Template.from_dict(short),
            pickle.loads(pickle.dumps(template)),  # noqa: S301 - our own pickle
            copy.deepcopy(template),
            copy.copy(template),
        ):
            assert other == template
            assert hash(other) == hash(template)
            assert other.fingerprint == template.fingerprint
            assert other.to_short() == short
            assert (other.variables, other.required, other.examples) == (
                template.variables,
                template.required,
                template.examples,
            )
            assert outcome(other, values) == outcome(template, values)

    @given(files(), GIVEN)
    @settings(max_examples=200)
    def test_rendered(self, data: dict[str, Any], values: dict[str, Any]) -> None:
        """What is rendered passes every rule; what is not is told in places of the rendered message."""
        template = Template.from_dict(data)
        made = outcome(template, values)
        if isinstance(made, Message):
            assert Message.from_dict(made.to_dict()) == made
            assert outcome(template, values) == made
            assert outcome(template.partial(**{k: v for k, v in values.items() if k in template.variables}), {}) == made
        else:
            assert all(pointer.startswith(("/blocks", "/custom_data")) for pointer, _ in made)

    @given(files(), GIVEN)
    @settings(max_examples=100)
    def test_variants(self, data: dict[str, Any], values: dict[str, Any]) -> None:
        """Each variant is a template of its own, which renders, or says what it lacks, and can be written down."""
        for variant in Template.from_dict(data).variants:
            outcome(variant, values)
            outcome(variant, {})
            assert Template.from_dict(variant.to_short()) == variant
            assert pickle.loads(pickle.dumps(variant)) == variant  # noqa: S301 - our own pickle

    @given(files())
    @settings(max_examples=100)
    def test_looked_at(self, data: dict[str, Any]) -> None:
        """It can be tried and looked at without values."""
        template = Template.from_dict(data)
        assert isinstance(template.sample(), Message)
        assert all(problem.pointer for problem in template.trial())


class TestFingerprint:
    """Which text it is."""

    BASE: dict[str, Any] = {"variables": {"x": {}}, "blocks": [{"text": "a"}, {"text": "b", "when": 'x == "a"'}]}  # noqa: RUF012

    @pytest.mark.parametrize(
        "change",
        [
            {"description": "d"},
            {"variables": {}},
            {"variables": {"x": {"required": True, "example": "a", "description": "b"}}},
            {"blocks": [{"text": "a"}, {"text": "b", "when": ' x=="\\u0061" '}]},
            {"blocks": [{"type": "TEXT", "text": {"text": "a"}}, {"text": "b", "when": 'x in ["a"]'}]},
        ],
    )
    def test_notation(self, change: dict[str, Any]) -> None:
        """How it is written, and what only people read, does not count."""
        one, other = Template.from_dict(self.BASE), Template.from_dict({**self.BASE, **change})
        assert one == other
        assert one.fingerprint == other.fingerprint

    @pytest.mark.parametrize(
        "change",
        [
            {"variables": {"x": {"at_most": 5}}},
            {"variables": {"x": {"default": "a"}}},
            {"blocks": [{"text": "b", "when": 'x == "a"'}, {"text": "a"}]},
            {"blocks": [{"text": "a"}, {"text": "b", "when": 'x == "b"'}]},
            {"sent_by": "machine"},
            {"custom_data": "d"},
        ],
    )
    def test_says_something_else(self, change: dict[str, Any]) -> None:
        """All that decides what is rendered does."""
        one, other = Template.from_dict(self.BASE), Template.from_dict({**self.BASE, **change})
        assert one != other
        assert one.fingerprint != other.fingerprint

    def test_what_is_filled(self) -> None:
        """So does a value that is filled already."""
        template = Template(Message().text("${a}"))
        assert (
            len({template.fingerprint, template.partial(a="1").fingerprint, template.partial(a="2").fingerprint}) == 3
        )
