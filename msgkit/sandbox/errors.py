"""The error that a sandbox raises in the program that runs it."""

from msgkit.errors import MsgkitError


class SandboxError(MsgkitError):
    """The sandbox cannot start, or cannot give what it is asked for."""
