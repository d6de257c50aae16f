"""What is compared, and the bounds that must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median, quantiles

import attrs

from benchmarks import check, many, pace, receive, studio
from benchmarks.measure import Rounds, Timings


@attrs.frozen
class Ratio:
    """One line of the table: `over` divided by `under`, round by round.

    Attributes:
        what: What the number says.
        contest: The contest that both took part in.
        over: The contender above the line.
        under: The contender below the line.
        at_least: The bound, where more is better.
        at_most: The bound, where less is better.
        wall: Take the time on the wall instead of CPU time.
        scale: What to multiply with, where the two did different amounts.
    """

    what: str
    contest: str
    over: str
    under: str
    at_least: float | None = attrs.field(default=None, kw_only=True)
    at_most: float | None = attrs.field(default=None, kw_only=True)
    wall: bool = attrs.field(default=False, kw_only=True)
    scale: float = attrs.field(default=1.0, kw_only=True)

    @property
    def bound(self) -> str:
        """The bound for people; empty where there is none."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"

    def unbounded(self) -> Ratio:
        """Return the same comparison without its bound."""
        return attrs.evolve(self, at_least=None, at_most=None)

    def kept(self, value: float) -> bool | None:
        """Tell whether a value keeps the bound; None where there is none."""
        if self.at_least is not None:
            return value >= self.at_least
        return None if self.at_most is None else value <= self.at_most


@attrs.frozen
class Result:
    """A ratio as it was measured.

    Attributes:
        ratio: What was compared.
        value: The median of all rounds.
        low: The lower quartile of the rounds.
        high: The upper quartile of the rounds.
    """

    ratio: Ratio
    value: float
    low: float
    high: float

    @property
    def kept(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        return self.ratio.kept(self.value)


def judge(ratios: Sequence[Ratio], timings: Mapping[str, Timings]) -> list[Result]:
    """Return the results of those ratios whose contest was measured."""
    return [_result(ratio, timings[ratio.contest]) for ratio in ratios if ratio.contest in timings]


def _result(ratio: Ratio, timings: Timings) -> Result:
    values = _paired(ratio, timings.wall if ratio.wall else timings.cpu)
    if len(values) == 1:
        return Result(ratio, values[0], values[0], values[0])
    low, _, high = quantiles(values, n=4, method="inclusive")
    return Result(ratio, median(values), low, high)


def _paired(ratio: Ratio, rounds: Rounds) -> list[float]:
    pairs = zip(rounds[ratio.over], rounds[ratio.under], strict=True)
    return [ratio.scale * over / under for over, under in pairs]


RATIOS = (
    Ratio("compose, faster than blockkit", "compose", "blockkit", "msgkit", at_least=6),
    Ratio("compose, faster than slack_sdk", "compose", "slack_sdk", "msgkit", at_least=4.5),
    Ratio("compose, faster than slackblocks", "compose", "slackblocks", "msgkit"),
    Ratio("compose, time against pydantic v2", "compose", "msgkit", "pydantic", at_most=1.1),
    Ratio("compose, time against the bare dict", "compose", "msgkit", "dict", at_most=2.8),
    Ratio("read, time against pydantic v2", "read", "msgkit", "pydantic", at_most=4),
    Ratio("read, time against json.loads", "read", "msgkit", "json.loads"),
    Ratio("render, time against composing anew", "render", "render", "compose", at_most=0.5),
    Ratio("render, faster than Jinja2 and json.loads", "render", "jinja2", "render"),
    Ratio("check a folder of files, time against yamllint", "check", check.ALL, check.YAMLLINT, at_most=1),
    Ratio("check, cost per file, ten times the files", "check", check.ALL, check.A_TENTH, at_most=1.5),
    Ratio("cost per block, 100 blocks against 10", "growth", "100", "10", scale=1 / 10),
    Ratio("cost per block, 1,000 blocks against 10", "growth", "1000", "10", scale=1 / 100, at_most=2),
    Ratio("memory of a message, against pydantic v2", "memory", "msgkit", "pydantic"),
    Ratio("memory of a message, against the bare dict", "memory", "msgkit", "dict"),
    Ratio("sends per second, against wechatpayv3, one thread", "send", "wechatpayv3", "msgkit", at_least=3, wall=True),
    Ratio("the same, trusting the authorities of certifi", "send-certifi", "wechatpayv3", "msgkit", wall=True),
    Ratio("sends per second, against wechatpayv3, 16 threads", "send-16", "wechatpayv3", "msgkit", wall=True),
    Ratio("send, CPU time against the floor", "send", "msgkit", "floor", at_most=2),
    Ratio("send, time against the floor, one thread", "send", "msgkit", "floor", wall=True),
    Ratio("send, time against the floor, 16 threads", "send-16", "msgkit", "floor", wall=True),
    Ratio("awaited send, CPU time against httpx2", "send-async", "msgkit", "httpx2", at_most=1.6),
    Ratio("200 at once, CPU time against httpx2", "send-async-200", "msgkit", "httpx2", at_most=1.6),
    Ratio("a signature's part of the CPU time of a send", "many-at-once", many.SIGNATURE, many.ONE),
    *(Ratio(f"at once: {name} against one thread", "many-at-once", many.ONE, name, wall=True) for name in many.OTHERS),
    Ratio("20 ms away: 2 threads against one", "many-away", many.ONE, many.TWO, at_least=1.5, wall=True),
    Ratio("20 ms away: 4 threads against one", "many-away", many.ONE, many.FOUR, at_least=2.5, wall=True),
    Ratio("20 ms away: asyncio, 16 at once", "many-away", many.ONE, many.TASKS, at_least=4, wall=True),
    Ratio("20 ms away: 1 worker of Celery", "many-away", many.ONE, many.WORKER, at_least=0.4, wall=True),
    Ratio("20 ms away: 2 workers of Celery", "many-away", many.ONE, many.WORKERS, at_least=0.8, wall=True),
    Ratio("4 processes, one pace: time against that asked", "pace", pace.SHARED, pace.ASKED, at_most=1.1, wall=True),
    Ratio("the same the other way round: never faster", "pace", pace.ASKED, pace.SHARED, at_most=1.1, wall=True),
    Ratio("receive, 99th percentile, handlers busy", "receive", receive.BUSY, receive.IDLE, at_most=2, wall=True),
    Ratio("studio, first paint, many against few", "studio-paint", studio.MANY, studio.FEW, at_most=3, wall=True),
    Ratio("studio, keystroke, many against few", "studio-keystroke", studio.MANY, studio.FEW, at_most=2.5, wall=True),
    Ratio("import and first message, against `import cattrs`", "import", "first Message", "cattrs", at_most=1.6),
    Ratio("import and first client, against `import requests`", "import", "first Client", "requests"),
)
"""The lines of the table, in order."""
