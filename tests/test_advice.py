"""Advice: what is allowed and looks like a mistake."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from msgkit import Button, Image, JumpMiniProgram, JumpUrl, Message, SendMessage
from msgkit.testing.strategies import messages
from tests.helpers import SECRET


def advised(message: Message) -> list[tuple[str, str | None]]:
    """Return place and rule of each advice."""
    return [(problem.pointer, problem.rule) for problem in message.advice()]


class TestAdvice:
    """Each kind of slip."""

    @pytest.mark.parametrize(
        ("text", "mark", "position"),
        [
            ("您好{{name}}", "{{…}}", 2),
            ("您好 {{ user.name }}", "{{…}}", 3),
            ("共{amount}元", "{…}", 1),
            ("共{金额}元", "{…}", 1),
            ("{order.no}", "{…}", 0),
            ("您好%s", "%s", 2),
            ("共%d元", "%d", 1),
            ("您好%(name)s。", "%s", 2),
        ],
    )
    def test_leftover(self, text: str, mark: str, position: int) -> None:
        """What other template languages leave is seen in every text that a customer reads, and in addresses."""
        (problem,) = Message().text(text).advice()
        assert (problem.pointer, problem.rule) == ("/blocks/0/text/text", "leftover")
        assert (problem.params["found"], problem.params["position"]) == (mark, position)
        assert problem.value == text
        assert SECRET not in str(Message().text(f"{{{{{SECRET}}}}}").advice()[0])

    @pytest.mark.parametrize(
        "text", ["${name}", "${姓名}", "100%", "打 9% 折", "50%s", "{}", "{ }", "{1}", '{"a": 1}', "a{b c}", "%", "%%s"]
    )
    def test_no_leftover(self, text: str) -> None:
        """Our own placeholders, per cents and braces that hold no name are none."""
        assert Message().text(text).advice() == ()

    def test_everywhere(self) -> None:
        """Texts, questions, buttons, contents and addresses are looked at; the merchant's own data is not."""
        message = (
            Message()
            .link("{a}", JumpUrl("https://h/{a}"))
            .faq("{a}")
            .button_group(Button("x", SendMessage("{a}", custom_data="{a}", action_id="{a}")))
            .image("{a}")
            .link("b", JumpMiniProgram("wx1", "pages/o?id={{id}}", "{a}"))
            .with_custom_data("{a}")
        )
        assert advised(message) == [
            ("/blocks/0/link/text", "leftover"),
            ("/blocks/0/link/action/jump_url", "leftover"),
            ("/blocks/1/faq_list/faqs/0/faq_title", "leftover"),
            ("/blocks/1/faq_list/faqs/0/action/message_info/content", "leftover"),
            ("/blocks/2/button_group/buttons/0/action/message_info/content", "leftover"),
            ("/blocks/3/image/media_id", "leftover"),
            ("/blocks/4/link/action/mini_program_jump_info/path", "leftover"),
            ("/blocks/4/link/action/mini_program_jump_info/text", "leftover"),
        ]

    @pytest.mark.parametrize(
        ("text", "mark"),
        [
            ("请**尽快**处理", "**"),
            ("# 标题", "#"),
            ("您好\n## 小标题", "#"),
            ("看[这里](https://h)", "[…](…)"),
            ("订单 `42`", "`"),
            ("您好<br>再见", "<…>"),
            ("<b>重要</b>", "<…>"),
            ('<a href="https://h">这里</a>', "<…>"),
            ("A&nbsp;B", "&…;"),
            ("1 &lt; 2", "&…;"),
        ],
    )
    def test_markup(self, text: str, mark: str) -> None:
        """Markdown and HTML, which would be shown as they stand."""
        (problem,) = Message().text(text).advice()
        assert (problem.rule, problem.params["found"]) == ("markup", mark)

    @pytest.mark.parametrize("text", ["2 ** 3", "a < b > c", "#42", "AT&T", "[1]", "1. 第一", "- 第一", "<您好>", "**"])
    def test_no_markup(self, text: str) -> None:
        """What merely has the same characters is none."""
        assert Message().text(text).advice() == ()

    def test_expired(self) -> None:
        """A time in the past is one; one to come is none."""
        past, future = timedelta(seconds=-5), timedelta(hours=1)
        assert advised(Message().button("a", expires=past)) == [
            ("/blocks/0/button/invalid_info/expired_time", "expired")
        ]
        assert advised(Message().button_group("a", expires=past)) == [
            ("/blocks/0/button_group/invalid_info/expired_time", "expired")
        ]
        assert Message().button("a", expires=future).advice() == ()

    @pytest.mark.parametrize("media_id", ["receipt.png", "a.JPG", "pictures/receipt", "C:\\receipt", "x.jpeg", "a.gif"])
    def test_file_name(self, media_id: str) -> None:
        """A media id that looks like a file's name or path."""
        assert advised(Message().add(Image(media_id))) == [("/blocks/0/image/media_id", "file-name")]

    @pytest.mark.parametrize(
        "media_id",
        ["BB04A5DEEFEA18D4F2554C1EDD3B610B.bmp", "file23578_21798531.jpg", "media-id-from-upload", "${picture}.jpg"],
    )
    def test_media_id(self, media_id: str) -> None:
        """A media id as the platform gives it looks like none, though it has an ending; a variable may become one."""
        assert Message().image(media_id).advice() == ()

    @pytest.mark.parametrize(
        ("appid", "odd"), [("wx8888888888888888", False), ("gh_1234", True), ("${appid}", False), ("w${rest}", False)]
    )
    def test_appid(self, appid: str, *, odd: bool) -> None:
        """An APPID begins with wx; a placeholder may become one that does."""
        found = advised(Message().link("a", JumpMiniProgram(appid, "p")))
        assert found == [("/blocks/0/link/action/mini_program_jump_info/appid", "appid")] * odd

    def test_same_text(self) -> None:
        """The second button that reads like another is told, in groups and alone; links and questions may repeat."""
        message = Message().button("满意").button_group("不满意", "满意").faq("满意").button("不满意")
        assert advised(message) == [
            ("/blocks/1/button_group/buttons/1/text", "same-text"),
            ("/blocks/3/button/text", "same-text"),
        ]

    def test_nothing(self) -> None:
        """A message without slips gets none, nor does one without blocks."""
        assert Message().advice() == ()
        assert Message().text("您好").link("查看订单", "https://shop.example/42").advice() == ()

    def test_what_was_read(self) -> None:
        """What was read leniently, and cannot be sent, can be advised on."""
        data = {"blocks": [{"type": "VIDEO"}, {"type": "TEXT", "text": {"text": "{{a}}"}}, {"type": "LINK"}]}
        assert advised(Message.from_dict(data, strict=False)) == [("/blocks/1/text/text", "leftover")]

    @given(messages())
    def test_any(self, message: Message) -> None:
        """Any message can be advised on; advice is said in both languages and changes nothing."""
        for problem in message.advice():
            assert problem.rule
            assert problem.message
            assert problem.text("zh") != problem.message

    @given(st.text(st.sampled_from("{}[]()*`#<>&;%$s_a \n"), max_size=60))
    def test_marks(self, text: str) -> None:
        """Marks in any order break nothing."""
        if text.strip():
            Message().text(text).advice()
