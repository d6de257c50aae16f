"""The catalogue of rules: complete in both languages, and the only place where findings are worded."""

import ast
import importlib.util
import re
import string
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from msgkit import Message, Problem, Reply, rules
from msgkit._language import CHINESE, ENGLISH, place, say
from msgkit._short import ENTRIES
from msgkit._wire.shape import Part, kinds_within, shape_of
from msgkit.rules import MSGKIT, RULES, Rule
from msgkit.templates import Variable
from msgkit.templates._file import KEYS
from msgkit.templates._reading import MAIN

PACKAGE = Path(rules.__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# The platform's own words become a problem here, and what was pickled becomes one again there.
WORDED_ELSEWHERE = {"errors.py", "_apiv3/errors.py"}


def parameters(text: str) -> set[str]:
    """Return the names in braces."""
    pieces = string.Formatter().parse(text)
    return {name for _, name, _, _ in pieces if name}


def used_in_code() -> dict[str, set[str]]:
    """Return which rules the modules name, each with the modules that do."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for name in re.findall(r"\brules\.([A-Z][A-Z_0-9]+)\b", module.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(module.name)
    return found


def worded_problems(module: Path) -> Iterator[str]:
    """Yield where a module makes a problem whose second argument is a text of its own."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and len(node.args) > 1:
            said = node.args[1]
            if isinstance(said, (ast.Constant, ast.JoinedStr)):
                yield f"{module.relative_to(PACKAGE)}:{node.lineno}"


class TestCatalogue:
    """Each rule says all that it must say."""

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
    def test_complete(self, rule: Rule) -> None:
        """A rule has a code, a text and a cure in both languages, and a source."""
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.code)
        assert RULES[rule.code] is rule
        for english in (rule.en, rule.cure):
            assert english.strip()
            assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", english))
        for chinese in (rule.zh, rule.cure_zh):
            assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert rule.cure.endswith(".")
        assert rule.cure_zh.endswith(("。", "？"))
        assert rule.source == MSGKIT or re.search(r"[\u4e00-\u9fff]", rule.source)

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
    def test_same_in_both(self, rule: Rule) -> None:
        """Neither language says more than the other: they have the same parameters."""
        assert parameters(rule.zh) == parameters(rule.en)

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
    def test_typography(self, rule: Rule) -> None:
        """Chinese has full-width punctuation, and a space between Chinese and Latin letters or digits."""
        for text in (rule.zh, rule.cure_zh):
            bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"|[(（][^)）]*[)）]", "", text)
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", bare), text
            assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", bare), text

    def test_one_code_each(self) -> None:
        """A code that is taken cannot be taken again."""
        with pytest.raises(ValueError, match="two rules have the code too-long"):
            rules.by_code([rules.TOO_LONG, Rule("too-long", "a", "一", "b.", "二。")])
        assert RULES["too-long"] is rules.TOO_LONG

    def test_all_are_in_it(self) -> None:
        """Every rule of every file of the catalogue is in it, and under one name."""
        files = [module for module in PACKAGE.glob("rules/_*.py") if module.name != "__init__.py"]
        made = [
            name
            for file in files
            for name in re.findall(r"^([A-Z_0-9]+) = Rule\($", file.read_text("utf-8"), re.MULTILINE)
        ]
        assert len(made) == len(set(made)) == len(RULES)


class TestUse:
    """The catalogue and the code know each other."""

    def test_every_rule_is_checked(self) -> None:
        """No rule stands in the catalogue that nothing checks, and nothing checks one that is not there."""
        named = {name: rule for name, rule in vars(rules).items() if isinstance(rule, Rule)}
        assert set(named.values()) == set(RULES.values())
        assert used_in_code().keys() == named.keys()

    def test_no_words_elsewhere(self) -> None:
        """No module makes a problem in words of its own."""
        amiss = [
            place
            for module in MODULES
            if module.relative_to(PACKAGE).as_posix() not in WORDED_ELSEWHERE
            for place in worded_problems(module)
        ]
        assert amiss == []

    def test_no_prose_is_compared(self) -> None:
        """No module decides by the text of a problem: codes are for that."""
        pattern = re.compile(r"\.(message|text\([^)]*\)|said\([^)]*\))\s*(==|!=|in\b)|in \w+\.message\b")
        amiss = [
            f"{module.relative_to(PACKAGE)}: {found[0]}"
            for module in MODULES
            for found in pattern.finditer(module.read_text(encoding="utf-8"))
        ]
        assert amiss == []


