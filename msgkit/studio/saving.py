"""Writing a template file into the studio's folder: never outside of it, and over nothing that a person did not see."""

from __future__ import annotations

import os
import re
from contextlib import AbstractContextManager
from pathlib import Path

from msgkit._language import Words
from msgkit.studio.doors import RefusedError
from msgkit.studio.entries import is_whole, stamp_of
from msgkit.studio.writing import Place, opened
from msgkit.templates import _folder
from msgkit.templates._folder import SUFFIXES, Folder, UnreadableError, composed
from msgkit.templates._reading import is_include_name
from msgkit.templates._source import LARGEST_FILE

_LONGEST_STEP = 200
"""Most bytes of a step of a name, in UTF-8: file systems take 255, with the ending and what a temporary file adds."""

_LONGEST = 400
"""Most characters of a name: Windows takes paths of 260 with the folder's own, others many more."""

# What Windows takes for a device, in any case and with any ending; and what it takes in no name.
_is_reserved = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?").fullmatch
_find_forbidden = re.compile(r'[<>"|?*]').search

NOT_THERE = Words(
    "There is no template {name} in the folder any more.",
    "文件夹里没有模板 {name}，可能已被移走。",
)
NO_FOLDER = Words(
    "No folder is open, so nothing can be saved. Start the studio with one: msgkit studio FOLDER",
    "没有打开文件夹，无法保存。请带上文件夹重新启动：msgkit studio 文件夹",
)
_CHANGED = Words(
    "{name} was changed meanwhile. Nothing was written; look at what is there now.",
    "{name} 已被修改，没有写入。请先查看现在的内容。",
)
_IS_THERE = Words(
    "There is a template {name} already. Nothing was written; choose another name, or open that one.",
    "已经有模板 {name}，没有写入。请换一个名称，或打开它来修改。",
)
_GONE = Words(
    "{name} is not there any more. Nothing was written; save it as a new template.",
    "{name} 已不存在，没有写入。请另存为新模板。",
)
_NAME = Words(
    "This name cannot be taken. Write it like refund/accepted: letters, digits and hyphens, slashes between folders,"
    " no ending.",
    "不能用这个名称。请写成 refund/accepted 这样：用字母、汉字、数字或连字符，文件夹之间用斜杠，不带扩展名。",
)
_RESERVED = Words(
    "Windows keeps the name {step} for itself; choose another.", "名称 {step} 是 Windows 保留的，请换一个。"
)
_LONG = Words("The name is too long; make it shorter.", "名称太长，请改短一些。")
_ALIKE = Words(
    "There is {other} already, which is the same name on Windows and macOS. Use that spelling, or another name.",
    "已经有 {other}，在 Windows 和 macOS 上是同一个名称。请用同样的写法，或换一个名称。",
)
_LINK = Words(
    "{step} is a link, so the file may lie elsewhere. Nothing was written; choose another folder or name.",
    "{step} 是链接，文件可能在别处，没有写入。请换一个文件夹或名称。",
)
_NO_FOLDER_THERE = Words(
    "{step} is a file and no folder. Choose another name.", "{step} 是文件，不是文件夹。请换一个名称。"
)
_LARGE = Words("The text has more than {most} bytes.", "内容超过 {most} 字节。")
_NOT_TEXT = Words("The text holds half a character; remove it.", "内容里有不完整的字符，请删掉。")
_NOT_UTF8 = Words(
    "{name} is not encoded as UTF-8, so it cannot be edited here. Save it as UTF-8 first.",
    "{name} 不是 UTF-8 编码，不能在这里编辑。请先另存为 UTF-8。",
)
_UNREADABLE = Words("{name} cannot be read: {reason}", "读不到 {name}：{reason}")
_UNWRITABLE = Words("{name} cannot be written: {reason}", "写不了 {name}：{reason}")
_ENDING = Words("Template files end in .yaml or .json.", "模板文件的扩展名是 .yaml 或 .json。")


class ChangedError(RefusedError):
    """A file is not what the person saw, so it was not overwritten.

    Attributes:
        text: What it holds now.
        stamp: Its stamp now.
    """

    def __init__(self, words: Words, name: str, text: str, stamp: str) -> None:
        super().__init__(words, name=name)
        self.text, self.stamp = text, stamp


def read(folder: Folder, name: str) -> tuple[str, str]:
    """Return the text of a file, its lines ended by line feeds alone, and its stamp.

    Raises:
        RefusedError: There is none of that name, or it cannot be read as UTF-8.
    """
    path = folder.names.get(composed(name))
    if path is None:
        raise RefusedError(NOT_THERE, name=name)
    return _text(_content(path, folder, name), name)


def save(root: Path, name: str, text: str, *, over: str | None, ending: str = ".yaml") -> tuple[Path, str]:
    """Write a file, whole or not at all.

    A file that is there keeps its own ending, its way to end lines and its mode.

    Args:
        root: The folder.
        name: The file's name, such as ``refund/accepted``; folders that are not there are made.
        text: What it is to hold.
        over: The stamp of what the person saw of it; None to write a new file.
        ending: What a new file's name ends with: ``".yaml"``, ``".yml"`` or ``".json"``.

    Returns:
        The file, and its stamp.

    Raises:
        ChangedError: It was changed since, or is there though a new one was meant.
        RefusedError: The name leads out of the folder or cannot be one on every system, stands for something else, or
            the system does not let us write.
    """
    name = composed(name)
    require_name(name)
    if ending not in SUFFIXES:
        raise RefusedError(_ENDING)
    try:
        return _save(_folder.look_through(root), name, text, over, ending)
    except (OSError, UnreadableError) as error:
        reason = str(error.flaw.problem) if isinstance(error, UnreadableError) else _folder.reason(error)
        raise RefusedError(_UNWRITABLE, name=name, reason=reason) from None


