"""The composer's answers: findings, preview, copies, edits, completion, and what it reads and writes."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from starlette.testclient import TestClient

from msgkit import Message
from msgkit.studio.composer import starts
from msgkit.studio.composer.editing import Edit, edited
from msgkit.studio.composer.lines import Lines
from msgkit.studio.doors import RefusedError
from msgkit.studio.site import Site
from msgkit.templates import Template
from tests.studio.hostile import TEXTS
from tests.studio.served import ADDRESS, client_of, site_on

GOOD = """\
# 退款
description: 退款已受理
variables:
  name: {description: 称呼, example: 张三}
  amount: {type: money, unit: yuan, example: "128.00"} # 元
blocks:
  # 开头
  - text: 您好 ${name}，${amount} 元 # 称呼
    bold: true

  - link: 查看订单
    url: https://shop.example/
  - faq:
      - 退款多久到账？
      - text: 退到哪里？
        faq_id: where
  # 结尾
  - buttons: [满意, 不满意]
    layout: horizontal
sent_by: machine # 自动
"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A studio on a folder with what drafts may include."""
    folder = tmp_path_factory.mktemp("studio") / "replies"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "hello.yaml").write_text("blocks:\n  - text: 您好\n", "utf-8")
    return site_on(folder)


@pytest.fixture(scope="module")
def client(site: Site) -> TestClient:
    """A client of it."""
    return client_of(site)


def post(client: TestClient, path: str, lang: str = "zh", **fields: Any) -> Any:
    """Post a form, and return what is answered."""
    return client.post(f"/{lang}/compose{path}", data=fields, headers={"Origin": ADDRESS}).json()


