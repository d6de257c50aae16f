"""Tests of templates: what may stand in one, what rendering makes of it, and what hostile values do (nothing)."""

from __future__ import annotations

import copy
import pickle
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from enum import Enum
from itertools import permutations
from types import MappingProxyType
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from msgkit import (
    Button,
    ButtonGroup,
    Faq,
    FaqList,
    Image,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Link,
    Message,
    Reply,
    SendMessage,
    Template,
    TemplateError,
    Text,
    ValidationError,
    Variable,
)
from msgkit.templates import _compile

EMOJI = "\U0001f600"

FULL = (
    Message()
    .text("text", color="SECONDARY", bold=True)
    .image("media", style="WIDE")
    .link("link", JumpUrl("https://shop.example/o", action_id="link"), expires=datetime(2030, 1, 1, tzinfo=UTC))
    .link("page", JumpMiniProgram("wx1", "pages/o", "mini program", action_id="page"))
    .faq(Faq("faq", SendMessage("asked", "data", action_id="faq"), faq_id="faq-1"), "second")
    .button("button", SendMessage("sent", custom_data="data", action_id="button"), multi_clickable=False)
    .button_group(Button("good", JumpUrl("https://shop.example/g")), "bad", layout="HORIZONTAL")
    .sent_by("MACHINE")
    .with_custom_data("ticket")
)
"""A message with every part and every field."""

NO_TEXTS = {"type", "action_type", "color", "image_style_type", "button_layout", "sender_identity", "expired_time"}


class Reason(str, Enum):  # noqa: UP042 - not a StrEnum: its str() is its name
    """A text by another name."""

    REFUND = "refund"


class Renamed(str):
    """A text that says it is another one."""

    __slots__ = ()

    def __str__(self) -> str:
        return "evil.com/"


class Restless(Renamed):
    """A text that is another one whichever way it is asked."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return "evil.com/"

    def startswith(self, *_: Any) -> bool:
        """Begin with anything."""
        return True


class Disguised:
    """No text, which says that it is one."""

    __class__ = str  # type: ignore[assignment] # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]


HOSTILE = [
    "${x}",
    "$x",
    "$$",
    "$",
    "${self}",
    "{0.__class__}",
    "{x}",
    "{}",
    "%s",
    "%(x)s",
    "%",
    "%%",
    "\\",
    "\\1\\g<0>\\n",
    "\x00\r\n\t",
    "{{ 7*7 }}",
    "__import__('os').system('x')",
    "../../etc/passwd",
    "",
]

anything = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
plain = anything.map(lambda text: text.replace("$", ""))
words = plain.filter(str.strip)
blocks = st.one_of(
    st.builds(Text, words),
    st.builds(Image, words),
    st.builds(Button, words, st.builds(SendMessage, words, st.none() | plain, action_id=st.none() | plain)),
    st.builds(Link, words, st.builds(JumpMiniProgram, words, plain)),
    st.builds(FaqList, st.lists(words, min_size=1, max_size=2)),
    st.builds(ButtonGroup, st.lists(words, min_size=1, max_size=2)),
)
messages = st.builds(Message, st.lists(blocks, min_size=1, max_size=4), custom_data=st.none() | plain)


def texts(data: Any, pointer: str = "") -> Iterator[str]:
    """Return the pointers to the texts of a message that a template may fill."""
    if isinstance(data, str):
        yield pointer
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from texts(item, f"{pointer}/{index}")
    elif isinstance(data, dict):
        for key, item in data.items():
            if key not in NO_TEXTS:
                yield from texts(item, f"{pointer}/{key}")


def resolve(data: Any, pointer: str) -> Any:
    """Return what a pointer points to."""
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def replaced(data: dict[str, Any], pointer: str, text: str) -> dict[str, Any]:
    """Return the JSON with another text in one place."""
    changed = copy.deepcopy(data)
    parent, _, key = pointer.rpartition("/")
    resolve(changed, parent)[key] = text
    return changed


TEXTS = list(texts(FULL.to_dict()))


def problems(error: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    """Return the pointers of an error's problems."""
    return [problem.pointer for problem in error.value.problems]


