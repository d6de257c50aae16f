"""The READMEs and the documentation: their Python runs, their links lead somewhere, their names are the package's."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser

import msgkit
import msgkit.sandbox
import msgkit.testing
from msgkit.sandbox import Sandbox
from tests import redis_server

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DOCS = sorted(page for folder in ("docs", "docs/zh") for page in (ROOT / folder).glob("*.md"))
PAGES = [*READMES, *DOCS]

# What the pages show beside Python; a fence without a language is output.
OTHER_LANGUAGES = {"", "console", "json", "text", "sh", "yaml", "{eval-rst}", "{toctree}"}
# Its examples are changes to the package itself, which a test of their own makes in a copy.
PERFORMED = ROOT / "docs" / "architecture.md"
SUB_MERCHANT = "1900013511"

_SYBIL = Sybil([PythonCodeBlockParser(doctest_optionflags=doctest.NORMALIZE_WHITESPACE)], pattern="*.md")


def name(page: Path) -> str:
    """Return how a page is called in the report."""
    return str(page.relative_to(ROOT))


def tokens(page: Path) -> list[Token]:
    """Return a page as CommonMark, with tables, has it."""
    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def fences(page: Path, language: str) -> list[str]:
    """Return what stands in the fences of a language."""
    return [token.content for token in tokens(page) if token.type == "fence" and token.info.strip() == language]


def words(page: Path) -> list[str]:
    """Return the texts of a page that are neither code nor addresses."""
    inner = (child for token in tokens(page) for child in token.children or ())
    return [child.content for child in inner if child.type == "text"]


def links(page: Path) -> list[str]:
    """Return where the links of a page lead to."""
    inner = (child for token in tokens(page) for child in token.children or ())
    return [str(child.attrs["href"]) for child in inner if child.type == "link_open"]


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


PYTHON_PAGES = [page for page in PAGES if fences(page, "python")]


@pytest.fixture
def folder(tmp_path: Path, wechatpay_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a reader has: a shell with the variables of ``env.sh`` in a folder with keys, templates and a picture."""
    wechatpay_sandbox.credentials.write(tmp_path)
    for variable, value in wechatpay_sandbox.credentials.environ.items():
        monkeypatch.setenv(variable, value)
    wechatpay_sandbox.complaint("200201820200101080076610002", complainted_mchid=SUB_MERCHANT)
    (tmp_path / "receipt.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(32))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def redis_too(page: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis, for a page that asks for one."""
    if "REDIS_URL" not in page.read_text(encoding="utf-8"):
        yield
        return
    with redis_server.serving(tmp_path_factory.mktemp("redis")) as url:
        monkeypatch.setenv("REDIS_URL", url)
        yield


def write_files(page: Path) -> None:
    """Write the files that a page shows under their names, which stand in their first line."""
    for content in fences(page, "yaml"):
        if found := re.match(r"# (\S+\.yaml)\n", content):
            path = Path(found[1])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


class TestPython:
    """A reader can copy it."""

    @pytest.mark.usefixtures("folder", "redis_too")
    @pytest.mark.parametrize("page", PYTHON_PAGES, ids=name)
    def test_runs(self, page: Path) -> None:
        """Read from top to bottom, every block of a page runs, with what the page itself has made before."""
        write_files(page)
        document = _SYBIL.parse(page)
        for example in document.examples():
            example.evaluate()

    @pytest.mark.slow  # each starts pytest
    @pytest.mark.usefixtures("folder")
    @pytest.mark.parametrize("page", PYTHON_PAGES, ids=name)
    def test_tests_pass(self, page: Path) -> None:
        """The tests that a page shows pass under pytest, with the plugin as it is installed, and all of them run."""
        blocks = [block for block in fences(page, "python") if not block.startswith(">>>")]
        shown = len(re.findall(r"^def test_", "\n".join(blocks), re.MULTILINE))
        if not shown:
            return
        write_files(page)
        Path("test_page.py").write_text("\n\n".join(blocks), encoding="utf-8")
        for arguments in (["--snapshot-update"], []):
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *arguments],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                env={variable: value for variable, value in os.environ.items() if not variable.startswith("PYTEST_")},
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert f"{shown} passed" in done.stdout

    @pytest.mark.parametrize("page", [page for page in PAGES if page != PERFORMED], ids=name)
    def test_none_is_left_out(self, page: Path) -> None:
        """Python stands in fences that say so, and each of them is found by what runs them."""
        found = [token for token in tokens(page) if token.type in {"fence", "code_block"}]
        assert {token.info.strip() for token in found} <= OTHER_LANGUAGES | {"python"}
        assert not [token for token in found if token.info.strip() != "python" and "import " in token.content]
        lines = {example.line for example in _SYBIL.parse(page).examples()}
        for token in found:
            if token.info.strip() == "python":
                assert token.map is not None
                assert lines & set(range(token.map[0] + 1, token.map[1] + 1))

    def test_pages_have_some(self) -> None:
        """The pages that teach something show Python; a page that has lost it would be noticed."""
        assert {page.stem for page in PYTHON_PAGES} >= {
            "README",
            "README.zh-CN",
            "compose",
            "send",
            "templates",
            "testing",
        }


