"""Tests of ``msgkit preview``: a file as the customer sees it, and what its author is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import msgkit
from msgkit import JumpUrl, Message, Reply
from msgkit.preview import Look, as_page
from tests import browser
from tests._cli.command import run

ROOT = Path(msgkit.__file__).parent.parent
EXAMPLES = sorted(path for path in (ROOT / "examples/templates").rglob("*") if path.suffix in {".json", ".yaml"})
TEMPLATE: dict[str, Any] = {
    "description": "受理",
    "message": Message().text("您好 ${name}，订单 ${order_no}").link("查看", JumpUrl("${shop}/o")).to_dict(),
    "variables": {"order_no": {"example": "42"}, "shop": {"example": "https://shop.example"}},
}
SHORT = """\
variables:
  金额: {type: money, unit: yuan, example: "128.00"}
  加急: {type: bool, example: true}
  选项: {type: list, example: [已解决]}
blocks:
  - text: 退款 ${金额} 元
  - text: 加急处理
    when: 加急
  - buttons: ${选项}
"""


def preview(folder: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the command in Chinese in a folder; return how it ends, the lines that it shows, and those that it tells."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "msgkit", "preview", *arguments, "--lang", "zh"],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a template, ``a.json``."""
    (tmp_path / "a.json").write_text(json.dumps(TEMPLATE))
    return tmp_path


