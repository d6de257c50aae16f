"""The examples run as they stand."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))

LAST_LINES = {
    "answer_due.py": "still due: 0",
    "many_replies.py": "40 answered, 0 twice",
    "refund_reply.py": "│ 如有疑问，请随时联系我们",
    "send_to_sandbox.py": "Text: /text: has U+1F600 at position 2 (counted from 0); "
    "APIv3 takes only characters that UTF-8 encodes in one to three bytes",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_example(example: Path, tmp_path: Path) -> None:
    """An example ends with 0, without a warning, with the line that it leads up to, and leaves no file behind."""
    done = subprocess.run(
        [sys.executable, "-W", "error", example],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == LAST_LINES[example.name]
    assert list(tmp_path.iterdir()) == []
