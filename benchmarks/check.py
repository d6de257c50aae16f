"""Checking a folder of template files, beside yamllint, which looks at nothing but the YAML of the same files.

Each file has texts of its own, variables with types and examples, conditions, a list, and includes one file that all
have in common. A tenth of the files is checked beside all of them: what a file costs must not grow with their number.

Folders take seconds, so that they are not checked in batches: each round is a process of its own, in which everybody
goes through the small folder once before anything is timed.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from yamllint import linter
from yamllint.config import YamlLintConfig

from benchmarks.measure import Effort, Timings, in_fresh_process
from benchmarks.messages import UnequalWorkError
from msgkit.templates.checking import check

ALL, A_TENTH, YAMLLINT = "msgkit", "msgkit, a tenth", "yamllint"

COMMON = """\
---
description: 每条回复的开头
variables:
  customer: {description: 怎么称呼, required: false, example: 张女士}
blocks:
  - text: ${customer}，您好，感谢您的反馈。
    when: customer
  - text: 您好，感谢您的反馈。
    when: not customer
"""

REPLY = """\
---
description: 第 {number} 种情形的回复
variables:
  order_no: {{description: 订单号, example: "4200{number:012}"}}
  amount:
    description: 退款金额，单位分
    type: money
    example: {fen}
  arrives: {{description: 预计到账, type: date, example: 2026-11-28}}
  note: {{description: 给用户的话, required: false, example: {note}}}
  questions:
    description: 推荐问题
    type: list
    example: [退款多久到账？, 退款退到哪里？]
blocks:
  - include: common/greeting
  - text: {text}
    bold: true
  - text: 订单 ${{order_no}} 的 ${{amount}} 元预计 ${{arrives}} 到账。
  - text: ${{note}}
    when: note
    color: secondary
  - link: 查看订单
    url: https://shop.example/orders/${{order_no}}
    action_id: order-{number}
  - faq: ${{questions}}
  - buttons:
      - 已解决
      - {{text: 转人工, send: 转人工, action_id: agent}}
    layout: horizontal
sent_by: machine
"""

_CHARACTERS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"


def write(folder: Path, files: int) -> Path:
    """Write so many template files into a folder and its folders, and return it."""
    common = folder / "common" / "greeting.yaml"
    common.parent.mkdir(parents=True)
    common.write_text(COMMON, encoding="utf-8")
    for number in range(files - 1):
        file = folder / f"group-{number // 50:02}" / f"reply-{number:04}.yaml"
        file.parent.mkdir(exist_ok=True)
        written = REPLY.format(number=number, fen=100 + number, note=_text(number, 20), text=_text(number, 60))
        file.write_text(written, encoding="utf-8")
    return folder


def _text(number: int, length: int) -> str:
    """Return a text that resembles that of no other number."""
    digest = hashlib.shake_128(f"{number}/{length}".encode()).digest(length)
    return "".join(_CHARACTERS[byte % len(_CHARACTERS)] for byte in digest) + "。"


def measure(effort: Effort) -> Timings:
    """Check both folders in processes that take turns, and return the seconds of a file."""
    timings = Timings()
    with tempfile.TemporaryDirectory() as made:
        large, small = write(Path(made, "large"), effort.files), write(Path(made, "small"), effort.files // 10)
        for turn in range(effort.checks):
            timings.extend(in_fresh_process(hold, large, small, turn))
    return timings


def hold(large: Path, small: Path, turn: int) -> Timings:
    """Time everybody once, another one first each turn."""
    run_yamllint(small)
    run_check(small)
    contenders: list[tuple[str, Callable[[Path], int], Path]] = [
        (ALL, run_check, large),
        (A_TENTH, run_check, small),
        (YAMLLINT, run_yamllint, large),
    ]
    timings = Timings()
    start = turn % len(contenders)
    for name, run, folder in contenders[start:] + contenders[:start]:
        cpu, wall = time.process_time(), time.perf_counter()
        files = run(folder)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        timings.cpu[name], timings.wall[name] = [cpu / files], [wall / files]
    return timings


def run_check(folder: Path) -> int:
    """Check a folder and return how many files there were, in which nothing must be found."""
    report = check([folder])
    if report.findings:
        raise UnequalWorkError(f"msgkit finds something in {report.findings[0].file}")
    return report.files


def run_yamllint(folder: Path) -> int:
    """Have yamllint look at the same files."""
    config = YamlLintConfig("extends: default")
    files = sorted(folder.rglob("*.yaml"))
    for file in files:
        for problem in linter.run(file.read_text(encoding="utf-8"), config, str(file)):
            raise UnequalWorkError(f"yamllint finds something in {file}: {problem}")
    return len(files)
