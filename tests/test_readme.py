"""What the READMEs show is so, as far as running their Python does not prove it."""

import re
from pathlib import Path
from typing import Any

from msgkit import Library, Message
from msgkit.preview import as_text

ROOT = Path(__file__).parent.parent
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def composed(code: str) -> Any:
    """Run a block and return the message that it makes."""
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own README
    return names["message"]


def test_the_short_form_is_the_long_one() -> None:
    """The fluent lines make exactly the nested JSON that they replace."""
    nested, fluent, *_ = blocks(ENGLISH, "python")
    assert composed(fluent).to_dict() == composed(nested)
    assert Message.from_dict(composed(nested)) == composed(fluent)


def test_quick_start() -> None:
    """The quick start is two lines for a shell, to run and to test, and the same two in both languages."""
    section = ENGLISH.split("\n## Quick start\n")[1].split("\n## ")[0]
    commands = blocks(section, "sh")
    assert [command.count("\n") for command in commands] == [1, 1]
    assert commands[0].endswith("msgkit demo\n")
    assert commands[1].endswith("pytest -n auto\n")
    assert blocks(CHINESE, "sh") == commands


def test_both_show_the_same_code() -> None:
    """Both READMEs show the same Python, but for the nested JSON and for what is said in comments."""
    english, chinese = (re.sub("  # .*", "", "".join(blocks(text, "python"))) for text in (ENGLISH, CHINESE))
    assert chinese == english.removeprefix(blocks(ENGLISH, "python")[0])


def test_the_preview_is_the_one_shown() -> None:
    """What the READMEs show of a template is what the customer would see."""
    template = Library(ROOT / "examples" / "templates")["refund/rejected"]
    seen = as_text(template.render(**{**template.examples, "order_no": "42"}))
    command = "$ msgkit preview examples/templates/refund/rejected.json --var order_no=42"
    for text in (ENGLISH, CHINESE):
        assert blocks(text, "console")[0] == f"{command}\n{seen}\n"
