"""What is installed under which name, in which versions, and what our texts tell people to install."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from msgkit._extras import BRINGS, DISTRIBUTION, MissingExtraError, hint, need
from msgkit._version import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
REQUIREMENTS = [Requirement(line) for line in [*PROJECT["dependencies"], *(r for rs in EXTRAS.values() for r in rs)]]
STRANGER = "msgkit"

# An installer with the stranger's name among its arguments, or that name with extras, wherever it stands.
_NAME = rf"(?<![\w./-]){STRANGER}(?![\w./-]|\s+@)"
_INSTALLER = (
    r"(?:uvx|(?:pip3?|pipx|uv|poetry|pdm|rye|hatch|conda|mamba|easy_install)"
    r"(?:\s+(?:install|download|add|run|tool|pip))+)"
)
ADVICE = re.compile(
    rf"{_INSTALLER}(?:[^\S\n]|\\\n|[^\s#`|&;])*?[\s'\"]{_NAME}"
    rf"|(?<![\w-]){STRANGER}\[[\w, -]+\]"
    rf"|pypi\.org/\w+/{STRANGER}(?![\w-])"
    rf"|additional_dependencies:[^\n]*['\"\s\[]{_NAME}"
)


def tracked() -> list[Path]:
    """Return the files under version control, but for this one, which shows what must not be written."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [ROOT / name for name in done.stdout.split("\0") if name and ROOT / name != Path(__file__)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what is built."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    return folder


