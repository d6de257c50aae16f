"""Request bodies against JSON Schemas: written by hand from the documentation, and the sandbox's own.

They take what the documentation shows and refuse what it forbids. What it does not forbid and is of no use is a matter
of `msgkit.sandbox.oddities`.
"""

from msgkit.sandbox.schemas.validation import BASE, check, fits, load, validator

__all__ = ["BASE", "check", "fits", "load", "validator"]
