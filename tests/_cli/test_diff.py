"""Tests of ``msgkit diff``: what the customer would see differently."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .command import git, run

GREETING = "variables:\n  称呼: {example: 张三}\nblocks:\n  - text: ${称呼}您好\n"
REPLY = """\
variables:
  order_no: {example: "42"}
blocks:
  - include: common/greeting
  - text: 订单 ${order_no} 已受理
  - button: 转人工
    expires: 24h
sent_by: machine
"""


def write(folder: Path, name: str, text: str) -> None:
    """Write a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a template, which includes another; both were changed since the first commit."""
    git(tmp_path, "init", "-q", ".")
    write(tmp_path, "replies/common/greeting.yaml", GREETING)
    write(tmp_path, "replies/refund/a.yaml", REPLY)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "1")
    write(tmp_path, "replies/common/greeting.yaml", GREETING.replace("您好", "，您好"))
    write(tmp_path, "replies/refund/a.yaml", REPLY.replace("已受理", "的退款已受理").replace('"42"', '"43"'))
    return tmp_path


def changed(lines: list[str]) -> list[str]:
    """The lines that differ."""
    return [line for line in lines if line[:1] in {"+", "-"} and not line.startswith(("+++", "---"))]


class TestRevisions:
    """A file at two revisions."""

    def test_since_a_commit(self, repository: Path) -> None:
        """Each side includes what there was at its revision; both are filled with the newer examples."""
        done = run("diff", "HEAD:replies/refund/a.yaml", "replies/refund/a.yaml", cwd=repository)
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.splitlines()[:2] == ["--- HEAD:replies/refund/a.yaml", "+++ replies/refund/a.yaml"]
        assert changed(done.stdout.splitlines()) == [
            "-│ 张三您好",
            "-│ 订单 43 已受理",
            "+│ 张三，您好",
            "+│ 订单 43 的退款已受理",
        ]

    def test_between_commits(self, repository: Path) -> None:
        """Two revisions are compared whatever the files are now; expiries count from one moment on both sides."""
        git(repository, "commit", "-qam", "2")
        write(repository, "replies/refund/a.yaml", "broken: [")
        old, new = "HEAD~1:replies/refund/a.yaml", "HEAD:replies/refund/a.yaml"
        assert len(changed(run("diff", old, new, cwd=repository).stdout.splitlines())) == 4
        same = run("diff", new, new, "--lang", "zh", cwd=repository)
        assert (same.returncode, same.stdout) == (0, "用户看到的内容没有变化。\n")

    def test_from_a_folder_below(self, repository: Path) -> None:
        """A path may be written from the current folder too."""
        done = run("diff", "HEAD:refund/a.yaml", "refund/a.yaml", cwd=repository / "replies")
        assert len(changed(done.stdout.splitlines())) == 4

    @pytest.mark.parametrize(
        "argument", ["HEAD:replies/b.yaml", "nowhere:replies/refund/a.yaml", "--help:replies/refund/a.yaml"]
    )
    def test_not_there(self, repository: Path, argument: str) -> None:
        """A file or a revision that git does not know ends with 2, in a sentence."""
        done = run("diff", "--lang", "zh", "--", argument, "replies/refund/a.yaml", cwd=repository)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"错误：git 里没有 {argument}；请写成 版本:路径，路径从仓库最上层算起。\n"

    def test_broken_then(self, repository: Path) -> None:
        """What was broken at a revision is told with its place."""
        write(repository, "replies/refund/a.yaml", "blocks:\n  - txt: 您好\n")
        git(repository, "commit", "-qam", "2")
        done = run("diff", "HEAD:replies/refund/a.yaml", "HEAD~1:replies/refund/a.yaml", cwd=repository)
        assert done.returncode == 1
        assert "HEAD:replies/refund/a.yaml can be used once it is mended" in done.stderr
        assert "line 2, column 5" in done.stderr

    def test_without_git(self, repository: Path) -> None:
        """Without git, a revision is refused in a sentence, and files are compared as ever."""
        environment = {**os.environ, "PATH": str(repository)}
        done = run("diff", "HEAD:replies/refund/a.yaml", "replies/refund/a.yaml", cwd=repository, env=environment)
        assert done.returncode == 2
        assert "there is no git command" in done.stderr
        here = "replies/refund/a.yaml"
        assert run("diff", here, here, cwd=repository, env=environment).returncode == 0


class TestFiles:
    """Two files."""

    def test_forms(self, tmp_path: Path) -> None:
        """The wire's form and the short form of one message are the same to the customer."""
        write(tmp_path, "old.yaml", "blocks:\n  - {type: TEXT, text: {text: 您好, is_bold: true}}\n")
        write(tmp_path, "new.yaml", "blocks:\n  - text: 您好\n    bold: true\n")
        assert run("diff", "old.yaml", "new.yaml", cwd=tmp_path).returncode == 0

    def test_variants(self, tmp_path: Path) -> None:
        """Each variant is compared, also those that the examples do not choose."""
        text = (
            "variables:\n  paid: {type: bool, example: true}\nvariants:\n  - when: paid\n    blocks: [{text: 已付}]\n"
        )
        write(tmp_path, "old.yaml", text + "  - blocks: [{text: 未付}]\n")
        write(tmp_path, "new.yaml", text + "  - blocks: [{text: 没有付款}]\n")
        done = run("diff", "old.yaml", "new.yaml", "--lang", "zh", cwd=tmp_path)
        assert changed(done.stdout.splitlines()) == ["-│ 未付", "+│ 没有付款"]
        assert " 第 2 种回复" in done.stdout.splitlines()

    def test_what_nobody_sees(self, tmp_path: Path) -> None:
        """Where only conditions or limits differ, that is said, and they are compared."""
        write(tmp_path, "old.yaml", "variables:\n  a: {example: x}\nblocks:\n  - text: ${a}\n")
        write(tmp_path, "new.yaml", "variables:\n  a: {example: x, at_most: 3}\nblocks:\n  - text: ${a}\n    when: a\n")
        done = run("diff", "old.yaml", "new.yaml", cwd=tmp_path)
        assert done.returncode == 1
        assert "+    when: a" in done.stdout.splitlines()
        write(tmp_path, "new.yaml", "# 说明\nvariables:\n  a: {description: A, example: y}\nblocks:\n  - text: ${a}\n")
        assert run("diff", "old.yaml", "new.yaml", cwd=tmp_path).returncode == 0

    def test_without_an_example(self, tmp_path: Path) -> None:
        """A variable without an example is compared as the placeholder that it is."""
        write(tmp_path, "old.yaml", "blocks:\n  - text: ${a} 您好\n")
        write(tmp_path, "new.yaml", "blocks:\n  - text: ${a}您好\n")
        assert changed(run("diff", "old.yaml", "new.yaml", cwd=tmp_path).stdout.splitlines()) == [
            "-│ ${a} 您好",
            "+│ ${a}您好",
        ]

    def test_a_plain_reply(self, tmp_path: Path) -> None:
        """A plain reply is compared with what took its place."""
        write(tmp_path, "old.json", '{"response_content": "您好"}')
        write(tmp_path, "new.yaml", "blocks:\n  - text: 您好\n  - button: 转人工\n")
        assert changed(run("diff", "old.json", "new.yaml", cwd=tmp_path).stdout.splitlines()) == [
            "+│ [ 转人工 ]  → 发送“转人工”"
        ]
