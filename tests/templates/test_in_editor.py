"""Template files in an editor: yaml-language-server, which VS Code, Vim and others use, with the schema we print."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml

from msgkit.templates._reading import MAIN
from msgkit.templates._variables import Variable, VariableType
from msgkit.templates.schema import template_schema
from tests import node
from tests.templates.documents import RIGHT, WRONG
from tests.templates.language_server import LanguageServer
from tests.templates.test_schema import ROOT

FILES = Path(__file__).parent / "editor"
MODELINE = "# yaml-language-server: $schema=../template.schema.json"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the server is installed, at the version that the lockfile names."""
    folder = node.install(FILES, tmp_path_factory.mktemp("installed"))
    assert node.installed(folder, "yaml-language-server") == node.asked(FILES, "yaml-language-server")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the schema, and templates below it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "template.schema.json").write_text(template_schema(), "utf-8")
    (folder / "replies").mkdir()
    return folder


@pytest.fixture(scope="module")
def server(installed: Path, project: Path) -> Iterator[LanguageServer]:
    """The server, and files that name the schema in their first line."""
    server = LanguageServer(installed, project, MODELINE)
    yield server
    server.close()


def labels(found: dict[str, dict[str, Any]]) -> list[str]:
    """Return the labels of keys and words that are offered: those of snippets have a space."""
    return [label for label in found if " " not in label]


class TestValidation:
    """What the editor underlines."""

    def test_right(self, server: LanguageServer) -> None:
        """What the reader takes has no errors."""
        for document in RIGHT:
            assert server.errors(yaml.safe_dump(document, allow_unicode=True)) == []

    def test_wrong(self, server: LanguageServer) -> None:
        """What the reader refuses has some, each of one line."""
        for document in WRONG:
            if isinstance(document, dict):
                errors = server.errors(yaml.safe_dump(document, allow_unicode=True))
                assert errors, document
                assert max(len(message) for _, message in errors) < 160

    def test_examples(self, server: LanguageServer) -> None:
        """The examples have none."""
        for path in (ROOT / "examples/templates").rglob("*.yaml"):
            assert server.errors(path.read_text("utf-8")) == []

    @pytest.mark.parametrize(
        ("text", "errors"),
        [
            ("- txt: a", ["Property txt is not allowed.", r"写一个：text、image、.*"]),
            ("- {text: a, image: b}", ["Property image is not allowed.", "Property text is not allowed."]),
            ("- text: 42", ["这里要写文字，数字等请加引号。.*"]),
            ("- link: a", ["写一个：send、url、mini_program。.*"]),
            ("- {link: a, url: 'http://x'}", ["网址要以 https:// 开头，.*"]),
            ("- {image: a, style: broad}", [r'Value is not accepted\. Valid values: "narrow", "wide"\.']),
            ("- {button: a, expires: soon}", ["写 30m、24h、7d，.*"]),
            ("- {text: a, when: x = 1}", ["条件写成 x、.*"]),
            ("- {text: a, bold: true, is_bold: true}", ["不能与 is_bold 同时写。.*"]),
            ("- {text: a, at_most: 3}", ["at_most 要和 for 一起写。.*"]),
            ("- 您好", ["写一个主键：.*"]),
        ],
    )
    def test_errors(self, server: LanguageServer, text: str, errors: list[str]) -> None:
        """An error is one line that says what would be right, of the place where it is."""
        found = server.errors(f"blocks:\n  {text}\n")
        assert len(found) == len(errors)
        for (line, message), pattern in zip(found, errors, strict=True):
            assert line == 2
            assert re.fullmatch(pattern, message)


