"""Many calls at once, while much goes wrong: each done once, none lost, and nothing left behind."""

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest
import stamina

from msgkit import AsyncClient, Client, Receipt, Retry
from msgkit.client._calling import Calling
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MESSAGE

SENDS = 1000
SHARE = 0.3
FAULTS = [
    "SYSTEM_ERROR",
    "SERVICE_UNAVAILABLE",
    "BAD_GATEWAY",
    "FREQUENCY_LIMITED",
    "NO_ANSWER",
    "TRUNCATED",
    "UNSIGNED",
    "WRONG_SIGNATURE",
    "STALE",
    "PROBE",
    "NOT_JSON",
]


def settings_of(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    """The arguments of a client that tries often."""
    return {**attrs.asdict(sandbox.credentials), "retry": Retry(20), "total": 300.0, **more}


def threads(sandbox: Sandbox, attempts: list[Any]) -> list[Receipt]:
    """Send from 16 threads."""
    with Client(**settings_of(sandbox, on_attempt=attempts.append)) as client, ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda n: client.send(IMMEDIATE, MESSAGE, idempotent_id=f"send-{n}"), range(SENDS)))


def tasks(sandbox: Sandbox, attempts: list[Any]) -> list[Receipt]:
    """Send from 200 tasks."""

    async def main() -> list[Receipt]:
        numbers = iter(range(SENDS))
        receipts: list[Receipt] = []
        async with AsyncClient(**settings_of(sandbox, on_attempt=attempts.append)) as client:

            async def work() -> None:
                for number in numbers:
                    receipt = await client.send(IMMEDIATE, MESSAGE, idempotent_id=f"send-{number}")
                    receipts.append(receipt)

            await asyncio.gather(*(work() for _ in range(200)))
        return receipts

    return asyncio.run(main())


@pytest.mark.slow
@pytest.mark.parametrize("send", [threads, tasks])
@pytest.mark.parametrize("processed", [True, False, None], ids=["carried out", "not carried out", "as each is"])
def test_faults(sandbox: Sandbox, send: Any, processed: bool | None) -> None:
    """Of 1,000 sends through 30 % faults each is processed exactly once, none is lost, and all signatures are good."""
    sandbox.fail_some(FAULTS, share=SHARE, seed=12, endpoint="response-immediate-service", processed=processed)
    attempts: list[Any] = []
    with stamina.set_testing(True, attempts=20):
        receipts = send(sandbox, attempts)

    names = [f"send-{number}" for number in range(SENDS)]
    assert sorted(receipt.idempotent_id or "" for receipt in receipts) == sorted(names)
    assert sorted(reply.idempotent_id or "" for reply in sandbox.replies) == sorted(names)
    log_ids = {reply.idempotent_id: reply.log_id for reply in sandbox.replies}
    assert all(receipt.log_id == log_ids[receipt.idempotent_id] for receipt in receipts)

    made = sandbox.counts["response-immediate-service"]
    met = sum(call.fault is not None for call in sandbox.calls)
    assert len(attempts) == made == SENDS + met
    # 1,000 / 0.7 attempts are to be expected, give or take six standard deviations.
    assert abs(made - SENDS / (1 - SHARE)) < 6 * (SENDS * SHARE) ** 0.5 / (1 - SHARE)
    assert not any(call.code == "SIGN_ERROR" for call in sandbox.calls)
    # Said where pytest is run with -s, for whoever wants the figures.
    sys.stdout.write(
        f"\n{made} attempts for {SENDS} sends, {SENDS / (1 - SHARE):.0f} to be expected; faults met: {met}\n"
    )


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def call_threads(sandbox: Sandbox, calls: int) -> None:
    """Make calls from 8 threads, some of which fail."""
    with Client(**settings_of(sandbox)) as client, ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: client.send(IMMEDIATE, MESSAGE, idempotent_id=f"{n}").log_id, range(calls)))


def call_tasks(sandbox: Sandbox, calls: int) -> None:
    """Make calls from 50 tasks, some of which fail, and some of which are cancelled."""

    async def main() -> None:
        numbers = iter(range(calls))
        async with AsyncClient(**settings_of(sandbox)) as client:

            async def work() -> None:
                for number in numbers:
                    call = client.send(IMMEDIATE, MESSAGE, idempotent_id=f"{number}")
                    if number % 10:
                        await call
                        continue
                    task = asyncio.create_task(call)
                    await asyncio.sleep(0.001 * (number % 7))
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

            await asyncio.gather(*(work() for _ in range(50)))

    asyncio.run(main())


@pytest.mark.slow
@pytest.mark.parametrize("call", [call_threads, call_tasks])
def test_nothing_leaks(sandbox: Sandbox, call: Any) -> None:
    """After 5,000 calls no socket and no file is open that was not before, and nothing of the calls is held."""
    with stamina.set_testing(True, attempts=20):
        sandbox.fail_some(["NO_ANSWER", "TRUNCATED", "SYSTEM_ERROR"], share=0.1, seed=1)
        call(sandbox, 50)
        gc.collect()
        files = open_files()
        call(sandbox, 5000)
        gc.collect()
    for _ in range(50):  # the sandbox's ends of connections are closed by its own thread
        if open_files() <= files:
            break
        asyncio.run(asyncio.sleep(0.1))
    assert open_files() <= files
    held = [each for each in gc.get_objects() if type(each) is Calling]
    assert held == []
