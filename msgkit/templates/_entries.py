"""What a template says, before anything is filled in: entries, conditions, lists and variants, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from msgkit._fields import unchecked
from msgkit._short import Expiry, Origins
from msgkit._wire.places import Path, path_of, pointer
from msgkit.blocks import Block
from msgkit.message import Message
from msgkit.templates._conditions import Condition

MOST_NESTED = 16
"""How deeply entries may be nested in one another, what is included counted."""

MOST_ENTRIES = 10_000
"""Most entries that includes may bring, and most blocks that lists may make: more is nobody's message."""


@attrs.frozen
class Loop:
    """An entry that is made for each text of a list.

    Attributes:
        item: What the text is called in it.
        variable: The list.
        at_most: Most texts; None where the variable alone says how many.
    """

    item: str
    variable: str
    at_most: int | None = None

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.item} in {self.variable}"


@attrs.frozen
class Entry:
    """A block, or several, with what decides whether and how often it is there.

    Attributes:
        block: The block with its placeholders; None where there are `entries` instead.
        entries: The entries that share what this one says.
        when: Its condition.
        loop: Its list.
        expiries: What is known of an expiry only when it is rendered, by the JSON Pointers of ``invalid_info``.
        lists: The lists that stand in place of all items, by the JSON Pointers of the one item that stands for each.
        origins: Where it stood in the file.
    """

    block: Block | None = None
    entries: tuple[Entry, ...] = ()
    when: Condition | None = None
    loop: Loop | None = None
    expiries: tuple[tuple[str, Expiry], ...] = ()
    lists: tuple[tuple[str, str], ...] = attrs.field(default=(), eq=False)
    origins: Origins = attrs.field(factory=lambda: Origins(None), eq=False, repr=False)

    def blocks(self) -> Iterator[Block]:
        """Yield its blocks, each once."""
        if self.block is not None:
            yield self.block
        for entry in self.entries:
            yield from entry.blocks()

    def sources(self) -> Iterator[Origins]:
        """Yield where its blocks stood in the file, in the order of `blocks`."""
        if self.block is not None:
            yield self.origins
        for entry in self.entries:
            yield from entry.sources()

    def size(self) -> int:
        """Return how many entries it is made of."""
        return 1 + sum(entry.size() for entry in self.entries)

    def depth(self) -> int:
        """Return how deeply entries are nested in it."""
        return max((1 + entry.depth() for entry in self.entries), default=0)

    def moved(self, path: Path) -> Entry:
        """Return the same entry as one that stands elsewhere as a whole, as what is included does."""
        return attrs.evolve(self, entries=tuple(entry.moved(path) for entry in self.entries), origins=Origins(path))


@attrs.frozen
class Variant:
    """One of the messages that a template may become.

    Attributes:
        entries: What it says.
        when: Its condition; None for what is left.
        sender_identity: Who writes it.
        custom_data: The merchant's own data, with placeholders.
        place: Where it stands in the file.
        sender_place: Where its sender stands.
        data_place: Where its data stand.
        message: The message that it was made of, if it was.
    """

    entries: tuple[Entry, ...]
    when: Condition | None = None
    sender_identity: Any = None
    custom_data: str | None = None
    place: str = attrs.field(default="", eq=False)
    sender_place: str = attrs.field(default="/sender_identity", eq=False)
    data_place: str = attrs.field(default="/custom_data", eq=False)
    message: Message | None = attrs.field(default=None, eq=False)

    def skeleton(self) -> Message:
        """Return the message with its placeholders, in which every block stands once."""
        if self.message is not None:
            return self.message
        blocks = tuple(block for entry in self.entries for block in entry.blocks())
        return _build(blocks, self.sender_identity, self.custom_data)  # type: ignore[no-any-return]

    def origins(self) -> Iterator[Origins]:
        """Yield where the blocks of its skeleton stood in the file."""
        for entry in self.entries:
            yield from entry.sources()


_build = unchecked(Message)


def of_message(message: Message, *around: str) -> Variant:
    """Return a message as what a template says.

    Args:
        message: The message.
        around: The keys under which it stands in its file.
    """
    place = pointer(path_of(*around))
    entries = tuple(
        Entry(block, origins=Origins(path_of(*around, "blocks", index), verbatim=True))
        for index, block in enumerate(message.blocks)
    )
    return Variant(
        entries,
        None,
        message.sender_identity,
        message.custom_data,
        place,
        f"{place}/sender_identity",
        f"{place}/custom_data",
        message,
    )
