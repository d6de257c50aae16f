"""What the studio ships of others' code: built from a lockfile, with its licences, and no larger than it need be."""

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from tests import node

EDITOR = Path(__file__).parents[2] / "editor"
STATIC = Path(str(files("msgkit"))) / "studio" / "static"
BUILT = ["editor.js", "htmx.min.js", "licences.txt"]
MOST = 1_000_000  # bytes, of all that is shipped
MOST_OF_EDITOR = 450_000  # bytes


def locked() -> dict[str, str]:
    """Return the versions of the packages that the lockfile names, but for those that only build."""
    packages = json.loads((EDITOR / "package-lock.json").read_text("utf-8"))["packages"]
    return {
        path.removeprefix("node_modules/"): package["version"]
        for path, package in packages.items()
        if path and not package.get("dev")
    }


def licensed() -> dict[str, str]:
    """Return the versions of the packages whose licences are shipped."""
    text = (STATIC / "licences.txt").read_text("utf-8")
    return dict(re.findall(r"^={80}\n(\S+) (\S+) \(.+\)\n={80}$", text, re.MULTILINE))


class TestLockfile:
    """What the bundle is made of."""

    def test_pins_what_packages_are_and_not_where_they_come_from(self) -> None:
        """The lockfile holds a digest of each package, and no address."""
        node.check_lockfile(EDITOR)
        assert "http" not in (EDITOR / "package-lock.json").read_text("utf-8")

    def test_versions_are_exact(self) -> None:
        """What is asked for is what is locked, so that nothing changes unless somebody writes it."""
        package = json.loads((EDITOR / "package.json").read_text("utf-8"))
        assert package["dependencies"].items() <= locked().items()
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())


class TestLicences:
    """What others want to be said of their code."""

    def test_name_each_package_as_it_is_locked(self) -> None:
        """All that the editor asks for is named, and nothing in another version than the lockfile's."""
        asked = json.loads((EDITOR / "package.json").read_text("utf-8"))["dependencies"]
        assert asked.items() <= licensed().items() <= locked().items()

    def test_are_whole(self) -> None:
        """Each package has a text of its own."""
        text = (STATIC / "licences.txt").read_text("utf-8")
        assert len(re.findall("permission (?:is hereby granted|to use, copy)", text, re.IGNORECASE)) == len(licensed())


class TestShipped:
    """What lies in the package."""

    def test_is_small(self) -> None:
        """All that the studio ships stays under 1 MB, and the editor under 450 KB, uncompressed."""
        sizes = {path.name: path.stat().st_size for path in STATIC.rglob("*") if path.is_file()}
        assert sum(sizes.values()) < MOST
        assert sizes["editor.js"] < MOST_OF_EDITOR

    def test_editor_needs_no_evaluation(self) -> None:
        """The editor makes no code of strings and no HTML of texts, so that a strict policy lets it run."""
        source = (STATIC / "editor.js").read_text("utf-8")
        refused = r"\beval\(|\bFunction\(|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write"
        assert re.findall(refused, source) == []

    def test_exports_one_thing(self) -> None:
        """The module exports `createEditor` alone, and imports nothing."""
        source = (STATIC / "editor.js").read_text("utf-8")
        assert len(re.findall(r"\bexport\s*[{*]", source)) == 1
        assert re.fullmatch(r"\{\w+ as createEditor\};?\s*", source.rpartition("export")[2])
        assert re.findall(r"(?:^|;)import\b|\bimport\(", source) == []


@pytest.mark.slow
class TestBuild:
    """The way from the lockfile to what is committed."""

    def test_gives_what_is_committed(self, tmp_path: Path) -> None:
        """Who installs as locked and builds gets, byte for byte, the files that are committed."""
        shutil.copytree(EDITOR, tmp_path / "files", ignore=shutil.ignore_patterns("node_modules"))
        folder = node.install(tmp_path / "files", tmp_path / "editor")
        done = node.run(folder, "node", "build.mjs", str(tmp_path / "static"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert sorted(path.name for path in (tmp_path / "static").iterdir()) == BUILT
        differ = [n for n in BUILT if (tmp_path / "static" / n).read_bytes() != (STATIC / n).read_bytes()]
        assert differ == []
