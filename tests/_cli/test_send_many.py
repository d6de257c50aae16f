"""Tests of ``msgkit send-many``: what is refused, what goes out, and what the same command does afterwards."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import sqlite3
from pathlib import Path

import click
import pytest

from msgkit import Reply
from msgkit._cli._many.journal import Journal
from msgkit.sandbox import Sandbox
from tests._cli._many.tables import HEADER, TEMPLATE, report, table, template
from tests._cli.command import Done, invoke
from tests.network import IMMEDIATE, ORDINARY

SECRET = "张三4711"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a template, and a table of two rows for complaints that are known."""
    template(tmp_path)
    return tmp_path


@pytest.fixture
def ids(sandbox: Sandbox) -> list[str]:
    """Return complaints that take rich replies."""
    return [IMMEDIATE, *(sandbox.complaint().complaint_id for _ in range(2))]


@pytest.fixture
def rows(folder: Path, ids: list[str]) -> Path:
    """Return a table with a row for each."""
    return table(folder / "table.csv", ([each, f"{SECRET}{number}", "1.50"] for number, each in enumerate(ids)))


def send(sandbox: Sandbox, path: Path, *more: str | Path, name: str = "refund.yaml") -> Done:
    """Run the command."""
    given = path.parent / name, path, "--rate", "1000", *more
    return invoke("send-many", *given, **sandbox.credentials.environ)


def said(path: Path) -> list[dict[str, str]]:
    """Return what the report of a table says."""
    return report(path.with_name(f"{path.name}.report.csv"))


def journal_of(path: Path) -> Path:
    """Return where the journal of a table is."""
    return path.with_name(f"{path.name}.report.csv.journal")


def _broken(*_arguments: object, **_options: object) -> None:
    raise BrokenPipeError(errno.EPIPE, "Broken pipe")


