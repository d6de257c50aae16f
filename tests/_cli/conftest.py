"""What no test of the command takes from whoever runs it: a language, and colours."""

import pytest

CHOSEN = ("MSGKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables by which a person chooses how the command speaks."""
    for name in CHOSEN:
        monkeypatch.delenv(name, raising=False)
