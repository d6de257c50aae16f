"""The suite: ``python -m benchmarks``.

Measures msgkit and its peers in one run and on the same work, prints the ratios and whether each keeps its bound, and
exits with 1 where one does not. Only ratios are judged, never seconds.

A short run is a first look: a contest in which it finds a bound broken is held again in full, and that decides.

The bounds are set against pinned versions. ``--latest`` measures the newest ones, and ``--unjudged`` what is installed;
both judge nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import (
    check,
    compose,
    growth,
    imports,
    latest,
    many,
    memory,
    pace,
    read,
    receive,
    render,
    send,
    send_async,
    studio,
)
from benchmarks.measure import QUICK, Effort, Timings, measure
from benchmarks.ratios import RATIOS, Result, judge
from benchmarks.report import table, write_json, write_pyperf

CONTESTS: dict[str, Callable[[Effort], Timings]] = {
    "compose": lambda effort: measure(compose.contest, effort),
    "read": lambda effort: measure(read.contest, effort),
    "render": lambda effort: measure(render.contest, effort),
    "check": check.measure,
    "growth": lambda effort: measure(growth.contest, effort),
    "memory": memory.measure,
    "send": lambda effort: measure(send.one_thread, effort),
    "send-certifi": lambda effort: measure(send.with_authorities, effort),
    "send-16": lambda effort: measure(send.sixteen_threads, effort),
    "send-async": lambda effort: measure(send_async.one_task, effort),
    "send-async-200": lambda effort: measure(send_async.many_tasks, effort),
    "many-at-once": many.at_once,
    "many-away": many.away,
    "pace": pace.measure,
    "receive": receive.measure,
    "studio-paint": studio.paint,
    "studio-keystroke": studio.keystroke,
    "import": imports.measure,
}
"""What measures each contest, by name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.contests if name not in CONTESTS]:
        parser.error(f"no such contest: {', '.join(unknown)}")
    if options.latest:
        given = sys.argv[1:] if arguments is None else arguments
        return latest.run([argument for argument in given if argument != "--latest"])
    ratios = [ratio.unbounded() for ratio in RATIOS] if options.unjudged else RATIOS
    timings = _hold(options.contests or CONTESTS, QUICK if options.quick else Effort())
    results = judge(ratios, timings)
    if options.quick and (doubtful := {result.ratio.contest: None for result in results if result.kept is False}):
        timings |= _hold(doubtful, Effort())
        results = judge(ratios, timings)
    print(table(results, timings))
    if options.unjudged:
        print("\nNothing is judged: the bounds are set against the versions that the extra bench pins.")
    if options.json:
        write_json(options.json, results, timings)
    if options.pyperf:
        write_pyperf(options.pyperf, timings)
    return _exit_code(results)


def _hold(contests: Iterable[str], effort: Effort) -> dict[str, Timings]:
    timings: dict[str, Timings] = {}
    for name in contests:
        print(f"measuring {name}{'' if effort is QUICK else ' in full'} …", file=sys.stderr, flush=True)
        timings[name] = CONTESTS[name](effort)
    return timings


def _exit_code(results: Sequence[Result]) -> int:
    broken = [result for result in results if result.kept is False]
    for result in broken:
        print(f"not kept: {result.ratio.what}: {result.value:.2f}, not {result.ratio.bound}", file=sys.stderr)
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("contests", nargs="*", metavar="CONTEST", help=f"of {', '.join(CONTESTS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, unless a bound is broken; for CI")
    parser.add_argument(
        "--latest", action="store_true", help="measure the newest versions in an environment of its own"
    )
    parser.add_argument("--unjudged", action="store_true", help="judge nothing, whatever is installed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write ratios and medians as JSON")
    parser.add_argument("--pyperf", type=Path, metavar="FILE", help="write all timings for `python -m pyperf`")
    return parser


if __name__ == "__main__":
    sys.exit(main())
