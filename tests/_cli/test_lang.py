"""Tests of the language that commands speak."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from msgkit._cli._lang import of_locale
from msgkit.rules import RULES
from tests._cli.command import ROOT, invoke, run

CHINESE, ENGLISH = "怎么改", "cure"


class TestChoice:
    """What decides."""

    @pytest.mark.parametrize(
        ("variables", "said"),
        [
            ({}, ENGLISH),
            ({"LANG": "zh_CN.UTF-8"}, CHINESE),
            ({"LANG": "C.UTF-8"}, ENGLISH),
            ({"LC_MESSAGES": "zh_CN.GBK", "LANG": "en_US.UTF-8"}, CHINESE),
            ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, ENGLISH),
            ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, CHINESE),
            ({"MSGKIT_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, ENGLISH),
            ({"MSGKIT_LANG": "zh", "LC_ALL": "C"}, CHINESE),
            ({"MSGKIT_LANG": "", "LC_ALL": "zh_CN.UTF-8"}, CHINESE),
        ],
    )
    def test_without_the_option(self, variables: dict[str, str], said: str) -> None:
        """``MSGKIT_LANG`` goes before the locale, of which the first variable counts that is set, in POSIX's order."""
        assert said in invoke("explain", "empty", **variables).out

    def test_the_option(self) -> None:
        """The option goes before both."""
        assert ENGLISH in invoke("explain", "empty", "--lang", "en", MSGKIT_LANG="zh", LANG="zh_CN.UTF-8").out
        assert CHINESE in invoke("explain", "empty", "--lang", "zh", MSGKIT_LANG="en").out

    @pytest.mark.parametrize(
        ("name", "lang"),
        [
            ("Chinese (Simplified)_China", "zh"),
            ("zh-CN", "zh"),
            ("ZH_TW", "zh"),
            ("English_United States", "en"),
            ("", "en"),
        ],
    )
    def test_names(self, name: str, lang: str) -> None:
        """A locale is Chinese by its name, as POSIX or Windows writes it."""
        assert of_locale(name) == lang

    def test_the_library(self, tmp_path: Path) -> None:
        """The library's errors go by ``MSGKIT_LANG`` alone, whatever the locale is."""
        program = "import msgkit\ntry: msgkit.Text('')\nexcept msgkit.ValidationError as error: print(error)"
        for variables, said in (({"LC_ALL": "zh_CN.UTF-8"}, "must not be empty"), ({"MSGKIT_LANG": "zh"}, "不能")):
            done = subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **variables},
                capture_output=True,
                encoding="utf-8",
                cwd=tmp_path,
                check=True,
            )
            assert said in done.stdout


class TestErrors:
    """Every command says errors in the language that is asked for."""

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("explain", "four-bite-character"), "错误：没有规则“four-bite-character”，是不是 "),
            (("preview", "nothing.json"), "错误：找不到文件 nothing.json，请检查路径和文件名。"),
            (("send", "1", "nothing.json"), "错误：找不到文件 nothing.json，请检查路径和文件名。"),
            (
                ("sandbox", "--state-dir", "state"),
                "错误：{folder}/state 里有沙箱的文件或同名文件，但不能用：",
            ),
            (("complaints", "show", "1"), "错误：缺少环境变量 WECHATPAY_MCHID"),
        ],
        ids=lambda value: value[0] if isinstance(value, tuple) else "",
    )
    def test_chinese(self, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
        """In Chinese, by the option and by the locale, they are one line."""
        (tmp_path / "state").mkdir()
        (tmp_path / "state/credentials.json").write_text("{")
        done = run(*arguments, "--lang", "zh", cwd=tmp_path)
        assert done.stderr.startswith(said.format(folder=tmp_path))
        assert len(done.stderr.splitlines()) == 1
        assert "No such" not in done.stderr
        (tmp_path / "state/credentials.json").write_text("{")
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
        again = subprocess.run(
            [sys.executable, "-m", "msgkit", *arguments],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (again.returncode, again.stderr) == (done.returncode, done.stderr)

    def test_without_the_sandbox(self, tmp_path: Path) -> None:
        """So is what is missing to be installed."""
        (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError('no starlette', name='starlette')")
        done = run("demo", "--lang", "zh", cwd=tmp_path, shadow=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith("错误：缺少模块 starlette，沙箱要先安装 msgkit-wechatpay[sandbox]")

    def test_a_full_disk(self) -> None:
        """So is a disk that is full."""
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "msgkit", "explain", "--lang", "zh"],
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                check=False,
            )
        assert (done.returncode, done.stderr) == (1, "错误：输出写不出来：磁盘已满\n")

    def test_the_demonstration(self) -> None:
        """The demonstration speaks the language too."""
        assert "用户看到的样子：" in invoke("demo", "--lang", "zh").out

    def test_a_preview(self, tmp_path: Path) -> None:
        """A preview's notes are in English where nothing else is asked for."""
        (tmp_path / "a.json").write_text('{"blocks": [{"type": "TEXT", "text": {"text": "${a} ${b}"}}]}')
        done = run("preview", "a.json", "--var", "b=\U0001f600", cwd=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: no example for a; give --var a=…, or write an example under variables")
        done = run("preview", "a.json", "--var", "b=\U0001f600", "--var", "a=x", cwd=tmp_path)
        assert done.returncode == 1
        problem, where = done.stderr.splitlines()
        assert problem == "filled like this, it cannot be sent: 1 problem"
        assert where.startswith("  line 1, column 47: /blocks/0/text/text: has U+1F600 at position ")
        (tmp_path / "b.json").write_text("{")
        assert run("preview", "b.json", cwd=tmp_path).stderr == (
            "Error: b.json cannot be read: line 1, column 2: is not JSON: ends before its brackets are closed. "
            f"{RULES['json-open'].cure}\n"
        )
