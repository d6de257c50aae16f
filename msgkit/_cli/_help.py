"""How the help of every command ends."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """Return the end of a command's help: how it is written, a line each."""
    # \b is click's, for lines that stay as they are.
    return "\n".join(["\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)])
