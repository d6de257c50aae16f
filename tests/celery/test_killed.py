"""Workers that are killed, and a Redis that is started again: nothing is lost, and nothing goes twice."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from celery import Celery

from msgkit import Message, Reply
from msgkit.celery import Replies
from msgkit.delivery import Outcome, State
from msgkit.sandbox import Sandbox
from tests.celery import fleet
from tests.meanwhile import again_and_again

logger = logging.getLogger(__name__)

SENDS = int(os.environ.get("MSGKIT_TEST_SENDS", "240"))
FAULTS = ["NO_ANSWER", "SYSTEM_ERROR", "FREQUENCY_LIMITED"]
EVERY = 2.0  # seconds between two kills
PATIENCE = 120 + SENDS  # seconds


def in_the_end(replies: Replies, mchid: str, ids: list[str]) -> list[Outcome]:
    """Wait until all have an end, and return them."""
    until = time.monotonic() + PATIENCE
    while True:
        found = replies.outcomes(ids, mchid=mchid)
        done = [each for each in found if each is not None and each.is_end]
        if len(done) == len(ids):
            return done
        assert time.monotonic() < until, f"{len(ids) - len(done)} of {len(ids)} have no end"
        time.sleep(0.5)


def queue_all(
    replies: Replies, server: fleet.Server, deliveries: Iterable[tuple[str, Message | Reply, str]], mchid: str
) -> None:
    """Queue all of them; in the middle Redis is stopped and started again."""
    for number, (complaint_id, message, key) in enumerate(deliveries):
        if number == SENDS // 2:
            server.stop()
            server.start()
        replies.send(complaint_id, message, mchid=mchid, idempotent_id=key)


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE * 3)
@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_rich(tmp_path: Path, pool: str) -> None:
    """Each rich reply has an end, and the sandbox has each once."""
    with (
        Sandbox() as sandbox,
        fleet.running("tests.celery.app", sandbox.credentials.environ, tmp_path, pool=pool) as (
            server,
            workers,
        ),
    ):
        sandbox.fail_some(FAULTS, share=0.2, seed=1)
        mchid, complaints = sandbox.credentials.mchid, [sandbox.complaint().complaint_id for _ in range(20)]
        app = Celery("publisher", broker=server.url)
        replies = Replies(app)
        ids = [f"killed/{number}" for number in range(SENDS)]
        with again_and_again(workers.kill_one, EVERY):
            queue_all(
                replies,
                server,
                ((complaints[n % 20], Message().text(f"第 {n} 条"), key) for n, key in enumerate(ids)),
                mchid,
            )
            outcomes = in_the_end(replies, mchid, ids)
        sandbox.heal()
        assert Counter(outcome.state for outcome in outcomes) == {State.SENT: SENDS}
        found = Counter(reply.idempotent_id for reply in sandbox.replies)
        assert found == dict.fromkeys(ids, 1)
        assert {outcome.log_id for outcome in outcomes} == {reply.log_id for reply in sandbox.replies}
        logger.info("%d sent, %d kills, %d calls", SENDS, workers.kills, len(sandbox.calls))


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE * 3)
def test_plain(tmp_path: Path) -> None:
    """No plain reply goes twice; what is said to be sent is there, and what is not there is said to be unclear."""
    with (
        Sandbox() as sandbox,
        fleet.running("tests.celery.app", sandbox.credentials.environ, tmp_path) as (
            server,
            workers,
        ),
    ):
        sandbox.fail_some(FAULTS, share=0.1, seed=1)
        mchid = sandbox.credentials.mchid
        complaints = [sandbox.complaint(need_immediate_service=False).complaint_id for _ in range(SENDS)]
        replies = Replies(Celery("publisher", broker=server.url))
        with again_and_again(workers.kill_one, EVERY):
            queue_all(replies, server, ((each, Reply("已与用户沟通"), f"plain/{each}") for each in complaints), mchid)
            outcomes = in_the_end(replies, mchid, [f"plain/{each}" for each in complaints])
        arrived = Counter(reply.complaint_id for reply in sandbox.replies)
        assert set(arrived.values()) == {1}
        states = dict(zip(complaints, (outcome.state for outcome in outcomes), strict=True))
        assert {each for each, state in states.items() if state is State.SENT} <= arrived.keys()
        unclear = {each for each, state in states.items() if state is State.UNCLEAR}
        assert {each for each, state in states.items() if state is State.FAILED} == set()
        assert states.keys() - arrived.keys() <= unclear
        assert {key for _, key in replies.ledger.unclear(most=SENDS)} == {f"plain/{each}" for each in unclear}
        logger.info("%d arrived, %d unclear, %d kills", len(arrived), len(unclear), workers.kills)