class TestVariables:
    """What a template asks for."""

    def test_both_forms(self) -> None:
        """``${name}`` and ``$name`` are variables, once each however often they stand; ``$$`` is none."""
        template = Template(Message().text("${a}$b_1 $a$$c").text("${A}"))
        assert template.variables == {"a", "b_1", "A"}
        assert isinstance(template.variables, frozenset)

    def test_none(self) -> None:
        """A message without placeholders has no variables and renders to itself."""
        template = Template(FULL)
        assert template.variables == frozenset()
        assert template.render() is FULL

    @pytest.mark.parametrize("pointer", TEXTS)
    def test_in_every_text(self, pointer: str) -> None:
        """Any text of any part can hold a placeholder, and the value stands there and nowhere else."""
        old = resolve(FULL.to_dict(), pointer)
        template = Template.from_dict(replaced(FULL.to_dict(), pointer, old + "${v}"))
        assert template.variables == {"v"}
        assert template.render(v="中%s").to_dict() == replaced(FULL.to_dict(), pointer, old + "中%s")

    @pytest.mark.parametrize("pointer", TEXTS)
    def test_pointers(self, pointer: str) -> None:
        """What is wrong with a rendered text, or with a dollar in a template, has the pointer that the JSON has."""
        old = resolve(FULL.to_dict(), pointer)
        template = Template.from_dict(replaced(FULL.to_dict(), pointer, old + "${v}"))
        with pytest.raises(ValidationError) as rendered:
            template.render(v=EMOJI)
        with pytest.raises(ValidationError) as compiled:
            Template.from_dict(replaced(FULL.to_dict(), pointer, old + "$"))
        assert (problems(rendered), problems(compiled)) == ([pointer], [pointer])
        assert f"position {len(old)} " in rendered.value.problems[0].message
        assert f"position {len(old)} " in compiled.value.problems[0].message

    def test_fields(self) -> None:
        """The texts of the full message are all that there are, so that the tests above leave none out."""
        keys = {pointer.rpartition("/")[2] for pointer in TEXTS}
        assert keys == {
            "text", "media_id", "jump_url", "action_id", "appid", "path", "faq_title", "faq_id", "content",
            "custom_data",
        }  # fmt: skip

    def test_lone_dollars(self) -> None:
        """Each text with a dollar that begins no placeholder is told at once, with its place and the cure."""
        message = Message().text("${ok} $ $1").button("ok", SendMessage("${}", "${a-b}")).with_custom_data("100$")
        with pytest.raises(ValidationError) as error:
            Template(message)
        assert [(p.pointer, p.message.partition(" (")[0]) for p in error.value.problems] == [
            ("/blocks/0/text/text", "has a $ at position 6"),
            ("/blocks/1/button/action/message_info/content", "has a $ at position 0"),
            ("/blocks/1/button/action/message_info/custom_data", "has a $ at position 0"),
            ("/custom_data", "has a $ at position 3"),
        ]
        assert error.value.problems[0].message == (
            "has a $ at position 6 (counted from 0) and 1 more like it that begins no placeholder; "
            "write ${name} for a variable and $$ for a dollar"
        )

    def test_many_dollars(self) -> None:
        """A text of half a million dollars has one problem, or is taken in linear time where they are in pairs."""
        with pytest.raises(ValidationError) as error:
            Template(Message().text("$ " * 500_000))
        assert problems(error) == ["/blocks/0/text/text"]
        # At a quadratic cost this takes minutes.
        template = Template(Message().text("$$" * 2_000_000 + "${a}"))
        assert template.render(a="x") == Message().text("$" * 2_000_000 + "x")

    @given(st.text("$ab{}_1 %\\é中", max_size=12), anything, anything)
    def test_as_string_template(self, text: str, a: str, b: str) -> None:
        """A text is taken, asks for variables and is rendered exactly as `string.Template` does it."""
        text = f"<{text}"  # blank texts are another matter
        reference = string.Template(text)
        if not reference.is_valid():
            with pytest.raises(ValidationError):
                Template(Message().text(text))
            return
        template = Template(Message().text(text))
        assert template.variables == set(reference.get_identifiers())
        values = {name: (a, b)[index % 2] for index, name in enumerate(sorted(template.variables))}
        assert template.render(**values) == Message().text(reference.substitute(values))

    def test_messages_that_cannot_be_sent(self) -> None:
        """A message without blocks, or one that was read leniently and breaks rules, is no template."""
        with pytest.raises(ValidationError, match="/blocks: must hold at least one"):
            Template(Message())
        data = {"blocks": [{"type": "VIDEO"}, {"type": "TEXT", "text": {"text": "${a}", "color": "RED"}}]}
        with pytest.raises(ValidationError) as error:
            Template(Message.from_dict(data, strict=False))
        assert problems(error) == ["/blocks/0", "/blocks/1/text/color"]