class TestCompose:
    """What a draft looks like."""

    def test_good(self, client: TestClient) -> None:
        """A draft without a mistake is shown, filled with its examples, and can be sent."""
        answer = post(client, "", text=GOOD)
        assert (answer["findings"], answer["can_be_sent"]) == ([], True)
        assert "您好 张三，128.00 元" in answer["preview"]
        assert [slot["name"] for slot in answer["slots"]] == ["name", "amount"]

    @pytest.mark.parametrize("text", ['{"blocks": [{"text": "a\\ud800b"}]}', 'blocks:\n  - text: "a\\ud800b"\n'])
    def test_half_a_character(self, client: TestClient, text: str) -> None:
        """Half a character, which JSON and YAML can write, is a finding; the form and the other language show it."""
        language = "json" if text.startswith("{") else "yaml"
        answer = post(client, "", text=text, language=language, form="1")
        assert answer["findings"][0]["severity"] == "error"
        assert answer["form"]["blocks"][0]["entry"] == {"text": "a\ud800b"}
        assert "text" in post(client, "/convert", text=text, language=language)["text"]

    def test_lines(self, client: TestClient) -> None:
        """Each block, button and question knows its lines; comments and blank lines around it are none of them."""
        lines = {each["pointer"]: (each["from"], each["to"]) for each in post(client, "", text=GOOD)["lines"]}
        assert lines == {
            "/blocks/0": (8, 9),
            "/blocks/1": (11, 12),
            "/blocks/2": (13, 16),
            "/blocks/2/faq_list/faqs/0": (14, 14),
            "/blocks/2/faq_list/faqs/1": (15, 16),
            "/blocks/3": (18, 19),
            "/blocks/3/button_group/buttons/0": (18, 18),
            "/blocks/3/button_group/buttons/1": (18, 18),
        }

    def test_lines_of_what_is_not_written_as_it_is_seen(self, client: TestClient) -> None:
        """What is included, repeated or left out by a condition keeps the lines that it comes from."""
        text = (
            "variables:\n  each: {type: list, example: [甲, 乙]}\n  no: {type: bool, example: false}\nblocks:\n"
            "  - include: parts/hello\n  - text: 没有\n    when: no\n  - text: ${it}\n    for: it in each\n"
        )
        lines = [(each["pointer"], each["from"], each["to"]) for each in post(client, "", text=text)["lines"]]
        assert lines == [("/blocks/0", 5, 5), ("/blocks/1", 8, 9), ("/blocks/2", 8, 9)]

    def test_lines_of_json(self, client: TestClient) -> None:
        """Of JSON too."""
        text = json.dumps({"message": {"blocks": [{"type": "TEXT", "text": {"text": "您好"}}]}}, indent=1)
        (line,) = post(client, "", text=text, language="json")["lines"]
        assert text.split("\n")[line["from"] - 1].strip() == "{"
        assert text.split("\n")[line["to"] - 1].strip() == "}"
        assert line["to"] - line["from"] == 5

    @pytest.mark.parametrize(("lang", "said"), [("zh", "是不是想写 text"), ("en", "text")])
    def test_findings(self, client: TestClient, lang: str, said: str) -> None:
        """A mistake is told with its line and rule, in the page's language; there is no preview then."""
        answer = post(client, "", lang, text="blocks:\n  - txt: 您好\n")
        (finding,) = answer["findings"]
        assert (finding["line"], finding["severity"], finding["code"]) == (2, "error", "no-main-key")
        assert said in finding["message"]
        assert (answer["preview"], answer["slots"], answer["can_be_sent"]) == (None, None, False)

    @pytest.mark.parametrize(
        "text", ["", "{", "a: [", "- a", "blocks: [\x00]", "\ufeff", "!!python/object:os.system x"]
    )
    def test_anything(self, client: TestClient, text: str) -> None:
        """Whatever is written, there is an answer that says what is wrong."""
        for language in ("yaml", "json"):
            assert post(client, "", text=text, language=language)["findings"]

    def test_states(self, client: TestClient) -> None:
        """It is shown as after its time, and as tapped."""
        text = "blocks:\n  - button: 好\n    expires: 24h\n    multi_clickable: false\n"
        for state in ("expired", "used"):
            assert "disabled" in post(client, "", text=text, state=state)["preview"]
        assert "disabled" not in post(client, "", text=text, state="usual")["preview"]

    def test_variants(self, client: TestClient) -> None:
        """Of several replies, the conditions choose one, or a person does."""
        text = "variants:\n  - {when: vip, blocks: [{text: 贵宾}]}\n  - {blocks: [{text: 大家}]}\n"
        text += "variables: {vip: {type: bool, example: true}}\n"
        chosen = post(client, "", text=text)
        assert (chosen["variants"], chosen["variant"]) == (["vip", None], 0)
        assert "贵宾" in chosen["preview"]
        assert "大家" in post(client, "", text=text, values='{"vip": "false"}')["preview"]
        assert "大家" in post(client, "", text=text, variant="1")["preview"]

    @pytest.mark.parametrize("text", TEXTS)
    def test_hostile(self, client: TestClient, text: str) -> None:
        """Nothing of a text becomes an element or an attribute of the preview."""
        lines = "variables:\n  v: {example: x}\nblocks:\n  - text: <${v}>\n  - button: x${v}\n    send: x${v}\n"
        elements = [
            Elements.of(post(client, "", text=lines, values=json.dumps({"v": v}))["preview"]) for v in (text, "x")
        ]
        assert elements[0] == elements[1]


