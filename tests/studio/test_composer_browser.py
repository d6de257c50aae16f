"""The composer in a real browser: a message is written, mended, looked at, kept and handed on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from msgkit import Message
from msgkit.studio import Studio

pytestmark = pytest.mark.slow

MISTAKE = "blocks:\n  - text: 您好\n  - butons: [满意, 不满意]\n"
COMMENTED = """\
# 退款的回复
blocks:
  # 开头
  - text: 您好 # 称呼
    bold: true
  - link: 查看订单
    url: https://shop.example/
  # 结尾
  - buttons: [满意, 不满意]
sent_by: machine # 自动
"""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def arrive(page: Page, studio: Studio, asked: str = "") -> None:
    """Open the composer, and wait until it shows a message."""
    page.goto(f"{studio.url}zh/#composer{asked}")
    expect(page.locator("#composer-preview .msgkit-message")).to_be_visible()


def write(page: Page, text: str) -> None:
    """Write a text in place of all that stands in the editor; as it is, without what the editor adds to keys."""
    page.locator("#composer .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def source(page: Page) -> str:
    """Return what stands in the editor."""
    lines: list[str] = page.locator("#composer .cm-line").all_inner_texts()
    return "\n".join("" if line == "\n" else line for line in lines)


def copied(page: Page) -> str:
    """Return what was copied last."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def card(page: Page, number: int) -> Locator:
    """Return the card of a block, counted from 0."""
    return page.locator(f"#composer-form li[data-index='{number}']")


def run(code: str, folder: Path) -> Message:
    """Run a module that makes a message, in another process."""
    module = folder / "made.py"
    module.write_text(code + "\nimport json\nprint(json.dumps(message.to_dict()))\n", "utf-8")
    done = subprocess.run([sys.executable, str(module)], capture_output=True, check=True, timeout=60)
    return Message.from_dict(json.loads(done.stdout))


def save_as(page: Page, name: str) -> None:
    """Save under a name."""
    page.locator("#composer [data-do=save]").click()
    page.locator("#composer-save [name=name]").fill(name)
    page.keyboard.press("Enter")