class TestShown:
    """What is shown."""

    @pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
    def test_the_examples(self, path: Path) -> None:
        """Each template of the examples is shown, filled, without a remark."""
        code, shown, told = preview(path.parent, path.name)
        assert (code, told) == (0, [])
        # What others include says nothing of who writes.
        assert shown[0] == "商家" if path.parent.name == "common" else shown[0].startswith("商家 · ")
        assert [line for line in shown if "$" in line] == []

    def test_there_are_eighteen(self) -> None:
        """Those are eighteen, so that the test above leaves none out."""
        assert len(EXAMPLES) == 18

    def test_examples_and_values(self, folder: Path) -> None:
        """Values stand where they were given, and examples elsewhere."""
        assert preview(folder, "a.json", "--var", "name=张三", "--var", "order_no=7=8") == (
            0,
            ["商家", "│ 您好 张三，订单 7=8", "│ 查看 >  → https://shop.example/o"],
            [],
        )

    @pytest.mark.parametrize(
        ("name", "given", "line"),
        [
            ("quality/replacement.yaml", "pickup=", "│ 有问题的这件不用寄回。新的最晚 12月3日 发出。"),
            ("payment/mistaken.yaml", "到账日期=", "│ 我们正在核实这笔扣款"),
            (
                "account/recovered.yaml",
                "陌生设备=",
                "│ 工单 T20261130008812：尾号 8812 的账号已在 11月30日 10:15 恢复。",
            ),
            ("delivery/delayed.yaml", "cause=", "│ 订单 4200002188202411 在路上耽搁了，预计 12月2日 前送达。"),
        ],
    )
    def test_left_out(self, name: str, given: str, line: str) -> None:
        """A value that need not be given is left out where nothing is given for it, whatever its type."""
        code, shown, told = preview(ROOT / "examples/templates", name, "--var", given)
        assert (code, told) == (0, [])
        assert line in shown

    def test_not_left_out(self) -> None:
        """A value that must be given is not: nothing is no value of its type."""
        code, _, told = preview(ROOT / "examples/templates", "quality/replacement.yaml", "--var", "ships_by=")
        assert (code, told) == (2, ["错误：变量 ships_by 应为日期，例如 2026-11-28，填写的内容不是"])

    def test_neither(self, folder: Path) -> None:
        """Where a variable has neither, nothing is shown, and its author is told what to do."""
        assert preview(folder, "a.json") == (
            1,
            [],
            ["错误：变量 name 没有示例。请加上 --var name=内容，或在文件的 variables 里写上 example。"],
        )

    def test_a_bare_message(self, tmp_path: Path) -> None:
        """A bare message is shown too."""
        (tmp_path / "a.json").write_text(Message().link("查看", JumpUrl("$shop/o")).to_json())
        assert preview(tmp_path, "a.json", "--var", "shop=https://a.example") == (
            0,
            ["商家", "│ 查看 >  → https://a.example/o"],
            [],
        )

    def test_short_form(self, tmp_path: Path) -> None:
        """Of the short form what its conditions let through is shown, each list entry by a --var of its own."""
        (tmp_path / "a.yaml").write_text(SHORT, "utf-8")
        assert preview(tmp_path, "a.yaml")[1] == [
            "商家",
            "│ 退款 128.00 元",
            "│ 加急处理",
            "│ [ 已解决 ]  → 发送“已解决”",
        ]
        values = ["--var", "金额=5.5", "--var", "加急=否", "--var", "选项=满意", "--var", "选项=不满意"]
        assert preview(tmp_path, "a.yaml", *values)[1] == [
            "商家",
            "│ 退款 5.50 元",
            "│ [ 满意 ]  → 发送“满意”",
            "│ [ 不满意 ]  → 发送“不满意”",
        ]

    @pytest.mark.parametrize(
        ("value", "told"),
        [
            ("金额=5.555", "变量 金额 是金额，单位元；请写成 128.00 这样"),
            ("加急=yes", "变量 加急 应为 true 或 false，填写的内容不是"),
        ],
    )
    def test_values_of_another_type(self, tmp_path: Path, value: str, told: str) -> None:
        """A value that is none of its type is refused by the variable's name, with how it is written."""
        (tmp_path / "a.yaml").write_text(SHORT, "utf-8")
        assert preview(tmp_path, "a.yaml", "--var", value) == (2, [], [f"错误：{told}"])

    def test_library(self, tmp_path: Path) -> None:
        """What it includes is found above it, or in the library that is named."""
        for folder, text in (("near", "近"), ("far", "远")):
            (tmp_path / folder / "common").mkdir(parents=True)
            (tmp_path / folder / "common/hello.yaml").write_text(f"blocks: [{{text: {text}}}]", "utf-8")
        (tmp_path / "near/refund").mkdir()
        (tmp_path / "near/refund/a.yaml").write_text("blocks: [{include: common/hello}]")
        assert preview(tmp_path, "near/refund/a.yaml")[1] == ["商家", "│ 近"]
        assert preview(tmp_path, "near/refund/a.yaml", "--library", "far")[1] == ["商家", "│ 远"]

    def test_a_plain_reply(self, tmp_path: Path) -> None:
        """So is a plain reply."""
        reply = Reply("已处理\n谢谢").image("m1").link("查看", "https://shop.example/").mini_program("wx1", "p", "订单")
        (tmp_path / "a.json").write_text(reply.to_json())
        assert preview(tmp_path, "a.json") == (
            0,
            [
                "商家",
                "│ 已处理",
                "│ 谢谢",
                "│ [图片] m1",
                "│ 查看 >  → https://shop.example/",
                "│ 订单 >  → 小程序 wx1 p",
            ],
            [],
        )

    @pytest.mark.parametrize("value", ["张三\U0001f600", "\x1b[2J"])
    def test_any_value(self, folder: Path, value: str) -> None:
        """Whatever a value is, it is shown, and steers no terminal."""
        code, shown, told = preview(folder, "a.json", "--var", f"name={value}")
        assert shown[1].startswith("│ 您好 ")
        assert "\x1b" not in shown[1]
        assert (code, bool(told)) == ((1, True) if "张三" in value else (0, False))

    def test_what_could_not_be_sent(self, folder: Path) -> None:
        """What could not be sent is shown, told where and why, and ends with 1."""
        code, shown, told = preview(folder, "a.json", "--var", "shop=http://a", "--var", "name=张三")
        assert (code, shown[2]) == (1, "│ 查看 >  → http://a/o")
        assert told == [
            "这样填写发不出去，有 1 处要改：",
            "  第 1 行第 258 列，第 2 块 · 点击动作 · 网址：必须以 https:// 开头（填入变量 shop 之后） [not-https]",
        ]


