"""The studio's folder: what is in it, what has changed, and what may be written into it."""

from __future__ import annotations

import os
import queue
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from msgkit import Message, Reply
from msgkit.studio.doors import RefusedError
from msgkit.studio.entries import stamp_of
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.saving import ChangedError
from tests.studio.served import client_of, site_on

GOOD = "blocks:\n  - text: 您好 ${name}\nvariables:\n  name: {example: 张三}\n"
BROKEN = "blocks:\n  - txt: 您好\n"

OUTSIDE = ("", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../../b", "./a", ".a", "a/.b", "C:/a", "C:a", "\\\\x\\a")
ODD = (
    "a\\b",
    "a\0b",
    "a\nb",
    "a\u202eb",
    "a.yaml",
    "a.JSON",
    "a<b",
    'a"b',
    "a|b",
    "a?",
    "a*",
    " a",
    "a ",
    "a.",
    "a /b",
)
RESERVED = ("con", "NUL", "com1.x", "a/LPT9")


class Told:
    """What is told of changes, one after another."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()

    def __call__(self, name: str, **data: Any) -> None:
        """Hear it."""
        self._told.put((name, data))

    def next(self, name: str = "templates") -> dict[str, Any]:
        """Wait for what is told next under a name."""
        while True:
            told, data = self._told.get(timeout=20)
            if told == name:
                return data

    @property
    def is_silent(self) -> bool:
        """Whether nothing was told that nobody has heard."""
        return self._told.empty()


def put(folder: Path, name: str, text: str) -> Path:
    """Write a file that nobody is writing any more."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    os.utime(path, (time.time() - 10, time.time() - 10))
    return path


@pytest.fixture
def told() -> Told:
    """What is told."""
    return Told()


class TestEntries:
    """What a file is."""

    def test_template(self, folder: Path) -> None:
        """A template has its name, its text and its stamp, and what it says with its examples."""
        path = put(folder, "refund/accepted.yaml", GOOD)
        templates = TemplateFolder(folder)
        assert templates.names == ("refund/accepted",)
        assert "refund/accepted" in templates
        entry = templates.entry("refund/accepted")
        assert (entry.name, entry.path, entry.text) == ("refund/accepted", "refund/accepted.yaml", GOOD)
        assert entry.stamp == stamp_of(path.read_bytes())
        assert (entry.findings, entry.errors, entry.says) == ((), 0, "您好 ${name}")
        assert entry.template is not None
        assert entry.template.sample() == Message().text("您好 张三")
        assert templates.entry("refund/accepted") is entry

    def test_broken(self, folder: Path) -> None:
        """A broken file is there too, with what is wrong and where."""
        put(folder, "lost.yaml", BROKEN)
        entry = TemplateFolder(folder).entry("lost")
        assert entry.template is None
        assert [(each.file, each.rule, each.place and each.place.line) for each in entry.findings] == [
            ("lost.yaml", "no-main-key", 2)
        ]

    def test_unreadable(self, folder: Path) -> None:
        """A file that is gone by the time it is read says so; one that is no UTF-8 is shown as far as it can be."""
        path = put(folder, "gone.yaml", GOOD)
        (folder / "bytes.yaml").write_bytes(b"blocks: \xff")
        templates = TemplateFolder(folder)
        path.unlink()
        assert [finding.rule for finding in templates.entry("gone").findings] == ["cannot-be-read"]
        assert templates.entry("bytes").errors == 1
        assert "\ufffd" in templates.entry("bytes").text

    def test_plain_reply(self, folder: Path) -> None:
        """A plain reply is shown as one."""
        put(folder, "plain.json", '{"response_content": "您好"}')
        entry = TemplateFolder(folder).entry("plain")
        assert entry.reply == Reply("您好")
        assert [finding.rule for finding in entry.findings] == ["plain-reply"]

    def test_not_there(self, folder: Path) -> None:
        """A name that is none of the folder's is refused."""
        with pytest.raises(RefusedError, match=r"no template \.\./secret"):
            TemplateFolder(folder).entry("../secret")

    def test_without_a_folder(self) -> None:
        """Without a folder nothing is there and nothing can be saved, and a text can be looked at all the same."""
        templates = TemplateFolder(None)
        assert (templates.names, templates.label, templates.flaws) == ((), None, ())
        assert templates.examine("", GOOD).template is not None
        with templates.watching(), pytest.raises(RefusedError, match="msgkit studio FOLDER"):
            templates.save("a", GOOD, over=None)

    def test_examine(self, folder: Path) -> None:
        """A text is looked at as if it lay in the folder: what it includes is found, and it may not include itself."""
        put(folder, "foot.yaml", "blocks: [{text: 再见}]\n")
        templates = TemplateFolder(folder)
        entry = templates.examine("new", "blocks: [{include: foot}]")
        assert entry.template is not None
        assert entry.template.render() == Message().text("再见")
        looped = templates.examine("foot", "blocks: [{include: foot}]")
        assert [finding.rule for finding in looped.findings] == ["include-cycle"]
        assert templates.examine("new", '{"blocks": []', ".json").errors == 1

    def test_flaws(self, folder: Path) -> None:
        """Several files of one name are none of that name, and the folder says so."""
        put(folder, "a.yaml", GOOD)
        put(folder, "a.json", "{}")
        templates = TemplateFolder(folder)
        assert not templates.names
        assert [flaw.problem.rule for flaw in templates.flaws] == ["one-name"]

    @pytest.mark.skipif(os.name != "posix" or sys.platform == "darwin", reason="names are characters there")
    def test_undecodable_name(self, folder: Path) -> None:
        """A file whose name is not encoded as UTF-8, as old archives leave them, is a flaw; the others are there."""
        put(folder, "a.yaml", GOOD)
        (folder / os.fsdecode("退款.yaml".encode("gb18030"))).write_text(GOOD, encoding="utf-8")
        templates = TemplateFolder(folder)
        assert templates.names == ("a",)
        assert [flaw.problem.rule for flaw in templates.flaws] == ["cannot-be-read"]
        page = client_of(site_on(folder)).get("/zh/")
        assert page.status_code == 200
        assert "文件名不是 UTF-8 编码" in page.text


class TestChanges:
    """What has changed."""

    def test_changed(self, folder: Path, told: Told) -> None:
        """A file that has changed is read anew and told; what has not is the same as before."""
        put(folder, "a.yaml", GOOD)
        put(folder, "b.yaml", GOOD)
        templates = TemplateFolder(folder, told)
        before = {name: templates.entry(name) for name in templates.names}
        put(folder, "a.yaml", BROKEN)
        templates.refresh()
        assert told.next()["names"] == ["a"]
        assert templates.entry("a").errors == 1
        assert templates.entry("b") is before["b"]
        templates.refresh()
        assert told.is_silent

    def test_included(self, folder: Path, told: Told) -> None:
        """With a file changes what includes it, also where the file has only just come."""
        put(folder, "a.yaml", "blocks: [{include: foot}]\n")
        templates = TemplateFolder(folder, told)
        assert [finding.rule for finding in templates.entry("a").findings] == ["no-such-include"]
        put(folder, "foot.yaml", "blocks: [{text: 再见}]\n")
        templates.refresh()
        assert told.next()["names"] == ["a", "foot"]
        assert templates.entry("a").findings == ()
        put(folder, "foot.yaml", "blocks: [{text: 回见}]\n")
        templates.refresh()
        assert told.next()["names"] == ["a", "foot"]
        assert templates.entry("a").says == "回见"

    def test_half_written(self, folder: Path, told: Told) -> None:
        """A file is taken once nobody has changed it for a moment."""
        path = put(folder, "a.yaml", GOOD)
        templates = TemplateFolder(folder, told)
        path.write_text("blocks:\n  - te", encoding="utf-8")
        os.utime(path, (time.time() + 60, time.time() + 60))
        templates.refresh()
        assert told.is_silent
        assert templates.names == ("a",)
        path.write_text(BROKEN, encoding="utf-8")
        os.utime(path, (time.time() - 60, time.time() - 60))
        templates.refresh()
        assert told.next()["names"] == ["a"]

    def test_gone(self, folder: Path, told: Told) -> None:
        """A file that is gone stays for a moment, as editors put another in its place, and then is told as gone."""
        path = put(folder, "a.yaml", GOOD)
        templates = TemplateFolder(folder, told)
        path.unlink()
        templates.refresh()
        assert templates.names == ("a",)
        time.sleep(0.35)
        templates.refresh()
        assert told.next()["names"] == ["a"]
        assert not templates.names

    def test_folder_away(self, folder: Path, told: Told) -> None:
        """While the folder itself is away, what was in it stays, with a word of that; when it is back, all is well."""
        put(folder, "a.yaml", GOOD)
        templates = TemplateFolder(folder, told)
        away = folder.rename(folder.with_name("away"))
        templates.refresh()
        assert [flaw.problem.rule for flaw in templates.flaws] == ["no-folder"]
        assert templates.names == ("a",)
        away.rename(folder)
        templates.refresh()
        assert templates.flaws == ()

    def test_many(self, folder: Path, told: Told) -> None:
        """Where many have changed at once, they are told as all."""
        templates = TemplateFolder(folder, told)
        for number in range(101):
            put(folder, f"{number}.yaml", GOOD)
        templates.refresh()
        assert told.next()["names"] is None

    @pytest.mark.slow
    def test_watching(self, folder: Path, told: Told) -> None:
        """While it is watched, all files are read, and changes are found without being asked for."""
        put(folder, "a.yaml", GOOD)
        put(folder, "b.yaml", BROKEN)
        templates = TemplateFolder(folder, told)
        with templates.watching():
            assert told.next("checked") == {"number": 2}
            assert templates.wrong == ("b",)
            put(folder, "b.yaml", GOOD)
            assert told.next()["names"] == ["b"]
            assert told.next("checked") == {"number": 2}
            assert not templates.wrong

    def test_alike(self, folder: Path, told: Told) -> None:
        """A file that says nearly the same as another has a warning, as with `msgkit check`."""
        text = "blocks: [{text: 您的退款申请已受理，将在三个工作日内原路退回，请注意查收。有疑问请联系客服。}]"
        put(folder, "a.yaml", text)
        put(folder, "b.yaml", text + " # 另一份\n")
        templates = TemplateFolder(folder, told)
        with templates.watching():
            assert told.next()["names"] == ["b"]
        assert [finding.rule for finding in templates.entry("b").findings] == ["nearly-the-same"]
        assert templates.entry("a").findings == ()


class TestSaving:
    """What may be written."""

    def test_new(self, folder: Path, told: Told) -> None:
        """A new file is written with the folders to it, is there at once, and nothing else lies beside it."""
        templates = TemplateFolder(folder, told)
        stamp = templates.save("refund/新的", GOOD, over=None)
        assert (folder / "refund" / "新的.yaml").read_text(encoding="utf-8") == GOOD
        assert [each.name for each in (folder / "refund").iterdir()] == ["新的.yaml"]
        assert templates.read("refund/新的") == (GOOD, stamp)
        assert templates.names == ("refund/新的",)
        assert told.next()["names"] == ["refund/新的"]

    def test_over(self, folder: Path) -> None:
        """What the person saw is written over, and keeps its ending, its line ends and its mode."""
        path = put(folder, "a.YML", GOOD.replace("\n", "\r\n"))
        path.chmod(0o600)
        templates = TemplateFolder(folder)
        text, stamp = templates.read("a")
        assert text == GOOD
        new = templates.save("a", GOOD + "# more\n", over=stamp)
        assert path.read_bytes() == (GOOD + "# more\n").replace("\n", "\r\n").encode()
        assert path.stat().st_mode & 0o777 == 0o600
        assert templates.read("a") == (GOOD + "# more\n", new)

    @pytest.mark.parametrize("over", [None, "0" * 32])
    def test_unasked(self, folder: Path, over: str | None) -> None:
        """What the person did not see is not written over, and they are told what is there."""
        path = put(folder, "a.yaml", GOOD)
        with pytest.raises(ChangedError) as caught:
            TemplateFolder(folder).save("a", BROKEN, over=over)
        assert (caught.value.text, caught.value.stamp) == (GOOD, stamp_of(GOOD.encode()))
        assert path.read_text(encoding="utf-8") == GOOD

    @pytest.mark.parametrize("is_new", [True, False])
    def test_meanwhile(self, folder: Path, monkeypatch: pytest.MonkeyPatch, is_new: bool) -> None:
        """What another program writes while we are writing is not written over, and nothing else is left."""
        path = folder / "a.yaml"
        if not is_new:
            put(folder, "a.yaml", GOOD)
        templates, sync = TemplateFolder(folder), os.fsync

        def interfere(file: int) -> None:
            sync(file)
            path.write_text(BROKEN, encoding="utf-8")

        monkeypatch.setattr(os, "fsync", interfere)
        with pytest.raises(ChangedError) as caught:
            templates.save("a", "# ours\n", over=None if is_new else stamp_of(GOOD.encode()))
        assert caught.value.text == BROKEN
        assert path.read_text(encoding="utf-8") == BROKEN
        assert [each.name for each in folder.iterdir()] == ["a.yaml"]

    def test_too_large(self, folder: Path) -> None:
        """A file that is larger than a template may be is not handed out in part: saving that would lose the rest."""
        put(folder, "a.yaml", "#" * (1024 * 1024 + 2))
        with pytest.raises(RefusedError, match="more than"):
            TemplateFolder(folder).read("a")

    def test_gone(self, folder: Path) -> None:
        """What the person saw and is gone is not made anew unasked."""
        with pytest.raises(RefusedError, match="not there any more"):
            TemplateFolder(folder).save("a", GOOD, over="0" * 32)
        assert [*folder.iterdir()] == []

    @pytest.mark.parametrize(
        "name",
        [*OUTSIDE, *ODD, *RESERVED, "a" * 201, "字" * 67, "/".join(["a"] * 201), "\ud800"],
    )
    def test_names(self, folder: Path, name: str) -> None:
        """A name that leads out, or cannot be one on every system, is refused, and nothing is made."""
        with pytest.raises(RefusedError):
            TemplateFolder(folder).save(name, GOOD, over=None)
        assert [*folder.iterdir()] == []
        assert [each.name for each in folder.parent.iterdir()] == [folder.name]

    @pytest.mark.parametrize("name", ["Accepted", "ACCEPTED", "cafe\u0301/new", "accepted/new"])
    def test_alike(self, folder: Path, name: str) -> None:
        """A name that is another's in another case or form is refused; so is a folder where a file is."""
        put(folder, "accepted.json", "{}")
        put(folder, "accepted", "no template")
        put(folder, "Café/old.yaml", GOOD)
        with pytest.raises(RefusedError):
            TemplateFolder(folder).save(name, GOOD, over=None)

    def test_composed(self, folder: Path) -> None:
        """A name is written as keyboards write it."""
        TemplateFolder(folder).save("cafe\u0301", GOOD, over=None)
        assert [each.name for each in folder.iterdir()] == ["caf\u00e9.yaml"]

    def test_decomposed(self, folder: Path) -> None:
        """A folder that is there in another composition is the same one."""
        put(folder, "cafe\u0301/old.yaml", GOOD)
        templates = TemplateFolder(folder)
        templates.save("caf\u00e9/new", GOOD, over=None)
        assert templates.names == ("caf\u00e9/new", "caf\u00e9/old")

    def test_another_ending(self, folder: Path) -> None:
        """There is no second file of a name, with another ending."""
        put(folder, "a.yml", GOOD)
        put(folder, "a.json", "{}")
        with pytest.raises(RefusedError, match="already"):
            TemplateFolder(folder).save("a", GOOD, over=None)

    @pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
    def test_links(self, folder: Path, tmp_path: Path) -> None:
        """Nothing is written through a link, wherever it leads."""
        (tmp_path / "outside").mkdir()
        other = put(tmp_path, "outside/a.yaml", GOOD)
        (folder / "out").symlink_to(tmp_path / "outside")
        put(folder, "inside.yaml", GOOD)
        (folder / "link.yaml").symlink_to(folder / "inside.yaml")
        templates = TemplateFolder(folder)
        for name, over in (("out/new", None), ("out/a", stamp_of(GOOD.encode())), ("link", stamp_of(GOOD.encode()))):
            with pytest.raises(RefusedError):
                templates.save(name, BROKEN, over=over)
        assert [each.name for each in (tmp_path / "outside").iterdir()] == ["a.yaml"]
        assert other.read_text(encoding="utf-8") == GOOD
        assert (folder / "inside.yaml").read_text(encoding="utf-8") == GOOD

    @pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
    def test_linked_folder(self, folder: Path, tmp_path: Path) -> None:
        """The folder itself may be a link."""
        (tmp_path / "link").symlink_to(folder)
        TemplateFolder(tmp_path / "link").save("a/b", GOOD, over=None)
        assert (folder / "a" / "b.yaml").is_file()

    @pytest.mark.parametrize(("text", "said"), [("a" * (1024 * 1024 + 1), "more than"), ("\ud800", "half a character")])
    def test_texts(self, folder: Path, text: str, said: str) -> None:
        """A text that is too large for a template file, or is none, is refused."""
        with pytest.raises(RefusedError, match=said):
            TemplateFolder(folder).save("a", text, over=None)
        assert [*folder.iterdir()] == []

    def test_no_utf8(self, folder: Path) -> None:
        """A file of another encoding is not handed out as text, so that saving cannot damage it."""
        (folder / "a.yaml").write_bytes("blocks: [{text: 您好}]".encode("gb18030"))
        with pytest.raises(RefusedError, match="UTF-8"):
            TemplateFolder(folder).read("a")

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a folder that may not be written")
    def test_forbidden(self, folder: Path) -> None:
        """Where the system does not let us write, that is said."""
        folder.chmod(0o500)
        with pytest.raises(RefusedError, match="cannot be written"):
            TemplateFolder(folder).save("a", GOOD, over=None)
