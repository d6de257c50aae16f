"""The benchmarks: that the contenders do the same work, and that a broken bound is noticed. Nothing is timed."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyperf")
pytest.importorskip("blockkit")
pytest.importorskip("jinja2")
pytest.importorskip("pydantic")
pytest.importorskip("slack_sdk")
pytest.importorskip("slackblocks")
pytest.importorskip("wechatpayv3")
pytest.importorskip("yamllint")

import pydantic
import pyperf

from benchmarks import __main__ as suite, check, growth, latest, memory, pydantic_models, read, render, report, send
from benchmarks.compose import contest as compose_contest
from benchmarks.measure import QUICK, Contest, Effort, Timings
from benchmarks.messages import (
    ALIKE,
    SAME,
    UnequalWorkError,
    compose,
    compose_dict,
    counts,
    order_no,
    require_same,
)
from benchmarks.ratios import RATIOS, Ratio, judge
from msgkit import Message, ValidationError

ROOT = Path(__file__).parent.parent
BOUNDED = Ratio("ours against theirs", "contest", "ours", "theirs", at_most=2)


def timings(ours: list[float], theirs: list[float]) -> Timings:
    """Return what a contest of two would have taken."""
    return Timings({"ours": ours, "theirs": theirs}, {"ours": theirs, "theirs": ours})


class TestSameWork:
    """What is compared before anything is timed."""

    def test_message_has_six_blocks_of_all_types_and_eight_actions(self) -> None:
        """The composed message is the one that the documentation promises."""
        message = compose(order_no(1))
        assert len({block.type for block in message}) == len(message) == 6
        assert len(message.actions()) == 8

    @pytest.mark.parametrize("name", SAME)
    def test_normal_messages_are_equal(self, name: str) -> None:
        """msgkit, pydantic and the bare dict write the same JSON."""
        assert json.loads(SAME[name]("42")) == compose_dict("42") == compose("42").to_dict()

    @pytest.mark.parametrize("name", ALIKE)
    def test_messages_for_slack_have_as_many_blocks_and_actions(self, name: str) -> None:
        """The nearest message for Slack is no smaller."""
        assert counts(json.loads(ALIKE[name]("42"))) == (6, 8)

    @pytest.mark.parametrize("name", ["pydantic", "dict"])
    def test_other_message_is_refused(self, name: str) -> None:
        """A contender that writes something else is found before it is timed."""
        with pytest.raises(UnequalWorkError, match=f"{name} composes another message"):
            require_same({**SAME, name: lambda order: json.dumps({"blocks": [order]})})

    def test_smaller_message_is_refused(self) -> None:
        """So is a message for Slack with fewer blocks or actions."""
        with pytest.raises(UnequalWorkError, match="blockkit composes other numbers"):
            require_same(alike={"blockkit": lambda order: json.dumps({"blocks": [order]})})

    def test_kept_message_is_refused(self) -> None:
        """And one that was composed before."""
        kept = ALIKE["blockkit"](order_no(42))
        with pytest.raises(UnequalWorkError, match="blockkit does not compose anew"):
            require_same(alike={"blockkit": lambda _: kept})

    @pytest.mark.parametrize("opening", [compose_contest, read.contest, render.contest, growth.contest])
    def test_contests_open(self, opening: Callable[[], AbstractContextManager[Contest]]) -> None:
        """Each contest finds its contenders to do the same work, and each of them can be called."""
        with opening() as contest:
            for function in contest.contenders.values():
                assert function(contest.argument(7))

    @pytest.mark.parametrize("opening", [send.one_thread, send.sixteen_threads, send.with_authorities])
    def test_senders_send(self, opening: Callable[[], AbstractContextManager[Contest]]) -> None:
        """Each sender gets an answer over TLS that it verifies, on a kept connection too."""
        with opening() as contest:
            for function in contest.contenders.values():
                assert function(contest.argument(7))
                assert function(contest.argument(8))


class TestPydanticModels:
    """pydantic's models keep the same rules, so that it is not beaten for checking more."""

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            (("blocks", 0, "text", "text"), "\U0001f600"),
            (("blocks", 0, "text", "text"), 1),
            (("blocks", 0, "text", "color"), "RED"),
            (("blocks", 0, "text", "other"), "x"),
            (("blocks", 0, "type"), "OTHER"),
            (("blocks", 0, "type"), "IMAGE"),
            (("blocks", 2, "link", "action", "jump_url"), "http://shop.example/"),
            (("blocks", 2, "link", "action", "jump_url"), "https:///orders"),
            (("blocks", 2, "link", "action", "jump_url"), "https://shop.example/ 1"),
            (("blocks", 4, "button", "invalid_info", "expired_time"), "2036-01-01T00:00:00"),
            (("blocks",), []),
            (("custom_data",), "x" * 4097),
            (("custom_data",), "\U00010000"),
        ],
    )
    def test_refuses_what_msgkit_refuses(self, pointer: tuple[Any, ...], value: object) -> None:
        """A broken rule is noticed by both."""
        data: Any = compose_dict("42")
        part = data
        for key in pointer[:-1]:
            part = part[key]
        part[pointer[-1]] = value
        with pytest.raises(ValidationError):
            Message.from_json(json.dumps(data))
        with pytest.raises(pydantic.ValidationError):
            pydantic_models.Message.model_validate_json(json.dumps(data))

    def test_keeps_whole_seconds(self) -> None:
        """Both cut a datetime to what the wire can say."""
        moment = datetime.fromisoformat("2036-01-01T00:00:00.5+08:00")
        info = pydantic_models.InvalidInfo(expired_time=moment)
        assert info.expired_time == moment - timedelta(seconds=0.5)


