"""``msgkit deliveries``: what a ledger holds, and what people do about it."""

from __future__ import annotations

import pytest

from msgkit import Message
from msgkit.delivery import Delivery, Ledger, Outcome, State
from msgkit.delivery._held import Held
from tests._cli.command import invoke

MCHID = "1900012181"


@pytest.fixture
def ledger(url: str) -> Ledger:
    """A ledger of which one waits, one has failed, and one is unclear."""
    made = Ledger(url)
    for name in ("sale-1", "sale-2", "sale-3"):
        made.queue(Delivery.of(MCHID, "2", Message().text("您好"), idempotent_id=name))
    for name, state in (("sale-2", State.FAILED), ("sale-3", State.UNCLEAR)):
        held = made.take(MCHID, name, 60)
        assert isinstance(held, Held)
        made.finish(held, Outcome(state=state, error="NoAuthError: 403 NO_AUTH no"))
    return made


class TestDeliveries:
    """What is shown and done."""

    @pytest.mark.usefixtures("ledger")
    def test_counts(self, url: str) -> None:
        """Without more it counts, in either language, where the variables say."""
        assert invoke("deliveries", MSGKIT_BROKER=url).lines == ["waiting: 1", "failed: 1", "unclear: 1"]
        done = invoke("deliveries", "--lang", "zh", MSGKIT_BROKER="redis://127.0.0.1:9", MSGKIT_LEDGER=url)
        assert done.lines == ["等待发送：1", "失败：1", "不确定是否发出：1"]

    @pytest.mark.usefixtures("ledger")
    def test_show(self, url: str) -> None:
        """Those that ended so are listed, with their errors."""
        done = invoke("deliveries", "--ledger", url, "--show", "failed")
        assert done.lines == [f"{MCHID} sale-2 NoAuthError: 403 NO_AUTH no"]

    @pytest.mark.parametrize("state", ["failed", "unclear"])
    def test_retry(self, ledger: Ledger, url: str, state: str) -> None:
        """Those that ended so are taken up again."""
        assert invoke("deliveries", "--ledger", url, "--retry", state).lines == ["taken up again: 1"]
        assert ledger.counts()[State.QUEUED] == 2

    def test_cancel(self, ledger: Ledger, url: str) -> None:
        """Those that wait and whose ids begin so are not sent."""
        assert invoke("deliveries", "--ledger", url, "--cancel", "sale-").lines == ["cancelled: 1"]
        assert ledger.waiting() == 0

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ([], 2),
            (["--ledger", "http://127.0.0.1"], 2),
            (["--ledger", "redis://:secret@127.0.0.1:9/0"], 1),
            (["--ledger", "redis://127.0.0.1:9/0", "--show", "failed", "--retry", "failed"], 2),
            (["--ledger", "redis://127.0.0.1:9/0", "--show", "sent"], 2),
        ],
    )
    def test_wrong(self, arguments: list[str], code: int) -> None:
        """What is wrong is told in a line, without a password."""
        done = invoke("deliveries", *arguments, "--lang", "zh")
        assert done.code == code
        assert "secret" not in done.err

    def test_empty_beginning(self, ledger: Ledger, url: str) -> None:
        """An empty beginning would be all of them, and cancels nothing."""
        assert invoke("deliveries", "--ledger", url, "--cancel", "").code == 2
        assert ledger.waiting() == 1