class TestSay:
    """How a rule's text is filled."""

    def test_optional(self) -> None:
        """What stands in brackets is said only where each of its values is given."""
        text = "has {char}[ and {more} more][ of {a} and {b}]"
        assert say(text, {"char": "x", "more": 0, "a": 1, "b": None}, ENGLISH) == "has x"
        assert say(text, {"char": "x", "more": 2, "a": 1, "b": 2}, ENGLISH) == "has x and 2 more of 1 and 2"

    def test_values_are_not_looked_into(self) -> None:
        """A value with braces and brackets is said as it is."""
        assert say("is {a}[ {a}]", {"a": "{b}[c]"}, ENGLISH) == "is {b}[c] {b}[c]"

    def test_names(self) -> None:
        """Several names are joined as each language does."""
        params = {"names": ("A", "B", "C")}
        assert say("{names:or}", params, ENGLISH) == "A, B or C"
        assert say("{names:or}", params, CHINESE) == "A、B 或 C"
        assert say("{names:list}", params, ENGLISH) == "A, B, C"
        assert say("{names:list}", params, CHINESE) == "A、B、C"
        assert say("{names:or}", {"names": ("A",)}, CHINESE) == "A"

    def test_kinds(self) -> None:
        """JSON's types are called in each language's words; a Python class by its name."""
        assert say("{x:kind}", {"x": "array"}, ENGLISH) == "an array"
        assert say("{x:kind}", {"x": "array"}, CHINESE) == "数组"
        assert say("{x:kind}", {"x": "datetime"}, CHINESE) == "datetime"

    def test_positions(self) -> None:
        """Python counts from 0 and says so; a person counts from 1."""
        problem = Problem("/text", rules.FOUR_BYTE_CHARACTER, char="U+1F60A", position=6, more=0)
        assert problem.message.startswith("has U+1F60A at position 6 (counted from 0); ")
        assert "第 7 个字（U+1F60A）" in problem.text("zh")


class TestPlaces:
    """What places are called in Chinese."""

    def test_every_field_has_a_word(self) -> None:
        """Every field and every payload of what a user writes has one, and none goes by its name on the wire."""
        names: set[str] = set()
        for document in (Message, Reply):
            for kind in kinds_within(document):
                for cls in [kind.cls] if isinstance(kind, Part) else kind.words.values():
                    names |= {field.name for field in shape_of(cls).fields}
                    names |= {key for key in (shape_of(cls).payload_key, shape_of(cls).tag) if key}
        names |= {*KEYS, *MAIN, "when", "for", *(field.name for field in attrs.fields(Variable))}
        names |= {key for word in ENTRIES.values() for each in (word, word.item) if each for key in each.allowed}
        assert len(names) > 30
        assert [name for name in sorted(names) if not re.search(r"[\u4e00-\u9fff]", place(f"/{name}"))] == []


class TestPage:
    """The documentation's page of rules."""

    def test_is_made_from_the_catalogue(self) -> None:
        """The page says what the catalogue says, and every rule in it stands there once."""
        spec = importlib.util.spec_from_file_location("make_rules", PACKAGE.parent / "docs" / "make_rules.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        text = (PACKAGE.parent / "docs" / "rules.md").read_text(encoding="utf-8")
        assert text == module.page()
        assert sorted(re.findall(r"^### (\S+)$", text, re.MULTILINE)) == sorted(RULES)
