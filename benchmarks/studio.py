"""The studio in a real browser: how soon it is seen, and how soon a keystroke is.

Both with 2,000 templates and 1,000 complaints, beside a studio that has a few: neither may grow with what lies there.
The times are those of the page: its first contentful paint in a fresh profile, and of 60 keystrokes in the composer the
95th percentile from the key to the change of the preview.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import check
from benchmarks.measure import Effort, Timings, in_fresh_process
from benchmarks.messages import UnequalWorkError
from msgkit.studio import Studio

MANY, FEW = "2,000 templates, 1,000 complaints", "20 templates, 10 complaints"
_SIZES = {MANY: (2_000, 1_000), FEW: (20, 10)}

#: Fresh profiles, and keys; and what a person takes for a key, in milliseconds.
PAINTS, KEYS, PACE = 3, 60, 90

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")

_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"

# Each key writes one more character behind a sign that stands nowhere else; so the preview tells which key it shows.
_WATCH = """() => {
  const preview = document.getElementById("composer-preview");
  window.pressed = [];
  window.took = [];
  addEventListener("keydown", () => pressed.push(performance.now()), true);
  new MutationObserver(() => {
    const shown = preview.textContent.match(/@(x*)/)?.[1].length ?? 0;
    while (took.length < shown) took.push(performance.now() - pressed[took.length]);
  }).observe(preview, { childList: true, subtree: true, characterData: true });
}"""


def paint(effort: Effort) -> Timings:
    """Open the studio in fresh profiles."""
    return _measure(effort, _paint)


def keystroke(effort: Effort) -> Timings:
    """Write in the composer."""
    return _measure(effort, _keystroke)


def _measure(effort: Effort, watch: Callable[[Browser, str], float]) -> Timings:
    timings = Timings()
    for turn in range(effort.checks):
        timings.extend(in_fresh_process(_hold, watch, turn))
    return timings


def _hold(watch: Callable[[Browser, str], float], turn: int) -> Timings:
    timings = Timings()
    sizes = list(_SIZES)
    for name in sizes[turn % 2 :] + sizes[: turn % 2]:
        cpu = time.process_time()
        timings.wall[name] = [_in_studio(watch, *_SIZES[name])]
        timings.cpu[name] = [time.process_time() - cpu]
    return timings


def _in_studio(watch: Callable[[Browser, str], float], templates: int, complaints: int) -> float:
    with tempfile.TemporaryDirectory() as root:
        folder = check.write(Path(root, "replies"), templates)
        with Studio(folder) as studio, sync_playwright() as playwright:
            for _ in range(complaints):
                studio.sandbox.complaint()
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
            return watch(browser, studio.url)


def _paint(browser: Browser, url: str) -> float:
    return max(_painted(_fresh(browser), f"{url}zh/") for _ in range(PAINTS))


def _painted(page: Page, url: str) -> float:
    page.goto(url)
    page.wait_for_selector("#gallery .msgkit-message")
    page.wait_for_function(_PAINTED)
    milliseconds: float = page.evaluate(_PAINTED)
    return milliseconds / 1000


def _keystroke(browser: Browser, url: str) -> float:
    page = _fresh(browser)
    page.goto(f"{url}zh/#composer?name=group-00/reply-0001")
    page.wait_for_selector("#composer-preview .msgkit-message")
    page.locator("#composer .cm-line", has_text="预计").last.click()
    page.keyboard.press("End")
    page.keyboard.type("@")
    page.wait_for_selector("#composer-preview >> text=@")
    page.evaluate(_WATCH)
    for _ in range(KEYS):
        page.keyboard.press("x")
        page.wait_for_timeout(PACE)
    page.wait_for_function("number => window.took.length >= number", arg=KEYS)
    took: list[float] = page.evaluate("window.took")
    if len(took) != KEYS:
        raise UnequalWorkError(f"{KEYS} keys made {len(took)} changes of the preview")
    return quantiles(took, n=20)[-1] / 1000


def _fresh(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 860}, locale="zh-CN").new_page()
