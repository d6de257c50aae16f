"""What the conversation says."""

from msgkit._language import Words

WORDS: dict[str, Words] = {}
