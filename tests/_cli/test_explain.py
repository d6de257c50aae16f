"""Tests of the command ``explain``, and of the language that commands speak."""

import re
from pathlib import Path

import pytest

from msgkit.rules import MSGKIT, RULES
from tests._cli.command import run


class TestExplain:
    """``msgkit explain``."""

    def test_english(self, tmp_path: Path) -> None:
        """It says what a rule means, the cure, and which page states it."""
        done = run("explain", "four-byte-character", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        code, says, cure, source = done.stdout.splitlines()
        assert code == "four-byte-character"
        assert says.startswith("  says    has … at position … (counted from 0)")
        assert cure == f"  cure    {RULES[code].cure}"
        assert source == "  source  WeChat Pay documentation, APIv3 接口规则"

    def test_chinese(self, tmp_path: Path) -> None:
        """With ``--lang zh`` it says the same in Chinese."""
        done = run("explain", "four-byte-character", "--lang", "zh", cwd=tmp_path)
        code, says, cure, source = done.stdout.splitlines()
        assert code == "four-byte-character"
        assert says.startswith("  内容    第 … 个字")
        assert cure == f"  怎么改  {RULES[code].cure_zh}"
        assert source == "  出处    微信支付文档《APIv3 接口规则》"

    def test_by_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the option, the environment's language counts; the option goes before it."""
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        assert "怎么改" in run("explain", "empty", cwd=tmp_path).stdout
        assert "cure" in run("explain", "empty", "--lang", "en", cwd=tmp_path).stdout

    def test_our_own(self, tmp_path: Path) -> None:
        """Of a rule that the platform does not state, it says so."""
        assert RULES["empty"].source == MSGKIT
        assert "source  msgkit (WeChat Pay does not state it)" in run("explain", "empty", cwd=tmp_path).stdout

    def test_all(self, tmp_path: Path) -> None:
        """Without a code it lists every rule, a line each."""
        lines = run("explain", cwd=tmp_path).stdout.splitlines()
        assert [line.split()[0] for line in lines] == sorted(RULES)

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("too-longe", "there is no rule 'too-longe'; did you mean too-long"),
            ("TOO_LONG", "there is no rule 'TOO_LONG'"),
            ("xyzzy-plugh", "msgkit explain lists them all"),
        ],
    )
    def test_no_such_rule(self, code: str, said: str, tmp_path: Path) -> None:
        """A code that is none is met with the nearest, or with the way to the list."""
        done = run("explain", code, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


class TestLanguage:
    """``msgkit check --lang``."""

    BAD = '{"blocks": [\n{"type": "BUTTON_GROUP", "button_group": {"buttons": [{"text": "a\U0001f600"}]}}]}'

    def test_check(self, tmp_path: Path) -> None:
        """In Chinese, the place is named as a person would, and no English is left but names and codes."""
        (tmp_path / "a.json").write_text(self.BAD, encoding="utf-8")
        done = run("check", "a.json", "--lang", "zh", cwd=tmp_path)
        assert done.returncode == 1
        assert done.stderr.splitlines()[0] == "1 个文件：2 个错误，0 个警告"
        first, second = sorted(line for line in done.stdout.splitlines() if line.startswith("a.json"))
        assert re.fullmatch(r"a\.json:2:\d+: 第 1 块 · 第 1 个按钮 · 点击动作：没有写，这里必须有 \[needed\]", first)
        assert re.fullmatch(
            r"a\.json:2:\d+: 第 1 块 · 第 1 个按钮 · 文字：第 2 个字（U\+1F600）.* \[four-byte-character\]", second
        )

    def test_github(self, tmp_path: Path) -> None:
        """An annotation has line and column, and speaks the language that is asked for."""
        (tmp_path / "a.json").write_text(self.BAD, encoding="utf-8")
        english = run("check", "a.json", "--format", "github", cwd=tmp_path).stdout
        assert re.search(
            r"::error file=a\.json,line=2,col=\d+,title=needed::/blocks/0/button_group/buttons/0/action: is missing",
            english,
        )
        chinese = run("check", "a.json", "--format", "github", "--lang", "zh", cwd=tmp_path).stdout
        assert re.search(
            r"::error file=a\.json,line=2,col=\d+,title=needed::第 1 块 · 第 1 个按钮 · 点击动作：没有写", chinese
        )

    def test_unknown(self, tmp_path: Path) -> None:
        """Another language is refused with those that there are."""
        done = run("check", ".", "--lang", "fr", cwd=tmp_path)
        assert done.returncode == 2
        assert "'en', 'zh'" in done.stderr
