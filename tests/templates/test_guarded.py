"""What is empty on purpose, said once, and meant by a slip: what a reader of findings must not be sent astray by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msgkit import Library, Message, Template, ValidationError
from msgkit.templates._conditions import mended
from msgkit.templates._filled import fill
from msgkit.templates.checking import check

LIST = {"type": "list"}


class TestGuarded:
    """What a condition leaves out where its own variable is empty."""

    @pytest.mark.parametrize(
        ("variable", "entry"),
        [
            ({"default": ""}, {"text": "${v}", "when": "v"}),
            ({"example": ""}, {"text": "${v}", "when": "v"}),
            ({**LIST, "default": []}, {"faq": "${v}", "when": "v"}),
            ({**LIST, "example": []}, {"blocks": [{"buttons": ["${v}"]}], "when": "v"}),
        ],
    )
    def test_is_right(self, tmp_path: Path, variable: Any, entry: Any) -> None:
        """An entry that its empty variable leaves out is not looked at with that value."""
        path = tmp_path / "a.json"
        path.write_text(json.dumps({"variables": {"v": variable}, "blocks": [{"text": "a"}, entry]}))
        assert check([path]).errors == 0

    def test_is_looked_at_otherwise(self) -> None:
        """A condition that says no for another reason leaves nothing unchecked."""
        link = {"link": "a", "url": "${u}", "when": 'k == "b"'}
        variables = {"k": {"example": "a"}, "u": {"example": "http://a"}}
        template = Template.from_dict({"variables": variables, "blocks": [{"text": "a"}, link]})
        assert [(problem.pointer, problem.rule) for problem in template.trial()] == [("/blocks/1/url", "not-https")]


class TestOnce:
    """One value, one finding."""

    @pytest.mark.parametrize("entry", [{"button": "${v}"}, {"faq": ["${v}"]}, {"buttons": ["${v}", "a"]}])
    def test_what_sends_its_own_text(self, entry: Any) -> None:
        """A text that is sent too is told once, in a check and where it is filled."""
        template = Template.from_dict({"variables": {"v": {"example": " "}}, "blocks": [entry]})
        assert len(template.trial()) == 1
        assert len(fill(template, {"v": " "}).problems) == 1

    def test_in_chinese(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The error of a library that has one problem can be printed in Chinese too."""
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        (tmp_path / "a.json").write_text('{"blocks": [{"txt": "a"}]}')
        with pytest.raises(ValidationError) as error:
            Library(tmp_path)["a"]
        assert "第 1 行第 13 列，第 1 块" in str(error.value)


class TestMeant:
    """What is suggested for a slip."""

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("a == True", "a == true"),
            ("a == 1.5", ""),
            ("a == 03", ""),
            ("a == null", ""),
            ("a == 是", ""),
            ('a in ["x"，"y"]', 'a in ["x","y"]'),
            ("a == b", 'a == "b"'),
            ("x" + " " * 1_000_000 + "y", ""),
        ],
    )
    def test_conditions(self, written: str, meant: str) -> None:
        """A condition that holds as it is meant is suggested, and none that could not; nor for a hostile text."""
        assert mended(written) == meant

    def test_controls(self) -> None:
        """A misspelt condition is known as one."""
        with pytest.raises(ValidationError) as error:
            Template.from_dict({"blocks": [{"text": "a", "whne": "x"}]})
        assert [problem.params["near"] for problem in error.value.problems] == ["when"]

    def test_expiry(self) -> None:
        """A hostile expiry is refused at once."""
        with pytest.raises(ValidationError):
            Message.from_short({"blocks": [{"button": "a", "expires": "1" + " " * 900_000 + "x y"}]})


def test_partly_filled_in_short() -> None:
    """What is filled already stands in the short form as a default, and renders the same."""
    template = Template.from_dict({"variables": {"n": {"type": "int"}}, "blocks": [{"text": "${a} ${n}"}]})
    again = Template.from_dict(template.partial(n=3).to_short())
    assert again.required == {"a"}
    assert again.render(a="x") == template.render(a="x", n=3)
