"""The gallery in a real browser: it follows the files, finds what is searched for, and keeps what was chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from msgkit.studio import Studio
from tests.studio.test_folder import BROKEN, GOOD, put

pytestmark = pytest.mark.slow

expect.set_options(timeout=15_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a few templates."""
    made = tmp_path / "replies"
    put(made, "refund/accepted.yaml", GOOD)
    put(made, "refund/rejected.yaml", GOOD.replace("您好", "抱歉"))
    put(made, "delivery/lost.yaml", BROKEN)
    put(made, "once.yaml", "blocks: [{text: 满意吗}, {button: 满意, expires: 24h, multi_clickable: false}]")
    return made


@pytest.fixture
def gallery(page: Page, studio: Studio) -> Page:
    """The page, with its cards."""
    page.goto(studio.url)
    expect(page.locator(".card").first).to_be_visible()
    return page


def shown(page: Page) -> list[str]:
    """Return the names of the cards."""
    found: list[str] = page.locator(".card").evaluate_all("cards => cards.map(card => card.dataset.name)")
    return found


class TestReload:
    """It follows the files."""

    def test_changed(self, gallery: Page, folder: Path) -> None:
        """A file that is saved changes its card and no other, and neither scroll position nor focus is lost."""
        gallery.set_viewport_size({"width": 700, "height": 500})
        gallery.evaluate("document.querySelectorAll('.card').forEach(card => card.old = true)")
        edit = gallery.get_by_label("编辑 refund/accepted")
        edit.focus()
        place = gallery.evaluate("document.getElementById('gallery').scrollTop")
        put(folder, "refund/accepted.yaml", GOOD.replace("您好", "你好"))
        expect(gallery.get_by_text("你好 张三")).to_be_visible()
        assert gallery.locator(".card").evaluate_all(
            "cards => cards.filter(card => !card.old).map(c => c.dataset.name)"
        ) == ["refund/accepted"]
        expect(edit).to_be_focused()
        assert gallery.evaluate("document.getElementById('gallery').scrollTop") == place > 0

    def test_broken_and_mended(self, gallery: Page, folder: Path) -> None:
        """What breaks shows the finding at its line, and is mended when the file is; the chips count along."""
        expect(gallery.get_by_text("有问题 1")).to_be_visible()
        lost = gallery.locator('.card[data-name="delivery/lost"]')
        expect(lost).to_contain_text("第 2 行有 1 个问题")
        expect(lost.get_by_role("listitem")).to_contain_text("no-main-key")
        put(folder, "delivery/lost.yaml", GOOD)
        expect(lost).to_contain_text("通过")
        expect(gallery.get_by_text("有问题 1")).to_have_count(0)
        put(folder, "refund/accepted.yaml", BROKEN)
        expect(gallery.locator('.card[data-name="refund/accepted"]')).to_contain_text("第 2 行有 1 个问题")
        expect(gallery.get_by_text("有问题 1")).to_be_visible()

    def test_come_and_gone(self, gallery: Page, folder: Path) -> None:
        """A new file comes where it belongs, and one that is gone goes."""
        put(folder, "refund/late.yaml", GOOD)
        expect(gallery.locator('.card[data-name="refund/late"]')).to_be_visible()
        assert shown(gallery) == ["delivery/lost", "once", "refund/accepted", "refund/late", "refund/rejected"]
        (folder / "refund/late.yaml").unlink()
        expect(gallery.locator('.card[data-name="refund/late"]')).to_have_count(0)
        expect(gallery.get_by_text("refund 2")).to_be_visible()

    def test_first_and_last(self, gallery: Page, folder: Path) -> None:
        """When all are gone it says what to do; the first that comes is shown."""
        for path in folder.rglob("*.yaml"):
            path.unlink()
        expect(gallery.get_by_text("这个文件夹里还没有模板。")).to_be_visible()
        put(folder, "new.yaml", GOOD)
        expect(gallery.get_by_text("您好 张三")).to_be_visible()
        assert shown(gallery) == ["new"]

    def test_missed(self, gallery: Page) -> None:
        """What changed while the page did not listen is there when it listens again."""
        gallery.evaluate("document.querySelector('.card').old = true")
        gallery.evaluate("document.getElementById('gallery-cards').dataset.version = '1'")
        gallery.evaluate("document.body.dispatchEvent(new CustomEvent('studio:everything', {bubbles: true}))")
        expect(gallery.locator("#gallery-cards:not([data-version='1'])")).to_be_visible()
        assert len(shown(gallery)) == 4

    def test_unseen(self, page: Page, studio: Studio, folder: Path) -> None:
        """A tab that nobody looks at does not listen after a while, and catches up when it is looked at again."""
        page.clock.install()
        page.goto(studio.url)
        card = page.locator('.card[data-name="refund/accepted"]')
        expect(card).to_contain_text("您好 张三")
        look = "state => {Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
        look += " document.dispatchEvent(new Event('visibilitychange'))}"
        page.evaluate(look, "hidden")
        page.clock.run_for(25_000)
        put(folder, "refund/accepted.yaml", GOOD.replace("您好", "你好"))
        page.wait_for_timeout(1500)
        expect(card).to_contain_text("您好 张三")
        page.evaluate(look, "visible")
        expect(card).to_contain_text("你好 张三")


