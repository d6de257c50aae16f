"""``python examples/bot`` and its options, as the tutorial shows them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stage import COMPLAINT

from msgkit.sandbox import Sandbox

BOT = [sys.executable, "-W", "error", str(Path(__file__).parent)]


def run(*arguments: str, cwd: Path, says: str = "", **environ: str) -> str:
    """Run the bot to its end, and return what it printed."""
    done = subprocess.run(
        [*BOT, *arguments],
        cwd=cwd,
        env={**os.environ, **environ},
        input=says,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def wait_for(said: str, sees: Callable[[], str]) -> None:
    """Wait until the customer sees something; pytest's own timeout ends what never comes."""
    while said not in sees():
        time.sleep(0.02)


@pytest.mark.slow
def test_play(tmp_path: Path) -> None:
    """The scripted customer gets to the end, and nothing is left behind."""
    assert run(cwd=tmp_path).endswith("用户打了 5 分。\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_drafts(tmp_path: Path) -> None:
    """``--drafts`` sends what is approved on the terminal; what may not be sent is asked about again, and not sent."""
    printed = run("--drafts", cwd=tmp_path, says="y\ny\n")
    assert printed.count("温水加一点小苏打") == 2  # asked, and sent
    assert printed.count("evil.example") == 2  # asked twice
    assert printed.count("不能发：有不在名单里的网址") == 2


@pytest.mark.slow
def test_serve(wechatpay_sandbox: Sandbox, tmp_path: Path) -> None:
    """``--serve`` takes what WeChat Pay posts, answers the customer, and stops by Ctrl+C."""
    environ = {**os.environ, **wechatpay_sandbox.credentials.environ}
    serving = [*BOT, "--serve", "0"]
    with subprocess.Popen(serving, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            wechatpay_sandbox.notify_to(process.stdout.readline().split()[-1])
            customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint(**COMPLAINT))
            wait_for("[退款]", customer.sees)
            customer.taps("退款")
            wait_for("[留用商品]", customer.sees)
            customer.taps("留用商品")
            wait_for("38.40 元将原路退回", customer.sees)
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


@pytest.mark.slow
def test_poll(wechatpay_sandbox: Sandbox, tmp_path: Path) -> None:
    """``--poll`` puts into the inbox what nothing told of: here the two complaints of a new sandbox."""
    printed = run("--poll", cwd=tmp_path, **wechatpay_sandbox.credentials.environ)
    assert printed == "2 complaints\n"
    assert (tmp_path / "bot.db").exists()
