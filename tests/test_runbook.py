"""The runbook: each command in the state that it is for, run as an operator would, and what it prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msgkit import Client, Message
from msgkit.delivery import Delivery, Ledger, deliver
from msgkit.sandbox import Sandbox
from tests import redis_server

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECALL = "blocks:\n  - text: 您购买的批次有质量问题，我们为您免费更换\n  - buttons: [转人工]\n"
CORRECTION = "blocks:\n  - text: 对不起，上一条消息发错了：您的商品没有问题\n"


def sections() -> dict[str, list[str]]:
    """The fences of commands of each section of the runbook, by its heading."""
    runbook = PAGE.read_text(encoding="utf-8").partition("\n## Runbook\n")[2]
    found = re.split(r"^### (.*)\n", runbook, flags=re.MULTILINE)
    return {heading: FENCE.findall(text) for heading, text in zip(found[1::2], found[2::2], strict=True)}


class Desk:
    """An operator's: a folder, a sandbox, a Redis, and the environment of all commands.

    Args:
        folder: Where the commands run.
        sandbox: The platform.
        url: The Redis.
    """

    def __init__(self, folder: Path, sandbox: Sandbox, url: str) -> None:
        self.folder, self.sandbox, self.ledger = folder, sandbox, Ledger(url)
        self.environ = {
            **os.environ,
            **sandbox.credentials.environ,
            "MSGKIT_BROKER": url,
            "MSGKIT_RATE": "1000",
            "MSGKIT_LANG": "en",
            "PYTHONWARNINGS": "ignore",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        (folder / "replies").mkdir()
        for name, text in (("recall", RECALL), ("wrong", RECALL), ("correction", CORRECTION)):
            (folder / "replies" / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.complaints = [sandbox.complaint().complaint_id for _ in range(3)]
        (folder / "complaints.csv").write_text("\n".join(["complaint_id", *self.complaints]), encoding="utf-8")

    def queue(self, *names: str) -> None:
        """Queue a reply under each id."""
        for name in names:
            complaint_id, mchid = self.complaints[0], self.sandbox.credentials.mchid
            self.ledger.queue(Delivery.of(mchid, complaint_id, Message().text("您好"), idempotent_id=name))

    def play(self, fence: str) -> None:
        """Run each command of a fence, and hold it to what stands beneath it, in which … is anything."""
        for said in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]:
            command, _, expected = said.partition("\n")
            printed = self.run(command)
            parts = map(re.escape, expected.strip().split("…"))
            assert re.fullmatch("(?s:.*)".join(parts), printed.strip()), f"$ {command}\n{printed}"

    def run(self, command: str) -> str:
        """Return what a command prints."""
        done = subprocess.run(
            ["bash", "-c", command],  # noqa: S607 - that of the PATH, as for an operator
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return done.stdout


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An operator's desk, with a Redis of its own."""
    for name in ("redis", "work"):
        (tmp_path / name).mkdir()
    with redis_server.serving(tmp_path / "redis") as url, Sandbox() as sandbox:
        yield Desk(tmp_path / "work", sandbox, url)


def the_queue_is_full(desk: Desk) -> Iterator[None]:
    """Thirty replies wait, and nobody works."""
    desk.queue(*(f"recall/{number}" for number in range(30)))
    # What was queued a minute ago and not taken up is due.
    desk.ledger._redis.zadd("msgkit:due", {name: 0 for name, _ in desk.ledger._redis.zscan_iter("msgkit:due")})
    yield


def the_platform_is_down(desk: Desk) -> Iterator[None]:
    """The platform fails every call; then it is back; then it has failed a fleet for long."""
    desk.sandbox.fail_some(["SYSTEM_ERROR"], share=1.0, seed=1)
    yield
    desk.sandbox.heal()
    yield
    with Client.from_env(desk.sandbox.credentials.environ, retry=None) as client:
        desk.queue("recall/7")
        desk.sandbox.fail_next("SYSTEM_ERROR")
        deliver(desk.ledger, "recall/7", client)
        deliver(desk.ledger, "recall/7", client, give_up=timedelta())
    yield


def a_key_was_rotated(desk: Desk) -> Iterator[None]:
    """The key that signs is another one than the platform knows; then it is the right one."""
    right = desk.environ["WECHATPAY_PRIVATE_KEY"]
    with Sandbox() as other:
        desk.environ["WECHATPAY_PRIVATE_KEY"] = other.credentials.environ["WECHATPAY_PRIVATE_KEY"]
    yield
    desk.environ["WECHATPAY_PRIVATE_KEY"] = right
    yield


def the_wrong_template_was_sent(desk: Desk) -> Iterator[None]:
    """A table was sent with it, and a fleet has some of it left."""
    desk.queue("wrong-1", "wrong-2", "right-1")
    yield
    assert "sent: 3" in desk.run("msgkit send-many replies/wrong.yaml complaints.csv")
    yield
    shown = [reply.message for reply in desk.sandbox.replies]
    assert len(shown) == 6


STATES: dict[str, Callable[[Desk], Iterator[None]]] = {
    "The queue is full": the_queue_is_full,
    "The platform is down for an hour": the_platform_is_down,
    "A key was rotated": a_key_was_rotated,
    "The wrong template was sent": the_wrong_template_was_sent,
}


@pytest.mark.slow
@pytest.mark.parametrize("heading", STATES)
def test_runs(desk: Desk, heading: str) -> None:
    """Each command of the section does what the page says, in the state that the section is for."""
    assert shutil.which("redis-server")
    states = STATES[heading](desk)
    for fence in sections()[heading]:
        next(states)
        desk.play(fence)
    assert next(states, None) is None


def test_all_sections_have_a_state() -> None:
    """No section of the runbook is left out, and none has commands that nobody runs."""
    assert sections().keys() == STATES.keys()
    assert all(sections().values())


@pytest.mark.slow
def test_notices(desk: Desk) -> None:
    """A page that says something else is noticed, so that the tests above can fail."""
    with pytest.raises(AssertionError, match="waiting: 0"):
        desk.play("$ msgkit deliveries\nwaiting: 7\n…\n")