class TestChoosing:
    """Finding and choosing."""

    def test_search(self, gallery: Page) -> None:
        """What is typed is searched for, and what is cleared is all again."""
        search = gallery.get_by_label("搜索模板")
        search.fill("抱歉")
        expect(gallery.locator(".card")).to_have_count(1)
        assert shown(gallery) == ["refund/rejected"]
        expect(search).to_be_focused()
        search.fill("没有这样的")
        expect(gallery.get_by_text("没有符合的模板。")).to_be_visible()
        search.press("Enter")
        search.fill("")
        expect(gallery.locator(".card")).to_have_count(4)

    def test_chips(self, gallery: Page, folder: Path) -> None:
        """Chips are chosen by keyboard too, and stay chosen while files change."""
        gallery.locator("#gallery-in").focus()
        gallery.keyboard.press("ArrowRight")
        expect(gallery.locator(".card")).to_have_count(1)
        gallery.keyboard.press("ArrowRight")
        expect(gallery.locator(".card")).to_have_count(2)
        put(folder, "refund/third.yaml", GOOD)
        put(folder, "fourth.yaml", GOOD)
        expect(gallery.get_by_text("refund 3")).to_be_visible()
        expect(gallery.locator(".card")).to_have_count(3)
        expect(gallery.get_by_role("radio", name="refund 3")).to_be_checked()
        expect(gallery.get_by_role("radio", name="refund 3")).to_be_focused()
        gallery.get_by_text("有问题 1").click()
        expect(gallery.locator(".card")).to_have_count(1)

    def test_kept(self, gallery: Page) -> None:
        """What messages look like is chosen for all, and chosen still when the page is opened again."""
        once = gallery.locator('.card[data-name="once"]')
        expect(once).to_contain_text("前有效")
        gallery.locator("#gallery-state").get_by_text("已失效").click()
        expect(once).to_contain_text("已失效（")
        gallery.locator("#gallery-theme").get_by_text("深色").click()
        gallery.locator("#gallery-width").get_by_text("宽屏").click()
        expect(gallery.locator("#gallery-list.msgkit-dark.wide")).to_be_visible()
        gallery.reload()
        expect(once).to_contain_text("已失效（")
        expect(gallery.locator("#gallery-list.msgkit-dark.wide")).to_be_visible()
        expect(gallery.locator("#gallery-state").get_by_role("radio", name="已失效")).to_be_checked()
        gallery.locator("#gallery-state").get_by_text("已点击").click()
        expect(once).to_contain_text("已点击")

    def test_theme(self, gallery: Page) -> None:
        """As long as none is chosen for them, messages have the theme of the page."""
        gallery.locator("#theme").click()
        expect(gallery.locator("#gallery-list.msgkit-dark")).to_be_visible()

    def test_keyboard(self, gallery: Page) -> None:
        """From a card to the next are two stops: messages are looked at here, and their buttons are none."""
        gallery.get_by_label("编辑 refund/accepted").focus()
        gallery.keyboard.press("Tab")
        expect(gallery.get_by_label("用它回复：refund/accepted")).to_be_focused()
        gallery.keyboard.press("Tab")
        expect(gallery.get_by_label("编辑 refund/rejected")).to_be_focused()
        gallery.keyboard.press("Enter")
        expect(gallery.locator("#composer")).to_be_visible()

    def test_odd_names(self, gallery: Page, folder: Path) -> None:
        """A name may have any signs that a file's may have."""
        put(folder, "100%25&a=b#c+d 新.yaml", GOOD)
        link = gallery.get_by_label("编辑 100%25&a=b#c+d 新")
        expect(link).to_be_visible()
        found = link.evaluate("link => new URLSearchParams(link.hash.split(/\\?(.*)/s)[1]).get('name')")
        assert found == "100%25&a=b#c+d 新"


def test_many(browser: Browser, tmp_path: Path) -> None:
    """Of many templates the first are shown, and the others as far as they are scrolled to, also after a change."""
    for number in range(100):
        put(tmp_path, f"{number:03}.yaml", GOOD)
    with Studio(tmp_path) as studio:
        page = browser.new_page(viewport={"width": 1440, "height": 860}, locale="zh-CN")
        page.goto(studio.url)
        expect(page.locator(".card").first).to_be_visible()
        count = len(shown(page))
        assert count % 24 == 0
        page.locator("#gallery-list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
        expect(page.locator(".card").nth(count)).to_be_attached()
        put(tmp_path, "099.yaml", BROKEN)  # which is not shown yet
        put(tmp_path, "000.yaml", GOOD.replace("您好", "你好"))
        expect(page.get_by_text("你好 张三")).to_be_attached()
        names = shown(page)
        assert names == [f"{number:03}" for number in range(len(names))]
        page.close()