class TestRender:
    """Filling a template."""

    def test_everything(self) -> None:
        """All placeholders are filled and all else stays."""
        template = Template(
            Message()
            .text("您好 ${name}，订单 ${order_no} 的退款 $$${amount} 已受理", bold=True)
            .link("查看订单", JumpUrl("https://shop.example/o/${order_no}", action_id="order"))
            .faq("${name}？")
            .button_group("转${who}", "不转", layout="VERTICAL")
            .sent_by("MACHINE")
        )
        assert template.render(name="张三", order_no="42", amount="9.90", who="人工") == (
            Message()
            .text("您好 张三，订单 42 的退款 $9.90 已受理", bold=True)
            .link("查看订单", JumpUrl("https://shop.example/o/42", action_id="order"))
            .faq("张三？")
            .button_group("转人工", "不转", layout="VERTICAL")
            .sent_by("MACHINE")
        )

    @given(messages)
    def test_without_a_dollar(self, message: Message) -> None:
        """A message without a dollar renders to itself."""
        assert Template(message).render() == message

    @pytest.mark.parametrize("value", HOSTILE)
    def test_hostile_values(self, value: str) -> None:
        """A value is put in as it is: nothing in it is looked up, expanded or run."""
        template = Template(Message().text("%s{x}${x}|${y}\\").button("<${x}"))
        assert template.render(x=value, y="y") == Message().text("%s{x}" + value + "|y\\").button("<" + value)
        assert template.partial(x=value).render(y="y") == template.render(x=value, y="y")

    @given(st.dictionaries(st.sampled_from("abc"), anything | st.sampled_from(HOSTILE), min_size=3))
    def test_any_values(self, values: dict[str, str]) -> None:
        """Whatever the values are, they stand between the literal texts."""
        template = Template(Message().text("<${a}|${b}%d|$c>$$"))
        text = template.render(**values).find(Text)[0].text
        assert text == f"<{values['a']}|{values['b']}%d|{values['c']}>$"

    @pytest.mark.parametrize(
        "name", ["self", "values", "cls", "message", "problems", "name", "class", "_", "__class__"]
    )
    def test_any_name(self, name: str) -> None:
        """A variable may have any name that a placeholder can have, also those of arguments and keywords."""
        template = Template(Message().text("${" + name + "}"))
        assert template.render(**{name: "v"}) == Message().text("v")
        assert template.partial(**{name: "v"}).render() == Message().text("v")

    def test_wrong_variables(self) -> None:
        """Missing, unknown and non-text variables are all named at once, unknown ones with the nearest known."""
        template = Template(Message().text("${name} ${order_no} ${amount} ${day}"))
        values: dict[str, Any] = {"naem": "秘密", "order_no": 42, "amount": None, "orderno": "x"}
        with pytest.raises(TemplateError) as error:
            template.render(**values)
        assert str(error.value) == (
            "naem is unknown; did you mean name?; orderno is unknown; did you mean order_no?; "
            "order_no must be a string, not a number; amount is missing; "
            "day is missing; name is missing"
        )

    def test_in_chinese(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the environment asks for it, it says so in Chinese."""
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        values: dict[str, Any] = {"naem": "秘密", "order_no": 42, "张三 的订单": "x"}
        with pytest.raises(TemplateError) as error:
            Template(Message().text("${name} ${order_no}")).render(**values)
        assert str(error.value) == (
            "模板里没有变量 naem，是不是想写 name？；模板里没有变量（名字长 6 个字符），是不是想写 order_no？；"
            "变量 order_no 的值应为字符串，实际是数字；缺少变量 name"
        )

    def test_no_variables(self) -> None:
        """Where there are no variables, an unknown one is told so."""
        with pytest.raises(TemplateError, match=r"^x is unknown; there are no variables$"):
            Template(Message().text("a")).render(x="1")

    @pytest.mark.parametrize("value", [Reason.REFUND, Renamed("refund"), Restless("refund")])
    def test_texts_of_other_classes(self, value: str) -> None:
        """A text of a class of its own is the characters that it has, however its class shows it."""
        template = Template(Message().text("${a} ${b}"), declared={"a": Variable(example=value)})
        made = [template.render(a=value, b="x"), template.partial(a=value).render(b="x")]
        made.append(template.partial(b="x").sample())
        for message in made:
            [text] = message.find(Text)
            assert (text.text, type(text.text)) == ("refund x", str)

    def test_what_only_says_that_it_is_a_text(self) -> None:
        """What is no text is none, also where it says so."""
        with pytest.raises(TemplateError, match=r"^a must be a string, not "):
            Template(Message().text("${a}")).render(a=Disguised())

    def test_too_long_when_filled(self) -> None:
        """A text that only the values make too long is a problem of the rendered message."""
        template = Template(Message().text("a").with_custom_data("${data}" + "x" * 4000))
        assert len(template.render(data="y" * 96).custom_data or "") == 4096
        with pytest.raises(ValidationError) as error:
            template.render(data="y" * 97)
        assert problems(error) == ["/custom_data"]

    def test_all_problems_at_once(self) -> None:
        """All that is wrong with a rendering is told at once, also where one part has two flaws."""
        template = Template(
            Message()
            .text("${a}")
            .button("${a}", SendMessage("${a}", "${a}", action_id="${a}"))
            .link("ok", JumpUrl("https://${a}/"))
            .with_custom_data("${a}")
        )
        with pytest.raises(ValidationError) as error:
            template.render(a=EMOJI * 4097)
        assert set(problems(error)) == {
            "/blocks/0/text/text",
            "/blocks/1/button/text",
            "/blocks/1/button/action/message_info/content",
            "/blocks/1/button/action/message_info/custom_data",
            "/blocks/1/button/action/action_id",
            "/blocks/2/link/action/jump_url",
            "/custom_data",
        }

    def test_blank_when_filled(self) -> None:
        """A text that only the values make blank is a problem of the rendered message."""
        template = Template(Message().text("${a}").faq("${a}${b}"))
        with pytest.raises(ValidationError) as error:
            template.render(a=" ", b="x")
        assert [(problem.pointer, problem.rule) for problem in error.value.problems] == [
            ("/blocks/0/text/text", "empty")
        ]

    def test_no_value_in_an_error(self) -> None:
        """No error shows a value, which is a customer's."""
        template = Template(Message().text("${a}").link("x", JumpUrl("${b}")))
        with pytest.raises(ValidationError) as error:
            template.render(a="秘密" + EMOJI, b="http://秘密")
        assert "秘密" not in f"{error.value} {error.value.problems!r} {template.partial(a='秘密')!r}"

    def test_what_does_not_change_is_shared(self) -> None:
        """Parts without placeholders are the same objects in every rendering."""
        template = Template(FULL.text("${a}").button_group("${a}", "b"))
        message = template.render(a="1")
        assert all(new is old for new, old in zip(message.blocks, FULL.blocks, strict=False))
        assert message.find(Button)[-1] is template.message.find(Button)[-1]

    def test_leaves_the_template_as_it_was(self) -> None:
        """Neither a rendering nor a failed one changes the template."""
        message = Message().text("${a}").with_custom_data("${b}")
        template = Template(message)
        first = template.render(a="1", b="2")
        with pytest.raises(ValidationError):
            template.render(a=EMOJI, b="x" * 5000)
        assert template.message is message
        assert template.variables == {"a", "b"}
        assert template.render(a="1", b="2") == first

    def test_threads(self) -> None:
        """One template renders for many threads at once, and composing goes on beside it."""
        template = Template(Message().text("${a}").link("x", JumpUrl("${base}/o")))

        def work(number: int) -> bool:
            value = str(number)
            # Outside of a rendering a URL may still begin with a placeholder.
            composed = Message().link("x", JumpUrl("${base}/o"))
            rendered = template.render(a=value, base=f"https://{value}.example")
            return composed.find(JumpUrl) == template.message.find(JumpUrl) and rendered == (
                Message().text(value).link("x", JumpUrl(f"https://{value}.example/o"))
            )

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(work, range(800)))


