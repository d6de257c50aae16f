"""The errors that a sandbox raises in the program that runs it."""

from msgkit.errors import MsgkitError


class SandboxError(MsgkitError):
    """The sandbox cannot start, or cannot give what it is asked for."""


class CannotTapError(SandboxError, AssertionError):
    """A customer cannot tap that: no message has it, its time is over, or it was tapped and is good for one tap.

    It is an `AssertionError` too: what a test expects the customer to be offered is not offered.
    """
