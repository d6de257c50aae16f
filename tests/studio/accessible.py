"""axe-core, which says what in a page keeps people out."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests import node

FILES = Path(__file__).parent / "axe"


@functools.cache
def _source() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return (node.install(FILES, Path(folder)) / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def bring(context: BrowserContext) -> None:
    """Have axe-core in each page that is opened from now on, past the page's own policy."""
    context.add_init_script(f"(() => {{ const module = undefined; {_source()} }})()")


def findings(page: Page) -> list[str]:
    """Return what axe-core finds in a page as it is now, of any level, a line for each."""
    found = page.evaluate(
        """async () => {
          const { violations } = await axe.run(document, { resultTypes: ["violations"] });
          return violations.flatMap(({ id, impact, nodes }) =>
            nodes.map((node) => `${id} (${impact}): ${node.target.join(" ")}: ${node.failureSummary}`));
        }"""
    )
    assert isinstance(found, list)
    return found
