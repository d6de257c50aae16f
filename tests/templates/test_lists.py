"""Lists: entries that are made for each text, lists that stand for all items, and what they cost."""

import time
from typing import Any

import pytest

from msgkit import Message, ValidationError
from msgkit.templates import Template
from msgkit.templates._filled import fill

LIST = {"type": "list"}


def template(*blocks: Any, **variables: Any) -> Template:
    """Return a template with a list."""
    return Template.from_dict({"variables": {"l": LIST, **variables}, "blocks": list(blocks)})


def broken(template: Template, **values: Any) -> list[tuple[str, str | None]]:
    """Return what is wrong with a rendered message."""
    with pytest.raises(ValidationError) as error:
        template.render(**values)
    return [(problem.pointer, problem.rule) for problem in error.value.problems]


def refused(*blocks: Any, **variables: Any) -> list[tuple[str, str | None]]:
    """Return what is wrong with a file."""
    with pytest.raises(ValidationError) as error:
        template(*blocks, **variables)
    return [(problem.pointer, problem.rule) for problem in error.value.problems]


class TestFor:
    """An entry that is made for each text of a list."""

    @pytest.mark.parametrize(
        "entry", [{"text": "${x}", "for": "x in l"}, {"faq": "${l}"}, {"buttons": ["满意", "${l}"]}]
    )
    def test_whose_value_it_is(self, entry: dict[str, Any]) -> None:
        """A text that breaks a rule is told by the list that it came in, which is what the caller gave."""
        with pytest.raises(ValidationError) as error:
            template(entry).render(l=["好", "😀"])
        assert {problem.params["variable"] for problem in error.value.problems} == {("l",)}
        with pytest.raises(ValidationError) as error:
            template({"link": "a", "url": "https://${x}/", "for": "x in l"}).render(l=["evil.com/"])
        assert {problem.params["variable"] for problem in error.value.problems} == {"l"}

    def test_condition_of_the_item(self) -> None:
        """A condition on the text is asked each time."""
        made = template({"text": "${x}", "for": "x in l", "when": 'x in ["a", "c"]'}, {"text": "。"})
        assert made.render(l=["a", "b", "c"]) == Message().text("a").text("c").text("。")

    def test_condition_of_the_list(self) -> None:
        """A condition on the list itself leaves the whole out, and lets it not be given."""
        made = template({"text": "${x}", "for": "x in m", "when": "m"}, {"text": "。"}, m={**LIST, "required": False})
        assert made.render() == made.render(m=[]) == Message().text("。")
        assert made.render(m=["a"]) == Message().text("a").text("。")

    def test_nested(self) -> None:
        """A list within a list goes through both; the texts are put in as they are."""
        inner = {"text": "${x}-${y}", "for": "y in m", "when": "y"}
        made = template({"for": "x in l", "blocks": [inner, {"text": "${x}"}]}, m=LIST)
        assert made.render(l=["${y}", "b"], m=["", "1"]) == (
            Message().text("${y}-1").text("${y}").text("b-1").text("b")
        )

    def test_at_most(self) -> None:
        """One more than it says is an error, in its place in the message and in the file; nothing is cut."""
        made = template({"text": "。"}, {"text": "${x}", "for": "x in l", "at_most": 1}, {"text": "！"})
        assert len(made.render(l=["a"])) == 3
        assert broken(made, l=["a", "b"]) == [("/blocks/1", "most-rounds")]
        assert [problem.pointer for problem in fill(made, {"l": ["a", "b"]}).problems] == ["/blocks/1"]

    def test_at_most_where_it_is_not_shown(self) -> None:
        """What its condition leaves out has no limit."""
        made = template(
            {"text": "${x}", "for": "x in l", "at_most": 1, "when": "on"}, {"text": "。"}, on={"type": "bool"}
        )
        assert made.render(l=["a", "b"], on=False) == Message().text("。")

    def test_places(self) -> None:
        """A problem is told where it stands in the rendered message, and in the file where it is asked for that."""
        made = template({"text": "${x}", "for": "x in l"}, {"blocks": [{"text": "${z}"}]})
        assert broken(made, l=["a", "", "b"], z="") == [
            ("/blocks/1/text/text", "empty"),
            ("/blocks/3/text/text", "empty"),
        ]
        problems = fill(made, {"l": ["a", "", "b"], "z": ""}).problems
        assert [problem.pointer for problem in problems] == ["/blocks/0/text", "/blocks/1/blocks/0/text"]
        assert [problem.params["variable"] for problem in problems] == [("l",), ("z",)]

    def test_no_text_makes_no_block(self) -> None:
        """A message of which nothing is left is refused."""
        assert broken(template({"text": "${x}", "for": "x in l"}), l=[]) == [("/blocks", "empty-list")]

    @pytest.mark.parametrize(
        ("blocks", "found"),
        [
            ([{"text": "a", "for": "l in l"}], "/blocks/0/for"),
            ([{"text": "a", "for": "m in l"}], "/blocks/0/for"),
            ([{"text": "${x}"}, {"text": "${x}", "for": "x in l"}], "/blocks/1/for"),
            ([{"text": "${x}", "for": "x in l"}, {"text": "${x}"}], "/blocks/0/for"),
            ([{"text": "${x}", "for": "x in l"}, {"text": "a", "when": "x"}], "/blocks/0/for"),
            ([{"for": "x in l", "blocks": [{"text": "${x}", "for": "x in m"}]}], "/blocks/0/blocks/0/for"),
        ],
    )
    def test_shadows_nothing(self, blocks: list[Any], found: str) -> None:
        """The text has a name of its own, before and behind where it is used."""
        assert refused(*blocks, m=LIST) == [(found, "shadowed")]

    def test_one_name_for_two_lists(self) -> None:
        """Two lists beside each other may call their texts alike."""
        made = template({"text": "${x}", "for": "x in l"}, {"button": "${x}", "for": "x in l"})
        assert made.render(l=["a"]) == Message().text("a").button("a")

    def test_shadows_nothing_in_another_variant(self) -> None:
        """A name that one variant uses is none for a list of another."""
        data = {
            "variables": {"l": LIST},
            "variants": [
                {"when": "a", "blocks": [{"text": "${x}", "for": "x in l"}]},
                {"blocks": [{"text": "${x}"}]},
            ],
        }
        with pytest.raises(ValidationError) as error:
            Template.from_dict(data)
        assert [(p.pointer, p.rule) for p in error.value.problems] == [("/variants/0/blocks/0/for", "shadowed")]

    @pytest.mark.parametrize("name", ["t", "undeclared"])
    def test_no_list(self, name: str) -> None:
        """What is gone through is declared as a list; the text of a list is none."""
        assert refused({"text": "a", "for": f"x in {name}"}, t={}) == [("/blocks/0/for", "no-list")]
        nested = {"for": "x in l", "blocks": [{"text": "a", "for": "y in x"}]}
        assert refused(nested) == [("/blocks/0/blocks/0/for", "no-list")]


