"""A real browser on this machine."""

from tests import programs


def program() -> str:
    """Return where the browser is; where there is none, CI fails and others skip what needs it."""
    return programs.found("chromium")


ARGUMENTS = (
    "--no-sandbox",  # as root there is none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What keeps it from asking anything of the world outside."""