class TestBounds:
    """The check of ratios against bounds."""

    def test_median_of_rounds(self) -> None:
        """A ratio is taken in each round; the median counts."""
        (result,) = judge([BOUNDED], {"contest": timings([1, 9, 6], [1, 1, 2])})
        assert (result.value, result.kept) == (3, False)

    def test_one_round(self) -> None:
        """One round is enough, as for memory."""
        (result,) = judge([BOUNDED], {"contest": timings([3], [2])})
        assert (result.value, result.low, result.high, result.kept) == (1.5, 1.5, 1.5, True)

    def test_wall(self) -> None:
        """A ratio of times on the wall takes those."""
        ratio = Ratio("what", "contest", "ours", "theirs", at_least=2, wall=True)
        (result,) = judge([ratio], {"contest": timings([1], [2])})
        assert (result.value, result.kept) == (2, True)

    @pytest.mark.parametrize(
        ("bound", "value", "kept"),
        [
            ((None, 2), 2, True),
            ((None, 2), 2.01, False),
            ((6, None), 6, True),
            ((6, None), 5.99, False),
            ((None, None), 100, None),
        ],
    )
    def test_either_way(self, bound: tuple[float | None, float | None], value: float, *, kept: bool | None) -> None:
        """A bound is kept at its very value and broken beyond it."""
        at_least, at_most = bound
        ratio = Ratio("what", "contest", "ours", "theirs", at_least=at_least, at_most=at_most)
        assert ratio.kept(value) is kept

    def test_what_was_not_measured_is_left_out(self) -> None:
        """A run of some contests judges those alone."""
        assert judge([BOUNDED], {}) == []

    def test_contests_of_all_ratios_exist(self) -> None:
        """No line of the table asks for what nobody measures."""
        assert {ratio.contest for ratio in RATIOS} == suite.CONTESTS.keys()