class Elements(HTMLParser):
    """The elements of a fragment, with the names of their attributes."""

    @classmethod
    def of(cls, html: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return those of a fragment."""
        parser = cls()
        parser.found = []
        parser.feed(html)
        parser.close()
        return parser.found

    found: list[tuple[str, tuple[str, ...]]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, tuple(name for name, _ in attrs)))


class TestValues:
    """Variables, filled."""

    TYPES = (
        ("text", "", "李四", "李四"),
        ("money", "unit: yuan, ", "9.5", "9.50"),
        ("money", "unit: fen, ", "950", "9.50"),
        ("money", "", "9.50", "9.50"),
        ("int", "", "7", "7"),
        ("date", "", "2026-12-07", "12月7日"),
        ("datetime", "", "2026-12-07T18:00:00+08:00", "12月7日 18:00"),
    )

    @pytest.mark.parametrize(("kind", "more", "given_text", "said"), TYPES)
    def test_types(self, client: TestClient, kind: str, more: str, given_text: str, said: str) -> None:
        """A value is a text of a field, whatever its type; money is in yuan where nothing else is said."""
        text = f"variables:\n  v: {{{more}type: {kind}}}\nblocks:\n  - text: <${{v}}>\n"
        answer = post(client, "", text=text, values=json.dumps({"v": given_text}))
        assert f"&lt;{said}&gt;" in answer["preview"]
        assert answer["can_be_sent"]

    def test_lists(self, client: TestClient) -> None:
        """A list has one text a line."""
        text = "variables:\n  v: {type: list, example: [甲, 乙]}\nblocks:\n  - faq: ${v}\n"
        assert post(client, "", text=text)["slots"][0]["text"] == "甲\n乙"
        answer = post(client, "", text=text, values=json.dumps({"v": "丙\n\n 丁 \n"}))
        assert [each["pointer"] for each in answer["lines"]][1:] == [
            "/blocks/0/faq_list/faqs/0",
            "/blocks/0/faq_list/faqs/1",
        ]
        assert "丁" in answer["preview"]

    def test_errors(self, client: TestClient) -> None:
        """What is no value, and what is missing, is told at its variable; the message is shown with what is known."""
        text = "variables:\n  v: {type: int}\n  w: {}\n  o: {required: false}\n"
        text += "blocks:\n  - text: ${v}${w}\n  - text: ${o}\n    when: o\n"
        answer = post(client, "", text=text, values='{"v": "七"}')
        errors = {slot["name"]: slot["error"] for slot in answer["slots"]}
        assert errors["v"]
        assert (errors["w"], errors["o"]) == ("必填", None)
        assert "${v}${w}" in answer["preview"]
        assert not answer["can_be_sent"]
        assert len(answer["lines"]) == 1

    @pytest.mark.parametrize(
        "values", ["[]", "{", "1", '{"a": 1}', '{"a": ["b"]}', "[" * 9999, json.dumps({"a": "x" * 30_000})]
    )
    def test_no_values(self, client: TestClient, values: str) -> None:
        """Values are an object of texts, and nothing else is taken."""
        assert "refused" in post(client, "", text=GOOD, values=values)

    @pytest.mark.parametrize("field", [{"variant": "9"}, {"variant": "-1"}, {"variant": "x"}, {"language": "xml"}])
    def test_odd_forms(self, client: TestClient, field: dict[str, str]) -> None:
        """A form that no page sends is refused."""
        assert "refused" in post(client, "", text=GOOD, **field)


class TestCopies:
    """What is taken out."""

    MESSAGE = Template.from_dict({"blocks": [{"text": "您好 $n"}, {"buttons": ["满意", "不满意"]}]}).render(n="李四")
    TEXT = "variables: {n: {example: 张三}}\nblocks:\n  - text: 您好 $n\n  - buttons: [满意, 不满意]\n"

    def test_copies(self, client: TestClient) -> None:
        """The filled message is copied as Python, as JSON and as YAML, and is the same each time."""
        copies = {
            to: post(client, "/as", text=self.TEXT, to=to, values='{"n": "李四"}')["text"]
            for to in ("python", "json", "yaml")
        }
        made: dict[str, Any] = {}
        exec(copies["python"], made)  # noqa: S102 - that is what it is for
        assert made["message"] == self.MESSAGE
        assert Message.from_dict(json.loads(copies["json"])) == self.MESSAGE
        assert Message.from_short(Lines.of(copies["yaml"]).source.data) == self.MESSAGE

    def test_sent(self, client: TestClient) -> None:
        """What is handed to the conversation is the message as the wire has it."""
        answer = post(client, "/send", text=self.TEXT, values='{"n": "李四"}')
        assert Message.from_dict(answer["message"]) == self.MESSAGE

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("blocks:\n  - txt: 您好\n", "第 2 行"),
            ("blocks:\n  - text: ${n}\n", "n"),
            ("variables: {n: {example: x}}\nblocks:\n  - link: a\n    url: https://${n}/\n", "n"),
            ("{", "第 "),
        ],
    )
    def test_not_yet(self, client: TestClient, text: str, said: str) -> None:
        """What cannot be sent is not copied; it says what must be mended."""
        answer = post(client, "/as", text=text, to="python", values='{"n": "a/../b"}' if "url" in text else "{}")
        assert said in answer["refused"]

    @pytest.mark.parametrize("name", starts.STARTS)
    def test_starts(self, client: TestClient, name: str) -> None:
        """What one may begin with has no finding and can be sent as it is."""
        begun = client.get("/zh/compose/start", params={"start": name}).json()["text"]
        answer = post(client, "", text=begun)
        assert [each for each in answer["findings"] if each["severity"] == "error"] == []
        assert answer["can_be_sent"]

    def test_wire_and_back(self, client: TestClient) -> None:
        """YAML becomes wire JSON and YAML again, and stays the same template."""
        text = "description: d\nvariables: {n: {example: 张三}}\n"
        text += "blocks:\n  - text: 您好 $n\n    bold: true\nsent_by: machine\n"
        there = post(client, "/convert", text=text)
        assert there["language"] == "json"
        assert json.loads(there["text"])["message"]["blocks"][0]["type"] == "TEXT"
        back = post(client, "/convert", text=there["text"], language="json")
        templates = [Template.from_dict(Lines.of(each).source.data) for each in (text, back["text"])]
        assert templates[0] == templates[1]

    @pytest.mark.parametrize(
        "text", ["blocks:\n  - include: parts/hello\n", "blocks:\n  - button: a\n    expires: 24h\n"]
    )
    def test_what_the_wire_cannot_say(self, client: TestClient, text: str) -> None:
        """What only files can say stays as it is, in JSON."""
        assert json.loads(post(client, "/convert", text=text)["text"]) == Lines.of(text).source.data


class TestEdits:
    """What the form does to the text."""

    def test_one_value(self) -> None:
        """One value is written anew, and nothing else."""
        value = {"text": "您好 ${name}，${amount} 元", "bold": False}
        assert edited(GOOD, "yaml", Edit("set", 0, value=value)) == GOOD.replace("bold: true", "bold: false")

    @pytest.mark.parametrize(
        "text", ["a: b", "- a", "#a", "'a'", "true", "1", " a ", "{a}", "${name}", "a # b", "*a", "?"]
    )
    def test_texts_that_yaml_takes_for_more(self, text: str) -> None:
        """Whatever a text is, it is that text that stands there then."""
        made = edited(GOOD, "yaml", Edit("set", 0, value={"text": text, "bold": True}))
        assert Lines.of(made).source.data["blocks"][0]["text"] == text
        assert "# 开头" in made

    def test_new_key(self) -> None:
        """A block with other keys is written anew; the comments around it stay."""
        made = edited(GOOD, "yaml", Edit("set", 1, value={"link": "a", "send": "b"}))
        assert "  - link: a\n    send: b\n  - faq:\n" in made
        assert made.count("#") == GOOD.count("#")

    def test_move(self) -> None:
        """A block goes with the comments before it."""
        made = edited(GOOD, "yaml", Edit("move", 3, 0))
        assert "blocks:\n  # 结尾\n  - buttons: [满意, 不满意]\n    layout: horizontal\n  # 开头\n  - text" in made
        assert edited(made, "yaml", Edit("move", 0, 3)) == GOOD

    def test_copy_and_delete(self) -> None:
        """A copy stands behind; deleted, all is as before."""
        made = edited(GOOD, "yaml", Edit("copy", 3))
        assert made.count("- buttons: [满意, 不满意]") == 2
        assert edited(made, "yaml", Edit("delete", 4)) == GOOD

    def test_add(self) -> None:
        """A block is added at its place, as far in as the others."""
        made = edited(GOOD, "yaml", Edit("add", 4, value={"button": "转人工"}))
        assert "    layout: horizontal\n  - button: 转人工\nsent_by" in made

    @pytest.mark.parametrize("text", ["", "# 只有注释\n", "description: 空的\n", "blocks:\n", "blocks: []\n"])
    def test_add_to_nothing(self, text: str) -> None:
        """To what has no blocks yet, too."""
        made = edited(text, "yaml", Edit("add", value={"text": "您好"}))
        assert Lines.of(made).source.data["blocks"] == [{"text": "您好"}]
        assert made.count("#") == text.count("#")

    @pytest.mark.parametrize("text", ["blocks: [{text: a}, {text: b}] # 行尾\n", "{blocks: [{text: a}, {text: b}]}\n"])
    def test_braces(self, text: str) -> None:
        """Blocks in braces are written anew where that loses no comment, and else nothing is done."""
        try:
            made = edited(text, "yaml", Edit("move", 0, 1))
        except RefusedError:
            assert "#" in text
        else:
            assert Lines.of(made).source.data["blocks"] == [{"text": "b"}, {"text": "a"}]
            assert made.count("#") == text.count("#")

    def test_variables(self) -> None:
        """A variable is changed, added, renamed and taken away; the others and their comments stay."""
        made = edited(GOOD, "yaml", Edit("variable", key="name", value={"description": "昵称", "example": "张三"}))
        assert made == GOOD.replace("description: 称呼", "description: 昵称")
        added = edited(GOOD, "yaml", Edit("variable", key="新的", value={"type": "int"}))
        assert edited(added, "yaml", Edit("variable", key="新的")) == GOOD
        bare = "# 只有\nblocks:\n  - text: a\n"
        assert edited(bare, "yaml", Edit("variable", key="n", value={"type": "int"})).count("#") == 1

    def test_renamed_variable(self, client: TestClient) -> None:
        """A variable that is renamed is renamed where it stands, too."""
        edit = {"do": "variable", "key": "name", "name": "称呼", "value": {"example": "张三"}}
        made = post(client, "/edit", text=GOOD, edit=json.dumps(edit))["text"]
        assert "text: 您好 ${称呼}，${amount} 元 # 称呼" in made

    def test_head(self) -> None:
        """What stands at the top is changed, and taken away."""
        assert edited(GOOD, "yaml", Edit("head", key="sent_by", value="manual")) == GOOD.replace("machine", "manual")
        assert "description: 退款" not in edited(GOOD, "yaml", Edit("head", key="description"))

    def test_json(self) -> None:
        """JSON is edited too."""
        made = edited('{"blocks": [{"text": "a"}]}', "json", Edit("add", 1, value={"text": "b"}))
        assert json.loads(made) == {"blocks": [{"text": "a"}, {"text": "b"}]}

    @pytest.mark.parametrize(
        "edit",
        [
            "{}",
            "[]",
            "1",
            '{"do": "rm"}',
            '{"do": "set", "index": -1}',
            '{"do": "set", "index": true}',
            '{"do": "set", "index": 99, "value": {}}',
            '{"do": "head", "key": "blocks", "value": "x"}',
            '{"do": "head", "key": "sent_by", "value": []}',
            '{"do": "variable", "key": "a b", "value": {}}',
            '{"do": "variable", "key": "x", "name": "name", "value": {}}',
            '{"do": "add", "value": ' + "[" * 50 + "]" * 50 + "}",
            '{"do": "add", "evil": 1}',
        ],
    )
    def test_refused(self, client: TestClient, edit: str) -> None:
        """What no form does is refused."""
        assert "refused" in post(client, "/edit", text=GOOD, edit=edit)

    def test_broken(self, client: TestClient) -> None:
        """A text that cannot be read is not edited."""
        answer = post(client, "/edit", text="blocks: [", edit='{"do": "add", "value": {"text": "a"}}')
        assert answer["refused"] == "请先改好标出的那一行。"

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["set", "add", "move", "copy", "delete"]),
                st.integers(0, 9),
                st.integers(0, 9),
                st.text(max_size=12),
            ),
            max_size=6,
        )
    )
    def test_many(self, edits: list[tuple[str, int, int, str]]) -> None:
        """After any edits the text says what they did, and the comments of other blocks are all there."""
        text, blocks = GOOD, Lines.of(GOOD).source.data["blocks"]
        for do, index, to, said in edits:
            at, value = index % len(blocks), {"text": said}
            if do == "delete" and len(blocks) == 1:
                continue
            text = edited(text, "yaml", Edit(do, at, to % len(blocks), value=value))
            match do:
                case "set":
                    blocks[at] = value
                case "add":
                    blocks.insert(at, value)
                case "move":
                    blocks.insert(to % len(blocks), blocks.pop(at))
                case "copy":
                    blocks.insert(at + 1, blocks[at])
                case _:
                    del blocks[at]
            assert Lines.of(text).source.data["blocks"] == blocks
            assert "# 退款\n" in text
            assert text.endswith("sent_by: machine # 自动\n")


class TestForm:
    """The model of the form."""

    def test_cards(self, client: TestClient) -> None:
        """What a form can edit is a card of its kind; all else is shown as it is written."""
        text = GOOD + "custom_data: x\n"
        text = text.replace(
            "sent_by",
            "  - include: parts/hello\n  - text: a\n    when: name\n  - {type: TEXT, text: {text: a}}\nsent_by",
        )
        form = post(client, "", text=text, form="1")["form"]
        kinds = [card["kind"] for card in form["blocks"]]
        assert kinds == ["text", "link", "faq", "buttons", "source", "source", "source"]
        assert form["blocks"][5]["text"] == "  - text: a\n    when: name"
        assert [each["name"] for each in form["variables"]] == ["name", "amount"]

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("blocks: [", "broken"),
            ("variants: [{blocks: [{text: a}]}]", "whole"),
            ("- a", "whole"),
            ("", "blocks"),
            ("blocks: a", "whole"),
        ],
    )
    def test_other_files(self, client: TestClient, text: str, kind: str) -> None:
        """Files that are no list of blocks say so."""
        assert post(client, "", text=text, form="1")["form"]["kind"] == kind

    @pytest.mark.parametrize(
        "entry",
        ["{text: 1}", "{txt: a}", "[a]", "a", "{text: a, link: b}", "{faq: [1]}", "{faq: $a}", "{text: {a: b}}"],
    )
    def test_odd_blocks(self, client: TestClient, entry: str) -> None:
        """A block with a mistake is shown as it is written."""
        (card,) = post(client, "", text=f"blocks:\n  - {entry}\n", form="1")["form"]["blocks"]
        assert card["kind"] == "source"


class TestCompletion:
    """What may be written at the cursor; ``|`` is where that is."""

    @pytest.mark.parametrize(
        ("text", "offered"),
        [
            ("|", {"blocks", "variables", "description"}),
            ("blocks:\n  - |", {"text", "button", "include"}),
            ("blocks:\n- |", {"text", "button", "include"}),
            ("blocks:\n  - text: a\n    |", {"bold", "color", "when"}),
            ("blocks:\n  - text: a\n    color: |", {"default", "secondary"}),
            ("blocks:\n  - text: a\n    bold: |", {"true", "false"}),
            ("blocks:\n  - buttons: [a]\n    layout: h|", {"horizontal", "vertical"}),
            ("blocks:\n  - buttons:\n      - {text: a, |", {"send", "url", "action_id"}),
            ("blocks:\n  - buttons:\n      - text: a\n        |", {"send", "url", "action_id"}),
            ("blocks:\n  - {text: a, |", {"bold", "color"}),
            ("blocks:\n  - text: a\n  - include: |", {"parts/hello"}),
            ("variables:\n  a:\n    type: |", {"money", "date", "list"}),
            ("variables:\n  a: {type: |", {"money", "date", "list"}),
            ("variables:\n  a: {type: money, |", {"unit", "at_most"}),
            ("variables:\n  name: {}\nblocks:\n  - text: ${|", {"name"}),
            ("variables:\n  name: {}\nblocks:\n  - txt: $n|", {"name"}),
            ("sent_by: |", {"manual", "machine"}),
            ("variants:\n  - when: x\n    blocks:\n      - text: a\n        |", {"bold", "color"}),
            ("variants:\n  - |", {"when", "blocks"}),
        ],
    )
    def test_offers(self, client: TestClient, text: str, offered: set[str]) -> None:
        """The grammar of template files says what may stand there, whatever is unfinished around it."""
        before, _, after = text.partition("|")
        fields = {"text": before + after, "line": str(before.count("\n") + 1), "before": before.split("\n")[-1]}
        answer = post(client, "/complete", **fields)
        assert offered <= {each["label"] for each in answer["options"]}

    def test_what_is_there_is_not_offered(self, client: TestClient) -> None:
        """A key that stands there already is not offered again, nor one of another kind of block."""
        answer = post(client, "/complete", text="blocks:\n  - text: a\n    \n    bold: true\n", line="3", before="    ")
        labels = {each["label"] for each in answer["options"]}
        assert labels.isdisjoint({"bold", "text", "layout", "is_bold"})

    def test_said(self, client: TestClient) -> None:
        """What is offered is explained, in the page's language."""
        for lang, said in (("zh", "按钮怎么排。"), ("en", "How the buttons are laid out.")):
            answer = post(client, "/complete", lang, text="blocks:\n  - buttons: [a]\n    ", line="3", before="    ")
            assert said in [each.get("info") for each in answer["options"]]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(alphabet=" -:{}[]$\nabtext", max_size=60), st.integers(0, 60))
    def test_anything(self, client: TestClient, text: str, at: int) -> None:
        """Wherever the cursor is, there is an answer."""
        before = text[:at]
        post(client, "/complete", text=text, line=str(before.count("\n") + 1), before=before.split("\n")[-1])


