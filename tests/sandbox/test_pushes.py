"""Which events are told, and when what was not taken is told again."""

from datetime import timedelta

import pytest

from msgkit.sandbox import Sandbox
from msgkit.sandbox.pushes import LONGEST, delay_after

from .merchant import IMMEDIATE, Merchant


class TestEvents:
    """What the platform tells of."""

    def test_none_at_first(self, sandbox: Sandbox) -> None:
        """Of the complaints of a new sandbox nothing is told."""
        assert sandbox.pushes == ()

    def test_complaint(self, sandbox: Sandbox) -> None:
        """A new complaint is told, under an id of its own, though nobody listens."""
        complaint = sandbox.complaint()
        (push,) = sandbox.pushes
        assert (push.complaint_id, push.event_type) == (complaint.complaint_id, "COMPLAINT.CREATE")
        assert (push.action_type, push.attempts, push.is_delivered) == ("CREATE_COMPLAINT", (), False)
        assert len(push.id) == 36

    @pytest.mark.parametrize(
        ("operate_type", "action_type"),
        [
            ("USER_CONTINUE_COMPLAINT", "CONTINUE_COMPLAINT"),
            ("USER_RESPONSE", "USER_RESPONSE"),
            ("USER_CLICK_RESPONSE", "USER_RESPONSE"),
            ("PLATFORM_RESPONSE", "RESPONSE_BY_PLATFORM"),
            ("COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE", "SELLER_REFUND"),
            ("COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE", "REFUND_SUCCESS"),
            ("USER_APPLY_PLATFORM_SERVICE", "USER_APPLY_PLATFORM_SERVICE"),
            ("USER_CANCEL_PLATFORM_SERVICE", "USER_CANCEL_PLATFORM_SERVICE"),
            ("PLATFORM_SERVICE_FINISHED", "PLATFORM_SERVICE_FINISHED"),
        ],
    )
    def test_entry(self, sandbox: Sandbox, operate_type: str, action_type: str) -> None:
        """What the customer or the platform does is told as a change of state, by the word for it."""
        sandbox.entry(IMMEDIATE, operate_type)
        (push,) = sandbox.pushes
        assert (push.event_type, push.action_type) == ("COMPLAINT.STATE_CHANGE", action_type)

    def test_merchant(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The merchant's own actions are not told, nor is what has no word of its own."""
        assert merchant.reply(merchant.plain()).status == 204
        assert merchant.reply_richly(merchant.rich()).status == 200
        assert merchant.decide({"action": "APPROVE", "launch_refund_day": 0}).status == 204
        assert merchant.complete().status == 204
        sandbox.entry(IMMEDIATE, "MERCHANT_RESPONSE")
        sandbox.entry(IMMEDIATE, "USER_SUBMIT_SATISFACTION")
        assert sandbox.pushes == ()


class TestSchedule:
    """When it comes again."""

    def test_newer_schedule(self) -> None:
        """5 seconds once, a minute ten times, then every 5 minutes, up to 1,000 tries."""
        delays = [delay_after(tries) for tries in range(1, 1002)]
        assert delays[0] == timedelta(seconds=5)
        assert delays[1:11] == [timedelta(minutes=1)] * 10
        assert delays[11:999] == [timedelta(minutes=5)] * 988
        assert delays[999:] == [None, None]
        assert timedelta(days=7) == LONGEST
