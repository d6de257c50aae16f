"""What a send gets for an answer."""

import pytest

from msgkit import SendError
from tests.network import IMMEDIATE, MESSAGE, talking


def caught(raw: bytes, idempotent_id: str = "order-42") -> SendError:
    """The error that a send gets for an answer; it says which send it was."""
    with talking(raw) as (client, _), pytest.raises(SendError) as caught:
        client.send(IMMEDIATE, MESSAGE, idempotent_id=idempotent_id)
    assert caught.value.idempotent_id == idempotent_id
    return caught.value


def assert_harmless(error: SendError) -> None:
    """The text of an error fits on a line, and nothing in it steers a terminal."""
    for text in (str(error), error.request_id or ""):
        assert text.isprintable()
        assert len(text) < 2500
