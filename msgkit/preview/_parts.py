"""What a page shows of a message: its parts in words, each with the template that lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

import attrs


@attrs.frozen
class Tap:
    """What can be tapped.

    Attributes:
        pointer: Where it stands in the NormalMessage; also its name in `Look.used`.
        text: What the customer reads on it.
        does: What a tap does.
        mark: What is added to the text in small: that a mini program opens, or an action's type that is not known.
        tapped: Whether it was tapped.
        off: Whether it does nothing any more.
        note: Its limits in words; the empty string where it has none.
    """

    pointer: str
    text: str
    does: str
    mark: str
    tapped: bool
    off: bool
    note: str


@attrs.frozen(kw_only=True)
class _Part:
    """What a block is shown as.

    Attributes:
        pointer: Where the block stands.
        taps: What can be tapped in it.
        note: The limits that all of these share, in words.
        template: The name of the template that lays it out.
    """

    template: ClassVar[str]

    pointer: str
    taps: tuple[Tap, ...] = ()
    note: str = ""


@attrs.frozen(kw_only=True)
class Paragraph(_Part):
    """A text, with its line breaks."""

    template: ClassVar[str] = "paragraph.html"

    text: str
    bold: bool = False
    secondary: bool = False


@attrs.frozen(kw_only=True)
class Picture(_Part):
    """A picture, or its placeholder where `source` is None."""

    template: ClassVar[str] = "picture.html"

    kind: str
    media_id: str
    width: str
    source: str | None


@attrs.frozen(kw_only=True)
class LinkLine(_Part):
    """A line that can be tapped."""

    template: ClassVar[str] = "link.html"


@attrs.frozen(kw_only=True)
class Questions(_Part):
    """Suggested questions."""

    template: ClassVar[str] = "questions.html"


@attrs.frozen(kw_only=True)
class Buttons(_Part):
    """A button, or several that belong together."""

    template: ClassVar[str] = "buttons.html"

    across: bool = False


@attrs.frozen(kw_only=True)
class Unknown(_Part):
    """A block that nothing could be made of."""

    template: ClassVar[str] = "unknown.html"

    kind: str
    texts: Sequence[str]


Part: TypeAlias = Paragraph | Picture | LinkLine | Questions | Buttons | Unknown


@attrs.frozen
class View:
    """A message as a page shows it: who writes, and its parts in order."""

    sender: str
    parts: tuple[Part, ...]

    @property
    def taps(self) -> list[tuple[Tap, str]]:
        """All that can be tapped, in order, each with its limits in words."""
        notes = ((tap, [tap.note, part.note]) for part in self.parts for tap in part.taps)
        return [(tap, " · ".join(filter(None, said))) for tap, said in notes]