def require_name(name: str) -> None:
    """Let a name through under which a file may be on every system.

    Raises:
        RefusedError: It is none; it says why.
    """
    if len(name) > _LONGEST:
        raise RefusedError(_LONG)
    if not is_include_name(name) or _find_forbidden(name) or name.lower().endswith(SUFFIXES):
        raise RefusedError(_NAME)
    for step in name.split("/"):
        if step != step.strip() or step.endswith("."):
            raise RefusedError(_NAME)
        if len(step.encode(errors="replace")) > _LONGEST_STEP:
            raise RefusedError(_LONG)
        if _is_reserved(step):
            raise RefusedError(_RESERVED, step=step)


def _save(folder: Folder, name: str, text: str, over: str | None, ending: str) -> tuple[Path, str]:
    path = folder.names.get(name)
    content = _encoded(text)
    if path is None:
        if over is not None:
            raise RefusedError(_GONE, name=name)
        path = _parent(folder, name) / f"{name.rpartition('/')[2]}{ending}"
        _require_free(path, name, folder)
        _add(path, content, folder, name)
    else:
        _require_no_link(path, name)
        if b"\r\n" in _as_seen(path, folder, name, over):
            content = content.replace(b"\n", b"\r\n")
        _replace(path, content, folder, name, over)
    return path, stamp_of(content)


def _as_seen(path: Path, folder: Folder, name: str, over: str | None) -> bytes:
    """Return what a file holds, if that is what the person saw."""
    there = _content(path, folder, name)
    if over is None or stamp_of(there) != over:
        raise ChangedError(_IS_THERE if over is None else _CHANGED, name, *_shown(there))
    return there


def _add(path: Path, content: bytes, folder: Folder, name: str) -> None:
    with _parent_of(path, folder) as place, place.written(path.name, content) as file:
        try:
            file.add()
        except FileExistsError:  # somebody else was faster
            raise ChangedError(_IS_THERE, name, *_shown(_content(path, folder, name))) from None


def _replace(path: Path, content: bytes, folder: Folder, name: str, over: str | None) -> None:
    with _parent_of(path, folder) as place, place.written(path.name, content) as file:
        # Writing takes its time, and others may have written meanwhile.
        _as_seen(path, folder, name, over)
        file.replace()


def _parent_of(path: Path, folder: Folder) -> AbstractContextManager[Place]:
    return opened(folder.root, path.relative_to(folder.path).parts[:-1])


def _encoded(text: str) -> bytes:
    if not is_whole(text):
        raise RefusedError(_NOT_TEXT)
    content = text.replace("\r\n", "\n").encode()
    if len(content) > LARGEST_FILE:
        raise RefusedError(_LARGE, most=LARGEST_FILE)
    return content


def _parent(folder: Folder, name: str) -> Path:
    """Return the folder of a new file; those on the way that are not there are made."""
    here = folder.path
    for step in name.split("/")[:-1]:
        below = here / _spelling(here, step)
        with opened(folder.root, here.relative_to(folder.path).parts) as place:
            place.make_folder(below.name)
        _require_no_link(below, step)
        if not below.is_dir():
            raise RefusedError(_NO_FOLDER_THERE, step=step)
        here = below
    return here


def _spelling(folder: Path, step: str) -> str:
    """Return how a folder writes a name: its letters may be there in another composition, and in no other case."""
    for there in os.listdir(folder):  # noqa: PTH208 - names are all that is wanted
        if _folder.folded(there) == _folder.folded(step):
            if composed(there) != step:
                raise RefusedError(_ALIKE, other=there)
            return there
    return step


def _require_free(path: Path, name: str, folder: Folder) -> None:
    """Make sure that a name is nobody's yet, in any spelling and with any ending."""
    last = name.rpartition("/")[2]
    for there in os.listdir(path.parent):  # noqa: PTH208 - names are all that is wanted
        stem, dot, end = there.rpartition(".")
        if dot + end.lower() in SUFFIXES and _folder.folded(stem) == _folder.folded(last):
            other = (path.parent / stem).relative_to(folder.path).as_posix()
            raise RefusedError(_IS_THERE if other == name else _ALIKE, name=name, other=other)


def _require_no_link(path: Path, shown: str) -> None:
    if path.is_symlink():
        raise RefusedError(_LINK, step=shown)


def _content(path: Path, folder: Folder, name: str) -> bytes:
    try:
        content = _folder.content(path, LARGEST_FILE, folder)
    except UnreadableError as error:
        raise RefusedError(_UNREADABLE, name=name, reason=str(error.flaw.problem)) from None
    if len(content) > LARGEST_FILE:  # it is not all of it, and saving that would lose the rest
        raise RefusedError(_LARGE, most=LARGEST_FILE)
    return content


def _text(content: bytes, name: str) -> tuple[str, str]:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n"), stamp_of(content)
    except UnicodeDecodeError:
        raise RefusedError(_NOT_UTF8, name=name) from None


def _shown(content: bytes) -> tuple[str, str]:
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n"), stamp_of(content)
