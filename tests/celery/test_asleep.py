"""A worker that stands still for longer than its leases, and goes on: nothing is lost, and nothing goes twice."""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path

import pytest
from celery import Celery

from msgkit import Message, Reply
from msgkit.celery import Replies
from msgkit.delivery import State
from msgkit.sandbox import Sandbox
from tests.celery import fleet
from tests.celery.test_killed import in_the_end

logger = logging.getLogger(__name__)

SENDS = 40  # of each kind
AWAKE = 6.0  # seconds: twice what a call of the workers may take


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_asleep(tmp_path: Path) -> None:
    """What it had is sent by others meanwhile, and when it wakes up it sends none of that."""
    with (
        Sandbox() as sandbox,
        fleet.running("tests.celery.app", sandbox.credentials.environ, tmp_path) as (
            server,
            workers,
        ),
    ):
        sandbox.fail_some(["SLOW"], share=1.0, seed=1, seconds=0.2)  # so that it has something in its hands
        mchid = sandbox.credentials.mchid
        replies = Replies(Celery("publisher", broker=server.url))
        complaint_ids = [sandbox.complaint(need_immediate_service=False).complaint_id for _ in range(SENDS)]
        rich = sandbox.complaint().complaint_id
        for each in complaint_ids:
            replies.send(each, Reply("已与用户沟通"), mchid=mchid, idempotent_id=f"plain/{each}")
            replies.send(rich, Message().text("您好"), mchid=mchid, idempotent_id=f"rich/{each}")
        ids = [f"{kind}/{each}" for each in complaint_ids for kind in ("plain", "rich")]
        while len(sandbox.replies) < SENDS // 4:
            time.sleep(0.01)
        with workers.asleep():
            outcomes = in_the_end(replies, mchid, ids)
            before = len(sandbox.replies)
        time.sleep(AWAKE)  # in which it could send what it had
        assert len(sandbox.replies) == before
        states = dict(zip(ids, (outcome.state for outcome in outcomes), strict=True))
        unclear = {key for key, state in states.items() if state is State.UNCLEAR}
        assert {key for key in ids if states[key] is not State.SENT} == unclear
        assert not [key for key in unclear if key.startswith("rich/")]
        arrived = Counter(reply.idempotent_id or f"plain/{reply.complaint_id}" for reply in sandbox.replies)
        assert set(arrived.values()) == {1}
        assert {key for key in ids if states[key] is State.SENT} <= arrived.keys()
        again = sum(outcome.attempts > 1 for outcome in outcomes)
        assert again, "it stood still with nothing in its hands"
        logger.info("%d sent, %d of them taken from the sleeper, %d unclear", len(arrived), again, len(unclear))
