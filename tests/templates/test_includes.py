"""What files include: what it brings, what is refused, and where files are found."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from msgkit import Library, Message, ValidationError
from msgkit.templates._loading import load_template
from msgkit.templates.checking import check

Add = Callable[[Mapping[str, str]], Path]
TEXT = "blocks:\n  - text: 您好\n"


def including(*names: str) -> str:
    """Return a file that includes others."""
    return "blocks:\n" + "".join(f"  - include: {name}\n" for name in names)


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Write files into a library."""

    def write(files: Mapping[str, str]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path

    return write


def broken(folder: Path, name: str) -> list[tuple[str, str | None]]:
    """Return what is wrong with a template of a library."""
    with pytest.raises(ValidationError) as error:
        Library(folder)[name]
    return [(problem.pointer, problem.rule) for problem in error.value.problems]


class TestBrings:
    """An include brings blocks and variables."""

    def test_blocks_and_variables(self, add: Add) -> None:
        """They stand as if they were written there; a condition holds for all of them."""
        greeting = "variables: {name: {at_most: 3}}\nblocks:\n  - text: ${name}\n  - text: 您好\n"
        folder = add({"a.yaml": "blocks:\n  - include: c/g\n    when: name\n  - text: 。\n", "c/g.yaml": greeting})
        template = Library(folder)["a"]
        assert template.render(name="张三") == Message().text("张三").text("您好").text("。")
        assert template.render(name="") == Message().text("。")
        assert template.declared["name"].at_most == 3

    def test_diamond(self, add: Add) -> None:
        """One file may come in by two ways."""
        folder = add(
            {
                "a.yaml": including("b", "c"),
                "b.json": '{"blocks": [{"include": "d"}]}',
                "c.yaml": including("d"),
                "d.yaml": TEXT,
            }
        )
        assert Library(folder)["a"].render() == Message().text("您好").text("您好")

    def test_wire_form(self, add: Add) -> None:
        """A file in the wire's form can be included too."""
        folder = add({"a.yaml": including("b"), "b.json": Message().text("您好").to_json()})
        assert Library(folder)["a"].render() == Message().text("您好")

    def test_is_written_out(self, add: Add) -> None:
        """The fingerprint is that of what it brings, and changes with it."""
        folder = add({"a.yaml": including("b"), "b.yaml": TEXT})
        before = Library(folder)["a"].fingerprint
        add({"b.yaml": "# the same\nblocks: [{text: 您好}]\n"})
        assert Library(folder)["a"].fingerprint == before
        add({"b.yaml": "blocks: [{text: 再见}]\n"})
        assert Library(folder)["a"].fingerprint != before

    @pytest.mark.parametrize(("name", "file"), [("e\u0301", "\u00e9.yaml"), ("\u00e9", "e\u0301.yaml")])
    def test_composed(self, add: Add, name: str, file: str) -> None:
        """Names are compared as NFC, however the file system writes them."""
        assert len(Library(add({"a.yaml": including(name), file: TEXT}))["a"].render()) == 1


class TestRefused:
    """What cannot be included."""

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_cycle(self, add: Add, number: int) -> None:
        """A cycle is told in each of its files, with all its names."""
        folder = add({f"n{index}.yaml": including(f"n{(index + 1) % number}") for index in range(number)})
        for index in range(number):
            with pytest.raises(ValidationError) as error:
                Library(folder)[f"n{index}"]
            (problem,) = error.value.problems
            assert (problem.pointer, problem.rule) == ("/blocks/0/include", "include-cycle")
            assert len(problem.params["names"].split(" → ")) == number + 1

    @pytest.mark.parametrize(
        "name",
        [
            "../b",
            "c/../b",
            "./b",
            "/b",
            "/etc/passwd",
            "c//b",
            "b/",
            "c\\b",
            ".b",
            "c/.b",
            "C:/b",
            "b:c",
            "a\nb",
            "",
            "\u202eb",
        ],
    )
    def test_no_name(self, add: Add, name: str) -> None:
        """A name leads from the library's folder downwards, and to nothing hidden."""
        folder = add({"a.json": json.dumps({"blocks": [{"include": name}]}), "b.yaml": TEXT})
        assert broken(folder, "a") == [("/blocks/0/include", "include-name")]

    @pytest.mark.parametrize(
        ("name", "near"), [("c/greting", "c/greeting"), ("c/greeting.yaml", "c/greeting"), ("zzz", "")]
    )
    def test_missing(self, add: Add, name: str, near: str) -> None:
        """What is not there is told with what is near, the name without its ending too."""
        path = add({"a.yaml": including(name), "c/greeting.yaml": TEXT}) / "a.yaml"
        with pytest.raises(ValidationError) as of_library:
            Library(path.parent)["a"]
        with pytest.raises(ValidationError) as of_file:
            load_template(path).template  # noqa: B018 - it raises
        for refused in (of_library, of_file):
            (problem,) = refused.value.problems
            assert (problem.rule, problem.params["near"]) == ("no-such-include", near)

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            ("variants: [{when: x, blocks: [{text: a}]}, {blocks: [{text: b}]}]\n", ("variants",)),
            (TEXT + "sent_by: machine\n", ("sent_by",)),
            (TEXT + "custom_data: d\n", ("custom_data",)),
        ],
    )
    def test_more(self, add: Add, content: str, found: tuple[str, ...]) -> None:
        """What only a file that is sent has cannot come in."""
        with pytest.raises(ValidationError) as error:
            Library(add({"a.yaml": including("b"), "b.yaml": content}))["a"]
        (problem,) = error.value.problems
        assert (problem.rule, problem.params["found"]) == ("include-more", found)

    def test_declared_otherwise(self, add: Add) -> None:
        """Both files may declare a variable, but not in two ways; what only people read may differ."""
        content = "variables: {n: {at_most: 3, example: a}}\nblocks: [{text: '${n}'}]\n"
        alike = "variables: {n: {at_most: 3, required: true, description: b}}\n" + including("b")
        folder = add({"a.yaml": alike, "c.yaml": alike.replace("3", "4"), "b.yaml": content})
        assert Library(folder)["a"].variables == {"n"}
        assert broken(folder, "c") == [("/blocks/0/include", "declared-otherwise")]

    def test_broken(self, add: Add) -> None:
        """A file in which something is wrong is told with the line."""
        folder = add(
            {"a.yaml": including("b"), "b.yaml": TEXT + "  - text: 5\n", "c.yaml": including("d"), "d.yaml": "a: [\n"}
        )
        with pytest.raises(ValidationError, match="includes 'b', in which something must be mended first: line 3"):
            Library(folder)["a"]
        assert broken(folder, "c") == [("/blocks/0/include", "include-broken")]

    def test_a_link_that_leads_out(self, add: Add, tmp_path: Path) -> None:
        """Nothing outside of the folder is read, whatever leads there."""
        folder = add({"lib/a.yaml": including("b"), "out.yaml": TEXT}) / "lib"
        (folder / "b.yaml").symlink_to(tmp_path / "out.yaml")
        with pytest.raises(ValidationError, match="leads out of the folder"):
            load_template(folder / "a.yaml").template  # noqa: B018


