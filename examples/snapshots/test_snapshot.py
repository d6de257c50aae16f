"""A snapshot test with syrupy: the message as it was last agreed upon lies beside the test."""

from datetime import date
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from msgkit import Library

REPLIES = Library(Path(__file__).parent.parent / "templates")


def test_refund_accepted(snapshot: SnapshotAssertion) -> None:
    """The reply to an accepted refund changes only when its snapshot is changed with it."""
    message = REPLIES["refund/accepted"].render(
        order_no="42", amount=990, arrives=date(2026, 12, 7), shop="https://shop.example"
    )
    assert message.to_json(indent=2) == snapshot