class TestWriting:
    """Writing."""

    def test_a_mistake_is_told_at_its_line_mended_seen_and_copied(
        self, page: Page, studio: Studio, tmp_path: Path
    ) -> None:
        """A mistake is told with its line; mended, the message is shown, and copied as Python it is the same."""
        arrive(page, studio)
        write(page, MISTAKE)
        finding = page.locator("#composer-findings .finding.error")
        expect(finding).to_contain_text("第 3 行")
        expect(finding).to_contain_text("buttons")
        expect(page.locator("#composer-stale")).to_be_visible()
        write(page, MISTAKE.replace("butons", "buttons"))
        expect(page.locator("#composer-preview button", has_text="不满意")).to_be_visible()
        expect(page.locator("#composer-stale")).to_be_hidden()
        page.locator("#composer details.c-menu summary").click()
        page.locator("#composer [data-copy=python]").click()
        expect(page.locator("#said .good")).to_be_visible()
        assert run(copied(page), tmp_path) == Message().text("您好").button_group("满意", "不满意")

    def test_the_message_has_the_theme_of_the_page_until_one_is_chosen(self, page: Page, studio: Studio) -> None:
        """As long as none is chosen for it, the message has the theme of the page; what was chosen stays."""
        page.emulate_media(color_scheme="dark")
        arrive(page, studio)
        dark, light = (
            page.locator(f"#composer [data-toggle=colours][data-value={name}]") for name in ("dark", "light")
        )
        phone = page.locator("#composer-phone.msgkit-dark")
        expect(phone).to_be_visible()
        expect(dark).to_have_attribute("aria-pressed", "true")
        page.locator("#theme").click()
        expect(phone).to_have_count(0)
        expect(light).to_have_attribute("aria-pressed", "true")
        dark.click()
        page.reload()
        expect(phone).to_be_visible()
        page.locator("#theme").click()
        page.locator("#theme").click()
        expect(phone).to_be_visible()

    def test_the_keyboard_alone_is_enough(self, page: Page, studio: Studio, tmp_path: Path) -> None:
        """The same without a mouse: from the top of the page to the copy."""
        arrive(page, studio)

        def tab_to(is_there: str) -> None:
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.evaluate(f"Boolean(document.activeElement.closest({is_there!r}))"):
                    return
            raise AssertionError(f"the keyboard does not reach {is_there}")

        tab_to("#composer .cm-content")
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(MISTAKE)
        expect(page.locator("#composer-findings .finding.error")).to_contain_text("第 3 行")
        tab_to("#composer-findings .finding")
        page.keyboard.press("Enter")
        assert page.evaluate("Boolean(document.activeElement.closest('.cm-content'))")
        page.keyboard.press("End")
        page.keyboard.press("Shift+Home")
        page.keyboard.insert_text("- buttons: [满意, 不满意]")
        expect(page.locator("#composer-preview button", has_text="不满意")).to_be_visible()
        tab_to("#composer details.c-menu")
        page.keyboard.press("Enter")
        tab_to("#composer [data-copy=python]")
        page.keyboard.press("Enter")
        expect(page.locator("#said .good")).to_be_visible()
        assert run(copied(page), tmp_path) == Message().text("您好").button_group("满意", "不满意")

    def test_a_block_selects_its_lines_and_the_cursor_marks_its_block(self, page: Page, studio: Studio) -> None:
        """A click on a block marks its lines; the cursor on a line marks its block."""
        arrive(page, studio)
        write(page, COMMENTED)
        page.locator("#composer-preview button", has_text="不满意").click()
        expect(page.locator("#composer .cm-markedLine")).to_have_text("  - buttons: [满意, 不满意]")
        page.locator("#composer-preview button", has_text="查看订单").click()
        expect(page.locator("#composer .cm-markedLine")).to_have_count(2)
        page.locator("#composer .cm-line", has_text="text: 您好").click()
        expect(page.locator("#composer-preview .at-cursor")).to_have_text("您好")

    def test_a_key_goes_from_finding_to_finding(self, page: Page, studio: Studio) -> None:
        """F8 puts the cursor to the next finding, and from the last to the first."""
        arrive(page, studio)
        write(page, "blocks:\n  - txt: 您好\n  - text: 您好\n  - butons: [满意]\n")
        expect(page.locator("#composer-findings .finding.error")).to_have_count(2)
        page.locator("#composer .cm-content").press("Control+Home")
        for line in ("txt", "butons", "txt"):
            page.keyboard.press("F8")
            expect(page.locator("#composer .cm-activeLine")).to_contain_text(line)

    def test_words_are_completed(self, page: Page, studio: Studio) -> None:
        """Keys, words and variables are offered with what they mean, in the page's language."""
        arrive(page, studio)
        write(page, "blocks:\n  - text: 您好\n    ")
        page.keyboard.type("co")
        offer = page.locator(".cm-tooltip-autocomplete li", has_text="color")
        expect(offer).to_be_visible()
        page.wait_for_timeout(150)  # the list takes no key in its first moment, so as not to catch one meant elsewhere
        page.keyboard.press("Enter")
        page.keyboard.type("s")
        expect(page.locator(".cm-tooltip-autocomplete li", has_text="secondary")).to_be_visible()
        page.wait_for_timeout(150)
        page.keyboard.press("Enter")
        expect(page.locator("#composer .cm-line").nth(2)).to_have_text("    color: secondary")

    def test_values_fill_the_message_and_are_checked_at_their_fields(self, page: Page, studio: Studio) -> None:
        """A variable has a field with its example; what is no value is told there, and nothing is copied then."""
        arrive(page, studio)
        write(page, "variables:\n  n: {type: money, unit: yuan, example: '128.00'}\nblocks:\n  - text: 退 ${n} 元\n")
        field = page.locator("[data-variable=n]")
        expect(field).to_have_value("128.00")
        field.fill("9.5")
        expect(page.locator("#composer-preview")).to_contain_text("退 9.50 元")
        field.fill("九块")
        expect(page.locator("#composer-slots .c-wrong")).to_contain_text("128.00")
        page.locator("#composer details.c-menu summary").click()
        page.locator("#composer [data-copy=json]").click()
        expect(page.locator("#said .bad")).to_contain_text("n")