class TestErrors:
    """What cannot be shown is told in Chinese, with the cure."""

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (("b.json",), "找不到文件 b.json，请检查路径和文件名。"),
            (
                ("n" * 300 + ".json",),
                "找不到文件 " + "n" * 300 + ".json，请检查路径和文件名。",
            ),
            (("n" * 300,), "n" * 300 + " 不是模板文件，文件名要以 .json、.yaml、.yml 结尾。"),
            ((".",), ". 是文件夹，请指定其中的一个模板文件。"),
            (("notes.md",), "notes.md 不是模板文件，文件名要以 .json、.yaml、.yml 结尾。"),
            (("a.json", "--var", "name"), "--var 要写成 名称=内容，例如 --var order_no=42；“name”不是这样写的。"),
            (("a.json", "--var", "=x"), "--var 要写成 名称=内容，例如 --var order_no=42；“=x”不是这样写的。"),
            (("a.json", "--var", "nmae=x"), "模板里没有变量 nmae，请改成模板里有的，例如 name。"),
            (("reply.json", "--var", "a=x"), "这个文件里没有变量，请去掉 --var a=…。"),
            (("still.json", "--var", "a=x"), "这个文件里没有变量，请去掉 --var a=…。"),
        ],
    )
    def test_one_sentence(self, folder: Path, arguments: tuple[str, ...], line: str) -> None:
        """Each is one sentence, after which it ends with 2: the command is wrong, and no file."""
        (folder / "reply.json").write_text(Reply("好").to_json())
        (folder / "still.json").write_text(Message().text("好").to_json())
        assert preview(folder, *arguments) == (2, [], [f"错误：{line}"])

    @pytest.mark.parametrize(
        ("name", "content", "beginning"),
        [
            ("b.json", '{"blocks": [}', "错误：b.json 打不开：不是正确的 JSON：第 1 行第 13 列，这里缺少值。"),
            (
                "b.yaml",
                "a: b: c",
                "错误：b.yaml 打不开：第 1 行第 5 列，文字里有半角冒号加空格，却没有加引号。",
            ),
            ("b.json", "5", "错误：b.json 改好才能用，有 1 处要改："),
            ("b.json", '{"response_content": ""}', "错误：b.json 改好才能用，有 1 处要改："),
            ("b.json", '{"blocks": [' + "0," * 20 + "0]}", "错误：b.json 改好才能用，有 21 处要改："),
        ],
    )
    def test_content(self, tmp_path: Path, name: str, content: str, beginning: str) -> None:
        """What is wrong in a file is told with its place, of many places ten."""
        (tmp_path / name).write_text(content)
        code, shown, told = preview(tmp_path, name)
        assert (code, shown) == (1, [])
        assert told[0].startswith(beginning)
        assert len(told) <= 12
        if name == "b.json" and len(told) > 1:
            assert all(re.fullmatch(r"  第 .+ \[[a-z-]+\]", line) for line in told[1:11])
        if len(told) == 12:
            assert told[11] == "  另有 11 处，可用 msgkit check 查看。"


