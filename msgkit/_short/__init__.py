"""The short form of a message's parts, which has the words of the fluent methods: to the wire's JSON and back.

`words` says which words there are, derived from the classes; `expand` makes the wire's JSON of an entry and remembers
where in the file each piece of it stood; `shorten` goes back. Neither knows conditions, lists or variables, which
belong to templates.
"""

from msgkit._short.expand import Expanded, Expiry, Origins, expand, placeholder
from msgkit._short.lengthen import lengthen_message
from msgkit._short.read import kind_in_file, note_unknown, plainly, text_of, truth_of, word_of
from msgkit._short.shorten import sender, shorten, shorten_message
from msgkit._short.slips import char_params, slip, slip_of_key
from msgkit._short.words import ENTRIES, SENDER, Word

__all__ = [
    "ENTRIES",
    "SENDER",
    "Expanded",
    "Expiry",
    "Origins",
    "Word",
    "char_params",
    "expand",
    "kind_in_file",
    "lengthen_message",
    "note_unknown",
    "placeholder",
    "plainly",
    "sender",
    "shorten",
    "shorten_message",
    "slip",
    "slip_of_key",
    "text_of",
    "truth_of",
    "word_of",
]