class TestForm:
    """The form."""

    def test_blocks_are_added_changed_moved_doubled_deleted_and_undone(self, page: Page, studio: Studio) -> None:
        """All that the form does is done to the text, keeps its comments, and can be undone step by step."""
        arrive(page, studio)
        write(page, COMMENTED)
        page.locator("#composer [data-view=form]").click()
        expect(card(page, 2)).to_be_visible()
        card(page, 0).get_by_label("加粗").uncheck()
        page.locator("#composer [data-add=text]").click()
        expect(card(page, 3)).to_be_visible()
        page.keyboard.insert_text("祝您生活愉快")
        expect(page.locator("#composer-preview")).to_contain_text("祝您生活愉快")
        card(page, 3).get_by_label("上移").click()
        expect(card(page, 2).locator("textarea")).to_have_value("祝您生活愉快")
        card(page, 1).get_by_label("复制一份").click()
        expect(card(page, 4)).to_be_visible()
        card(page, 0).get_by_label("删除").click()
        expect(card(page, 4)).to_be_hidden()
        page.locator("#composer [data-view=yaml]").click()
        text = source(page)
        for kept in ("# 退款的回复", "  # 结尾", "sent_by: machine # 自动"):
            assert kept in text
        assert text.count("link: 查看订单") == 2
        assert "您好" not in text
        for _ in range(6):
            page.locator("#composer [data-do=undo]").click()
        assert source(page).rstrip() == COMMENTED.rstrip()

    def test_what_is_written_in_a_field_stays_under_the_hands(self, page: Page, studio: Studio) -> None:
        """Writing letter by letter loses neither a letter nor the keyboard, and the text says it."""
        arrive(page, studio)
        write(page, COMMENTED)
        page.locator("#composer [data-view=form]").click()
        field = card(page, 1).locator("[data-path='1.main']")
        field.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("查看您的订单: 42", delay=40)
        expect(field).to_be_focused()
        expect(field).to_have_value("查看您的订单: 42")
        expect(page.locator("#composer-preview")).to_contain_text("查看您的订单: 42")

    def test_what_is_done_at_once_is_done_in_order(self, page: Page, studio: Studio) -> None:
        """What was changed in a field is in the text before a button does something to that, however soon it is."""
        arrive(page, studio)
        write(page, COMMENTED)
        page.locator("#composer [data-view=form]").click()
        expect(card(page, 2)).to_be_visible()
        page.evaluate("""() => {
          const bold = document.querySelector("#composer-form li input[type=checkbox]");
          bold.focus();
          bold.click();
          document.querySelector("#composer [data-add=text]").focus();
          document.querySelector("#composer [data-add=text]").click();
        }""")
        expect(card(page, 3)).to_be_visible()
        page.locator("#composer [data-view=yaml]").click()
        assert "bold" not in source(page)
        assert source(page).count("text:") == 2

    def test_undone_and_done_again(self, page: Page, studio: Studio) -> None:
        """A block is one step, a picture with its variable too; what cannot be undone or done again is off."""
        undo, redo = page.locator("#composer [data-do=undo]"), page.locator("#composer [data-do=redo]")
        arrive(page, studio)
        before = source(page)
        expect(undo).to_be_disabled()
        expect(redo).to_be_disabled()
        page.locator("#composer [data-view=form]").click()
        page.locator("#composer [data-add=image]").click()
        expect(page.locator("#composer-preview")).to_contain_text("${图片}")
        expect(redo).to_be_disabled()
        undo.focus()
        page.keyboard.press("Enter")
        expect(undo).to_be_disabled()
        expect(redo).to_be_focused()
        page.locator("#composer [data-view=yaml]").click()
        assert source(page) == before
        redo.click()
        expect(page.locator("#composer-preview")).to_contain_text("${图片}")
        expect(redo).to_be_disabled()

    def test_a_picture_becomes_a_variable(self, page: Page, studio: Studio, tmp_path: Path) -> None:
        """A picture that is chosen in the form is shown, and stands in the template as a variable."""
        picture = tmp_path / "步骤.png"
        picture.write_bytes(PNG)
        arrive(page, studio)
        write(page, COMMENTED)
        page.locator("#composer [data-view=form]").click()
        page.locator("#composer [data-add=image]").click()
        page.locator("#composer [data-path='3.file']").set_input_files(picture)
        expect(page.locator("#composer-preview img")).to_be_visible()
        page.locator("#composer [data-view=yaml]").click()
        assert "- image: ${图片}" in source(page)
        (upload,) = studio.sandbox.uploads
        assert f"example: {upload.media_id}" in source(page)

    def test_what_it_cannot_edit_leads_into_the_source(self, page: Page, studio: Studio) -> None:
        """A block with a condition is shown as it is written, with a way to its lines."""
        arrive(page, studio)
        write(page, "variables:\n  a: {required: false}\nblocks:\n  - text: 您好\n  - text: ${a}\n    when: a\n")
        page.locator("#composer [data-view=form]").click()
        expect(card(page, 1).locator("pre")).to_contain_text("when: a")
        card(page, 1).get_by_role("button", name="在源码里改").click()
        expect(page.locator("#composer .cm-markedLine")).to_have_count(2)

    def test_a_look_at_the_json_loses_no_comment(self, page: Page, studio: Studio) -> None:
        """YAML that is looked at as JSON is the same afterwards, comments and all."""
        arrive(page, studio)
        write(page, COMMENTED)
        page.locator("#composer [data-view=json]").click()
        expect(page.locator("#composer .cm-content")).to_contain_text('"jump_url"')
        page.locator("#composer [data-view=yaml]").click()
        expect(page.locator("#composer .cm-line").first).to_have_text("# 退款的回复")
        assert source(page).rstrip() == COMMENTED.rstrip()


