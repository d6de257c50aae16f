"""What the README shows is so."""

import re
from pathlib import Path
from typing import Any

import pytest

from msgkit import Message, ValidationError

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(code: str) -> dict[str, Any]:
    """Run a block and return its names."""
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own README
    return names


def test_the_short_form_is_the_long_one() -> None:
    """The fluent lines make exactly the nested JSON that they replace."""
    nested, fluent, *_ = blocks(README, "python")
    message = run(fluent)["message"]
    assert message.to_dict() == run(nested)["message"]
    assert Message.from_dict(run(nested)["message"]) == message


def test_quick_start() -> None:
    """The quick start is two lines for a shell: to run and to test."""
    section = README.split("\n## Quick start\n")[1].split("\n## ")[0]
    commands = blocks(section, "sh")
    assert [command.count("\n") for command in commands] == [1, 1]
    assert commands[0].endswith("msgkit demo\n")
    assert commands[1].endswith("pytest\n")
    assert blocks((ROOT / "README.zh-CN.md").read_text(encoding="utf-8"), "sh") == commands[:1]


def test_the_error_is_the_one_shown() -> None:
    """The error that the README shows is the one that is raised."""
    with pytest.raises(ValidationError) as caught:
        Message().text("好的😀")
    assert f"msgkit.errors.ValidationError: {caught.value}" in README.replace("\nthat UTF-8", " that UTF-8")


def test_the_chinese_code_is_the_english_code() -> None:
    """Both READMEs compose the same message."""
    (chinese, *_) = blocks((ROOT / "README.zh-CN.md").read_text(encoding="utf-8"), "python")
    composing = chinese.split("\nreceipt")[0].replace("Client, ", "")
    assert run(composing)["message"] == run(blocks(README, "python")[1])["message"]
