"""What `msgkit check` says of files that people got wrong: each has one mistake, which the snapshot tells whole.

The snapshot is there to be read: every entry must name the slip, stand where it is, and say what to do, in both
languages. What was meant stands in a file's first line; for files that can have no comment, in `README.md`.
"""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from msgkit.rules import RULES
from tests._cli.command import invoke

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(path.name for path in FOLDER.iterdir() if path.is_file() and path.name != "README.md")


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check from within the folder, so that no path of this machine is told."""
    monkeypatch.chdir(FOLDER)


def findings(said: str, name: str) -> list[str]:
    """Return the lines that begin a finding of a file."""
    return [line for line in said.splitlines() if line.startswith((f"{name}:", f"{name} "))]


class TestBroken:
    """One mistake in a file."""

    @pytest.mark.parametrize("name", FILES)
    def test_said(self, name: str, snapshot: SnapshotAssertion) -> None:
        """The whole of what is said of it is as it was last read and found good."""
        assert "\n".join(invoke("check", name, "--lang", lang).out for lang in ("zh", "en")) == snapshot

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_one_finding(self, name: str, lang: str) -> None:
        """One mistake is one finding, with its line and column, and with the cure of its rule."""
        (line,) = findings(out := invoke("check", name, "--lang", lang).out, name)
        rule = RULES[re.findall(r"\[([a-z0-9-]+)\]$", line)[0]]
        assert name == "wrong-ending.txt" or re.match(rf"{re.escape(name)}:\d+:\d+: ", line)
        assert f"{'怎么改：' + rule.cure_zh if lang == 'zh' else 'help: ' + rule.cure}\n" in out

    def test_cures(self) -> None:
        """All cures say what to write: none only asks to look at the place."""
        told = {
            re.findall(r"\[([a-z0-9-]+)\]$", line)[0]
            for name in FILES
            for line in findings(invoke("check", name).out, name)
        }
        assert len(FILES) > 200
        assert not {rule for rule in told if RULES[rule].cure.startswith("Look")}

    def test_meant(self) -> None:
        """Of each file it is written what the person meant."""
        told = (FOLDER / "README.md").read_text(encoding="utf-8")
        for name in FILES:
            first = (FOLDER / name).read_bytes().partition(b"\n")[0]
            assert first.startswith(b"# Meant: ") or f"| {name} |" in told, name


class TestSuggestions:
    """The word that is named instead of a wrong one."""

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("misspelt-key.yaml", "color"),
            ("misspelt-main-key.yaml", "button"),
            ("misspelt-top-key.yaml", "blocks"),
            ("capital-letter.yaml", "text"),
            ("chinese-key.yaml", "text"),
            ("chinese-key-beside.yaml", "color"),
            ("chinese-key-of-variable.yaml", "description"),
            ("chinese-top-key.yaml", "variables"),
            ("chinese-type.yaml", "date"),
            ("chinese-unit.yaml", "yuan"),
            ("chinese-enum.yaml", "horizontal"),
            ("chinese-color.yaml", "secondary"),
            ("chinese-sender.yaml", "machine"),
            ("misspelt-enum.yaml", "secondary"),
            ("misspelt-type.yaml", "date"),
            ("other-type.yaml", "text"),
            ("name-of-python.yaml", "int"),
            ("misspelt-variable.yaml", "order_no"),
            ("misspelt-chinese-variable.yaml", "订单号"),
            ("mini-program-misspelt.yaml", "appid"),
            ("buttons-with-button.yaml", "text"),
            ("faq-with-question.yaml", "text"),
            ("include-misspelt.yaml", "common/greeting"),
            ("include-with-ending.yaml", "common/greeting"),
            ("expires-chinese.yaml", "24h"),
            ("when-single-equals.yaml", 'kind == "full"'),
            ("space-in-placeholder.yaml", "${订单号}"),
            ("dash-in-placeholder.yaml", "${order_no}"),
            ("variable-with-dash.yaml", "order_no"),
            ("wire-enum.json", "IMAGE_STYLE_TYPE_WIDE"),
        ],
    )
    def test_each(self, name: str, meant: str) -> None:
        """It is the one that the person meant, in both languages."""
        assert f"did you mean {meant}?" in invoke("check", name).out
        assert f"是不是想写 {meant}？" in invoke("check", name, "--lang", "zh").out

    @pytest.mark.parametrize("name", ["faq-with-answer.yaml", "other-color.yaml", "dollar.yaml", "when-and.yaml"])
    def test_none(self, name: str) -> None:
        """Where nothing is near, nothing is named."""
        assert "did you mean" not in invoke("check", name).out