class TestManyWrongVariables:
    """An error names what a person can read, at a cost that does not grow with what is wrong."""

    def test_unknown(self) -> None:
        """Of thousands of unknown variables twenty are named, five with the nearest there is, and the rest counted."""
        template = Template(Message().text(" ".join(f"${{order_{n}}}" for n in range(300))))
        values = {f"odrer_{n}": "1" for n in range(3000)}
        with pytest.raises(TemplateError) as error:
            template.partial(**values)
        named = str(error.value).split("; ")
        assert named.count("did you mean order_1?") == 1
        assert sum(part.endswith(" is unknown") for part in named) == 20
        assert sum(part.startswith("did you mean ") for part in named) == 5
        assert named[-1] == "and 2980 more"

    def test_missing(self) -> None:
        """So it is with those that are missing."""
        template = Template(Message().text(" ".join(f"${{v{n}}}" for n in range(300))))
        with pytest.raises(TemplateError) as error:
            template.render()
        assert str(error.value).count(" is missing") == 20
        assert str(error.value).endswith("; and 280 more")

    @pytest.mark.parametrize("name", ["a\nb", "张三的订单 42", "x" * 1_000_000, "\x1b[2J"])
    def test_names_that_are_none(self, name: str) -> None:
        """What cannot be a variable's name may be anything, so it is told by its length alone."""
        with pytest.raises(TemplateError) as error:
            Template(Message().text("${order_no}")).partial(**{name: "1"})
        assert str(error.value).startswith(f"a name of {len(name)} characters is unknown")
        assert len(str(error.value)) < 200


class TestSample:
    """Looking at a template, and trying it, with its examples."""

    DECLARED: dict[str, Variable] = {"base": Variable(example="http://shop.example"), "name": Variable(example="张三")}  # noqa: RUF012

    def test_sample(self) -> None:
        """What has an example is filled, what was filled stays, all else is shown as it stands; no rule is asked."""
        message = Message().text("${name} ${order_no} $day").link("x", JumpUrl("${base}/o")).link("y", JumpUrl("$day"))
        template = Template(message, declared=self.DECLARED).partial(order_no="42")
        shown = template.sample()
        assert shown.find(Text)[0].text == "张三 42 ${day}"
        assert [action.jump_url for action in shown.find(JumpUrl)] == ["http://shop.example/o", "${day}"]

    def test_trial(self) -> None:
        """A broken rule is found where an example breaks it, also where another variable has no example."""
        message = Message().text("${name} ${other}").link("x", JumpUrl("${base}/${other}"))
        template = Template(message, declared=self.DECLARED)
        assert [str(problem) for problem in template.trial()] == [
            "/blocks/1/link/action/jump_url: must be a URL that starts with https://, once base, other is filled in"
        ]
        assert template.partial(base="https://shop.example").trial() == ()

    @pytest.mark.parametrize(
        "message",
        [
            Message().link("x", JumpUrl("${lacking}/o/${name}")).text("${lacking}"),
            Message().link("x", JumpUrl("${lacking}@shop.example/")),
            Message().link("x", JumpUrl("https://${lacking}/o")),
            Message().link("x", JumpUrl("https://${lacking}")),
            Message().link("x", JumpUrl("${lacking}@a@b")),
            Message().text("a").with_custom_data("x" * 4080 + "${lacking}"),
            Message().with_custom_data("x" * 4080 + "${lacking}").link("x", JumpUrl("$lacking")),
        ],
    )
    def test_no_stand_in_is_told(self, message: Message) -> None:
        """What some value for a variable without example makes right is no problem."""
        assert Template(message.text("${name}"), declared={"name": Variable(example="张三")}).trial() == ()

    @pytest.mark.parametrize(
        ("message", "example"),
        [
            (Message().text("a").with_custom_data("${lacking}${name}"), "x" * 4097),
            (Message().link("x", JumpUrl("${lacking}/${name}")), "a b"),
        ],
    )
    def test_beside_a_stand_in(self, message: Message, example: str) -> None:
        """What no value for a variable without example makes right is told, in one and the same text too."""
        assert len(Template(message, declared={"name": Variable(example=example)}).trial()) == 1