class TestFiles:
    """What is read from the folder and written into it."""

    def test_saved_and_read(self, client: TestClient, site: Site) -> None:
        """What is saved is read again, and over itself with its stamp."""
        saved = post(client, "/save", name="a/新的", text=GOOD, over="")
        assert (saved["name"], saved["path"], saved["errors"]) == ("a/新的", "a/新的.yaml", 0)
        read = client.get("/zh/compose/source", params={"name": "a/新的"}).json()
        assert (read["text"], read["stamp"], read["language"]) == (GOOD, saved["stamp"], "yaml")
        again = post(client, "/save", name="a/新的", text=GOOD + "\n", over=saved["stamp"])
        assert again["stamp"] != saved["stamp"]
        assert "a/新的" in site.templates.names

    def test_changed_meanwhile(self, client: TestClient, site: Site) -> None:
        """What has changed is shown and not written over; nor is a file that is there, by a new one."""
        saved = post(client, "/save", name="b", text=GOOD, over="")
        file = Path(str(site.templates.path), "b.yaml")
        file.write_text("blocks:\n  - text: 别人的\n", "utf-8")
        for over in (saved["stamp"], ""):
            answer = post(client, "/save", name="b", text="我的", over=over)
            assert "别人的" in answer["text"]
            assert answer["is_new"] is (not over)
        assert "别人的" in file.read_text("utf-8")

    @pytest.mark.parametrize(
        "name", ["", "..", "../x", "/x", "a/../../x", "C:x", "a\0b", "con", "x" * 500, ".x", "a.yaml"]
    )
    def test_names(self, client: TestClient, site: Site, name: str) -> None:
        """A name that leads out of the folder, or is none, is refused."""
        before = sorted(Path(str(site.templates.path)).parent.rglob("*"))
        assert "refused" in post(client, "/save", name=name, text=GOOD, over="")
        assert "refused" in client.get("/zh/compose/source", params={"name": name}).json()
        assert sorted(Path(str(site.templates.path)).parent.rglob("*")) == before

    def test_no_folder(self) -> None:
        """Without a folder nothing is saved, and it says how to start with one."""
        client = client_of(site_on(None))
        assert "msgkit studio" in post(client, "/save", name="a", text=GOOD, over="")["refused"]
        assert client.get("/zh/compose/templates").json() == {"folder": None, "number": 0, "templates": []}

    def test_listed(self, client: TestClient) -> None:
        """Templates are found by a part of their names."""
        answer = client.get("/zh/compose/templates", params={"q": "HELL"}).json()
        assert [each["name"] for each in answer["templates"]] == ["parts/hello"]

    def test_json_file(self, client: TestClient) -> None:
        """YAML is not written into a JSON file."""
        saved = post(client, "/save", name="j", text='{"blocks": [{"text": "a"}]}', language="json", over="")
        assert saved["path"] == "j.json"
        assert "JSON" in post(client, "/save", name="j", text=GOOD, over=saved["stamp"])["refused"]

    def test_picture(self, client: TestClient, site: Site) -> None:
        """A picture is uploaded to the sandbox, and shown from there."""
        files = {"picture": ("一.png", PNG, "image/png")}
        answer = client.post("/zh/compose/picture", files=files, headers={"Origin": ADDRESS}).json()
        assert site.picture(answer["media_id"]) == PNG
        preview = post(client, "", text=f"blocks:\n  - image: {answer['media_id']}\n")["preview"]
        assert "data:image/png;base64," in preview

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.svg", b"<svg onload=alert(1)>"),
            ("a.png", b"<script>"),
            ("a.png", PNG[:4]),
            ("a.gif", b"GIF89a"),
            ("a.png", PNG + bytes(2 << 20)),
        ],
    )
    def test_no_picture(self, client: TestClient, name: str, content: bytes) -> None:
        """What WeChat Pay takes for no picture is refused, with why."""
        answer = client.post("/zh/compose/picture", files={"picture": (name, content)}, headers={"Origin": ADDRESS})
        assert answer.json()["refused"].startswith("这张图片不能用")

    def test_nothing_chosen(self, client: TestClient) -> None:
        """Nor is nothing."""
        assert post(client, "/picture")["refused"] == "请先选择图片。"