class TestCompletion:
    """What the editor offers."""

    @pytest.mark.parametrize("before", ["blocks:\n  - |", "blocks:\n  - te|", "variants:\n  - blocks:\n      - |"])
    def test_entry(self, server: LanguageServer, before: str) -> None:
        """An entry begins with a main key, and nothing else; whole entries are offered as snippets."""
        found = server.completions(before)
        assert labels(found) == [*MAIN]
        assert found["image"]["documentation"].startswith("图片：")
        assert "${1:满意}" in found["按钮组 buttons"]["insertText"]

    @pytest.mark.parametrize(
        ("begun", "offered"),
        [
            ("text: a", ["color", "bold", "when", "for", "at_most"]),
            ("image: a", ["style", "when", "for", "at_most"]),
            ("buttons: [a]", ["layout", "expires", "multi_clickable", "when"]),
            ("faq: [a]", ["when"]),
            ("include: a", ["when"]),
        ],
    )
    def test_beside(self, server: LanguageServer, begun: str, offered: list[str]) -> None:
        """Beside a main key only what belongs there is offered, and once."""
        assert labels(server.completions(f"blocks:\n  - {begun}\n    |")) == offered

    def test_words(self, server: LanguageServer) -> None:
        """Words are offered in small letters, with what they mean."""
        found = server.completions("variables:\n  amount:\n    type: |")
        assert labels(found) == [type_.value for type_ in VariableType]
        assert found["money"]["documentation"].startswith("金额：")
        assert labels(server.completions("blocks:\n  - image: a\n    style: |")) == ["narrow", "wide"]
        assert labels(server.completions("blocks:\n  - type: |"))[0] == "TEXT"

    def test_variable(self, server: LanguageServer) -> None:
        """A variable is offered what can be said of its type."""
        text = server.completions("variables:\n  a:\n    |")
        assert {*text} == {field.name for field in attrs.fields(Variable)} - {"unit", "format"}
        assert {*server.completions("variables:\n  a:\n    type: money\n    |")} == {*text} - {"type", "emoji"} | {
            "unit"
        }
        (snippet,) = (item for label, item in server.completions("variables:\n  |").items() if " " in label)
        assert snippet["insertText"].startswith("${1:order_no}:")

    def test_file(self, server: LanguageServer) -> None:
        """A new file is offered its keys, in the order in which a person writes them; another content is not."""
        keys = ["description", "variables", "blocks", "variants", "message", "sent_by", "custom_data"]
        assert labels(server.completions("|")) == keys
        rest = [key for key in keys if key not in ("blocks", "variants", "message")]
        assert labels(server.completions("blocks:\n  - text: a\n|")) == rest


class TestHover:
    """What the editor shows."""

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("blo|cks:\n  - text: a\n", "消息块：从上到下"),
            ("blocks:\n  - te|xt: a\n", "文字：一段话。A paragraph."),
            ("blocks:\n  - fa|q: [a]\n", "推荐问题：点一个就发送那个问题。"),
            ("blocks:\n  - text: a\n    wh|en: x\n", "条件：成立时才有这一块。"),
            ("blocks:\n  - button: a\n    expi|res: 24h\n", "何时失效：30m、24h、7d"),
            ("blocks:\n  - faq:\n      - fa|q_id: x\n        text: a\n", "问题 ID："),
            ("variables:\n  amount: {ty|pe: money}\n", "类型；不写就是文字。"),
            ("variables:\n  amou|nt: {type: money}\n", "一个变量："),
        ],
    )
    def test_key(self, server: LanguageServer, text: str, shown: str) -> None:
        """Over a key it begins with what the key is for, in Chinese."""
        assert server.hover(text).startswith(shown)

    def test_word(self, server: LanguageServer) -> None:
        """Over a word it says what each word means, that one first."""
        assert "* `money`: 金额：写成 128.00，两位小数。" in server.hover("variables:\n  a: {type: mon|ey}\n")

    def test_wire(self, server: LanguageServer) -> None:
        """Over the wire's keys it is in Chinese too."""
        assert "文字：一段话。" in server.hover("blocks:\n  - type: TEXT\n    text: {te|xt: a}\n")
        assert "何时失效" in server.hover(
            "blocks:\n  - type: BUTTON\n    button: {text: a, invalid_info: {expired_|time: a}}\n"
        )


class TestSetUp:
    """How a file finds the schema, as the documentation says."""

    @pytest.mark.parametrize(
        ("modeline", "settings"),
        [
            ("# $schema: ../template.schema.json", {}),
            ("", {"schemas": {"./template.schema.json": "replies/**/*.yaml"}}),
        ],
        ids=["line of JetBrains", "settings"],
    )
    def test_other_ways(self, installed: Path, project: Path, modeline: str, settings: dict[str, Any]) -> None:
        """The line that the JetBrains IDEs read does too, and so does the editor's own setting."""
        server = LanguageServer(installed, project, modeline, **settings)
        for _ in range(100):
            if server.completions("|"):  # it learns its settings while it answers
                break
            time.sleep(0.1)
        assert labels(server.completions("blocks:\n  - |")) == [*MAIN]
        assert server.errors("blocks:\n  - text: a\n") == []
        assert len(server.errors("blocks:\n  - text: 1\n")) == 1
        server.close()


def test_lockfile_names_no_registry() -> None:
    """Where packages come from is the matter of whoever installs them; what they are is pinned by digest."""
    node.check_lockfile(FILES)