class TestUrl:
    """A URL that begins with a placeholder."""

    @pytest.fixture
    def message(self) -> Message:
        """A message whose link's address is not known yet."""
        return Message().link("订单", JumpUrl("${base}/o/42"))

    def test_is_composed_and_filled(self, message: Message) -> None:
        """It can be composed, read and written, and is filled with a base that begins with https."""
        assert Message.from_json(message.to_json()) == message
        rendered = Template(message).render(base="https://shop.example")
        assert rendered.find(JumpUrl) == (JumpUrl("https://shop.example/o/42"),)
        rendered.check()

    @pytest.mark.parametrize(
        "base",
        ["http://shop.example", "", "javascript:alert(1)//https://", "${base}", "$base", "https://", " https://a"],
    )
    def test_is_refused(self, message: Message, base: str) -> None:
        """It is refused when it is filled with anything that makes no https URL, a placeholder among it."""
        with pytest.raises(ValidationError) as error:
            Template(message).render(base=base)
        assert problems(error) == ["/blocks/0/link/action/jump_url"]

    @pytest.mark.parametrize("url", ["${base", "$", "$1", "$$base", "${}", "${a.b}", "${a[0]}", "x${base}", "$ base"])
    def test_is_no_placeholder(self, url: str) -> None:
        """What begins otherwise than with a placeholder is no URL, from the start."""
        with pytest.raises(ValidationError, match=r"must be a URL that starts with https|which no URL may have"):
            JumpUrl(url)

    def test_does_not_pass_the_check(self, message: Message) -> None:
        """It does not pass the check that comes before sending, and does pass that of a template."""
        with pytest.raises(ValidationError) as error:
            message.check()
        assert problems(error) == ["/blocks/0/link/action/jump_url"]
        message.check(filled=False)

    def test_is_not_sent(self, message: Message) -> None:
        """It cannot be sent: the client refuses it before anything goes out."""
        from msgkit import Client  # noqa: PLC0415 - the other tests here need nothing of the network side
        from msgkit.sandbox import Sandbox  # noqa: PLC0415

        with Sandbox() as sandbox:
            issued = sandbox.credentials
            client = Client(
                mchid=issued.mchid,
                serial_no=issued.serial_no,
                private_key=issued.private_key,
                public_key_id=issued.public_key_id,
                public_key=issued.public_key,
                base_url=issued.base_url,
            )
        # Nobody listens any more: whatever went out would end in a TransportError.
        with client, pytest.raises(ValidationError) as error:
            client.send("200201820200101080076610000", message)
        assert problems(error) == ["/message/blocks/0/link/action/jump_url"]

    def test_of_a_plain_reply(self, message: Message) -> None:
        """A plain reply is never rendered, so its URL begins with https from the start."""
        with pytest.raises(ValidationError, match="/jump_url: must be a URL that starts with https"):
            Reply("您好").link("订单", "${base}/o/42")
        reply, dropped = Message().text("您好").add(*message.blocks).to_reply()
        assert (reply.jump_url, [problem.pointer for problem in dropped]) == (None, ["/blocks/1/link"])


class TestPartial:
    """Filling some of a template."""

    def test_leaves_the_rest(self) -> None:
        """It fills some variables and asks for the others; the template itself still asks for all."""
        template = Template(Message().text("${a} ${b} ${c}"))
        partly = template.partial(b="2")
        assert (set(template.variables), set(partly.variables)) == ({"a", "b", "c"}, {"a", "c"})
        assert partly.render(a="1", c="3") == Message().text("1 2 3")
        assert partly.message is template.message

    def test_order(self) -> None:
        """In which order and in how many steps variables are filled makes no difference."""
        template = Template(Message().text("${a} ${b} ${c}"))
        whole = template.partial(a="1", b="2", c="3")
        for names in permutations("abc"):
            step = template
            for name in names:
                step = step.partial(**{name: str("abc".index(name) + 1)})
            assert step == whole
            assert hash(step) == hash(whole)
            assert step.render() == Message().text("1 2 3")

    def test_nothing(self) -> None:
        """Filling nothing makes an equal template."""
        template = Template(Message().text("${a}"))
        assert template.partial() == template

    def test_value_that_looks_like_a_placeholder(self) -> None:
        """A value that was filled in stays as it is, whatever is filled in after it."""
        template = Template(Message().text("${a} ${b}"))
        assert template.partial(a="${b} $b $$").render(b="2") == Message().text("${b} $b $$ 2")

    def test_wrong_variables(self) -> None:
        """Unknown, already filled and non-text variables are named at once; missing ones are none."""
        partly = Template(Message().text("${name} ${order_no} ${day}")).partial(name="a")
        values: dict[str, Any] = {"name": "b", "order": "c", "day": 5}
        with pytest.raises(TemplateError) as error:
            partly.partial(**values)
        assert str(error.value).startswith("name is unknown; did you mean ")
        assert str(error.value).endswith("order is unknown; did you mean order_no?; day must be a string, not a number")

    def test_rules_are_kept_for_the_rendering(self) -> None:
        """A value that breaks a rule is told when the message is rendered, with its pointer."""
        partly = Template(Message().link("x", JumpUrl("${base}${path}"))).partial(base="http://a.example")
        with pytest.raises(ValidationError) as error:
            partly.render(path="/o")
        assert problems(error) == ["/blocks/0/link/action/jump_url"]

    def test_keeps_what_is_said_of_it(self) -> None:
        """Description and examples go along, the examples only of what is still asked for."""
        declared = {"a": Variable("A", "1"), "b": Variable("B", "2")}
        partly = Template(Message().text("${a} ${b}"), description="D", declared=declared).partial(a="x")
        assert (partly.description, dict(partly.declared), partly.examples) == ("D", declared, {"b": "2"})


