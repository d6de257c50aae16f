"""The command: as a process of its own, or in this one."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import attrs
import pytest

import msgkit
from msgkit._cli._main import cli
from tests import network
from tests._cli.conftest import CHOSEN
from tests.network import PROXIES, Server

ROOT = Path(msgkit.__file__).parent.parent


def run(
    *arguments: str | Path, cwd: Path, shadow: Path | None = None, env: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, perhaps with modules that stand in front of installed ones."""
    path = os.pathsep.join(str(folder) for folder in (shadow, ROOT) if folder)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "msgkit", *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=30,
        check=False,
        cwd=cwd,
        env={**env, "PYTHONPATH": path},
    )


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)  # noqa: S607


@attrs.frozen
class Done:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of its output."""
        return self.out.splitlines()


def invoke(*arguments: str | Path, **environ: str) -> Done:
    """Run the command in this process, to its end, with these variables of ours and no others."""
    # Of bytes, as the streams of a process are: a schema is written past their encoding.
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with mock.patch.dict(os.environ), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for name in [*os.environ]:
            if name.startswith(("WECHATPAY_", "MSGKIT_")) or name in {*CHOSEN, *PROXIES}:
                del os.environ[name]
        os.environ.update(environ)
        with pytest.raises(SystemExit) as ended:
            cli.main([str(each) for each in arguments], prog_name="msgkit")
    for stream in (out, err):
        stream.seek(0)
    return Done(int(ended.value.code or 0), out.read(), err.read())


def settings_for(server: Server, **more: str) -> dict[str, str]:
    """Return the environment of the merchant whom our own servers know."""
    return {
        "WECHATPAY_MCHID": network.MCHID,
        "WECHATPAY_SERIAL_NO": network.SERIAL_NO,
        "WECHATPAY_PRIVATE_KEY": network.private_pem(network.merchant_key()),
        "WECHATPAY_PUBLIC_KEY_ID": network.PUBLIC_KEY_ID,
        "WECHATPAY_PUBLIC_KEY": network.public_pem(network.platform_key()),
        "WECHATPAY_BASE_URL": server.base_url,
        **more,
    }


def read(terminal: int) -> bytes:
    """Read what was printed to a terminal; nothing once all who print are gone, which Linux calls an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
