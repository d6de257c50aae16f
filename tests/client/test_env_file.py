"""A file of exports is read as a shell would, and nothing in it is executed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from msgkit.client._env_file import read
from msgkit.sandbox import Sandbox

ODD = "a 'b' \"c\" $d `e` \\f #g;h\n第二行"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a path for a file of exports."""
    return tmp_path / "env.sh"


class TestRead:
    """What is read."""

    def test_that_of_a_sandbox(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """The file that a sandbox writes sets what its credentials set, but for the keys, which are paths there."""
        sandbox.credentials.write(tmp_path)
        found = read(tmp_path / "env.sh")
        assert found.keys() == sandbox.credentials.environ.keys()
        assert found["WECHATPAY_MCHID"] == sandbox.credentials.mchid
        assert Path(found["WECHATPAY_PRIVATE_KEY"]).read_text() == sandbox.credentials.private_key

    @pytest.mark.parametrize(
        "content",
        [
            "export A='b c'",
            "A=b",
            'A="b \\"c\\" \\\\ d"',
            "export A=b\\ c",
            "A='it'\\''s'",
            "A=",
            "A=''",
            "A='b'; export C=d",
            "  export A='b'  # said",
            "# it's a remark\n\nA=b#c",
            "A='-----BEGIN\nKEY\n-----END'",
            "A=b\nA=c",
        ],
    )
    def test_as_a_shell(self, file: Path, content: str) -> None:
        """A file means what it means to a shell that executes it."""
        file.write_text(content)
        done = subprocess.run(
            ["/bin/sh", "-c", '. "$1"; printf "%s|%s" "$A" "${C-}"', "sh", file],
            capture_output=True,
            text=True,
            check=True,
        )
        found = read(file)
        assert f"{found['A']}|{found.get('C', '')}" == done.stdout

    def test_any_value(self, file: Path) -> None:
        """Any value in single quotes is what it is."""
        file.write_text("export A='" + ODD.replace("'", "'\\''") + "'\n", encoding="utf-8")
        assert read(file) == {"A": ODD}

    def test_of_windows(self, file: Path) -> None:
        """A byte order mark and the line ends of Windows are nothing."""
        file.write_bytes(b"\xef\xbb\xbfexport A='b'\r\nexport C=d\r\n")
        assert read(file) == {"A": "b", "C": "d"}

    @pytest.mark.parametrize("value", ["$(touch here)", "`touch here`", "$HOME"])
    def test_nothing_is_executed(self, file: Path, value: str) -> None:
        """What a shell would execute or put in is taken as it stands."""
        file.write_text(f'export A="{value}"')
        assert read(file) == {"A": value}
        assert [path.name for path in file.parent.iterdir()] == ["env.sh"]


class TestRefused:
    """What is no such file."""

    @pytest.mark.parametrize(
        ("content", "reason"),
        [(b"A=\xff", "it is not UTF-8"), (b"#" * (1024 * 1024 + 1), "it has more than 1048576 bytes")],
    )
    def test_no_text(self, file: Path, content: bytes, reason: str) -> None:
        """What is no text, or too long, is told."""
        file.write_bytes(content)
        with pytest.raises(ValueError, match=reason):
            read(file)

    @pytest.mark.parametrize("name", ["nothing.sh", ".", "a\0b"])
    def test_no_file(self, tmp_path: Path, name: str) -> None:
        """So is what is no file."""
        with pytest.raises(ValueError, match="it cannot be read: "):
            read(tmp_path / name)
