"""Tests of ``msgkit render``: a file, filled, in the form that is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from msgkit import Message, Reply, SendMessage, Template
from msgkit.preview import as_code, as_page
from msgkit.templates._yaml import load

from .command import run

TEMPLATE = """\
variables:
  order_no: {example: "42"}
  name: {description: 称呼}
blocks:
  - text: ${name}您好，订单 ${order_no}
  - button: 转人工
    send: 转人工客服
    action_id: agent
sent_by: machine
"""
MESSAGE = (
    Message()
    .text("张三您好，订单 42")
    .button("转人工", SendMessage("转人工客服", action_id="agent"))
    .sent_by("MACHINE")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a template that has one variable without an example."""
    (tmp_path / "a.yaml").write_text(TEMPLATE, "utf-8")
    return tmp_path


class TestForms:
    """The forms in which it prints."""

    def test_json(self, folder: Path) -> None:
        """By default it prints the JSON that is sent."""
        done = run("render", "a.yaml", "--var", "name=张三", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert Message.from_json(done.stdout) == MESSAGE

    def test_short(self, folder: Path) -> None:
        """The short form that it prints is a template file that renders the same, and is rendered to itself."""
        done = run("render", "a.yaml", "--var", "name=张三", "--as", "short", cwd=folder)
        assert done.returncode == 0
        assert Template.from_dict(load(done.stdout)[0]).render() == MESSAGE
        (folder / "b.yaml").write_text(done.stdout, "utf-8")
        assert run("render", "b.yaml", "--as", "short", cwd=folder).stdout == done.stdout

    def test_from_the_wire(self, folder: Path) -> None:
        """A file in the wire's form becomes one in the short form: how a team moves over."""
        (folder / "old.json").write_text(MESSAGE.to_json(), "utf-8")
        done = run("render", "old.json", "--as", "short", cwd=folder)
        assert done.stdout.splitlines()[:2] == ["blocks:", "  - text: 张三您好，订单 42"]

    def test_text(self, folder: Path) -> None:
        """As text it prints what the customer sees."""
        done = run("render", "a.yaml", "--var", "name=张三", "--as", "text", cwd=folder)
        assert done.stdout.splitlines()[:2] == ["商家 · 自动回复", "│ 张三您好，订单 42"]

    def test_python(self, folder: Path) -> None:
        """As Python it prints a program that builds the message."""
        done = run("render", "a.yaml", "--var", "name=张三", "--as", "python", cwd=folder)
        assert (done.returncode, done.stdout) == (0, as_code(MESSAGE))

    def test_html(self, folder: Path) -> None:
        """As HTML it prints a page, of a plain reply too."""
        done = run("render", "a.yaml", "--var", "name=张三", "--as", "html", cwd=folder)
        assert (done.returncode, done.stdout) == (0, as_page(MESSAGE))
        (folder / "r.json").write_text(Reply("好").to_json())
        assert run("render", "r.json", "--as", "html", cwd=folder).stdout == as_page(Reply("好"))

    def test_a_plain_reply(self, folder: Path) -> None:
        """A plain reply is printed too, but for the short form and Python, which it does not have."""
        (folder / "r.json").write_text(Reply("好").to_json())
        assert json.loads(run("render", "r.json", cwd=folder).stdout) == {"response_content": "好"}
        assert run("render", "r.json", "--as", "short", cwd=folder).returncode == 2
        said = run("render", "r.json", "--as", "short", "--lang", "zh", cwd=folder)
        assert (said.returncode, said.stderr) == (2, "错误：普通回复没有短格式。\n")
        said = run("render", "r.json", "--as", "python", "--lang", "zh", cwd=folder)
        assert (said.returncode, said.stderr) == (2, "错误：普通回复没有 Python 写法。\n")


class TestRefused:
    """What is not printed."""

    def test_without_an_example(self, folder: Path) -> None:
        """A variable that has neither value nor example is named on stderr, and nothing is printed."""
        done = run("render", "a.yaml", cwd=folder)
        assert (done.returncode, done.stdout) == (1, "")
        assert "no example for name; give --var name=" in done.stderr

    def test_what_breaks_a_rule(self, folder: Path) -> None:
        """Nor is what could not be sent; the place in the file and the variable are named."""
        done = run("render", "a.yaml", "--var", "name=李\U0001f600", cwd=folder)
        assert (done.returncode, done.stdout) == (1, "")
        assert "line 5, column 11" in done.stderr
        assert "it comes from the variable name: write emoji: drop" in done.stderr

    def test_a_wrong_command(self, folder: Path) -> None:
        """An unknown variable and a file that is not there are errors of the command."""
        assert run("render", "a.yaml", "--var", "nmae=x", cwd=folder).returncode == 2
        assert run("render", "b.yaml", cwd=folder).returncode == 2