class TestValue:
    """A template as a value."""

    @pytest.fixture
    def template(self) -> Template:
        """A template that is partly filled and says something of itself."""
        message = FULL.text("${a} ${b} $$")
        return Template(message, description="D", declared={"b": Variable(example="2")}).partial(a="$b")

    def test_equality(self, template: Template) -> None:
        """Templates are equal where their message and what is filled in are."""
        again = Template(FULL.text("${a} ${b} $$")).partial(a="$b")
        assert again == template
        assert hash(again) == hash(template)
        assert template != Template(FULL.text("${a} ${b} $$"))
        assert template != Template(FULL.text("${a} ${b} $$")).partial(a="b")
        assert template != "template"

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickle(self, template: Template, protocol: int) -> None:
        """It pickles with everything it has."""
        again = pickle.loads(pickle.dumps(template, protocol))  # noqa: S301
        assert again == template
        assert (again.description, again.declared, again.variables, again.examples) == (
            template.description,
            template.declared,
            template.variables,
            template.examples,
        )
        assert again.render(b="2") == template.render(b="2")

    def test_copy(self, template: Template) -> None:
        """It can be copied."""
        assert copy.copy(template) == copy.deepcopy(template) == template

    def test_repr(self, template: Template) -> None:
        """It shows the names of its variables and no value."""
        assert repr(template) == "Template(variables=['b'])"

    def test_declared_cannot_be_changed(self, template: Template) -> None:
        """What is said of the variables is the template's own and read-only."""
        said = {"a": Variable()}
        made = Template(Message().text("${a}"), declared=said)
        said.clear()
        assert made.declared == {"a": Variable()}
        with pytest.raises(TypeError):
            template.declared["b"] = Variable()  # type: ignore[index] # pyright: ignore[reportIndexIssue]

    def test_an_example_is_not_shown(self) -> None:
        """An example may be somebody's own, so the repr of a variable does not show it."""
        assert "秘密" not in repr(Variable("收件人", "秘密"))


class Signed(Template):
    """A template that knows who wrote it: in slots of its own and, as it has none for that, in its ``__dict__``."""

    __slots__ = ("__dict__", "author")

    def __init__(self, message: Message, *, author: str = "nobody", **said: Any) -> None:
        super().__init__(message, **said)
        self.author = author
        self.words: list[str] = [author]


@attrs.define(eq=False, init=False)
class Noted(Template):
    """A template with an attrs field."""

    note: str

    def __init__(self, message: Message, *, note: str = "", **said: Any) -> None:
        super().__init__(message, **said)
        self.note = note


class TestImmutable:
    """Nothing changes a template."""

    @pytest.mark.parametrize(
        "name", ["message", "description", "declared", "variables", "examples", "places", "render", "_content", "new"]
    )
    def test_attributes(self, name: str) -> None:
        """No attribute can be set or deleted, public or not; nor can one be added."""
        template = Template(Message().text("${a}"))
        before = getattr(template, name, None)
        with pytest.raises(AttributeError):
            setattr(template, name, None)
        with pytest.raises(AttributeError):
            delattr(template, name)
        assert getattr(template, name, None) == before
        assert not hasattr(template, "__dict__")

    def test_of_a_subclass(self) -> None:
        """A subclass has attributes of its own, and those of the template stay as they are."""
        template = Signed(Message().text("${a}"))
        template.author = "somebody"
        with pytest.raises(AttributeError):
            template.variables = frozenset()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]

    def test_made_once(self) -> None:
        """What makes a template can be put into it once only, by no method of Python's own a second time."""
        for template in (
            Template(Message().text("${a}")),
            Signed(Message().text("${a}")),
            Noted(Message().text("${a}")),
        ):
            other = type(template)(Message().text("another"))
            for again in (template, copy.copy(template), template.partial(), pickle.loads(pickle.dumps(template))):  # noqa: S301
                with pytest.raises(AttributeError, match="a template cannot be changed: __init__"):
                    again.__init__(other.message)  # type: ignore[misc]
                for state in ({"_content": other._content}, (None, {"_content": other._content})):
                    with pytest.raises(AttributeError, match="a template cannot be changed: _content"):
                        Template.__setstate__(again, state)
                assert (again.render(a="1"), again.variables) == (Message().text("1"), {"a"})

    def test_where_variables_stand(self) -> None:
        """It says where each variable stands first; that cannot be changed either."""
        template = Template(Message().text("a").button("${x}", SendMessage("${y} ${x}")))
        assert template.places == {
            "x": "/blocks/1/button/text",
            "y": "/blocks/1/button/action/message_info/content",
        }
        with pytest.raises(TypeError):
            template.places["x"] = ""  # type: ignore[index] # pyright: ignore[reportIndexIssue]


