"""What importing costs, in processes that do nothing else.

Each process reports the CPU time, user and system, from before the import until after what follows it; the start of
Python itself is not in it, since it would make all ratios look better than they are. The programs take turns.

pip compiles what it installs, and so all modules are compiled before the first timing, into a folder of this run's own:
the project's folder, which an editable install imports from, may hold none, or not be allowed to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from benchmarks.measure import Effort, Timings
from msgkit.sandbox.credentials import Keys

PROGRAMS = {
    "first Message": "from msgkit import Message\nMessage().text('您好')",
    "cattrs": "import cattrs",
    "first Client": "from msgkit import Client\nClient.from_env()",
    "requests": "import requests",
}
"""What each process runs, by name."""

_TIMED = """\
import time
started = time.process_time()
{program}
print(time.process_time() - started)
"""


def measure(effort: Effort) -> Timings:
    """Run each program as often as wanted, in turns, after one run that fills the caches of files and bytecode."""
    timings = Timings({name: [] for name in PROGRAMS})
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, **_credentials(), "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for program in PROGRAMS.values():
            cpu_time(program, environment)
        for _ in range(effort.processes):
            for name, program in PROGRAMS.items():
                timings.cpu[name].append(cpu_time(program, environment))
    return timings


def cpu_time(program: str, environment: dict[str, str]) -> float:
    """Run a program in a fresh process and return the CPU seconds that it took there."""
    command = [sys.executable, "-c", _TIMED.format(program=program)]
    finished = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    return float(finished.stdout)


def _credentials() -> dict[str, str]:
    issued = Keys.generate().issued
    return {
        "WECHATPAY_MCHID": issued.mchid,
        "WECHATPAY_SERIAL_NO": issued.serial_no,
        "WECHATPAY_PRIVATE_KEY": issued.private_key,
        "WECHATPAY_PUBLIC_KEY_ID": issued.public_key_id,
        "WECHATPAY_PUBLIC_KEY": issued.public_key,
        "WECHATPAY_APIV3_KEY": issued.apiv3_key,
    }