class TestLinks:
    """A reader on a code host, where no Sphinx runs, gets everywhere."""

    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_lead_somewhere(self, page: Path) -> None:
        """A link within the repository names a file that is there, and a heading that is in it."""
        for link in links(page):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, fragment = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), link
            if fragment:
                headings = [
                    line.lstrip("# ") for line in target.read_text(encoding="utf-8").splitlines() if line[:1] == "#"
                ]
                assert fragment in map(anchor, headings), link

    def test_index_links_all_pages(self) -> None:
        """The first page of the documentation links every other one, and the examples."""
        pages = {page.relative_to(ROOT / "docs").as_posix() for page in DOCS}
        assert pages - {"index.md"} <= set(links(ROOT / "docs" / "index.md"))
        assert any(link.startswith("../examples") for link in links(ROOT / "docs" / "index.md"))

    @pytest.mark.parametrize("page", READMES, ids=name)
    def test_readmes_link_the_rest(self, page: Path) -> None:
        """Both READMEs link the documentation, the names of the package, the examples, and each other."""
        other = {"README.md": "README.zh-CN.md", "README.zh-CN.md": "README.md"}[page.name]
        assert {"docs/index.md", "docs/reference.md", "examples", other} <= set(links(page))


class TestReference:
    """The page of names, for readers without Sphinx."""

    def test_has_every_name(self) -> None:
        """Each name that the package gives stands in a table, after the module that it is imported from."""
        rows = re.findall(r"^\| `(\w+)", (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), re.MULTILINE)
        modules = (msgkit, msgkit.sandbox, msgkit.testing)
        missing = {each for module in modules for each in module.__all__} - set(rows)
        assert missing == set()
        assert len(rows) == len(set(rows))

    def test_has_no_others(self) -> None:
        """What it names is there, so that a name that is gone goes from the page too."""
        text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
        plain = text.split("\n## In full\n")[0]
        for section in re.split(r"^## ", plain, flags=re.MULTILINE)[1:]:
            found = re.search(r"from `(msgkit[\w.]*)`", section)
            assert found, section.splitlines()[0]
            __import__(found[1])
            for each in re.findall(r"^\| `(\w+)", section, re.MULTILINE):
                assert hasattr(sys.modules[found[1]], each), each


class TestInstalling:
    """What a reader is told to install."""

    @pytest.mark.parametrize("page", READMES, ids=name)
    def test_readmes_name_ours(self, page: Path) -> None:
        """Both READMEs install from the checkout or by git, under our own name, and warn of the other one."""
        text = page.read_text(encoding="utf-8")
        assert "python -m pip install '.[cli,sandbox]'" in text
        assert "'msgkit-wechatpay[cli,sandbox] @ git+https://" in text
        assert "PyPI" in text


CHINESE_PAGES = [ROOT / "README.zh-CN.md", *(page for page in DOCS if page.parent.name == "zh")]


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=name)
class TestChinese:
    """What is written in Chinese is set as Chinese is set."""

    def test_no_asterisks(self, page: Path) -> None:
        """What is meant to be bold is bold for every reader of CommonMark."""
        assert [text for text in words(page) if "*" in text] == []

    def test_a_paragraph_a_line(self, page: Path) -> None:
        """No paragraph is broken into lines, which would be shown as spaces between characters."""
        assert [token.content for token in tokens(page) if "\n" in token.content and token.type == "inline"] == []

    def test_spaces_and_punctuation(self, page: Path) -> None:
        """Chinese and Latin letters or digits stand apart, and punctuation after Chinese is full-width."""
        text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        plain = re.sub(r"`[^`]*`", "`", re.sub(r"\]\([^)]*\)", "]", text))
        han = r"[\u4e00-\u9fff]"
        assert re.findall(rf"{han}[A-Za-z0-9(].{{8}}|[A-Za-z0-9]{han}.{{8}}", plain) == []
        assert re.findall(rf"{han}[,;:!?]", plain) == []


def test_bold_in_chinese() -> None:
    """There is something bold, so that the test above can fail."""
    inner = (child for token in tokens(CHINESE_PAGES[0]) for child in token.children or ())
    assert any(child.type == "strong_open" for child in inner)
