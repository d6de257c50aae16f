"""Tests of the demonstration."""

import threading
from pathlib import Path

import pytest

from msgkit import BlockType, Message
from msgkit._cli._demo import compose, run


def test_every_block_type() -> None:
    """The message of the demonstration uses every type of block."""
    assert {block.type for block in compose("m1")} == set(BlockType)


def test_what_it_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows the JSON, the customer's view and the receipt, and leaves no file and no thread behind."""
    monkeypatch.chdir(tmp_path)
    threads = threading.active_count()
    said: list[str] = []
    run(said.append, "en")
    text = "\n".join(said)
    assert '"type": "FAQ_LIST"' in text
    assert "│ [ 转人工客服 ]" in text
    assert "log_id         3002" in text
    assert text.endswith("The complaint is now PROCESSING.")
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == threads


def test_the_message_is_a_message() -> None:
    """The message of the demonstration comes back equal from its JSON."""
    message = compose("m1")
    assert Message.from_json(message.to_json()) == message
