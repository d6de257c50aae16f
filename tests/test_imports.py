"""What importing costs, and which way the doors open."""

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import msgkit

PACKAGE = Path(msgkit.__file__).parent
NETWORK_SIDE = ("_apiv3", "_endpoints", "_pictures", "_receipt", "client", "sandbox")
CARRYING = ("requests", "urllib3", "http", "socket", "ssl")
TEMPLATE_SIDE = ("msgkit._short", "msgkit.templates", "decimal", "difflib")
HEAVY = (
    *("requests", "cryptography", "urllib3", "http.client", "ssl", "socket"),
    *("starlette", "uvicorn", "jsonschema_rs", "click", "yaml", "pytest", "hypothesis"),
)


def run(code: str) -> str:
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, cwd=PACKAGE.parent
    )
    return done.stdout


class TestCost:
    """Composing a message loads nothing of the network side.

    Which room may import which, whenever it does so, is held by import-linter; see pyproject.toml.
    """

    def test_importing(self) -> None:
        """Importing the package brings the message side, and nothing else that is large."""
        modules = json.loads(run("import json, sys, msgkit; print(json.dumps(sorted(sys.modules)))"))
        assert "msgkit.message" in modules
        assert [name for name in HEAVY if name in modules] == []
        assert [name for name in NETWORK_SIDE if f"msgkit.{name}" in modules] == []

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
        assert [name for name in TEMPLATE_SIDE if name in modules] == []

    def test_sending(self) -> None:
        """Who sends messages that were composed in code loads nothing of templates."""
        code = "import json, sys, msgkit.client._client; print(json.dumps(sorted(sys.modules)))"
        modules = json.loads(run(code))
        assert "msgkit._endpoints.replies" in modules
        assert [name for name in TEMPLATE_SIDE if name in modules] == []

    def test_templates(self) -> None:
        """A template in code loads nothing that only files, slips or fingerprints need."""
        code = (
            "import json, sys; from msgkit import Message, Template;"
            "Template(Message().text('${a}')).render(a='b');"
            "print(json.dumps(sorted(sys.modules)))"
        )
        modules = json.loads(run(code))
        assert [
            name for name in (*HEAVY, "difflib", "hashlib", "msgkit.templates._slips", "pathlib") if name in modules
        ] == []

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
        code = (
            "from msgkit import Client as C; from msgkit import *; import msgkit;"
            "print(C is Client, Text('a').text, {*msgkit.__all__} <= {*globals()})"
        )
        assert run(code).split() == ["True", "a", "True"]

    def test_folder_of_files(self) -> None:
        """What reads files comes with `Library`, and not with `Template`; both are where they are looked for."""
        code = (
            "import sys, msgkit.templates as room; before = 'pathlib' in sys.modules;"
            "print('Library' in dir(room), before, room.Library.__name__, 'pathlib' in sys.modules,"
            " hasattr(room, 'Librarian'))"
        )
        assert run(code).split() == ["True", "False", "Library", "True", "False"]


OF_AN_EXTRA = {"AsyncClient"}
"""What `from msgkit import *` must not ask for, since not everybody has it."""


class TestPublicFace:
    """What the package says it has."""

    def test_all_is_there(self) -> None:
        """Every name in `__all__` can be had, once, and is in `dir`."""
        assert len(set(msgkit.__all__)) == len(msgkit.__all__)
        assert set(msgkit.__all__) <= set(dir(msgkit))
        for name in msgkit.__all__:
            assert getattr(msgkit, name) is not None
        assert "Client" in msgkit.__all__

    def test_all_is_complete(self) -> None:
        """Every name that the package hands on is in `__all__`, and `dir` names nothing public besides modules."""
        for name in set(dir(msgkit)) - set(msgkit.__all__) - OF_AN_EXTRA:
            assert name.startswith("_") or inspect.ismodule(getattr(msgkit, name)), name

    def test_lists_agree(self) -> None:
        """What type checkers are shown, name by name, is what there is."""
        tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        shown = [alias for node in imports if node.module != "msgkit._later" for alias in node.names]
        assert all(alias.name == alias.asname for alias in shown)  # as the redundant form says: handed on
        assert sorted(alias.name for alias in shown) == sorted([*msgkit.__all__, *OF_AN_EXTRA, "__version__"])

    def test_type_checkers_know_no_other(self) -> None:
        """A name that is not there is a mistake that type checkers see: mypy reports an ignore that ignores nothing."""
        with pytest.raises(ImportError):
            from msgkit import Buton  # type: ignore[attr-defined]  # noqa: F401, PLC0415
        with pytest.raises(AttributeError):
            msgkit.Buton  # type: ignore[attr-defined]  # noqa: B018

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
