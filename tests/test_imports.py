"""What importing costs, and which way the doors open."""

import ast
import graphlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import msgkit

PACKAGE = Path(msgkit.__file__).parent
MESSAGE_SIDE = (
    "enums",
    "rules",
    "_printable",
    "_receipt",
    "errors",
    "actions",
    "blocks",
    "wire",
    "message",
    "reply",
    "templates",
    "_folder",
    "library",
    "_extras",
    "_yaml",
)
HELPERS = ("TYPE_CHECKING", "Any", "import_module")
NETWORK_SIDE = ("_apiv3", "_pictures", "_endpoints", "client", "sandbox")
PROTOCOL = ("_apiv3", "_pictures", "_endpoints")
CARRYING = ("requests", "urllib3", "http", "socket", "ssl")
HEAVY = ("requests", "cryptography", "urllib3", "starlette", "uvicorn", "jsonschema_rs", "click", "http.client", "ssl")


def sources(room: str) -> list[Path]:
    """Return the files of a room, which is a module or a package."""
    path = PACKAGE / room
    return sorted(path.glob("**/*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imported(source: Path) -> Iterator[str]:
    """Yield the full names that a file imports, wherever in it; of ``from a import b`` both a and a.b."""
    package = ["msgkit", *source.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *(node.module or "").split(".")]).rstrip(".")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms(source: Path) -> set[str]:
    """Return the rooms of msgkit that a file imports from."""
    return {name.split(".")[1] for name in imported(source) if name.startswith("msgkit.")}


def run(code: str) -> str:
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, cwd=PACKAGE.parent
    )
    return done.stdout


class TestCost:
    """Composing a message loads nothing of the network side."""

    def test_composing(self) -> None:
        """A message is composed and written without requests, cryptography and whatever else speaks to a network."""
        code = (
            "import json, sys, msgkit;"
            "text = msgkit.Message().text('a').to_json();"
            "msgkit.Message.from_json(text); msgkit.Reply('a').to_json(); msgkit.Message().text('a').to_reply();"
            "print(json.dumps([text, sorted(sys.modules)]))"
        )
        text, modules = json.loads(run(code))
        assert text == '{"blocks":[{"type":"TEXT","text":{"text":"a"}}]}'
        assert [name for name in HEAVY if name in modules] == []
        assert [name for name in NETWORK_SIDE if f"msgkit.{name}" in modules] == []

    def test_lazily(self) -> None:
        """The network side comes when it is first asked for."""
        code = (
            "import sys, msgkit; before = 'requests' in sys.modules;"
            "client = msgkit.Client, msgkit.Receipt; room = sys.modules['msgkit.client'];"
            "print(before, client == (room.Client, room.Receipt), 'requests' in sys.modules)"
        )
        assert run(code).split() == ["False", "True", "True"]

    def test_protocol(self) -> None:
        """What is asked, signed and believed is known without anything that could carry it."""
        code = (
            "import json, sys, msgkit._endpoints, msgkit._pictures, msgkit._apiv3.exchange;"
            "print(json.dumps(sorted(sys.modules)))"
        )
        modules = json.loads(run(code))
        assert "cryptography" in modules
        assert [name for name in CARRYING if name in modules] == []

    def test_from_import(self) -> None:
        """`from msgkit import Client` works as for any other name, and `*` gives everything that `__all__` names."""
        code = "from msgkit import Client as C; from msgkit import *; print(C is Client, Text('a').text)"
        assert run(code).split() == ["True", "a"]


class TestPublicFace:
    """What the package says it has."""

    def test_all_is_there(self) -> None:
        """Every name in `__all__` can be had, once, and is in `dir`."""
        assert len(set(msgkit.__all__)) == len(msgkit.__all__)
        assert set(msgkit.__all__) <= set(dir(msgkit))
        for name in msgkit.__all__:
            assert getattr(msgkit, name) is not None

    def test_all_is_complete(self) -> None:
        """Every name that the package hands on is in `__all__`, and `dir` names nothing public besides modules."""
        for name in set(dir(msgkit)) - set(msgkit.__all__):
            assert name.startswith("_") or inspect.ismodule(getattr(msgkit, name)) or name in HELPERS, name

    @pytest.mark.parametrize("room", ["enums", "errors", "actions", "blocks", "message", "reply"])
    def test_rooms_are_handed_on(self, room: str) -> None:
        """Every public class of a room on the message side is in `__all__`, but for a shared superclass."""
        module = getattr(msgkit, room)
        own = {
            name
            for name, value in inspect.getmembers(module, inspect.isclass)
            if value.__module__ == module.__name__ and not name.startswith("_")
        }
        assert own - {"WireEnum"} <= set(msgkit.__all__)
        assert own

    @pytest.mark.parametrize("name", ["client_", "Klient", "__wrapped__", ""])
    def test_unknown(self, name: str) -> None:
        """A name that is not there raises AttributeError and is named."""
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(msgkit, name)
        assert not hasattr(msgkit, name)

    def test_version(self) -> None:
        """The version is there to be asked for."""
        assert msgkit.__version__.split(".")[0].isdecimal()

    def test_typed(self) -> None:
        """The package says that it is typed."""
        assert (PACKAGE / "py.typed").is_file()


class TestDirection:
    """Imports run one way."""

    @pytest.mark.parametrize("room", MESSAGE_SIDE)
    def test_message_side(self, room: str) -> None:
        """A room on the message side imports none of the network side, not even inside a function."""
        assert sources(room)
        for source in sources(room):
            assert rooms(source) <= set(MESSAGE_SIDE)
            assert not {name.split(".")[0] for name in imported(source)} & set(HEAVY)

    @pytest.mark.parametrize("room", NETWORK_SIDE)
    def test_network_side_is_there(self, room: str) -> None:
        """The rooms that must not be imported exist, so that this test forbids something."""
        assert all(source.is_file() for source in sources(room))
        assert sources(room)

    @pytest.mark.parametrize("room", PROTOCOL)
    def test_protocol(self, room: str) -> None:
        """The rooms of the protocol import nothing that carries, and none of those below them."""
        below = {*NETWORK_SIDE[NETWORK_SIDE.index(room) + 1 :]}
        for source in sources(room):
            assert not rooms(source) & below
            assert not {name.split(".")[0] for name in imported(source)} & set(CARRYING)

    def test_no_circles(self) -> None:
        """The rooms of the message side can be put into an order in which each imports only earlier ones."""
        graph = {room: {r for s in sources(room) for r in rooms(s)} - {room} for room in MESSAGE_SIDE}
        order = list(graphlib.TopologicalSorter(graph).static_order())
        assert set(order) == set(MESSAGE_SIDE)
