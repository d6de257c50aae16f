"""The actions: what they hold, what they refuse, and that they are values."""

import copy
from typing import Any

import attrs
import pytest
from hypothesis import given

from msgkit import Action, ActionType, JumpMiniProgram, JumpUrl, Message, SendMessage, UnknownAction
from msgkit.testing.strategies import actions

from .helpers import EMOJI, PROTOCOLS, SECRET, pickled, problem, shown

NO_OBJECTS = ["nope", "", 5, None, "{", "NaN", '{"a":NaN}', "[]", '"a"', "5", "null", b"{}", "[" * 100_000]
ACTIONS: list[Any] = [
    SendMessage("转人工", "queue=vip", action_id="agent"),
    JumpUrl("https://shop.example/42", action_id="order"),
    JumpMiniProgram("wx1", "pages/order?id=42", "我的订单", action_id="open"),
    UnknownAction("ACTION_TYPE_CALL", '{"action_type":"ACTION_TYPE_CALL"}'),
]
STRINGS = [
    (SendMessage, {"content": "a", "custom_data": "a", "action_id": "a"}),
    (JumpUrl, {"jump_url": "https://a", "action_id": "a"}),
    (JumpMiniProgram, {"appid": "a", "path": "a", "text": "a", "action_id": "a"}),
]
FIELDS = [(cls, given, name) for cls, given in STRINGS for name in given]


class TestActions:
    """What all actions have in common."""

    def test_types(self) -> None:
        """Each class says which action type it is."""
        assert SendMessage.action_type is ActionType.SEND_MESSAGE
        assert JumpUrl.action_type is ActionType.JUMP_URL
        assert JumpMiniProgram.action_type is ActionType.JUMP_MINI_PROGRAM

    @pytest.mark.parametrize("action", ACTIONS, ids=lambda a: type(a).__name__)
    def test_frozen(self, action: Action) -> None:
        """No field can be changed and none added."""
        for name in (*attrs.asdict(action), "another"):
            with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
                setattr(action, name, "x")

    @given(actions())
    def test_value(self, action: Action) -> None:
        """Copies equal the original and hash like it, and so does what comes back from a pickle."""
        for same in (attrs.evolve(action), copy.copy(action), copy.deepcopy(action), pickled(action, PROTOCOLS[-1])):
            assert same == action
            assert hash(same) == hash(action)

    @pytest.mark.parametrize("action", ACTIONS, ids=lambda a: type(a).__name__)
    def test_pickle(self, action: Action) -> None:
        """An action comes back from a pickle of every protocol."""
        assert all(pickled(action, protocol) == action for protocol in PROTOCOLS)

    @pytest.mark.parametrize(("cls", "fields", "name"), FIELDS)
    def test_differ(self, cls: type, fields: dict[str, str], name: str) -> None:
        """Two actions that differ in one field are not equal."""
        assert cls(**fields) != cls(**fields | {name: "https://b"})

    @pytest.mark.parametrize(("cls", "fields", "name"), FIELDS)
    def test_types_are_checked(self, cls: type, fields: dict[str, Any], name: str) -> None:
        """What is no string is refused under the field's name, and the error says what it was."""
        cases: list[tuple[object, str]] = [(5, "a number"), (True, "a boolean"), (b"a", "bytes"), (["a"], "an array")]
        for wrong, word in cases:
            found = problem(cls, **fields | {name: wrong})
            assert (found.pointer, found.rule) == (f"/{name}", "wrong-type")
            assert found.message == f"must be a string, not {word}"
            assert found.value is wrong

    @pytest.mark.parametrize(("cls", "fields", "name"), FIELDS)
    def test_emoji(self, cls: type, fields: dict[str, str], name: str) -> None:
        """A character outside one to three bytes is named, in every field."""
        found = problem(cls, **fields | {name: f"https://{EMOJI}"})
        assert found.pointer == f"/{name}"
        assert "U+1F600 at position 8" in found.message

    @pytest.mark.parametrize(("cls", "fields", "name"), FIELDS)
    def test_none(self, cls: type, fields: dict[str, Any], name: str) -> None:
        """None means "not set" where a field is optional, and is refused where it is not."""
        if name in {"content", "jump_url", "appid"}:
            assert problem(cls, **fields | {name: None}).message == "must be a string, not null"
        else:
            assert getattr(cls(**fields | {name: None}), name) is None

    def test_action_id_by_name_only(self) -> None:
        """An action's id is given by name, so that it cannot be mistaken for a payload."""
        make: Any = JumpUrl
        with pytest.raises(TypeError):
            make("https://a", "order")

    @pytest.mark.parametrize(
        "action",
        [
            SendMessage(SECRET, SECRET),
            JumpUrl(f"https://a/{SECRET}"),
            JumpMiniProgram("wx1", SECRET, SECRET),
            UnknownAction("X", f'{{"action_type":"X","x":"{SECRET}"}}'),
        ],
        ids=lambda a: type(a).__name__,
    )
    def test_repr_is_silent(self, action: Action) -> None:
        """The representation shows lengths, never texts."""
        assert SECRET not in repr(action) + str(action)
        assert "characters>" in repr(action)

    @pytest.mark.parametrize(("cls", "fields", "name"), FIELDS)
    def test_errors_are_silent(self, cls: type, fields: dict[str, str], name: str) -> None:
        """No error shows the text that it complains about, nor the other texts."""
        with pytest.raises(ValueError, match="U\\+1F600") as caught:
            cls(**fields | {name: SECRET + EMOJI})
        assert SECRET not in shown(caught.value)


class TestJumpUrl:
    """The page that a tap opens."""

    def test_no_limit(self) -> None:
        """The address of a rich message has no documented limit, so there is none."""
        assert len(JumpUrl("https://a/" + "a" * 9000).jump_url) == 9010


class TestJumpMiniProgram:
    """The mini program that a tap opens."""

    def test_front_page(self) -> None:
        """Without a path, a tap opens the front page."""
        assert JumpMiniProgram("wx1") == JumpMiniProgram("wx1", None, None)
        assert Message().button("a", JumpMiniProgram("wx1")).to_dict()["blocks"][0]["button"]["action"] == {
            "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
            "mini_program_jump_info": {"appid": "wx1"},
        }


class TestUnknownAction:
    """An action that only the platform knows."""

    @pytest.mark.parametrize("json", NO_OBJECTS, ids=repr)
    def test_holds_json(self, json: Any) -> None:
        """It is built from the JSON text of an object only, so that a message which holds one can be written."""
        found = problem(UnknownAction, "", json)
        assert (found.pointer, found.rule) == ("/json", "not-what-came")

    @pytest.mark.parametrize("json", ['{"action_type":"Y"}', '{"action_type":5}', '{"type":"X"}', "{}"])
    def test_another_type(self, json: str) -> None:
        """The object is of the type that the action says it is of."""
        found = problem(UnknownAction, "X", json)
        assert (found.pointer, found.params) == ("/json", {"what": "action", "name": "action_type"})

    @pytest.mark.parametrize("json", ["{}", '{"action_type":5}', '{"action_type":null}', '{"action_type":""}'])
    def test_no_type(self, json: str) -> None:
        """Of what names no type, the type is the empty string."""
        assert UnknownAction("", json).json == json