class TestCommand:
    """``python -m benchmarks``."""

    @pytest.fixture
    def measured(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Effort]]:
        """Says how long msgkit would have taken to read, in times of pydantic's; returns the efforts that are made."""

        def say(times: float, in_full: float | None = None) -> list[Effort]:
            efforts: list[Effort] = []

            def measure(effort: Effort) -> Timings:
                efforts.append(effort)
                ours = times if in_full is None or effort is QUICK else in_full
                return Timings({"msgkit": [ours], "pydantic": [1.0], "json.loads": [0.5]})

            monkeypatch.setattr(suite, "CONTESTS", {"read": measure})
            return efforts

        return say

    @pytest.mark.parametrize(("times", "kept"), [(2.0, True), (200.0, False)])
    def test_exit_code_tells_broken_bounds(
        self, measured: Callable[..., list[Effort]], capsys: pytest.CaptureFixture[str], *, times: float, kept: bool
    ) -> None:
        """It exits with 1 where a bound is broken, and names it."""
        measured(times)
        assert suite.main(["--quick"]) == (0 if kept else 1)
        output = capsys.readouterr()
        assert ("| yes " if kept else "| NO ") in output.out
        assert ("not kept: read, time against pydantic v2" in output.err) is not kept

    @pytest.mark.parametrize(("in_full", "kept"), [(2.0, True), (200.0, False)])
    def test_short_run_is_a_first_look(
        self, measured: Callable[..., list[Effort]], *, in_full: float, kept: bool
    ) -> None:
        """Where a short run finds a bound broken, the contest is held again in full, and that decides."""
        efforts = measured(200.0, in_full)
        assert suite.main(["--quick"]) == (0 if kept else 1)
        assert efforts == [QUICK, Effort()]

    @pytest.mark.parametrize(("arguments", "times"), [(["--quick"], 2.0), ([], 2.0), ([], 200.0)])
    def test_measured_once(self, measured: Callable[..., list[Effort]], arguments: list[str], times: float) -> None:
        """A short run that finds all bounds kept, and any full run, is not repeated."""
        efforts = measured(times)
        suite.main(arguments)
        assert len(efforts) == 1

    @pytest.mark.parametrize("arguments", [["--quick"], []])
    def test_unjudged(
        self,
        measured: Callable[..., list[Effort]],
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
    ) -> None:
        """Where nothing is judged, no bound is shown or broken, nothing is held again, and the versions stand there."""
        efforts = measured(200.0)
        assert suite.main([*arguments, "--unjudged"]) == 0
        output = capsys.readouterr()
        assert len(efforts) == 1
        assert "200.00" in output.out
        assert not {"≤", "NO", "yes"} & set(output.out.split())
        assert f"slack_sdk {metadata.version('slack_sdk')}" in output.out
        assert "Nothing is judged" in output.out
        assert "not kept" not in output.err

    @pytest.mark.slow
    def test_latest(self, tmp_path: Path) -> None:
        """The newest versions are measured in an environment of their own, without judging, with all that was asked."""
        written = tmp_path / "ratios.json"
        command = [sys.executable, "-m", "benchmarks", "--latest", "--quick", "growth", "--json", str(written)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        assert "Nothing is judged" in done.stdout
        data = json.loads(written.read_text(encoding="utf-8"))
        assert {ratio["kept"] for ratio in data["ratios"]} == {None}
        assert data["versions"].keys() == report.versions().keys()

    def test_writes_files(self, measured: Callable[..., list[Effort]], tmp_path: Path) -> None:
        """The ratios can be had as JSON and the rounds as a file of pyperf's, broken bounds or not."""
        measured(200.0)
        ratios, rounds = tmp_path / "ratios.json", tmp_path / "pyperf.json"
        suite.main(["--json", str(ratios), "--pyperf", str(rounds)])
        first = json.loads(ratios.read_text(encoding="utf-8"))["ratios"][0]
        assert (first["ratio"], first["at_most"], first["kept"]) == (200, 4, False)
        assert pyperf.BenchmarkSuite.load(str(rounds)).get_benchmark("read: msgkit").median() == 200

    def test_unknown_contest(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A contest that does not exist is a mistake of usage."""
        with pytest.raises(SystemExit, match="2"):
            suite.main(["reading"])
        assert "no such contest: reading" in capsys.readouterr().err

    def test_machine_has_no_name(self) -> None:
        """What the machine is said to be can be published."""
        assert "cores" in report.machine()

    def test_versions(self) -> None:
        """The table says which versions were measured."""
        found = report.versions()
        assert {"msgkit-wechatpay", "pydantic", "blockkit", "wechatpayv3", "cattrs"} <= found.keys()
        assert f"pydantic {pydantic.VERSION}" in report.table([], {})


class TestPeers:
    """The versions that the bounds are set against."""

    def test_pinned(self) -> None:
        """What the extra pins is what is compared, and what is installed here."""
        assert set(latest.peers()) == {
            *("blockkit", "jinja2", "pydantic", "pyperf", "slack-sdk", "slackblocks", "wechatpayv3", "yamllint"),
            "playwright",  # measures in a browser
        }
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "optional-dependencies"
        ]
        pinned = dict(line.split("==") for line in extras["bench"] if not line.startswith("msgkit"))
        assert {name: metadata.version(name) for name in pinned} == pinned


class TestRender:
    """The rendering of a template file in the short form."""

    def test_has_what_template_files_are_for(self) -> None:
        """An amount, a condition that holds every second time, and a list make a difference."""
        with_note, without = (render.render(render.values(number)) for number in (7, 8))
        assert (len(with_note), len(without)) == (7, 6)
        assert "128.07 元" in with_note.to_json()

    @pytest.mark.parametrize(("name", "who"), [("compose", "template"), ("render_jinja", "Jinja2")])
    def test_other_message_is_refused(self, monkeypatch: pytest.MonkeyPatch, name: str, who: str) -> None:
        """Who renders another message than is composed is found before anything is timed."""
        monkeypatch.setattr(render, name, lambda _: Message().text("another"))
        with pytest.raises(UnequalWorkError, match=f"{who} renders another message"), render.contest():
            pass


class TestCheck:
    """The checking of a folder of template files."""

    def test_files_are_right_and_distinct(self, tmp_path: Path) -> None:
        """Neither finds anything in as many files as were asked for, and no two say nearly the same."""
        folder = check.write(tmp_path / "made", 60)
        assert check.run_check(folder) == check.run_yamllint(folder) == 60

    @pytest.mark.parametrize("run", [check.run_check, check.run_yamllint])
    def test_findings_are_refused(self, tmp_path: Path, run: Callable[[Path], int]) -> None:
        """Files in which something is found are not what should be timed."""
        folder = check.write(tmp_path / "made", 2)
        (folder / "wrong.yaml").write_text("blocks: []", encoding="utf-8")
        with pytest.raises(UnequalWorkError, match=r"finds something in .*wrong\.yaml"):
            run(folder)

    @pytest.mark.slow
    def test_measures_by_the_file(self) -> None:
        """Everybody is timed once a round, the seconds being those of one file."""
        timings = check.measure(Effort(files=20, checks=2))
        assert timings.cpu.keys() == timings.wall.keys() == {check.ALL, check.A_TENTH, check.YAMLLINT}
        assert all(len(rounds) == 2 and 0 < max(rounds) < 1 for rounds in timings.cpu.values())


class TestMemory:
    """The weighing of messages."""

    @pytest.mark.parametrize("name", memory.COMPOSERS)
    def test_weighs(self, name: str) -> None:
        """A message weighs more than its texts."""
        assert memory.weigh(name, 10) > 100

    def test_measures_in_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """There is one round, since weighing twice gives the same."""
        monkeypatch.setattr(memory, "in_fresh_process", lambda _function, _name, messages: float(messages))
        assert memory.measure(Effort(messages=7)).cpu == {name: [7.0] for name in memory.COMPOSERS}