class TestSubclass:
    """A subclass keeps what is its own, whatever is made of its instances."""

    @pytest.fixture
    def template(self) -> Signed:
        """A template of a subclass."""
        return Signed(Message().text("${a} ${b}"), author="张三", description="D", declared={"a": Variable("A", "1")})

    def test_partial(self, template: Signed) -> None:
        """Filling some variables gives an instance of the subclass, with its attributes in slots and elsewhere."""
        partly = template.partial(a="1")
        assert (type(partly), partly.author, partly.words) == (Signed, "张三", ["张三"])
        assert (partly.description, sorted(partly.variables), sorted(template.variables)) == ("D", ["b"], ["a", "b"])
        assert partly.partial(b="2").render() == Message().text("1 2")

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickle(self, template: Signed, protocol: int) -> None:
        """So does a pickle."""
        again = pickle.loads(pickle.dumps(template.partial(a="1"), protocol))  # noqa: S301
        assert (type(again), again.author, again.words, again.description) == (Signed, "张三", ["张三"], "D")
        assert (again, again.render(b="2")) == (template.partial(a="1"), Message().text("1 2"))

    def test_copies(self, template: Signed) -> None:
        """So do copies: a shallow one has the same attributes, a deep one copies of them."""
        shallow, deep = copy.copy(template), copy.deepcopy(template)
        assert (type(shallow), type(deep)) == (Signed, Signed)
        assert shallow == deep == template
        assert shallow.words is template.words
        assert deep.words == template.words
        assert deep.words is not template.words

    def test_from_dict(self) -> None:
        """A file is read into an instance of the subclass, made by its own ``__init__``."""
        data = {"message": Message().text("${a}").to_dict(), "description": "D", "variables": {"a": {"example": "1"}}}
        template = Signed.from_dict(data)
        assert (type(template), template.author, template.description) == (Signed, "nobody", "D")
        assert template.examples == {"a": "1"}

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_of_attrs(self, protocol: int) -> None:
        """So it is with a subclass of attrs, which brings its own way to be pickled."""
        template = Noted(Message().text("${a} ${b}"), note="急").partial(a="1")
        pickled = pickle.loads(pickle.dumps(template, protocol))  # noqa: S301
        for again in (template, copy.copy(template), copy.deepcopy(template), pickled):
            assert (type(again), again.note, again.render(b="2")) == (Noted, "急", Message().text("1 2"))

    def test_repr(self, template: Signed) -> None:
        """It shows the subclass's name."""
        assert repr(template) == "Signed(variables=['a', 'b'])"


class TestCompiledOnce:
    """A message is gone through once for each template."""

    def test_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """So it is when a file is read, and neither filling nor copying goes through it again."""
        seen: list[Any] = []

        def counted(variants: Any, declared: Any) -> _compile.Compiled:
            seen.append(variants)
            return _compile.compiled(variants, declared)

        monkeypatch.setattr("msgkit.templates._content.compiled", counted)
        template = Template.from_dict({"message": Message().text("${a} ${b}").to_dict(), "variables": {"a": {}}})
        partly = copy.deepcopy(copy.copy(template.partial(a="1")))
        assert (partly.render(b="2"), template.sample(), template.trial()) == (
            Message().text("1 2"),
            Message().text("${a} ${b}"),
            (),
        )
        assert len(seen) == 1


class TestNoMessage:
    """What newcomers give in place of a message."""

    @pytest.mark.parametrize(
        ("given", "rule", "text"),
        [
            (
                "您好 ${name}",
                "text-as-message",
                'must be a Message, not a string; a text goes into Message().text("…")',
            ),
            (None, "not-a-message", "must be Message, not null"),
            (b"text", "not-a-message", "must be Message, not bytes"),
            ({"blocks": []}, "not-a-message", "must be Message, not an object"),
            (Text("a"), "not-a-message", "must be Message, not Text"),
            (Message, "not-a-message", "must be Message, not type"),
            (Template(Message().text("${a}")), "not-rendered", "is a template, and not a message; render it first"),
        ],
    )
    def test_is_told(self, given: Any, rule: str, text: str) -> None:
        """It is told what to give instead, and not shown."""
        with pytest.raises(ValidationError) as error:
            Template(given)
        [problem] = error.value.problems
        assert (problem.pointer, problem.rule) == ("", rule)
        assert problem.message.startswith(text)
        assert str(error.value).startswith("Template: ")
        assert "您好" not in str(error.value)


class TestDeclared:
    """What is said of a template and its variables, in code as in a file."""

    MESSAGE = Message().text("${a}")

    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ({"declared": {"a": {"example": "x"}}}, [("/variables/a", "must be Variable, not an object")]),
            ({"declared": {"a": None}}, [("/variables/a", "must be Variable, not null")]),
            ({"declared": {"a": Variable}}, [("/variables/a", "must be Variable, not type")]),
            (
                {"declared": {"1st": Variable()}},
                [
                    (
                        "/variables/1st",
                        (
                            "is no name of a variable: letters, digits and _, Chinese too, not beginning with a digit, "
                            "and none of false, in, not, true"
                        ),
                    )
                ],
            ),
            (
                {"declared": {1: Variable(), "b/c": "x"}},
                [
                    ("/variables/1", "must have a string as its key"),
                    ("/variables/b~1c", "must be Variable, not a string"),
                ],
            ),
            ({"declared": [Variable()]}, [("/variables", "must be an object, not an array")]),
            ({"declared": None}, [("/variables", "must be an object, not null")]),
            (
                {"declared": {"x" * 257: Variable()}},
                [
                    ("/variables", "has a name of 257 characters; at most 256 are allowed"),
                ],
            ),
            ({"description": 3}, [("/description", "must be a string, not a number")]),
        ],
    )
    def test_is_checked(self, said: dict[str, Any], found: list[tuple[str, str]]) -> None:
        """What no file may say of a template is refused in code too, when it is said."""
        for cls in (Template, Signed):
            with pytest.raises(ValidationError) as error:
                cls(self.MESSAGE, **said)
            assert [(problem.pointer, problem.message) for problem in error.value.problems] == found
            assert error.value.subject == "Template"

    def test_any_mapping(self) -> None:
        """Any mapping will do, and so does a subclass of what says something of a variable."""

        class Noted(Variable):
            """A variable of somebody's own."""

        template = Template(self.MESSAGE, declared=MappingProxyType({"a": Noted(example="x")}))
        assert template.examples == {"a": "x"}

    @pytest.mark.parametrize(
        ("value", "shown"),
        [(f"小明{EMOJI}", "小明"), (f"{EMOJI} 小明 {EMOJI}", "小明"), (" 小明 ", " 小明 "), (f" {EMOJI} ", None)],
    )
    def test_emoji_that_are_dropped(self, value: str, shown: str | None) -> None:
        """With an emoji goes the space that stood between it and the rest; of emoji alone a condition sees nothing."""
        blocks = [{"text": "[${a}]", "when": "a"}, {"text": "[]", "when": "not a"}]
        variable = {"emoji": "drop", "required": False}
        template = Template.from_dict({"blocks": blocks, "variables": {"a": variable}})
        assert template.render(a=value) == Message().text(f"[{shown or ''}]")


