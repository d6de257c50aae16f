"""Files that nobody means: nested deeply, very long, or wrong all over. Each is told about in a few seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from msgkit import ValidationError
from msgkit.templates import Template, _file
from msgkit.templates._look import look
from msgkit.templates.checking import check
from tests.strategies import mutated

from .made import files

MANY = 20_000


@contextmanager
def soon() -> Iterator[None]:
    """See to it that something does not go on and on."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 20


def nested(levels: int) -> list[Any]:
    """Return entries within entries."""
    blocks: list[Any] = [{"text": "a"}]
    for _ in range(levels):
        blocks = [{"blocks": blocks}]
    return blocks


class TestDepth:
    """Entries within entries."""

    @pytest.mark.parametrize("levels", [0, 15, 16])
    def test_deep(self, levels: int) -> None:
        """Sixteen levels are read, rendered and written down."""
        template = Template.from_dict({"blocks": nested(levels)})
        assert len(template.render()) == 1
        assert Template.from_dict(template.to_short()) == template

    @pytest.mark.parametrize("levels", [17, 1000, 100_000])
    def test_too_deep(self, levels: int) -> None:
        """More are a finding, where they become too many."""
        with pytest.raises(ValidationError) as error:
            Template.from_dict({"blocks": nested(levels)})
        assert [(p.pointer, p.rule) for p in error.value.problems] == [("/blocks/0" * 17 + "/blocks", "too-deep")]


@pytest.mark.slow
class TestLength:
    """Very many of anything."""

    @pytest.mark.parametrize(
        "blocks",
        [
            [{"text": "a"}] * MANY,
            [{"text": "a", "when": f"x{n}"} for n in range(MANY // 5)],
            [{"text": f"${{x{n}}}"} for n in range(MANY // 5)],
            [{"txt": "a"}] * MANY,
            [{"text": "a", "color": "secndary"}] * MANY,
            [{"text": "a", "colour": "red"}] * MANY,
            [{f"txt{n}": "a" for n in range(MANY)}],
            [{"text": "$" * MANY}],
            [{"text": "${a}" * MANY}],
            [{"text": "a", "when": 'x == "a"' + " " * MANY + "b"}],
            [{"text": "a", "for": "x" + " " * MANY + "in" + " " * MANY}],
            [{"for": "x in l", "text": f"${{x}}{n}"} for n in range(MANY // 10)],
        ],
        ids=lambda blocks: str(blocks[0])[:30],
    )
    def test_many(self, blocks: list[Any]) -> None:
        """All of it is looked at."""
        with soon():
            look(_file.read({"variables": {"l": {"type": "list", "example": ["a"]}}, "blocks": blocks}))

    def test_variants(self) -> None:
        """So are thousands of variants."""
        variants = [{"when": f'x == "{n}"', "blocks": [{"text": "a"}]} for n in range(3000)]
        with soon():
            assert not look(_file.read({"variants": [*variants, {"blocks": [{"text": "b"}]}]})).problems

    def test_of_one_file(self, tmp_path: Path) -> None:
        """A file of the greatest size, wrong in each line, is told about, and what includes it too."""
        (tmp_path / "a.yaml").write_text("blocks:\n" + "  - {txt: a}\n" * 60_000)
        (tmp_path / "b.yaml").write_text("blocks:\n  - include: a\n")
        with soon():
            assert len(check([tmp_path]).findings) > 1


class TestAnything:
    """Whatever a file holds."""

    @pytest.mark.slow
    @given(st.data())
    @settings(max_examples=300)
    def test_damaged(self, data: st.DataObject) -> None:
        """A damaged file is read, or each problem of it has a place and says something."""
        document = data.draw(mutated(files()))
        file = _file.read(document)
        looked = look(file)
        assert all(problem.message and problem.text("zh") for problem in (*looked.problems, *looked.warnings))
        places = [(problem.pointer, problem.message) for problem in file.problems]
        assert len(places) == len(set(places))
        if not looked.problems:
            template = Template.from_dict(document)
            assert Template.from_dict(template.to_short()) == template
