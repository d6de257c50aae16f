"""The results: a table for people, JSON for programs, and pyperf's own file for its tools."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

import pyperf

from benchmarks.measure import Rounds, Timings
from benchmarks.ratios import Result
from msgkit._extras import DISTRIBUTION

_IN_BYTES = "memory"
_TAKING_PART = (
    *(DISTRIBUTION, "blockkit", "slack_sdk", "slackblocks", "pydantic", "wechatpayv3", "httpx2", "jinja2", "yamllint"),
    *("attrs", "cattrs", "requests", "urllib3", "cryptography"),
)


def table(results: Sequence[Result], timings: Mapping[str, Timings]) -> str:
    """Return the ratios and the medians behind them as two tables in Markdown."""
    ratios = [
        (
            result.ratio.what,
            f"{result.value:.2f}",
            f"{result.low:.2f} to {result.high:.2f}",
            result.ratio.bound,
            {True: "yes", False: "NO", None: ""}[result.kept],
        )
        for result in results
    ]
    medians = [
        (contest, contender, _median(contest, measured.cpu, contender), _median(contest, measured.wall, contender))
        for contest, measured in timings.items()
        for contender in measured.cpu | measured.wall
    ]
    return "\n\n".join(
        (
            f"{machine()}\n{', '.join(f'{name} {version}' for name, version in versions().items())}",
            _markdown(("what", "ratio", "middle half", "bound", "kept"), ratios),
            _markdown(("contest", "contender", "CPU time, or bytes", "on the wall"), medians),
        )
    )


def machine() -> str:
    """Describe where this runs, without names."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.machine()}, {python}, {platform.system()}"


def versions() -> dict[str, str]:
    """Return the versions of those who take part, and of what they stand on."""
    return {name: metadata.version(name) for name in _TAKING_PART}


def write_json(path: Path, results: Sequence[Result], timings: Mapping[str, Timings]) -> None:
    """Write ratios, bounds and medians."""
    data = {
        "machine": machine(),
        "versions": versions(),
        "ratios": [_result(result) for result in results],
        "medians": {
            contest: {"cpu": _medians(measured.cpu), "wall": _medians(measured.wall)}
            for contest, measured in timings.items()
        },
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_pyperf(path: Path, timings: Mapping[str, Timings]) -> None:
    """Write every round in pyperf's format."""
    suite = pyperf.BenchmarkSuite(
        [
            _benchmark(contest, contender, values)
            for contest, measured in timings.items()
            for contender, values in measured.cpu.items()
        ]
    )
    suite.dump(str(path), replace=True)


def _benchmark(contest: str, contender: str, values: Sequence[float]) -> Any:
    unit = "byte" if contest == _IN_BYTES else "second"
    said = {"name": f"{contest}: {contender}", "unit": unit}
    return pyperf.Benchmark([pyperf.Run(list(values), metadata=said, collect_metadata=False)])


def _result(result: Result) -> dict[str, Any]:
    ratio = result.ratio
    return {
        "what": ratio.what,
        "ratio": result.value,
        "quartiles": [result.low, result.high],
        "at_least": ratio.at_least,
        "at_most": ratio.at_most,
        "kept": result.kept,
    }


def _medians(rounds: Rounds) -> dict[str, float]:
    return {contender: median(values) for contender, values in rounds.items()}


def _median(contest: str, rounds: Rounds, contender: str) -> str:
    """Return a median with its unit, as pyperf writes it; nothing where there is none."""
    if contender not in rounds:
        return ""
    benchmark = _benchmark(contest, contender, rounds[contender])
    return str(benchmark.format_value(benchmark.median()))


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )
