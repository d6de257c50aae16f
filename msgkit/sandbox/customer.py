"""The customer of a complaint, for tests: who says something, taps on something, and sees what was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import field, frozen

from msgkit.sandbox.conversation import by_time, conversation, written
from msgkit.sandbox.envelopes import SignedNotification
from msgkit.sandbox.errors import CannotTapError, SandboxError
from msgkit.sandbox.history import Entry
from msgkit.sandbox.state import State
from msgkit.sandbox.tapping import Spot, spots, taps_on

#: The longest text of an entry, in characters (查询投诉单协商历史, ``operate_details``).
LONGEST_TEXT = 500


@frozen
class Customer:
    """Whoever has made a complaint. `Sandbox.customer` gives one.

    What the customer says or taps on is an entry of the history, and the platform notifies the merchant of it.

    Attributes:
        complaint_id: The complaint.
    """

    complaint_id: str
    _state: State = field(repr=False, eq=False)
    _signed: Callable[[str], SignedNotification] = field(repr=False, eq=False)

    def says(self, text: str, images: Sequence[str | bytes] = ()) -> Entry:
        """Write to the merchant.

        Args:
            text: What is written, at most 500 characters.
            images: Pictures that go with it: their bytes, or addresses of `Sandbox.picture`.

        Returns:
            The entry ``USER_RESPONSE``.

        Raises:
            ValueError: The text is too long, or an argument is something else.
        """
        return self._add("USER_RESPONSE", text, images)

    def continues_complaint(self, text: str, images: Sequence[str | bytes] = ()) -> Entry:
        """Complain once more, as after an answer that did not help; it counts in ``user_complaint_times``.

        Args:
            text: What is written, as `says` has it.
            images: Pictures, likewise.

        Returns:
            The entry ``USER_CONTINUE_COMPLAINT``.

        Raises:
            ValueError: As `says` raises it.
        """
        return self._add("USER_CONTINUE_COMPLAINT", text, images)

    def taps(self, what: str) -> Entry | None:
        """Tap on a button, a question or a link of a rich reply.

        Of several replies that have it, the newest one is meant; of several in one reply, the first one.

        Args:
            what: The text that is shown on it, or its ``action_id``.

        Returns:
            The entry ``USER_CLICK_RESPONSE``, the only one that a tap makes. None where the tap leads elsewhere and
            that is not told, see `Sandbox.enable_jump_clicks`.

        Raises:
            CannotTapError: A person could not tap on it: no reply has it, it has no action, its time is over by the
                sandbox's clock, or it was tapped on and is for one tap (``multi_clickable`` is false: a block is for
                one tap then, a group of buttons as a whole).
        """
        if not isinstance(what, str):
            raise ValueError(f"what must be the text that is shown, or an action_id, not {what!r}")  # noqa: TRY004
        # One step, so that two who tap at once do not both tap on what is for one tap.
        with self._state.step():
            return self._tap(*self._found(what), repr(what))

    def tap_at(self, log_id: str, pointer: str) -> Entry | None:
        """Tap on one certain button, question or link of a rich reply.

        Args:
            log_id: The ``log_id`` of the reply's entry.
            pointer: JSON Pointer (RFC 6901) of the thing within the reply's message, as `Sandbox.tappables` has it,
                e.g. ``/blocks/6/button_group/buttons/0``: where `Message.actions` says an action stands, without the
                ``/action`` at the end.

        Returns:
            The entry ``USER_CLICK_RESPONSE``, or None, as `taps` has it.

        Raises:
            CannotTapError: A person could not tap on it: this complaint has no such entry, there is nothing to tap
                at the pointer, or any other reason of `taps`.
            ValueError: An argument is no text.
        """
        for name, value in (("log_id", log_id), ("pointer", pointer)):
            if not isinstance(value, str):
                raise ValueError(f"{name} must be a str, not {type(value).__name__}")  # noqa: TRY004 - one error for all
        where = f"{pointer!r} of {log_id!r}"
        with self._state.step():
            for entry in self._entries:
                if entry.log_id == log_id:
                    for spot in spots(entry.normal_message):
                        if spot.pointer == pointer:
                            return self._tap(entry, spot, where)
                    raise CannotTapError(f"{where} cannot be tapped: there is nothing to tap. {self._what_can_be()}")
            raise CannotTapError(f"{where} cannot be tapped: this complaint has no such entry. {self._what_can_be()}")

    def sees(self) -> str:
        """The conversation as text, as it is on the customer's screen: who, when, the words, and what can be tapped."""
        entries = self._entries
        return conversation(self._state.complaints[self.complaint_id], entries, self._state.clock.now())

    def notification(self) -> SignedNotification:
        """The last notification of this complaint, to be given to the merchant's own receiver: headers and body.

        The same one each time, by its ``id``, and signed anew. Where there was none the complaint itself is what it
        tells of.

        Raises:
            SandboxError: Before the sandbox first ran: it has no keys then.
            ValueError: The complaint is gone, by a reset.
        """
        assert self._entries  # noqa: S101 - says by itself that there is none
        return self._signed(self.complaint_id)

    @property
    def _entries(self) -> tuple[Entry, ...]:
        entries = self._state.history(self.complaint_id)
        if entries is None:
            raise ValueError(f"there is no complaint {self.complaint_id!r} any more: the sandbox was reset")
        return entries

    def _add(self, operate_type: str, text: str, images: Sequence[str | bytes]) -> Entry:
        if not isinstance(text, str):
            raise ValueError(f"text must be a str, not {type(text).__name__}")  # noqa: TRY004 - one error for all
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"text has {len(text)} characters; a customer can write {LONGEST_TEXT}")
        if isinstance(images, str | bytes) or not all(isinstance(image, str | bytes) for image in images):
            raise ValueError("images must be pictures: their bytes, or their addresses")
        addresses = tuple(map(self._address, images))
        return self._state.add_entry(self.complaint_id, operate_type, operate_details=text, image_list=addresses)

    def _address(self, image: str | bytes) -> str:
        if isinstance(image, str):
            return image
        if not self._state.base_url:
            raise SandboxError("the sandbox has no address before it runs: use it in a with statement")
        return self._state.add_picture(image, presigned=True)

    def _tap(self, entry: Entry, spot: Spot, named: str) -> Entry | None:
        refusal = self._refusal(entry, spot)
        if refusal is not None:
            raise CannotTapError(f"{named} cannot be tapped: {refusal}. {self._what_can_be()}")
        if spot.is_jump and not self._state.jump_clicks:
            return None
        click = spot.click | {"clicked_log_id": entry.log_id}
        place = (spot.block, spot.part)
        return self._state.add_entry(self.complaint_id, "USER_CLICK_RESPONSE", click_message=click, tapped=place)

    def _found(self, what: str) -> tuple[Entry, Spot]:
        for entry in reversed(by_time(self._entries)):
            for spot in spots(entry.normal_message):
                if what in (spot.text, spot.action_id):
                    return entry, spot
        raise CannotTapError(f"{what!r} cannot be tapped: no reply has it. {self._what_can_be()}")

    def _refusal(self, entry: Entry, spot: Spot) -> str | None:
        now = self._state.clock.now()
        match spot.state(taps_on(entry, self._entries), now):
            case "open":
                return None
            case "inert":
                return "it has no action, so a tap does nothing"
            case "used":
                return "it, or another button of its group, was tapped already, and multi_clickable is false"
            case "expired":
                over = next(limit.expires for limit in spot.limits if limit.expires and limit.is_over(now))
                return f"it expired at {written(over, 'seconds')}, and it is {written(now, 'seconds')}"

    def _what_can_be(self) -> str:
        offered: list[Spot] = []
        for entry in reversed(by_time(self._entries)):
            if entry.normal_message is not None:
                offered += [spot for spot in spots(entry.normal_message) if self._refusal(entry, spot) is None]
        return f"What can be: {', '.join(map(_named, offered))}" if offered else "Nothing can be"


def _named(spot: Spot) -> str:
    return spot.shown if spot.action_id is None else f"{spot.shown} (action_id {spot.action_id!r})"