class TestPage:
    """The page that is written, opened, or taken a picture of."""

    MESSAGE = Message().text("您好").image("m/1").button("好", expires=datetime(2020, 1, 1, tzinfo=UTC))

    @pytest.fixture(autouse=True)
    def message(self, tmp_path: Path) -> None:
        """Write a message, ``m.json``, with a picture and something that has expired."""
        (tmp_path / "m.json").write_text(self.MESSAGE.to_json(), "utf-8")

    def test_written(self, tmp_path: Path) -> None:
        """It is written into the file that is named, over what was there, and nothing is shown."""
        (tmp_path / "page.html").write_text("before")
        assert preview(tmp_path, "m.json", "-o", "page.html") == (0, [], [])
        assert (tmp_path / "page.html").read_text("utf-8") == as_page(self.MESSAGE, Look(now=datetime.now(UTC)))

    def test_dark(self, tmp_path: Path) -> None:
        """It is dark where that is asked for."""
        assert preview(tmp_path, "m.json", "-o", "page.html", "--dark")[0] == 0
        assert '<html lang="zh-CN" class="msgkit-dark">' in (tmp_path / "page.html").read_text("utf-8")

    @pytest.mark.slow
    @pytest.mark.parametrize("ending", ["png", "jpg", "bmp"])
    def test_pictures(self, tmp_path: Path, ending: str) -> None:
        """It shows the pictures that a client has kept in a folder, by their media ids."""
        (tmp_path / "kept").mkdir()
        (tmp_path / "kept" / f"m%2F1.{ending}").write_bytes(b"\x89PNG\r\n\x1a\n")
        assert preview(tmp_path, "m.json", "-o", "page.html", "--pictures", "kept")[0] == 0
        assert '<img src="data:image/png;base64,iVBORw0KGgo="' in (tmp_path / "page.html").read_text("utf-8")
        assert preview(tmp_path, "m.json", "-o", "page.html", "--pictures", ".")[0] == 0
        assert "<img" not in (tmp_path / "page.html").read_text("utf-8")

    def test_no_name_of_a_file(self, tmp_path: Path) -> None:
        """A media id that can name no file has no picture."""
        (tmp_path / "m.json").write_text('{"blocks": [{"type": "IMAGE", "image": {"media_id": "${m}"}}]}')
        assert preview(tmp_path, "m.json", "--var", "m=a\x01b", "-o", "page.html", "--pictures", ".")[0] == 0

    def test_what_could_not_be_sent(self, folder: Path) -> None:
        """What could not be sent is written too, told, and ends with 1."""
        code, shown, told = preview(folder, "a.json", "--var", "shop=http://a", "--var", "name=张三", "-o", "page.html")
        assert (code, shown) == (1, [])
        assert told[0] == "这样填写发不出去，有 1 处要改："
        assert "打开 http://a/o" in (folder / "page.html").read_text("utf-8")

    def test_missing_extra(self, tmp_path: Path) -> None:
        """Without its extra it says in one line what to install, in the language of the command."""
        shadow = tmp_path / "shadow"
        shadow.mkdir()
        (shadow / "jinja2.py").write_text("raise ModuleNotFoundError('no jinja2', name='jinja2')")
        for lang, said in (
            ("en", "Error: no module jinja2; HTML needs an extra: install msgkit-wechatpay[preview]"),
            ("zh", "错误：缺少模块 jinja2，生成网页要先安装 msgkit-wechatpay[preview]"),
        ):
            done = run("preview", "m.json", "-o", "page.html", "--lang", lang, cwd=tmp_path, shadow=shadow)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.startswith(said)
            assert done.stderr.count("\n") == 1

    def test_unwritten(self, tmp_path: Path) -> None:
        """Where the file cannot be written, that is told in a line."""
        assert preview(tmp_path, "m.json", "-o", "gone/page.html") == (
            1,
            [],
            ["错误：gone/page.html 写不进去：没有这个文件或文件夹"],
        )

    @pytest.mark.skipif(sys.platform == "win32", reason="there, no variable names the browser")
    def test_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is opened in the browser that the system has."""
        program = f'{sys.executable} -c \'import sys; open("opened", "w").write(sys.argv[1])\' %s'
        monkeypatch.setenv("BROWSER", program)
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        assert preview(tmp_path, "m.json", "--open") == (0, [], [])
        opened = (tmp_path / "opened").read_text()
        assert opened.startswith("file://")
        assert "您好" in Path(opened.removeprefix("file://")).read_text("utf-8")

    @pytest.mark.skipif(sys.platform == "win32", reason="there, no variable names the browser")
    def test_not_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where none opens, it is told where the page is."""
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("BROWSER", "false %s")
        monkeypatch.setenv("PATH", "/usr/bin-that-is-not-there")
        code, _, (told,) = preview(tmp_path, "m.json", "--open")
        assert code == 1
        assert re.fullmatch(r"错误：没能打开浏览器，网页在 .+\.html。", told)

    def test_no_browser(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where there is no browser that takes pictures, the cure is told."""
        monkeypatch.setenv("MSGKIT_BROWSER", "gone")
        code, _, (told,) = preview(tmp_path, "m.json", "--png", "a.png")
        assert (code, told.partition("，")[0]) == (1, "错误：环境变量 MSGKIT_BROWSER 写的是 gone")
        assert not (tmp_path / "a.png").exists()

    @pytest.mark.slow
    def test_picture(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A picture of it is written where a browser is installed."""
        monkeypatch.setenv("MSGKIT_BROWSER", browser.program())
        assert preview(tmp_path, "m.json", "--png", "a.png") == (0, [], [])
        assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