class TestKeeping:
    """What is written is not lost."""

    def test_a_draft_is_there_again_after_a_reload(self, page: Page, studio: Studio) -> None:
        """What was written and not saved is back, with a line that says so and takes it away again."""
        arrive(page, studio)
        write(page, "blocks:\n  - text: 没有保存的话\n")
        expect(page.locator("#composer-preview")).to_contain_text("没有保存的话")
        page.reload()
        expect(page.locator("#composer-preview")).to_contain_text("没有保存的话")
        expect(page.locator("#composer-note")).to_contain_text("已恢复未保存的改动")
        page.locator("#composer-note button").click()
        expect(page.locator("#composer-preview")).not_to_contain_text("没有保存的话")

    def test_nothing_is_lost_unasked_where_the_browser_keeps_nothing(self, page: Page, studio: Studio) -> None:
        """Where the browser keeps nothing, the bar says so, and what was written goes only if that is confirmed."""
        page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })")
        arrive(page, studio)
        write(page, "blocks:\n  - text: 自己写的\n")
        expect(page.locator("#composer-kept")).to_have_text("· 未保存")
        lose = page.locator("#composer-lose")
        for answer, left in (("[data-do=close]", "自己写的"), ("[data-then=go]", "您好")):
            page.locator("#composer [data-do=new]").click()
            page.locator("#composer-new [data-start=blank]").click()
            expect(lose).to_be_visible()
            lose.locator(answer).click()
            expect(page.locator("#composer-preview")).to_contain_text(left)

    def test_changes_of_a_template_are_kept_while_another_one_is_open(
        self, page: Page, studio: Studio, folder: Path
    ) -> None:
        """Each template has changes of its own."""
        for name in "ab":
            (folder / f"{name}.yaml").write_text(f"blocks:\n  - text: 模板 {name}\n", "utf-8")
        studio_sees(studio, "a", "b")
        arrive(page, studio, "?name=a")
        write(page, "blocks:\n  - text: 改过的 a\n")
        expect(page.locator("#composer-preview")).to_contain_text("改过的 a")
        page.locator("#composer [data-do=open]").click()
        page.locator("#composer-open [data-name=b]").click()
        expect(page.locator("#composer-preview")).to_contain_text("模板 b")
        page.locator("#composer [data-do=open]").click()
        page.locator("#composer-open [data-name=a]").click()
        expect(page.locator("#composer-preview")).to_contain_text("改过的 a")

    def test_a_link_shows_the_message_to_somebody_else(self, page: Page, studio: Studio, browser: Browser) -> None:
        """A link holds the message; in another browser it is shown, and that one's own draft is left alone."""
        arrive(page, studio)
        write(page, "blocks:\n  - text: 分享的话：“好”& <b>\n")
        expect(page.locator("#composer-preview")).to_contain_text("分享的话")
        page.locator("#composer [data-do=share]").click()
        expect(page.locator("#said .good")).to_contain_text("链接已复制")
        link = copied(page)
        context = browser.new_context(locale="zh-CN")
        try:
            other = context.new_page()
            arrive(other, studio)
            write(other, "blocks:\n  - text: 自己的草稿\n")
            expect(other.locator("#composer-preview")).to_contain_text("自己的草稿")
            other.goto(link)
            expect(other.locator("#composer-preview")).to_contain_text("分享的话：“好”& <b>")
            assert "share" not in other.url
            other.locator("#composer-note button").click()
            expect(other.locator("#composer-preview")).to_contain_text("自己的草稿")
        finally:
            context.close()

    def test_a_broken_link_says_so(self, page: Page, studio: Studio) -> None:
        """What is no link is told, and the draft is shown."""
        arrive(page, studio, "?share=%F0%9F%98%80")
        expect(page.locator("#said .bad")).to_contain_text("链接不完整")