class TestSent:
    """What is sent."""

    def test_every_row(self, sandbox: Sandbox, rows: Path, ids: list[str]) -> None:
        """Each row is rendered and sent once, in one call; the report has a line for each, in the table's order."""
        done = send(sandbox, rows)
        assert (done.code, done.err, done.lines[0]) == (0, "", "sent: 3")
        assert sorted(sent.complaint_id for sent in sandbox.replies) == sorted(ids)
        assert [call.endpoint for call in sandbox.calls] == ["response-immediate-service"] * 3
        by_id = {sent.complaint_id: sent for sent in sandbox.replies}
        for number, (line, each) in enumerate(zip(said(rows), ids, strict=True), 2):
            assert (line["row"], line["complaint_id"], line["state"]) == (str(number), each, "sent")
            assert (line["log_id"], line["idempotent_id"]) == (by_id[each].log_id, by_id[each].idempotent_id)
            assert (len(line["fingerprint"]), line["error"], line["cure"]) == (64, "", "")

    def test_again(self, sandbox: Sandbox, rows: Path) -> None:
        """The same command sends nothing again, and writes the same report."""
        send(sandbox, rows)
        before, calls = said(rows), len(sandbox.calls)
        assert send(sandbox, rows).code == 0
        assert (said(rows), len(sandbox.calls)) == (before, calls)

    def test_nobody_reads(self, sandbox: Sandbox, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The report is written also where what is said cannot be, as before ``| head``."""
        monkeypatch.setattr(click, "echo", _broken)
        send(sandbox, rows)
        assert [line["state"] for line in said(rows)] == ["sent"] * 3

    def test_another_purpose(self, sandbox: Sandbox, rows: Path, folder: Path) -> None:
        """The same words for another purpose go again; afresh for the same purpose they are the same replies."""
        send(sandbox, rows)
        assert send(sandbox, rows, "--new").code == 0
        assert len(sandbox.replies) == 3
        assert send(sandbox, rows, "--purpose", "again", "--report", folder / "b.csv").code == 0
        assert len(sandbox.replies) == 6

    def test_columns_that_are_no_variables(self, sandbox: Sandbox, folder: Path) -> None:
        """A row may name its merchant and its id."""
        about = sandbox.complaint(complainted_mchid="1900013511").complaint_id
        header = [*HEADER, "complainted_mchid", "idempotent_id"]
        path = table(folder / "table.csv", [[f" {about} ", "a", "1", "1900013511", "mine"]], header)
        assert send(sandbox, path).code == 0
        (sent,) = sandbox.replies
        assert (sent.body["complainted_mchid"], sent.idempotent_id) == ("1900013511", "mine")

    def test_json_lines(self, sandbox: Sandbox, folder: Path) -> None:
        """A row may be a line of JSON, its values as they are."""
        path = folder / "table.jsonl"
        path.write_text(json.dumps({"complaint_id": IMMEDIATE, "name": "a", "amount": 150}) + "\n")
        assert send(sandbox, path).code == 0
        assert "1.50" in str(sandbox.replies[0].body)

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_gbk(self, sandbox: Sandbox, folder: Path, separator: str) -> None:
        """A table may be GBK where that is said, with the separator that its header has."""
        path = folder / "table.csv"
        text = "\r\n".join(map(separator.join, [HEADER, [IMMEDIATE, "张三", "1"]]))
        path.write_bytes(text.encode("gbk"))
        assert send(sandbox, path, "--encoding", "gbk").code == 0
        assert "张三" in str(sandbox.replies[0].body)
        (folder / "table.csv.report.csv.journal").unlink()
        refused = send(sandbox, path)
        assert refused.code == 2
        assert "line 2 is no UTF-8 from its byte" in refused.out
        assert "--encoding gbk" in refused.out

    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_no_gbk(self, sandbox: Sandbox, folder: Path, mark: str) -> None:
        """UTF-8 that is said to be GBK is refused, and no mangled words are sent."""
        path = folder / "table.csv"
        path.write_text(f"{mark}complaint_id,name,amount\n{IMMEDIATE},张三,1\n", encoding="utf-8")
        done = send(sandbox, path, "--encoding", "gbk")
        assert (done.code, "leave out --encoding gbk" in done.out, sandbox.replies) == (2, True, ())

    def test_written_otherwise(self, sandbox: Sandbox, rows: Path, ids: list[str]) -> None:
        """A table that a spreadsheet saved again, its amounts written otherwise, is still the same."""
        send(sandbox, rows)
        table(rows, ([each, f"{SECRET}{number}", "1.5"] for number, each in enumerate(ids)))
        assert send(sandbox, rows).code == 0
        assert send(sandbox, rows, "--report", rows.with_name("b.csv")).code == 0
        assert len(sandbox.replies) == 3

    def test_fixed_values(self, sandbox: Sandbox, folder: Path) -> None:
        """A value that is the same in all rows may be given once, and then not in a column."""
        path = table(folder / "table.csv", [[IMMEDIATE, "a"]], ["complaint_id", "name"])
        assert send(sandbox, path, "--var", "amount=2").code == 0
        assert "2.00" in str(sandbox.replies[0].body)
        path = table(folder / "b.csv", [[IMMEDIATE, "a", "1"]])
        refused = send(sandbox, path, "--var", "amount=2")
        assert (refused.code, "--var gives it already" in refused.out) == (2, True)


class TestFindings:
    """Tables that are refused: nothing is sent, and there is no journal."""

    @pytest.mark.parametrize(
        ("row", "english", "chinese"),
        [
            (["2.002E+26", "a", "1"], "row 2, column complaint_id: a spreadsheet", "把列设为文本"),
            (["200201820200101000000000000", "a", "1"], "its last digits are lost", "把列设为文本"),
            (["", "a", "1"], "each row needs a complaint", "每行都要有投诉单号"),
            (["..", "a", "1"], "column complaint_id: /complaint_id: must not be", "不能是"),
            (["1", "1.5E+12", "1"], "column name: a spreadsheet", "name 列"),
            (["1", "", "1"], "column name: name is missing", "缺少变量 name"),
            (["1", f"{SECRET}\U0001f600", "1"], "column name: ", "name 列：第 1 块"),
            (["1", "${x}", "1"], "which a template has not filled", "没有填写的变量"),
            (["1", "a", SECRET], "column amount: ", "amount 列"),
            (["1", "a"], "it has 2 cells, and the header has 3", "有 2 个单元格"),
            (["1", "a", "1", SECRET], "it has 4 cells", "有 4 个单元格"),
        ],
    )
    def test_of_rows(self, sandbox: Sandbox, folder: Path, row: list[str], english: str, chinese: str) -> None:
        """What is wrong with a row is told by row and column in both languages; no value is shown."""
        path = table(folder / "table.csv", [row])
        for lang, words in (("en", english), ("zh", chinese)):
            done = send(sandbox, path, "--lang", lang)
            assert (done.code, len(sandbox.calls)) == (2, 0)
            assert words in done.out
            assert SECRET not in done.out + done.err
        assert not journal_of(path).exists()

    @pytest.mark.parametrize(
        ("header", "words"),
        [
            (["complaint", "name", "amount"], "column complaint: there is no such variable"),
            (["complaint_id", "nmae", "amount"], "did you mean name?"),
            (["complaint_id", "name", "name"], "column name: it stands twice"),
            (["complaint_id", "", "amount"], "column #2: it has no name"),
            (["complaint_id", "name"], "there is no column amount"),
            ([SECRET + "x y", "name", "amount"], "column #1: "),
        ],
    )
    def test_of_the_header(self, sandbox: Sandbox, folder: Path, header: list[str], words: str) -> None:
        """What is wrong with the header is told once."""
        path = table(folder / "table.csv", [["1", "a", "1"][: len(header)]] * 3, header)
        done = send(sandbox, path)
        assert (done.code, done.out.count(words)) == (2, 1)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "it is empty"),
            (b"complaint_id,name,amount\n", "there are no rows"),
            (b"complaint_id,name,amount\n1,\0,1\n", "NUL"),
            (b'complaint_id,name,amount\n1,"a,1\n', "not written as CSV"),
            (b'complaint_id,name,amount\n1,"a"b,1\n', "not written as CSV"),
            (b"complaint_id,name,amount\n1," + b"a" * 200_000 + b",1\n", "not written as CSV"),
            (b"complaint_id,name,amount\n1," + b"a" * 2_000_000 + b",1\n", "line 2 has more than"),
            ("complaint_id,name,amount\n1,a,1\n".encode("utf-16"), "no UTF-8"),
        ],
    )
    def test_of_files(self, sandbox: Sandbox, folder: Path, content: bytes, words: str) -> None:
        """A file that is no table is told, too."""
        path = folder / "table.csv"
        path.write_bytes(content)
        done = send(sandbox, path)
        assert (done.code, words in done.out) == (2, True), done

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("{", "not JSON"),
            ("[]", "must be a JSON object"),
            ('{"complaint_id": 2.5, "name": "a", "amount": 1}', "it must be a text"),
            ('{"complaint_id": true, "name": "a", "amount": 1}', "it must be a text"),
            ('{"complaint_id": "1", "name": "a", "name": "b", "amount": 1}', "stands twice"),
            ('{"complaint_id": "1", "name": "a", "amount": NaN}', "no JSON number"),
            ('{"complaint_id": "1", "name": "a", "amount": 1.5}', "column amount"),
            ('{"complaint_id": "1", "name": "a", "amuont": 1}', "did you mean amount?"),
            ("[" * 100_000, "nested too deeply"),
        ],
    )
    def test_of_json(self, sandbox: Sandbox, folder: Path, line: str, words: str) -> None:
        """So is a line that is no row."""
        path = folder / "table.jsonl"
        path.write_text(line)
        done = send(sandbox, path)
        assert (done.code, words in done.out) == (2, True), done

    def test_no_unit(self, sandbox: Sandbox, folder: Path) -> None:
        """A column of amounts whose unit the template does not say is one finding, and not one for each row."""
        template(folder, TEMPLATE.replace("unit: yuan, ", "").replace('"1.00"', "100"))
        done = send(sandbox, table(folder / "table.csv", [[IMMEDIATE, "a", "1"]] * 3))
        assert (done.code, len(done.lines)) == (2, 1)
        assert "column amount: the template does not say" in done.out

    def test_nested(self, sandbox: Sandbox, folder: Path) -> None:
        """A line that is nested without end is told in Chinese too."""
        path = folder / "table.jsonl"
        path.write_text("[" * 100_000)
        done = send(sandbox, path, "--lang", "zh")
        assert (done.code, "第 1 行：嵌套太深" in done.out) == (2, True)

    def test_the_same_row_twice(self, sandbox: Sandbox, folder: Path) -> None:
        """Two rows with one id are a finding; two replies to one complaint are none."""
        path = table(folder / "table.csv", [["1", "a", "1"], ["1", "b", "1"], ["1", "a", "1"]])
        done = send(sandbox, path)
        assert done.lines == [
            "table.csv: row 4: it is the same reply as row 2; remove one, or give each an idempotent_id of its own"
        ]

    def test_no_file(self, sandbox: Sandbox, folder: Path) -> None:
        """Neither a table that is not there nor a pipe is waited for."""
        assert "No such file" in send(sandbox, folder / "no.csv").out
        os.mkfifo(folder / "pipe.csv")
        assert "no regular file" in send(sandbox, folder / "pipe.csv").out

    @pytest.mark.parametrize("rate", ["0", "10/d", "x", "-1", "1e5"])
    def test_rates(self, sandbox: Sandbox, rows: Path, rate: str) -> None:
        """A rate that is none is refused."""
        assert send(sandbox, rows, "--rate", rate).code == 2

    @pytest.mark.parametrize("name", ["refund.yaml", "table.csv"])
    def test_a_report_in_the_place_of_something(self, sandbox: Sandbox, rows: Path, name: str) -> None:
        """Neither the report nor its journal takes the place of the table or the template."""
        path = rows.with_name(name)
        before = path.read_bytes()
        done = send(sandbox, rows, "--report", path)
        assert (done.code, f"would overwrite {path}, which is read" in done.err) == (2, True)
        assert (path.read_bytes(), sandbox.replies) == (before, ())

    def test_a_journal_in_the_place_of_the_table(self, sandbox: Sandbox, rows: Path) -> None:
        """The report's journal does not take the place of the table either."""
        path = rows.rename(rows.with_name("a.journal"))
        done = send(sandbox, path, "--report", rows.with_name("a"))
        assert (done.code, "would overwrite" in done.err) == (2, True)

    @pytest.mark.parametrize("purpose", ["", " ", "\udcff", "a\nb", "\x1b[2J"])
    def test_purposes(self, sandbox: Sandbox, rows: Path, purpose: str) -> None:
        """A purpose that is blank, as of a variable of the shell that is not set, or cannot be read is refused."""
        done = send(sandbox, rows, "--purpose", purpose)
        assert (done.code, "--purpose must be" in done.err, sandbox.calls) == (2, True, ())

    def test_no_keys(self, rows: Path) -> None:
        """Without keys nothing is begun."""
        done = invoke("send-many", rows.parent / "refund.yaml", rows)
        assert (done.code, "WECHATPAY_MCHID" in done.err, journal_of(rows).exists()) == (2, True, False)


class TestDryRun:
    """Looking first."""

    @pytest.mark.parametrize("names", ["aaaa", "baaa", "aaab", "abaa", "aaa", "bab"])
    def test_three(self, sandbox: Sandbox, folder: Path, names: str) -> None:
        """Three messages are shown, wherever the longest values are, also where all are as long."""
        path = table(folder / "table.csv", [[str(n), each * (1 + (each == "b")), "1"] for n, each in enumerate(names)])
        shown = [line for line in send(sandbox, path, "--dry-run").lines if line.startswith("Row")]
        assert (len(shown), shown[0], shown[-1]) == (3, "Row 2:", f"Row {len(names) + 1}:")

    def test_shown(self, sandbox: Sandbox, folder: Path) -> None:
        """Messages and the amounts are shown; nothing is sent, and there is no journal, nor a report."""
        path = table(
            folder / "table.csv", [["1", "甲", "3"], ["2", "乙乙乙乙", "0.5"], ["3", "丙", "12.5"], ["4", "丁", "1"]]
        )
        done = send(sandbox, path, "--dry-run")
        assert (done.code, len(sandbox.calls)) == (0, 0)
        assert done.lines[0] == "4 rows"
        assert re.fullmatch("fingerprint [0-9a-f]{64}", done.lines[1])
        assert done.lines[2] == "amount: from 0.50 yuan (row 3) to 12.50 yuan (row 4)"
        assert [line for line in done.lines if line.startswith("Row")] == ["Row 2:", "Row 3:", "Row 5:"]
        assert done.lines[-1] == "Nothing was sent."
        assert sorted(each.name for each in folder.iterdir()) == ["refund.yaml", "table.csv"]


class TestAgain:
    """What the same command does after an interruption, an error or a change."""

    def test_retryable(self, sandbox: Sandbox, rows: Path, ids: list[str]) -> None:
        """What may succeed later is tried again under the same id, and what was refused for good is not."""
        sandbox.fail_next("INVALID_REQUEST")
        sandbox.fail_next("SYSTEM_ERROR", retry_after=600)
        done = send(sandbox, rows, "--threads", "1", "--lang", "zh")
        assert done.code == 1
        assert done.lines[:5] == [
            "已发送：1",
            "失败：1",
            "  1 行：400 INVALID_REQUEST",
            "待重试：1",
            "  1 行：500 SYSTEM_ERROR",
        ]
        assert [line["state"] for line in said(rows)] == ["failed", "retryable", "sent"]
        assert said(rows)[1]["cure"] == "请再运行同一条命令"
        before = len(sandbox.calls)
        assert send(sandbox, rows).code == 1
        assert [line["state"] for line in said(rows)] == ["failed", "sent", "sent"]
        assert len(sandbox.calls) == before + 1
        assert [sent.complaint_id for sent in sandbox.replies] == [ids[2], ids[1]]

    def test_the_moment_stays(self, sandbox: Sandbox, folder: Path) -> None:
        """A row that goes again is rendered for the moment of its first attempt: the body is the same."""
        text = "blocks:\n  - text: 您好 ${name}\n  - button: 转人工\n    expires: 2h\n"
        template(folder, text)
        path = table(folder / "table.csv", [[IMMEDIATE, "a"]], ["complaint_id", "name"])
        sandbox.fail_next("SYSTEM_ERROR", retry_after=600)
        assert send(sandbox, path).code == 1
        journal = Journal(journal_of(path))
        ((begun, _),) = journal.rows()
        journal.close()
        assert send(sandbox, path).code == 0
        with sqlite3.connect(journal_of(path)) as opened:
            assert opened.execute("SELECT moment FROM rows").fetchone() == (begun.moment,)
        opened.close()

    def test_a_changed_table(self, sandbox: Sandbox, rows: Path, ids: list[str]) -> None:
        """A table that has changed is refused with the rows named; with --new it is begun afresh."""
        send(sandbox, rows)
        table(rows, [[ids[0], "other", "1.50"], [ids[2], f"{SECRET}2", "1.50"], ["9", "a", "1"], ["8", "a", "1"]])
        done = send(sandbox, rows)
        assert done.code == 2
        assert [line.strip() for line in done.err.splitlines()[1:4]] == [
            "other values or ids: row 2",
            "new: rows 4–5",
            "gone: row 3",
        ]
        assert "--new" in done.err
        assert SECRET not in done.err
        assert len(sandbox.replies) == 3

    def test_a_changed_template(self, sandbox: Sandbox, rows: Path) -> None:
        """A template that has changed is refused with the difference named, as ``msgkit diff`` says it."""
        send(sandbox, rows)
        path = rows.parent / "refund.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("已退", "退了"), encoding="utf-8")
        done = send(sandbox, rows, "--lang", "zh")
        assert done.code == 2
        assert "模板有改动" in done.err
        assert "+" in done.err
        assert "退了" in done.err

    @pytest.mark.parametrize(
        ("option", "words"), [("--purpose=b", "its purpose was refund, and is b"), ("", "merchant")]
    )
    def test_another_order(self, sandbox: Sandbox, rows: Path, option: str, words: str) -> None:
        """So is another purpose, or another merchant."""
        send(sandbox, rows)
        environ = {**sandbox.credentials.environ} | ({} if option else {"WECHATPAY_MCHID": "1900000001"})
        given: list[str | Path] = [rows.parent / "refund.yaml", rows, *([option] if option else [])]
        done = invoke("send-many", *given, **environ)
        assert (done.code, words in done.err) == (2, True)

    def test_two_at_once(self, sandbox: Sandbox, rows: Path) -> None:
        """A second run at once is refused."""
        journal = Journal(journal_of(rows))
        done = send(sandbox, rows)
        journal.close()
        assert (done.code, "another run is sending this table" in done.err, len(sandbox.calls)) == (2, True, 0)

    @pytest.mark.parametrize(
        ("content", "lang", "words"),
        [
            (b"text" * 2000, "en", "is no journal of msgkit, or is damaged"),
            (b"text" * 2000, "zh", "不是 msgkit 的日志，或者已经损坏"),
            (None, "en", "cannot be used: Is a directory"),
            (None, "zh", "不能用：这是文件夹"),
        ],
    )
    def test_no_journal(self, sandbox: Sandbox, rows: Path, content: bytes | None, lang: str, words: str) -> None:
        """A journal that is none is told in the language of the rest, and stays."""
        path = journal_of(rows)
        path.mkdir() if content is None else path.write_bytes(content)
        for more in ((), ("--new",)):
            done = send(sandbox, rows, "--lang", lang, *more)
            assert (done.code, sandbox.calls) == (2, ())
            assert words in done.err
        assert path.is_dir() if content is None else path.read_bytes() == content

    @pytest.mark.parametrize("values", [{}, {"version": "2"}, {"version": "\x1b[2J"}])
    def test_another_version(self, sandbox: Sandbox, rows: Path, values: dict[str, str]) -> None:
        """A journal of another msgkit is not gone on with."""
        send(sandbox, rows)
        with contextlib.closing(sqlite3.connect(journal_of(rows))) as file:
            file.execute("DELETE FROM meta WHERE name = 'version'")
            file.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
            file.commit()
        done = send(sandbox, rows)
        assert (done.code, "begun by another version of msgkit" in done.err) == (2, True)

    def test_an_empty_journal(self, sandbox: Sandbox, rows: Path) -> None:
        """An empty file that a crash left is no journal; any other file is left alone."""
        journal_of(rows).touch()
        assert send(sandbox, rows).code == 0
        other = rows.with_name("b.csv")
        shutil.copy(rows, other)
        journal_of(other).write_text("mine " * 1000)
        assert (send(sandbox, other).code, journal_of(other).read_text()) == (2, "mine " * 1000)

    def test_no_words_are_kept(self, sandbox: Sandbox, rows: Path) -> None:
        """The journal holds nothing that a customer could be known by but the complaint's id."""
        send(sandbox, rows)
        assert SECRET.encode() not in journal_of(rows).read_bytes()


class TestPlain:
    """Plain replies, which have no id."""

    @pytest.fixture
    def plain(self, folder: Path, ids: list[str]) -> Path:
        """Return a table beside a plain reply."""
        (folder / "reply.json").write_text(Reply("已处理").to_json())
        return table(folder / "table.csv", [[each] for each in ids], ["complaint_id"])

    def test_unclear(self, sandbox: Sandbox, plain: Path) -> None:
        """One that may have been sent is told, and goes again only where that is asked for."""
        sandbox.fail_next("NO_ANSWER")
        done = send(sandbox, plain, "--threads", "1", name="reply.json")
        assert (done.code, "unclear: 1" in done.out, len(sandbox.replies)) == (1, True, 3)
        line = said(plain)[0]
        assert (line["state"], line["idempotent_id"]) == ("unclear", "")
        assert "--retry-unclear" in line["cure"]
        assert send(sandbox, plain, name="reply.json").code == 1
        assert send(sandbox, plain, "--new", name="reply.json").code == 1
        assert len(sandbox.replies) == 3
        assert send(sandbox, plain, "--retry-unclear", name="reply.json").code == 0
        assert len(sandbox.replies) == 4

    def test_an_id(self, sandbox: Sandbox, plain: Path) -> None:
        """It takes no idempotent_id."""
        table(plain, [["1", "mine"]], ["complaint_id", "idempotent_id"])
        done = send(sandbox, plain, name="reply.json")
        assert (done.code, "a plain reply has no idempotent_id" in done.out) == (2, True)

    def test_plain_too(self, sandbox: Sandbox, folder: Path) -> None:
        """A complaint that takes no rich reply gets a plain one, which is not doubled afterwards."""
        path = table(folder / "table.csv", [[IMMEDIATE, "a", "1"], [ORDINARY, "b", "1"]])
        assert send(sandbox, path).code == 1
        assert [line["state"] for line in said(path)] == ["sent", "failed"]
        assert send(sandbox, path, "--plain-too", "--new").code == 0
        assert sorted(sent.kind for sent in sandbox.replies) == ["response", "response-immediate-service"]
        assert send(sandbox, path, "--plain-too", "--new").code == 0
        assert len(sandbox.replies) == 2

    def test_plain_too_unclear(self, sandbox: Sandbox, folder: Path) -> None:
        """So is a plain one that may have been sent: not even begun afresh."""
        path = table(folder / "table.csv", [[ORDINARY, "b", "1"]])
        sandbox.fail_next("NO_ANSWER", endpoint="response")
        assert send(sandbox, path, "--plain-too").code == 1
        assert send(sandbox, path, "--plain-too", "--new").code == 1
        assert (len(sandbox.replies), said(path)[0]["state"]) == (1, "unclear")
