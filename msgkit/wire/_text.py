"""JSON as text: written as it is sent, and read from anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgkit import rules
from msgkit.errors import Problem, ValidationError

# What a converter wrote holds nothing twice, so there are no circles to look for.
compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode
"""Writes JSON in the form that is sent."""


def indented(data: object, indent: int) -> str:
    """Write JSON for people."""
    return json.dumps(data, ensure_ascii=False, indent=indent)


def parse(
    text: str | bytes, subject: str, *, object_pairs_hook: Callable[[list[tuple[str, Any]]], Any] | None = None
) -> Any:
    """Parse JSON text from anywhere.

    Raises:
        ValidationError: It is not JSON, not UTF-8, or nested too deeply; `subject` names what was to be read.
    """
    try:
        return json.loads(text, parse_constant=rules.refuse_constant, object_pairs_hook=object_pairs_hook)
    except json.JSONDecodeError as error:
        flaw = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        flaw = f"is not UTF-8: byte {error.start} cannot be decoded"
    except RecursionError:
        flaw = "is nested too deeply"
    except (TypeError, ValueError) as error:
        flaw = f"is not JSON: {error}"
    raise ValidationError([Problem("", flaw)], subject)
