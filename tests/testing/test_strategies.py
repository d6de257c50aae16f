"""Tests of the Hypothesis strategies: what they make is all that can be built, and only that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, get_args

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings, strategies as st

from msgkit import (
    Action,
    Block,
    Button,
    ButtonGroup,
    ButtonLayout,
    Faq,
    FaqList,
    InvalidInfo,
    Message,
    MiniProgramJumpInfo,
    Reply,
    SenderIdentity,
    SendMessage,
    TextColor,
    UnknownAction,
    UnknownBlock,
    _fields,
)
from msgkit.enums import WireEnum
from msgkit.testing import strategies
from msgkit.testing.strategies import (
    actions,
    blocks,
    buttons,
    faqs,
    invalid_infos,
    messages,
    parts,
    replies,
    spellings,
    texts,
    urls,
)

BLOCKS: list[type[Any]] = [cls for cls in get_args(Block) if cls is not UnknownBlock]
ACTIONS: list[type[Any]] = [cls for cls in get_args(Action) if cls is not UnknownAction]
CLASSES: list[type[Any]] = [*BLOCKS, *ACTIONS, Faq, InvalidInfo, Message, Reply, MiniProgramJumpInfo]
FIELDS = [pytest.param(cls, field, id=f"{cls.__name__}.{field.name}") for cls in CLASSES for field in attrs.fields(cls)]
# The first find is good enough; the simplest would take long.
THOROUGH = settings(
    max_examples=3000,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def found(strategy: st.SearchStrategy[Any], wanted: Any) -> Any:
    """Return something that a strategy makes and that is wanted.

    Raises:
        NoSuchExample: It makes none.
    """
    return find(strategy, wanted, settings=THOROUGH)


def default(part: Any, field: attrs.Attribute[Any]) -> Any:
    """Return what a field is where it was not set."""
    made: Any = field.default
    return made.factory(part) if isinstance(made, attrs.Factory) else made  # type: ignore[arg-type]


class TestComplete:
    """Everything that can be built is made."""

    @pytest.mark.parametrize("cls", BLOCKS)
    def test_every_block(self, cls: type) -> None:
        """Each class of the union of blocks appears, alone and in messages."""
        found(blocks(), lambda block: isinstance(block, cls))
        found(messages(), lambda message: any(isinstance(block, cls) for block in message.blocks))

    @pytest.mark.parametrize("cls", ACTIONS)
    def test_every_action(self, cls: type) -> None:
        """Each class of the union of actions appears, alone and behind a button."""
        found(actions(), lambda action: isinstance(action, cls))
        found(buttons(), lambda button: isinstance(button.action, cls))

    @pytest.mark.parametrize(("cls", "field"), FIELDS)
    def test_every_field(self, cls: type, field: attrs.Attribute[Any]) -> None:
        """Each field of each class is set, and each that need not be is not set."""
        found(parts(cls), lambda part: getattr(part, field.name) not in (None, default(part, field)))
        if field.default is not attrs.NOTHING and (cls, field.name) != (Message, "blocks"):
            found(parts(cls), lambda part: getattr(part, field.name) == default(part, field))

    @pytest.mark.parametrize("enum", [TextColor, ButtonLayout, SenderIdentity])
    def test_every_spelling(self, enum: type[WireEnum]) -> None:
        """Members are given as members, by value and by name, in any case, and not at all."""
        member = list(enum)[-1]
        for given_as in (None, member, member.value, member.name, member.value.lower(), member.name.title()):
            found(spellings(enum), lambda drawn, given_as=given_as: drawn == given_as and type(drawn) is type(given_as))

    def test_shorthand(self) -> None:
        """Questions and buttons are given as texts too, and then send themselves."""
        assert found(parts(FaqList), lambda part: part.faqs[0].action == SendMessage(part.faqs[0].faq_title))
        assert found(faqs(), lambda part: part.faq_id is not None and part.action == SendMessage(part.faq_title))
        assert found(
            parts(ButtonGroup), lambda part: len(part.buttons) > 1 and part.buttons[1].invalid_info is not None
        )

    @pytest.mark.parametrize("edge", ["", " ", "\x00", "\uffff", "\u2028", "数" * 5000])
    def test_edges_of_texts(self, edge: str) -> None:
        """Texts are empty, blank, long, and have the first and the last character."""
        found(texts(), lambda text: text == edge)
        found(actions(), lambda action: action.action_id == edge)

    def test_edges_of_lengths(self) -> None:
        """A text is as long as its rule allows, and so is a list."""
        found(replies(), lambda reply: len(reply.response_content) == 500)
        found(replies(), lambda reply: len(reply.response_images) == 4)
        found(replies(), lambda reply: reply.jump_url is not None and len(reply.jump_url) == 512)
        found(replies(), lambda reply: reply.jump_url_text is not None and len(reply.jump_url_text) == 10)
        found(messages(), lambda message: message.custom_data is not None and len(message.custom_data) == 4096)
        found(urls(), lambda url: len(url) == 2000)

    def test_moments(self) -> None:
        """Times have whole hours, odd minutes and either side of `fold` as their zone's offset."""
        for minutes in (0, 60, 120, 345, 480):
            found(
                invalid_infos(),
                lambda info, minutes=minutes: (
                    info.expired_time is not None and info.expired_time.utcoffset() == timedelta(minutes=minutes)
                ),
            )
        found(strategies.moments(), lambda moment: moment.fold == 1 and moment.microsecond > 0)