class TestSpliced:
    """A list that stands for all items, or among them."""

    def test_among_others(self) -> None:
        """It is put in where it stands."""
        made = template({"faq": ["a", "${l}", {"text": "b", "faq_id": "f"}]})
        assert [each.faq_title for each in made.render(l=["1", "2"]).blocks[0].faqs] == ["a", "1", "2", "b"]  # type: ignore[union-attr]
        assert [each.faq_title for each in made.render(l=[]).blocks[0].faqs] == ["a", "b"]  # type: ignore[union-attr]

    @pytest.mark.parametrize("main", ["faq", "buttons"])
    def test_empty(self, main: str) -> None:
        """Where nothing is left the variable is named."""
        made = template({"text": "a"}, {main: "${l}"})
        with pytest.raises(ValidationError, match="because l is empty") as error:
            made.render(l=[])
        assert [problem.rule for problem in error.value.problems] == ["empty-value"]
        assert [problem.pointer for problem in fill(made, {"l": []}).problems] == [f"/blocks/1/{main}"]

    @pytest.mark.parametrize(
        "block",
        [
            {"faq": ["a", "${l}", "${z}"]},
            {
                "type": "FAQ_LIST",
                "faq_list": {
                    "faqs": [
                        {
                            "faq_title": each,
                            "action": {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": each}},
                        }
                        for each in ("a", "${l}", "${z}")
                    ]
                },
            },
        ],
    )
    def test_places(self, block: Any) -> None:
        """Behind it pointers count as in the rendered message; in the file they lead to the whole list."""
        made = template({"text": "a"}, block)
        assert {pointer.rpartition("/faqs/")[2][0] for pointer, _ in broken(made, l=["1", "2", "3"], z="")} == {"4"}
        (place,) = {problem.pointer for problem in fill(made, {"l": ["1", "2", "3"], "z": ""}).problems}
        assert place == ("/blocks/1/faq" if "faq" in block else "/blocks/1/faq_list/faqs")

    @pytest.mark.parametrize(
        ("block", "place", "rule"),
        [
            ({"text": "${l}"}, "/text", "list-in-text"),
            ({"faq": "a ${l}"}, "/faq", "list-of-texts"),
            ({"faq": ["a ${l}"]}, "/faq/0", "list-in-text"),
            ({"faq": [{"text": "${l}", "faq_id": "f"}]}, "/faq/0/text", "list-in-text"),
            ({"faq": "${t}"}, "/faq", "no-list"),
            ({"image": "${l}"}, "/image", "list-in-text"),
            ({"button": "a", "expires": "${l}"}, "/expires", "no-datetime"),
        ],
    )
    def test_elsewhere(self, block: Any, place: str, rule: str) -> None:
        """Anywhere else it is a finding."""
        assert (f"/blocks/0{place}", rule) in refused(block, t={})


class TestCost:
    """However long lists are, rendering ends quickly."""

    LONG = ("a",) * 1000

    def test_most(self) -> None:
        """Ten thousand entries are made, and not one more."""
        made = template({"text": "${x}", "for": "x in l"})
        assert len(made.render(l=["a"] * 10_000)) == 10_000
        assert broken(made, l=["a"] * 10_001) == [("/blocks", "most-blocks")]
        spliced = template({"text": "a"}, {"faq": "${l}"})
        assert broken(spliced, l=["a"] * 10_001) == [("/blocks/1/faq_list/faqs", "most-blocks")]

    @pytest.mark.parametrize(
        "block",
        [
            {"for": "x in l", "blocks": [{"for": "y in l", "blocks": [{"for": "z in l", "text": "${x}${y}${z}"}]}]},
            {
                "for": "x in l",
                "blocks": [{"for": "y in l", "blocks": [{"for": "z in l", "text": "a", "when": 'z == "b"'}]}],
            },
            {"for": "x in l", "blocks": [{"faq": "${l}"}]},
            {"for": "x in l", "blocks": [{"text": "a", "when": 'x == "b"'}] * 5000},
        ],
    )
    def test_nested(self, block: Any) -> None:
        """So it is for lists within lists, also where conditions leave all of it out."""
        made = template(block)
        started = time.monotonic()
        assert "most-blocks" in {rule for _, rule in broken(made, l=self.LONG)}
        assert time.monotonic() - started < 3
