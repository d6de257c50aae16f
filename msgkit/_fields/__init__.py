"""What a field may hold: converters, and rules as attrs validators that say which one of the catalogue was broken.

A rule sits on the field that it rules and runs when the class is made. What is of the right type and need not keep the
rules, or was checked already, is built with `unchecked`.
"""

from msgkit._fields._check import (
    ALWAYS_SENT as ALWAYS_SENT,
    BESIDE as BESIDE,
    OWN as OWN,
    STATED as STATED,
    UNREAD as UNREAD,
    Check as Check,
    Limits as Limits,
    classes as classes,
    limits as limits,
    masked as masked,
    unchecked as unchecked,
    when_checked as when_checked,
    when_filled as when_filled,
)
from msgkit._fields._json import (
    json_of as json_of,
    named as named,
    need_room as need_room,
    refuse_constant as refuse_constant,
)
from msgkit._fields._parts import as_tuple as as_tuple, part as part, parts as parts
from msgkit._fields._texts import (
    is_plain_url as is_plain_url,
    is_sendable as is_sendable,
    text as text,
    texts as texts,
    together as together,
    unsendable as unsendable,
    url as url,
    url_flaw as url_flaw,
    word as word,
)
from msgkit._fields._values import (
    as_moment as as_moment,
    coerced as coerced,
    flag as flag,
    integer as integer,
    member as member,
    moment as moment,
    not_a_member as not_a_member,
    shown as shown,
    written as written,
)
