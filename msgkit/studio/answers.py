"""Answers of the studio whose texts may hold anything, also half a character, which JSON and YAML can write."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse


class MarkupAnswer(HTMLResponse):
    """Markup; half a character in it, which UTF-8 cannot write, is shown as U+FFFD."""

    def render(self, content: Any) -> bytes:  # noqa: D102 - as Starlette has it
        # A reference to half a character is what browsers show so.
        return str(content).encode("utf-8", "xmlcharrefreplace")


class JsonAnswer(JSONResponse):
    """JSON; half a character in it is escaped, and so comes to the page as it is."""

    def render(self, content: Any) -> bytes:  # noqa: D102 - as Starlette has it
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # Nothing outside of strings is no ASCII, and in them a backslash and a number are how JSON says it.
        return text.encode("utf-8", "backslashreplace")
