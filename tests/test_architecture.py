"""The worked examples of docs/architecture.md, performed as they stand there in a copy of the package."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"

pytestmark = pytest.mark.slow  # each copies the package and starts a process in it


@attrs.frozen
class Example:
    """What one section shows: changes of files, a fence each, and what holds after them."""

    changes: tuple[str, ...]
    proof: str


def examples() -> dict[str, Example]:
    """Return the worked examples by their headings."""
    found: dict[str, Example] = {}
    heading = ""
    changes: list[str] = []
    tokens = MarkdownIt().parse(PAGE.read_text(encoding="utf-8"))
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            heading, changes = tokens[number + 1].content, []
        elif token.type == "fence" and token.info == "diff":
            changes.append(token.content)
        elif token.type == "fence" and token.info == "py":
            found[heading] = Example(tuple(changes), token.content)
    return found


EXAMPLES = examples()


def perform(change: str, folder: Path) -> None:
    """Make a change as a reader would: find the lines that each part shows, and leave them as it says."""
    for part in re.split(r"^--- ", change, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for hunk in body.removesuffix("\n").split("\n@@\n"):
            lines = hunk.splitlines()
            before = "\n".join(line[1:] for line in lines if not line.startswith("+"))
            after = "\n".join(line[1:] for line in lines if not line.startswith("-"))
            assert not before or text.count(f"\n{before}\n") == 1, f"{name} has these lines not once:\n{before}"
            text = text.replace(f"\n{before}\n", f"\n{after}\n") if before else after + "\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def copied(folder: Path) -> Path:
    """Copy the package, and return the folder in which it is."""
    shutil.copytree(ROOT / "msgkit", folder / "msgkit", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder whose package goes before the installed one."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("MSGKIT_LANG", None)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_all_are_there() -> None:
    """There is an example for each thing that people add."""
    assert set(EXAMPLES) == {
        "Add a block",
        "Add a field",
        "Add a rule",
        "Add an error code",
        "Add an endpoint",
        "Add a command",
    }


@pytest.mark.parametrize("heading", EXAMPLES)
def test_example(heading: str, tmp_path: Path) -> None:
    """After the changes that an example shows, and not before them, what it says holds."""
    folder, example = copied(tmp_path), EXAMPLES[heading]
    assert run(folder, "-W", "error", "-c", example.proof).returncode != 0
    for change in example.changes:
        perform(change, folder)
    done = run(folder, "-W", "error", "-c", example.proof)
    assert (done.returncode, done.stderr) == (0, "")


class TestForgotten:
    """Whoever adds a block and forgets one of its places hears of it."""

    @pytest.mark.parametrize(
        ("number", "complaint"),
        [
            (0, "type: ClassVar[BlockType] = BlockType.VIDEO"),
            (1, "TypeError: no class has the type VIDEO"),
            (2, "TypeError: Video stands in no union"),
        ],
        ids=["word", "class", "union"],
    )
    def test_at_import(self, number: int, complaint: str, tmp_path: Path) -> None:
        """Without the word, the class, or its place in the union, the package cannot be imported, and says why."""
        folder = copied(tmp_path)
        changes = EXAMPLES["Add a block"].changes
        # A union that names a class which is not there is a plain NameError: both are forgotten together.
        for index, change in enumerate(changes):
            if index != number and not (number == 1 and index >= 1):
                perform(change, folder)
        done = run(folder, "-c", "from msgkit import Message")
        assert done.returncode == 1
        assert complaint in done.stderr

    @pytest.mark.parametrize(
        ("number", "module"),
        [(3, "preview/terminal.py"), (4, "preview/_view.py"), (5, "_condense.py")],
        ids=["preview", "html", "condense"],
    )
    def test_by_the_type_checker(self, number: int, module: str, tmp_path: Path) -> None:
        """Without a decision on how it looks, or on what a plain reply makes of it, just that is a type error."""
        folder = copied(tmp_path)
        for index, change in enumerate(EXAMPLES["Add a block"].changes):
            if index != number:
                perform(change, folder)
        config = f"--config-file={ROOT / 'pyproject.toml'}"
        modules = ["msgkit/preview/terminal.py", "msgkit/preview/_view.py", "msgkit/_condense.py"]
        done = run(folder, "-m", "mypy", config, "--cache-dir", str(tmp_path / "cache"), *modules)
        errors = [line for line in done.stdout.splitlines() if ": error:" in line]
        assert len(errors) == 1, done.stdout + done.stderr
        assert f"msgkit/{module}" in errors[0]
        assert '"Video"; expected "Never"' in errors[0]