class TestSound:
    """What is made can be sent."""

    @given(messages())
    def test_messages(self, message: Message) -> None:
        """A message passes its own check, filled as for sending."""
        message.check()

    @given(replies())
    def test_replies(self, reply: Reply) -> None:
        """So does a plain reply."""
        reply.check()

    @given(texts(2, 5, blank=False))
    def test_texts(self, text: str) -> None:
        """A text keeps its bounds."""
        assert 2 <= len(text) <= 5
        assert text.strip()


class Shade(WireEnum):
    """An enum that the strategies have never seen."""

    LIGHT = "SHADE_LIGHT"


GIVEN_AS: set[type] = set()
"""As what the questions of cards were given."""


def _faqs(value: Iterable[Faq | str]) -> tuple[Faq, ...]:
    items = tuple(value)
    GIVEN_AS.update(map(type, items))
    return tuple(Faq(item) if isinstance(item, str) else item for item in items)


def _shade(value: Shade | str | None) -> Shade | str | None:
    return None if value is None else Shade(value)


@attrs.frozen
class Card:
    """A block that the strategies have never seen, with a field of every kind."""

    type: ClassVar[Shade] = Shade.LIGHT
    payload_key: ClassVar[str] = "card"

    title: str = attrs.field(validator=_fields.text(blank=False, at_most=7))
    page: str = attrs.field(validator=_fields.url(at_most=40))
    button: Button
    target: Action
    faqs: tuple[Faq, ...] = attrs.field(validator=_fields.parts(Faq, one="one question", text=True), converter=_faqs)
    stars: int | None = attrs.field(default=None, validator=_fields.integer(optional=True))
    until: datetime | None = attrs.field(default=None, validator=_fields.moment)
    shade: Shade | str | None = attrs.field(default=None, converter=_shade, validator=_fields.member(Shade))
    names: Mapping[str, str] = attrs.field(factory=dict)
    first: str | None = attrs.field(
        default=None, validator=_fields.together("second", _fields.text(optional=True, at_most=3))
    )
    second: bool | None = attrs.field(default=None, validator=_fields.together("first", _fields.flag))


class TestShown:
    """How a strategy shows itself, as Hypothesis does where something goes wrong."""

    @pytest.mark.parametrize("strategy", [messages(), replies(), blocks()])
    def test_short(self, strategy: st.SearchStrategy[Any]) -> None:
        """It is some lines at most, although what it makes is deep; Hypothesis warns of those that are long."""
        assert len(repr(strategy)) < 1000


class TestNewClass:
    """A class that is new needs no change here."""

    @given(parts(Card))
    def test_is_made(self, card: Card) -> None:
        """Its fields hold what their types and their rules say."""
        assert card.title.strip()
        assert len(card.title) <= 7
        assert len(card.page) <= 40
        assert card.faqs
        assert card.stars is None or isinstance(card.stars, int)
        assert card.shade in (None, Shade.LIGHT)
        assert (card.first is None) == (card.second is None)
        assert not isinstance(card.target, UnknownAction)

    def test_shorthand(self) -> None:
        """Where its rule takes a text for an entry, both are given."""
        GIVEN_AS.clear()
        found(parts(Card), lambda card: len(GIVEN_AS) == 2)  # noqa: ARG005 - it is what making one leaves behind
        assert {Faq, str} == GIVEN_AS

    @pytest.mark.parametrize("field", attrs.fields(Card), ids=lambda field: field.name)
    def test_every_field(self, field: attrs.Attribute[Any]) -> None:
        """Each of its fields is set, and not set where it need not be."""
        found(parts(Card), lambda card: getattr(card, field.name) not in (None, 0, {}))
        if field.default is not attrs.NOTHING:
            found(parts(Card), lambda card: getattr(card, field.name) in (None, 0, {}))
