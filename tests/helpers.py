"""What these tests share: JSON Pointers, documents with every field, and how errors are looked at."""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import msgkit
from msgkit import Problem, ValidationError

SECRET = "张三的订单"
"""A customer's words: nothing may show them."""

EMOJI = "\U0001f600"

ABSENT = object()

FULL: dict[str, Any] = {
    "blocks": [
        {"type": "TEXT", "text": {"text": "您好", "color": "SECONDARY", "is_bold": True}},
        {"type": "IMAGE", "image": {"media_id": "m1", "image_style_type": "IMAGE_STYLE_TYPE_WIDE"}},
        {
            "type": "LINK",
            "link": {
                "text": "查看订单",
                "action": {
                    "action_type": "ACTION_TYPE_JUMP_URL",
                    "jump_url": "https://shop.example/42",
                    "action_id": "order",
                },
                "invalid_info": {"expired_time": "2015-05-20T13:29:35+08:00", "multi_clickable": False},
            },
        },
        {
            "type": "FAQ_LIST",
            "faq_list": {
                "faqs": [
                    {
                        "faq_title": "退款多久到账？",
                        "action": {
                            "action_type": "ACTION_TYPE_SEND_MESSAGE",
                            "message_info": {"content": "退款多久到账", "custom_data": "q"},
                            "action_id": "eta",
                        },
                        "faq_id": "f1",
                    }
                ]
            },
        },
        {
            "type": "BUTTON",
            "button": {
                "text": "打开小程序",
                "action": {
                    "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                    "mini_program_jump_info": {"appid": "wx1", "path": "pages/order", "text": "订单"},
                    "action_id": "open",
                },
                "invalid_info": {"expired_time": "2015-05-20T05:29:35+00:00", "multi_clickable": True},
            },
        },
        {
            "type": "BUTTON_GROUP",
            "button_group": {
                "buttons": [
                    {
                        "text": "满意",
                        "action": {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "满意"}},
                        "invalid_info": {"multi_clickable": False},
                    },
                    {
                        "text": "评价",
                        "action": {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://shop.example/rate"},
                    },
                ],
                "button_layout": "LAYOUT_VERTICAL",
                "invalid_info": {"expired_time": "2030-01-01T00:00:00-09:30"},
            },
        },
    ],
    "sender_identity": "MACHINE",
    "custom_data": "ticket=8812",
}
"""A NormalMessage that uses every field."""

FULL_REPLY: dict[str, Any] = {
    "response_content": "已与用户沟通解决",
    "response_images": ["m1", "m2"],
    "jump_url": "https://shop.example/o/42",
    "jump_url_text": "查看订单详情",
    "mini_program_jump_info": {"appid": "wx1", "path": "pages/o", "text": "我的订单"},
}
"""A plain reply that uses every field."""


def fresh(document: Any) -> Any:
    """Return a copy of JSON in which nothing is shared."""
    return json.loads(json.dumps(document))


def escaped(key: object) -> str:
    """Return a key as a JSON Pointer writes it."""
    return str(key).replace("~", "~0").replace("/", "~1")


def places(document: Any, pointer: str = "") -> Iterator[str]:
    """Yield the JSON Pointer of every value in a document, the whole first."""
    yield pointer
    if isinstance(document, dict):
        for key, value in document.items():
            yield from places(value, f"{pointer}/{escaped(key)}")
    if isinstance(document, list):
        for index, value in enumerate(document):
            yield from places(value, f"{pointer}/{index}")


def resolve(document: Any, pointer: str) -> Any:
    """Return what a JSON Pointer points to.

    Raises:
        LookupError: There is nothing.
    """
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and key.isdecimal():
            value = value[int(key)]
        else:
            raise LookupError(pointer)
    return value


def leads_somewhere(document: Any, pointer: str) -> bool:
    """Say whether a pointer, or the one to its parent where a key is missing, points into the document."""
    for each in (pointer, pointer.rpartition("/")[0]):
        try:
            resolve(document, each)
        except LookupError:
            continue
        return True
    return False


def changed(document: Any, pointer: str, value: object) -> Any:
    """Return a copy with one place changed or added; ABSENT takes it away."""
    if not pointer:
        return value
    result = fresh(document)
    above, _, last = pointer.rpartition("/")
    parent = resolve(result, above)
    key: Any = int(last) if isinstance(parent, list) else last.replace("~1", "/").replace("~0", "~")
    if value is ABSENT:
        del parent[key]
    else:
        parent[key] = value
    return result


def refused(make: Callable[..., object], *args: object, **kwargs: object) -> ValidationError:
    """Return the error that a call is refused with."""
    with pytest.raises(ValidationError) as caught:
        make(*args, **kwargs)
    assert caught.value.problems
    return caught.value


def problem(make: Callable[..., object], *args: object, **kwargs: object) -> Problem:
    """Return the one problem that a call is refused with."""
    (only,) = refused(make, *args, **kwargs).problems
    return only


def pointers(make: Callable[..., object], *args: object, **kwargs: object) -> list[str]:
    """Return the pointers of all problems that a call is refused with, sorted."""
    return sorted(p.pointer for p in refused(make, *args, **kwargs).problems)


def shown(error: BaseException) -> str:
    """Return everything that a person or a log may get to see of an error, its causes included."""
    seen = [str(error), repr(error)]
    link: BaseException | None = error
    while link is not None:
        seen += traceback.format_exception_only(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    if isinstance(error, ValidationError):
        seen += [text for p in error.problems for text in (str(p), repr(p), p.message, p.pointer)]
    return "\n".join(seen)


def pickled(value: Any, protocol: int) -> Any:
    """Return what comes back from a pickle."""
    return pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - our own pickle


PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@contextmanager
def open_to_all() -> Iterator[Path]:
    """Make a folder that is open to everybody, as those of pytest are not, and take it away again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            # For whoever runs this without being root.
            for each in sorted(folder.rglob("*")):
                each.chmod(0o755)


def as_nobody(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder as a user whom permissions bind, also where the tests are run by root.

    Args:
        folder: Where it runs.
        program: Python, which finds msgkit imported.
        arguments: Its arguments.
    """
    # The package itself, and Python's own, may be closed to others, so all is imported first.
    start = (
        "import encodings.utf_8_sig, os, sys\n"
        "import msgkit.__main__, msgkit._cli._main, msgkit._cli.check\n"
        "if os.getuid() == 0:\n"
        "    os.setgroups([])\n"
        "    os.setgid(65534)\n"
        "    os.setuid(65534)\n"
    )
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", start + program, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=folder,
        env={**os.environ, "MSGKIT_LANG": "en", "PYTHONPATH": str(Path(msgkit.__file__).parent.parent)},
    )
