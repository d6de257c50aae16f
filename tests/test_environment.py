"""Nothing of the environment shows where people look a name up: in help, signatures, reprs and generated pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # every name is asked for its help

ROOT = Path(__file__).parent.parent
PLANTED = "PLANTED4711SECRET"

# Everything that can be asked for help: all modules, what they make public, and what classes have.
LOOK_UP = """\
import importlib, inspect, pkgutil, pydoc, sys
import msgkit

def shown(thing):
    yield repr(thing)
    if not isinstance(thing, str):  # help() takes a text for the name of something
        yield pydoc.render_doc(thing, renderer=pydoc.plaintext)
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return
    yield from (str(signature), repr([parameter.default for parameter in signature.parameters.values()]))

def parts(module):
    names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    for name in names:
        thing = getattr(module, name)
        if inspect.ismodule(thing) and not thing.__name__.startswith("msgkit"):
            continue
        yield f"{module.__name__}.{name}", thing
        if inspect.isclass(thing) and thing.__module__.startswith("msgkit"):
            for member, value in inspect.getmembers_static(thing):
                if not member.startswith("__"):  # those stand in the help of the class
                    yield f"{module.__name__}.{name}.{member}", getattr(thing, member, value)

names = ["msgkit", *(found.name for found in pkgutil.walk_packages(msgkit.__path__, "msgkit."))]
asked = 0
for module in map(importlib.import_module, names):
    for name, thing in [(module.__name__, module), *parts(module)]:
        asked += 1
        leaks = [text for text in shown(thing) if "PLANTED" in text]
        if leaks:
            print(name)
print(f"asked {asked}", file=sys.stderr)
"""


def planted(**more: str) -> dict[str, str]:
    """Return the environment of a merchant's process, with a secret of ours and one of somebody else's in it."""
    return {**os.environ, "WECHATPAY_PRIVATE_KEY": PLANTED, "DATABASE_URL": f"db://user:{PLANTED}@db.example/", **more}


class TestEnvironment:
    """A secret is planted in the environment and looked for."""

    def test_help(self) -> None:
        """No help, signature, default or repr of any public name, or of what it has, shows it."""
        done = subprocess.run(
            [sys.executable, "-c", LOOK_UP], env=planted(), cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == []
        assert int(done.stderr.split()[-1]) > 500

    def test_the_search_finds_it(self) -> None:
        """The search would find a default that holds the environment."""
        leak = "import msgkit, os\ndef leak(cls, environ=os.environ): ...\nmsgkit.Message.leak = classmethod(leak)\n"
        done = subprocess.run(
            [sys.executable, "-c", leak + LOOK_UP], env=planted(), cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert {"msgkit.message", "msgkit.Message", "msgkit.Message.leak"} <= set(done.stdout.split())

    @pytest.mark.slow
    def test_pages(self, tmp_path: Path) -> None:
        """No generated page shows it, nor anything else that is written beside the pages."""
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(ROOT / "docs"), str(tmp_path / "html")]
        subprocess.run(command, env=planted(), cwd=tmp_path, check=True)
        pages = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert "from_env" in (tmp_path / "html" / "reference.html").read_text(encoding="utf-8")
        assert [path.name for path in pages if PLANTED.encode() in path.read_bytes()] == []