class TestSaving:
    """Saving into the folder."""

    def test_a_message_is_saved_and_changed_again(self, page: Page, studio: Studio, folder: Path) -> None:
        """It is saved under a name in the folder; again, over itself."""
        arrive(page, studio)
        write(page, "blocks:\n  - text: 一\n")
        save_as(page, "refund/done")
        expect(page.locator("#composer-name")).to_have_text("refund/done.yaml")
        file = folder / "refund" / "done.yaml"
        assert file.read_text("utf-8") == "blocks:\n  - text: 一\n"
        write(page, "blocks:\n  - text: 二\n")
        page.keyboard.press("Control+s")
        expect(page.locator("#composer-kept")).to_contain_text("已保存")
        assert file.read_text("utf-8") == "blocks:\n  - text: 二\n"

    def test_a_file_that_changed_is_not_overwritten_unasked(self, page: Page, studio: Studio, folder: Path) -> None:
        """Somebody else's change is shown; it stays unless it is overwritten on purpose."""
        arrive(page, studio)
        write(page, "blocks:\n  - text: 一\n")
        save_as(page, "a")
        expect(page.locator("#composer-name")).to_have_text("a.yaml")
        write(page, "blocks:\n  - text: 我的\n")
        file = folder / "a.yaml"
        file.write_text("blocks:\n  - text: 别人的\n", "utf-8")
        page.keyboard.press("Control+s")
        dialog = page.locator("#composer-changed")
        expect(dialog.locator(".c-there")).to_contain_text("别人的")
        assert "别人的" in file.read_text("utf-8")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert "别人的" in file.read_text("utf-8")
        page.keyboard.press("Control+s")
        dialog.locator("[data-then=over]").click()
        expect(page.locator("#composer-kept")).to_contain_text("已保存")
        assert "我的" in file.read_text("utf-8")

    def test_a_name_that_leads_out_is_refused_in_the_dialog(self, page: Page, studio: Studio, folder: Path) -> None:
        """Nothing is written outside the folder, and the dialog says what a name is like."""
        arrive(page, studio)
        save_as(page, "../../outside")
        expect(page.locator("#composer-save .c-wrong")).to_contain_text("refund/accepted")
        assert not [*folder.parent.parent.glob("outside*")]
        assert [each.name for each in folder.parent.iterdir()] == [folder.name]
        page.keyboard.press("Escape")
        expect(page.locator("#composer [data-do=save]")).to_be_focused()

    def test_it_is_handed_to_the_conversation(self, page: Page, studio: Studio) -> None:
        """Ctrl+Enter hands the filled message on; the conversation shows it, ready to be sent."""
        arrive(page, studio)
        write(page, "variables: {n: {example: 张三}}\nblocks:\n  - text: 交给会话的话，${n}\n")
        expect(page.locator("#composer-preview")).to_contain_text("交给会话的话")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#reply-dialog")).to_contain_text("交给会话的话，张三")


def studio_sees(studio: Studio, *names: str) -> None:
    """Wait until the studio knows some templates."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        listed = httpx.get(f"{studio.url}zh/compose/templates").json()["templates"]
        if {each["name"] for each in listed} >= set(names):
            return
        time.sleep(0.1)
    raise AssertionError("the studio does not see the files")


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}${{7*7}}",
    "'; alert(1); //",
    "</textarea><script>alert(1)</script>",
    "\u202e卍\u2066x",
    "&lt;b&gt;&#x27;",
    "a\u2028b\u2029c",
    "<style>*{display:none}</style>",
    "<a href=javascript:alert(1)>x</a>",
)


class TestHostile:
    """Texts that want to be more."""

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_texts_stay_texts(self, page: Page, studio: Studio, text: str) -> None:
        """In every field of a form, as a value and in the source, a text is a text: no dialog, request or message."""
        arrive(page, studio)
        entry: Callable[[object], str] = lambda value: json.dumps(value, ensure_ascii=False)  # noqa: E731
        said = text.replace("$", "$$")
        lines = [
            f"description: {entry(text)}",
            f"variables: {entry({'v': {'description': text, 'example': text}})}",
            "blocks:",
            f"  - text: {entry(said + '${v}')}",
            f"  - image: {entry(said)}",
            f"  - link: {entry(said)}",
            f"    send: {entry(said)}",
            f"  - faq: {entry([said])}",
            f"  - button: {entry(said)}",
            f"  - buttons: {entry([said])}",
            f"custom_data: {entry(said)}",
        ]
        write(page, "\n".join(lines))
        expect(page.locator("#composer-preview [data-pointer='/blocks/5']")).to_be_visible()
        page.locator("#composer [data-view=form]").click()
        expect(card(page, 5)).to_be_visible()
        page.locator("#composer [data-variable=v]").fill(text)
        page.locator("#composer [data-view=json]").click()
        page.locator("#composer [data-do=save]").click()
        page.locator("#composer-save [name=name]").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        page.keyboard.press("Escape")
        assert page.locator("#composer script, #composer img[onerror], #composer a[href^=javascript]").count() == 0
