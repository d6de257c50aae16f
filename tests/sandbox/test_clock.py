"""The sandbox's clock: it goes with the machine's, and ahead of it as far as a test says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit.sandbox import Sandbox
from msgkit.sandbox.clock import Clock
from msgkit.sandbox.complaints import BEIJING

from .merchant import IMMEDIATE, Merchant


class TestClock:
    """The clock itself."""

    @given(st.lists(st.timedeltas(timedelta(0), timedelta(days=1000)), max_size=5))
    def test_advances(self, steps: list[timedelta]) -> None:
        """It is ahead by all that it was moved, in Beijing's time, until it is reset."""
        clock = Clock()
        for step in steps:
            clock.advance(step)
        ahead = clock.now() - datetime.now(BEIJING)
        assert timedelta(0) <= sum(steps, timedelta(0)) - ahead < timedelta(minutes=1)
        clock.reset()
        assert abs(clock.now() - datetime.now(BEIJING)) < timedelta(minutes=1)

    @pytest.mark.parametrize("by", [timedelta(seconds=-1), timedelta.max, timedelta(days=365.25 * 7000), 5, None])
    def test_wrong(self, by: Any) -> None:
        """It does not go back, nor to where no moment can be written; and it stays where it was."""
        clock = Clock()
        with pytest.raises(ValueError, match=r"clock|timedelta"):
            clock.advance(by)
        assert abs(clock.now() - datetime.now(BEIJING)) < timedelta(minutes=1)


class TestSandbox:
    """What goes by it."""

    def test_entries(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is said and done after it was moved is later by that, so that a history stays in its order."""
        said = sandbox.customer(IMMEDIATE).says("早")
        sandbox.advance(timedelta(days=2))
        merchant.reply(merchant.plain())
        later = sandbox.history(IMMEDIATE)[-1]
        assert timedelta(days=2) <= later.operate_time - said.operate_time < timedelta(days=2, minutes=1)
        assert sandbox.complaint().complaint_time >= later.operate_time
        assert [entry["operate_details"] for entry in merchant.history().json["data"]][:2] == ["已处理", "早"]

    def test_now(self, sandbox: Sandbox) -> None:
        """It says what time it is, with all that it was moved."""
        sandbox.advance(timedelta(days=2))
        assert (
            timedelta(days=2)
            <= sandbox.now - datetime.now(BEIJING) + timedelta(minutes=1)
            < timedelta(days=2, minutes=2)
        )

    def test_signatures(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Signatures and certificates keep to the time of the machine, and are still believed both ways."""
        sandbox.rotate_certificate(valid_for=timedelta(days=1))
        sandbox.advance(timedelta(days=30))
        assert not sandbox.certificates[0].is_expired
        issued = sandbox.credentials.public_key_id
        merchant.verify(merchant.get("/v3/certificates", {"Wechatpay-Serial": issued}))

    def test_reset(self, sandbox: Sandbox) -> None:
        """A reset goes back to the time of the machine."""
        sandbox.advance(timedelta(days=2))
        sandbox.reset()
        assert sandbox.customer(IMMEDIATE).says("今天").operate_time < datetime.now(BEIJING) + timedelta(days=1)