class TestFromDict:
    """Making a template from the content of a file."""

    MESSAGE: dict[str, Any] = Message().text("${a} ${b}").to_dict()

    def test_bare(self) -> None:
        """A bare NormalMessage is a template."""
        assert Template.from_dict(self.MESSAGE) == Template(Message().text("${a} ${b}"))

    def test_document(self) -> None:
        """A document holds a message, what the template is for, and something of each variable."""
        template = Template.from_dict(
            {
                "message": self.MESSAGE,
                "description": "受理",
                "variables": {"a": {"description": "A", "example": "1"}, "b": {}},
            }
        )
        assert template == Template.from_dict(self.MESSAGE)
        assert template.description == "受理"
        assert template.declared == {"a": Variable("A", "1"), "b": Variable()}
        assert template.examples == {"a": "1"}

    def test_the_least(self) -> None:
        """A document may hold its message alone, and name only some of the variables."""
        assert Template.from_dict({"message": self.MESSAGE}).declared == {}
        assert Template.from_dict({"message": self.MESSAGE, "variables": {"b": {"example": ""}}}).examples == {"b": ""}

    @pytest.mark.parametrize("data", [None, [], "text", 5, True, [{"blocks": []}]])
    def test_no_object(self, data: object) -> None:
        """Anything but an object is refused as a whole."""
        with pytest.raises(ValidationError) as error:
            Template.from_dict(data)
        assert problems(error) == [""]

    def test_all_problems_at_once(self) -> None:
        """Unknown keys and wrong types are told at once, in the document's own pointers."""
        data = {
            "message": {"blocks": [{"type": "TEXT", "text": {"text": 5, "colour": "RED"}}], "sender": "MANUAL"},
            "description": 5,
            "variables": {"a": {"example": 42, "sample": "x"}, "b": "text", "c/d~": None},
            "extra": 1,
        }
        with pytest.raises(ValidationError) as error:
            Template.from_dict(data)
        assert sorted(problems(error)) == [
            "/description",
            "/extra",
            "/message/blocks/0/text/colour",
            "/message/blocks/0/text/text",
            "/message/sender",
            "/variables/a/example",
            "/variables/a/sample",
            "/variables/b",
            "/variables/c~1d~0",
        ]

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"description": None}, "/description"),
            ({"variables": None}, "/variables"),
            ({"variables": []}, "/variables"),
            ({"variables": {"a": {"example": None}}}, "/variables/a/example"),
            ({"variables": {"a": {"description": 5}}}, "/variables/a/description"),
            ({"variables": {"a": {"example": EMOJI}}}, "/variables/a/example"),
            ({"message": None}, "/message"),
            ({"message": {}}, "/message/blocks"),
            ({"message": {"blocks": []}}, "/message/blocks"),
        ],
    )
    def test_wrong_values(self, change: dict[str, Any], pointer: str) -> None:
        """A null, an array for an object and an empty message are refused where they stand."""
        with pytest.raises(ValidationError) as error:
            Template.from_dict({"message": self.MESSAGE, **change})
        assert problems(error) == [pointer]

    def test_an_endless_name(self) -> None:
        """A name of half the file's size is refused at once: the pointers below it would fill the memory."""
        variables = {"x" * 100_000: {f"{n}": 1 for n in range(1000)}}
        with pytest.raises(ValidationError) as error:
            Template.from_dict({"message": self.MESSAGE, "variables": variables})
        assert str(error.value.problems[0]) == "/variables: has a name of 100000 characters; at most 256 are allowed"

    def test_unused_variables(self) -> None:
        """A variable that the message does not use is no error: it is taken, and not asked for."""
        template = Template.from_dict({"message": self.MESSAGE, "variables": {"a": {}, "z": {}}})
        assert template.variables == {"a", "b"}
        assert template.render(a="1", b="2") == template.render(a="1", b="2", z="3") == Message().text("1 2")

    def test_keys_that_are_no_texts(self) -> None:
        """Keys that JSON could not have are refused like any other that is wrong."""
        with pytest.raises(ValidationError):
            Template.from_dict({"message": self.MESSAGE, "variables": {1: {}, "z": {}, None: {}}})

    def test_document_with_a_lone_dollar(self) -> None:
        """The pointer to a lone dollar begins at the document."""
        with pytest.raises(ValidationError) as error:
            Template.from_dict({"message": Message().text("a").button("$").to_dict()})
        assert problems(error) == [
            "/message/blocks/1/button/text",
            "/message/blocks/1/button/action/message_info/content",
        ]


def test_a_moment_is_kept() -> None:
    """What is no text, such as the time at which a button expires, is in the rendering as it was."""
    info = InvalidInfo(datetime(2030, 1, 1, tzinfo=UTC), multi_clickable=False)
    rendered = Template(Message((Button("${a}", invalid_info=info),))).render(a="好")
    assert rendered.find(Button)[0].invalid_info is info
