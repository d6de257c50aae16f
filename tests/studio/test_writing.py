"""Writing in a folder that others write in too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from msgkit.studio.writing import opened

_LINKS = pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")


def names(folder: Path) -> list[str]:
    """Return what is in a folder."""
    return sorted(each.name for each in folder.iterdir())


def test_replace(tmp_path: Path) -> None:
    """A file is put in the place of another, with its mode, and nothing else is left."""
    (tmp_path / "a.yaml").write_bytes(b"old")
    (tmp_path / "a.yaml").chmod(0o640)
    with opened(str(tmp_path), ()) as place, place.written("a.yaml", b"new") as file:
        assert (tmp_path / "a.yaml").read_bytes() == b"old"
        file.replace()
    assert (tmp_path / "a.yaml").read_bytes() == b"new"
    assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["a.yaml"]


@pytest.mark.parametrize("has_links", [True, False])
def test_add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    """A new file gets its name where nothing has it, and else leaves what is there; on FAT, too."""
    if not has_links:
        monkeypatch.setattr(os, "link", _no_link)
    for content, is_there in ((b"first", False), (b"second", True)):
        with opened(str(tmp_path), ()) as place, place.written("a.yaml", content) as file:
            if is_there:
                with pytest.raises(FileExistsError):
                    file.add()
            else:
                file.add()
    assert (tmp_path / "a.yaml").read_bytes() == b"first"
    assert names(tmp_path) == ["a.yaml"]


def _no_link(*_: object, **__: object) -> None:
    raise PermissionError


def test_not_put(tmp_path: Path) -> None:
    """What gets no name is gone."""
    with opened(str(tmp_path), ()) as place, place.written("a.yaml", b"new"):
        assert len(names(tmp_path)) == 1
    assert names(tmp_path) == []


@_LINKS
def test_link_on_the_way(tmp_path: Path) -> None:
    """A folder is not opened through a link."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies" / "refund").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError), opened(str(tmp_path / "replies"), ("refund",)):  # noqa: PT011 - systems differ
        pass


@_LINKS
def test_replaced_by_a_link(tmp_path: Path) -> None:
    """Where another program puts a link in the place of an open folder, nothing is written where that leads."""
    outside, refund = tmp_path / "outside", tmp_path / "refund"
    outside.mkdir()
    refund.mkdir()
    with opened(str(tmp_path), ("refund",)) as place:
        refund.rename(tmp_path / "moved")
        refund.symlink_to(outside)
        with place.written("a.yaml", b"new") as file:
            file.add()
        place.make_folder("below")
    assert names(outside) == []
    assert names(tmp_path / "moved") == ["a.yaml", "below"]