class TestName:
    """The distribution is ``msgkit-wechatpay``; ``msgkit`` on the package index belongs to another project."""

    def test_distribution(self) -> None:
        """The project, its own references to its extras and its hints all say the one name."""
        assert PROJECT["name"] == DISTRIBUTION == "msgkit-wechatpay"
        assert DISTRIBUTION in hint("yaml")
        assert STRANGER not in {canonicalize_name(requirement.name) for requirement in REQUIREMENTS}
        assert metadata.version(DISTRIBUTION)

    @pytest.mark.parametrize(
        "text",
        [
            "pip install msgkit",
            "pip install msgkit                  # compose, check, send",
            "pip install 'msgkit[cli,sandbox]'",
            "python -m pip install -q --upgrade msgkit==1.0",
            "pip install \\\n    msgkit",
            "pip3 install requests msgkit>=1",
            "uv add msgkit",
            "uv pip install msgkit",
            "uv tool install msgkit",
            "uvx msgkit",
            "pipx run msgkit check",
            "poetry add msgkit",
            "needs the extra ``msgkit[yaml]``",
            "https://pypi.org/project/msgkit/",
            'additional_dependencies: ["msgkit", "pyyaml>=6"]',
            '    "msgkit[sandbox]",',
        ],
    )
    def test_advice_is_seen(self, text: str) -> None:
        """The next test sees each way to tell people to install the other project's package."""
        assert ADVICE.search(text)

    @pytest.mark.parametrize(
        "text",
        [
            "pip install '.[sandbox]'",
            "pip install msgkit-wechatpay",
            "pip install 'msgkit-wechatpay[yaml]'",
            "pip install -e '.[cli]' && .venv/bin/msgkit demo",
            "pip install -q -c constraints.txt -e '.[dev]' # then msgkit demo",
            "pip install git+https://code.example/msgkit.git",
            "pip install ./msgkit",
            "pip install 'msgkit-wechatpay @ git+https://code.example/msgkit.git'",
            "a file of msgkit's; install it",
            'additional_dependencies: [".[cli,yaml]"]',
            "https://pypi.org/project/msgkit-wechatpay/",
        ],
    )
    def test_other_texts_are_let_through(self, text: str) -> None:
        """It does not take what is right for wrong."""
        assert not ADVICE.search(text)

    @pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout, so nobody says which files are ours")
    def test_no_text_advises_it(self) -> None:
        """No file of ours tells anyone to install ``msgkit`` from an index."""
        files = [path for path in tracked() if path.is_file()]
        assert ROOT / "README.md" in files
        texts = {path: path.read_bytes().decode("utf-8", "replace") for path in files}
        found = [
            (str(path.relative_to(ROOT)), match[0]) for path, text in texts.items() for match in ADVICE.finditer(text)
        ]
        assert found == []

    @pytest.mark.slow
    def test_every_extra_in_a_fresh_environment(self, tmp_path: Path) -> None:
        """With all extras installed there is no distribution called ``msgkit``; the import and the command are ours."""
        environment = tmp_path / "venv"
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        python = str(environment / "bin" / "python")
        wanted = f"{ROOT}[{','.join(EXTRAS)}]"
        limits = ["-c", str(ROOT / "constraints.txt")]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *limits, wanted], check=True, cwd=tmp_path)
        code = (
            "import importlib.metadata as m, json, msgkit;"
            "print(json.dumps([[d.name for d in m.distributions()], m.packages_distributions()['msgkit'],"
            " msgkit.__file__, msgkit.Message().text('a').to_json()]))"
        )
        done = subprocess.run([python, "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True)
        names, owners, file, message = json.loads(done.stdout)
        assert STRANGER not in {canonicalize_name(name) for name in names}
        assert owners == [DISTRIBUTION]
        assert Path(file).is_relative_to(environment)
        assert message == '{"blocks":[{"type":"TEXT","text":{"text":"a"}}]}'
        command = str(environment / "bin" / "msgkit")
        done = subprocess.run([command, "demo"], check=True, cwd=tmp_path, capture_output=True, text=True)
        assert "log_id" in done.stdout
        templates = str(ROOT / "examples" / "templates")
        subprocess.run([command, "check", templates], check=True, cwd=tmp_path, capture_output=True)


class TestBuilt:
    """What is built: the wheel that people install, and the archive that others build from."""

    def test_wheel(self, built: Path) -> None:
        """The wheel has the package, its schemas and the plugin beside it, and nothing else on top."""
        (wheel,) = built.glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        tops = {name.split("/")[0] for name in names}
        assert {top for top in tops if not top.endswith(".dist-info")} == {"msgkit", "_msgkit_pytest.py"}
        assert {"msgkit/py.typed", "msgkit/_version.py", "msgkit/sandbox/server.py"} <= {*names}
        assert [name for name in names if name.endswith(".schema.json")]
        assert {"msgkit/preview/message.css", "msgkit/preview/templates/message.html"} <= {*names}

    def test_version_and_plugin(self, built: Path) -> None:
        """The wheel has the version that the package says, and pytest finds the plugin by its entry point."""
        (wheel,) = built.glob("*.whl")
        assert wheel.name.split("-")[1] == __version__ == metadata.version(DISTRIBUTION)
        with zipfile.ZipFile(wheel) as archive:
            (entries,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
            assert "[pytest11]\nmsgkit = _msgkit_pytest" in archive.read(entries).decode()

    def test_plugin_of_the_wheel(self, built: Path, tmp_path: Path) -> None:
        """What the wheel brings works where nothing else of this checkout is at hand."""
        (wheel,) = built.glob("*.whl")
        shutil.unpack_archive(wheel, tmp_path / "site", "zip")
        program = "import _msgkit_pytest, msgkit; print(_msgkit_pytest.__file__, msgkit.__file__)"
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert all(Path(file).is_relative_to(tmp_path) for file in done.stdout.split())

    def test_archive(self, built: Path) -> None:
        """The archive has the plugin too, the tests, and what they read."""
        names = _archived(built)
        assert {"_msgkit_pytest.py", "msgkit/__init__.py", "tests/test_packaging.py", "constraints.txt"} <= names
        assert {"README.zh-CN.md", ".ci/run", ".pre-commit-hooks.yaml"} <= names

    @pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout, so nobody says which files are ours")
    def test_archive_is_whole(self, built: Path) -> None:
        """Nothing that is under version control is left out of it: whoever has it can do what we do."""
        ours = {path.relative_to(ROOT).as_posix() for path in [*tracked(), Path(__file__)] if path.is_file()}
        assert ours - _archived(built) == set()


class TestExtras:
    """What is said where an extra is missing."""

    def test_what_they_bring(self) -> None:
        """The modules that are known to come with an extra are those of the distributions that it requires."""
        owners = metadata.packages_distributions()
        for extra, modules in BRINGS.items():
            wanted = {canonicalize_name(name) for name in _required(extra)}
            brought = {canonicalize_name(owner) for module in modules for owner in owners[module]}
            assert wanted <= brought, extra

    @pytest.mark.parametrize("extra", BRINGS)
    def test_need(self, extra: str) -> None:
        """Whoever needs a missing module of an extra is told which extra, and has the first error too."""
        missing = ModuleNotFoundError("No module", name=BRINGS[extra][0])
        with pytest.raises(MissingExtraError, match=rf"needs an extra: install .*\[{extra}\]") as caught, need(extra):
            raise missing
        assert caught.value.name == BRINGS[extra][0]
        assert caught.value.__cause__ is missing
        assert str(caught.value).startswith(f"no module {BRINGS[extra][0]}; ")

    @pytest.mark.parametrize("error", [ModuleNotFoundError("x", name="other"), ImportError("x"), ValueError("x")])
    def test_other_errors(self, error: Exception) -> None:
        """Any other error is none of its business."""
        with pytest.raises(type(error)) as caught, need("yaml"):
            raise error
        assert caught.value is error


class TestVersions:
    """What judges us is pinned; what users may have is a range."""

    @pytest.fixture
    def pins(self) -> dict[str, str]:
        """The pins, by name."""
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines if line[0] != "#"}

    def test_every_requirement_is_pinned(self, pins: dict[str, str]) -> None:
        """constraints.txt pins whatever pyproject.toml requires, the build backend too, within its range."""
        build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
        for requirement in [*REQUIREMENTS, *map(Requirement, build)]:
            if requirement.name != DISTRIBUTION:
                pinned = pins[canonicalize_name(requirement.name)]
                assert requirement.specifier.contains(pinned, prereleases=True), requirement

    def test_what_those_require_is_pinned(self, pins: dict[str, str]) -> None:
        """So is what those require in turn, as far as it is installed here."""
        installed = {canonicalize_name(found.name): found for found in metadata.distributions()}
        assert pins.keys() & installed
        for name, found in installed.items():
            for requirement in map(Requirement, found.requires or [] if name in pins else []):
                if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                    assert canonicalize_name(requirement.name) in pins, f"{name} requires {requirement}"

    def test_nothing_else_is_installed(self, pins: dict[str, str], tmp_path: Path) -> None:
        """The check that CI runs names what is installed and not pinned so."""
        stray = tmp_path / "stray-1.0.dist-info"
        stray.mkdir()
        (stray / "METADATA").write_text("Metadata-Version: 2.1\nName: stray\nVersion: 1.0\n")
        other = tmp_path / "ruff-0.0.1.dist-info"
        other.mkdir()
        (other / "METADATA").write_text("Metadata-Version: 2.1\nName: ruff\nVersion: 0.0.1\n")
        done = _versions("check", PYTHONPATH=str(tmp_path))
        assert done.returncode == 1
        assert "stray 1.0 is installed; constraints.txt does not pin it" in done.stdout
        assert f"ruff 0.0.1 is installed; constraints.txt pins {pins['ruff']}" in done.stdout

    def test_lowest(self, pins: dict[str, str]) -> None:
        """What the lowest versions are is read from the ranges; everything else stays as it is pinned."""
        lines = _versions("lowest").stdout.splitlines()
        lowest = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}
        assert lowest.keys() == pins.keys()
        users = [Requirement(line) for line in PROJECT["dependencies"]]
        for_users = ("async", "celery", "cli", "preview", "redis", "sandbox", "studio", "testing", "yaml")
        users += [Requirement(line) for extra in for_users for line in EXTRAS[extra]]
        ranges = {canonicalize_name(found.name): found for found in users if found.name != DISTRIBUTION}
        for name, version in lowest.items():
            if name in ranges:
                assert str(ranges[name].specifier) == f">={version}"
                assert Version(version) <= Version(pins[name])
            else:
                assert version == pins[name]

    def test_usage(self) -> None:
        """A command that it does not have is a mistake of usage."""
        assert _versions("highest").returncode == 1


class TestHook:
    """The hook for pre-commit."""

    def test_installs_our_extras(self) -> None:
        """It takes the command and YAML from our own extras, whose ranges stand in one place."""
        text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
        (wanted,) = re.findall(r"additional_dependencies: \[\"\.\[(.*)\]\"\]", text)
        assert set(wanted.split(",")) == {"cli", "yaml"} <= EXTRAS.keys()


class TestCi:
    """``.ci/run``."""

    def test_is_sound(self) -> None:
        """It is a script that bash can read, and shellcheck finds nothing where it is installed."""
        subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)  # noqa: S607
        if shellcheck := shutil.which("shellcheck"):
            subprocess.run([shellcheck, ROOT / ".ci" / "run"], check=True)


def _archived(folder: Path) -> set[str]:
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        return {name.partition("/")[2] for name in opened.getnames()}


def _versions(command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, str(ROOT / ".ci" / "versions.py"), command]
    return subprocess.run(script, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def _required(extra: str) -> set[str]:
    """Return the distributions that an extra requires, those of our other extras in it included."""
    found: set[str] = set()
    for requirement in map(Requirement, EXTRAS[extra]):
        if requirement.name == DISTRIBUTION:
            found.update(*map(_required, requirement.extras))
        else:
            found.add(requirement.name)
    return found
