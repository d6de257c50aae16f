"""Events: what a handler hears of, found in a history."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from msgkit import Button, HistoryEntry, JumpUrl, SendMessage
from msgkit.complaints import Click
from msgkit.routing._event import Event, in_order, tapped
from tests.routing.histories import T0, carrying, entry, look, said


class TestOrder:
    """Histories in order."""

    @given(seconds=st.lists(st.integers(0, 5), min_size=1, max_size=8), is_reversed=st.booleans())
    def test_either_way_round(self, seconds: list[int], *, is_reversed: bool) -> None:
        """Whichever way round a history is listed, the oldest entry comes first, those of one second in place."""
        history = [entry("0", "USER_CREATE_COMPLAINT")]
        history += [entry(str(n), seconds=each) for n, each in enumerate(sorted(seconds), 1)]
        listed = history[::-1] if is_reversed else history
        assert list(in_order(listed)) == history

    def test_nothing(self) -> None:
        """A history without entries has no order."""
        assert in_order([]) == ()


class TestTapped:
    """What was tapped."""

    def found(self, click: Click, *entries: HistoryEntry) -> tuple[str | None, str | None]:
        """Return the log_id of the message that was tapped, and what the button carried."""
        message, custom_data = tapped(click, entries)
        names = {id(each.message): each.log_id for each in entries}
        equal = next((each.log_id for each in entries if each.message == message), None)
        return (None if message is None else names.get(id(message), equal)), custom_data

    def test_by_log_id(self) -> None:
        """A tap that names its message is of that message, whatever others hold."""
        click = Click(message_content="好", action_id="a", clicked_log_id="2")
        history = (said("1", carrying("好", "旧")), said("2", carrying("好", "新")))
        assert self.found(click, *history) == ("2", "新")

    def test_by_action_id(self) -> None:
        """One that names none is of the message that has its action."""
        click = Click(message_content="好", action_id="a")
        history = (said("1", carrying("好", "甲", "b")), said("2", carrying("好", "乙")))
        assert self.found(click, *history) == ("2", "乙")

    def test_several_that_differ(self) -> None:
        """Where several fit and differ, nobody guesses."""
        click = Click(message_content="好", action_id="a")
        assert self.found(click, said("1", carrying("好", "甲")), said("2", carrying("好", "乙"))) == (None, None)

    def test_several_buttons_of_one_message(self) -> None:
        """In one message too: buttons with one id are told apart by what they send, or not at all."""
        history = (said("1", carrying("好", "甲"), carrying("不好", "乙")),)
        click = Click(message_content="不好", action_id="a", clicked_log_id="1")
        assert self.found(click, *history) == ("1", "乙")
        twice = (said("1", carrying("好", "甲"), carrying("好", "乙")),)
        assert self.found(Click(message_content="好", action_id="a", clicked_log_id="1"), *twice) == ("1", None)

    def test_a_jump(self) -> None:
        """A tap on a jump has its message, and carries nothing."""
        jump = Button("查看", JumpUrl("https://shop.example/", action_id="a"))
        click = Click(message_content="查看", action_id="a", clicked_log_id="1")
        assert self.found(click, said("1", jump)) == ("1", None)

    def test_a_long_content(self) -> None:
        """A content of which the click shows the beginning alone is found."""
        click = Click(message_content="长" * 1024, action_id="a")
        button = Button("好", SendMessage("长" * 2000, "甲", action_id="a"))
        assert self.found(click, said("1", button)) == ("1", "甲")

    @pytest.mark.parametrize("action_id", [None, ""])
    def test_without_an_action_id(self, action_id: str | None) -> None:
        """A tap whose action has no id is found by what it sent, also where the platform writes an empty id."""
        history = (said("1", carrying("好", "甲", None), carrying("不好", "乙", "b")),)
        click = Click(message_content="好", action_id=action_id, clicked_log_id="1")
        assert self.found(click, *history) == ("1", "甲")

    def test_a_message_sent_twice(self) -> None:
        """Where several fit and are the same, it does not matter which."""
        click = Click(message_content="好", action_id="a")
        message, custom_data = tapped(click, [said("1", carrying("好", "甲")), said("2", carrying("好", "甲"))])
        assert message == said("1", carrying("好", "甲")).message
        assert custom_data == "甲"

    def test_not_there(self) -> None:
        """A tap on something that the history does not have carries nothing."""
        assert self.found(
            Click(message_content="好", action_id="x", clicked_log_id="9"), said("1", carrying("好", "甲"))
        ) == (None, None)


class TestEvent:
    """What a handler hears of."""

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            (entry("1", "USER_RESPONSE", operate_details="还没到账"), "还没到账"),
            (entry("1", "USER_CREATE_COMPLAINT"), "重复扣费"),
            (entry("1", "USER_CREATE_COMPLAINT", operate_details="又扣了"), "又扣了"),
            (entry("1", "USER_CLICK_RESPONSE", click_message={"message_content": "转人工"}), "转人工"),
            (entry("1", "USER_CLICK_RESPONSE", click_message={"action_id": "a"}), ""),
            (entry("1", "PLATFORM_RESPONSE"), ""),
        ],
    )
    def test_text(self, given: HistoryEntry, text: str) -> None:
        """The text of an event is what the customer said, wherever it stands."""
        event = look([given]).event("1")
        assert event is not None
        assert event.text == text

    def test_continued(self) -> None:
        """An event tells a complaint that is made once more from the first."""
        events = [look([entry("1", f"USER_{word}_COMPLAINT")]).event("1") for word in ("CREATE", "CONTINUE")]
        assert [event.continued for event in events if event] == [False, True]

    def test_repr(self) -> None:
        """What an event looks like shows nobody's words."""
        click = {"message_content": "我的手机号", "action_id": "a", "clicked_log_id": "0"}
        history = [said("0", carrying("我的手机号", "秘密")), entry("1", "USER_CLICK_RESPONSE", click_message=click)]
        event = look(history).event("1")
        assert event is not None
        assert event.custom_data == "秘密"
        assert not {"我的手机号", "秘密", "重复扣费"} & set(repr(event).replace("'", " ").split())
        assert "秘密" not in repr(event)
        assert "手机号" not in repr(event)

    def test_gone(self) -> None:
        """There is no event of an entry that the history does not have."""
        assert look([]).event("1") is None


def test_shortcuts() -> None:
    """An event has the names that people look for on it."""
    click = {"action_id": "a"}
    event = look([entry("7", "USER_CLICK_RESPONSE", click_message=click)]).event("7")
    assert isinstance(event, Event)
    assert (event.complaint_id, event.log_id, event.operate_type, event.action_id) == (
        "1",
        "7",
        "USER_CLICK_RESPONSE",
        "a",
    )
    assert event.operate_time == T0