class TestCost:
    """However files include each other, reading them ends."""

    @pytest.mark.slow
    def test_exponential(self, add: Add) -> None:
        """Each includes the one before twice."""
        folder = add({"n0.yaml": TEXT, **{f"n{n}.yaml": including(f"n{n - 1}", f"n{n - 1}") for n in range(1, 41)}})
        started = time.monotonic()
        library = Library(folder)
        assert len(library["n10"].render()) == 1024
        assert {rule for _, rule in broken(folder, "n40")} == {"include-broken"}
        assert check([folder]).findings
        assert time.monotonic() - started < 10

    def test_chain(self, add: Add) -> None:
        """A chain may be sixteen files deep, whichever of them is read first."""
        folder = add({"n0.yaml": TEXT, **{f"n{n}.yaml": including(f"n{n - 1}") for n in range(1, 301)}})
        assert len(Library(folder)["n16"].render()) == 1
        assert broken(folder, "n17") == [("/blocks/0/include", "too-deep")]
        library = Library(folder)
        with pytest.raises(ValidationError):
            library["n300"]
        assert len(library["n16"].render()) == 1

    def test_depth_is_that_of_all_files(self, add: Add) -> None:
        """What is nested in an included file counts."""
        nested = "[{text: a}]"
        for _ in range(14):
            nested = f"[{{blocks: {nested}}}]"
        folder = add(
            {
                "b.yaml": f"blocks: {nested}\n",
                "a.yaml": including("b"),
                "c.yaml": including("a"),
                "d.yaml": including("c"),
            }
        )
        assert len(Library(folder)["c"].render()) == 1
        assert broken(folder, "d") == [("/blocks/0/include", "too-deep")]


class TestOneFile:
    """A file that is read by itself."""

    def test_nearest_folder(self, add: Add) -> None:
        """What it includes is found in the nearest folder above from which all of it is."""
        folder = add(
            {
                "x/y/a.yaml": including("y/b", "z"),
                "x/y/b.yaml": including("z"),
                "x/z.yaml": TEXT,
                "z.yaml": "blocks: [{text: no}]\n",
            }
        )
        assert load_template(folder / "x/y/a.yaml").template.render() == Message().text("您好").text("您好")

    def test_library(self, add: Add) -> None:
        """The folder may be named: then it is looked for there only."""
        folder = add({"x/a.yaml": including("b"), "x/b.yaml": TEXT, "lib/b.yaml": "blocks: [{text: 5}]\n"})
        assert not check([folder / "x/a.yaml"]).findings
        report = check([folder / "x/a.yaml"], library=folder / "lib")
        assert [finding.problem.rule for finding in report.findings] == ["include-broken"]
