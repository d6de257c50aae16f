"""`ActionData`: an ``action_id`` with typed parts, packed where a button is made and read where its tap comes back."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, ClassVar, Final, Self, TypeAlias, dataclass_transform

import attrs

from msgkit import rules
from msgkit._action_values import Field, placeholder
from msgkit.errors import Problem, ValidationError

Key: TypeAlias = bytes | Callable[[], bytes]
"""What ids are signed with, at least 16 bytes; or a function that gives it, called whenever it is needed."""

LONGEST = 4096
"""Most characters of an ``action_id``.

Source: WeChat Pay documentation, 查询投诉单协商历史 (``click_message.action_id``).
"""

_LEAST_KEY = 16  # bytes
_FIELD: Final = "msgkit.action_data"  # in the metadata of attrs
_is_prefix = re.compile(r"[A-Za-z0-9._~-]{1,64}").fullmatch


@attrs.frozen
class _Scheme:
    """How a class packs, beside its fields.

    Attributes:
        prefix: What its ids begin with.
        key: Gives what they are signed with; None where they are not.
    """

    prefix: str
    key: Callable[[], bytes] | None = attrs.field(repr=False)


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
class ActionData:
    """An ``action_id`` that carries values: what a tap is about, of which type each is, and whose it is.

    A subclass is a frozen attrs class. Its fields are ``str``, ``int``, ``bool``, ``date``, an Enum whose values are
    ``str`` or ``int``, or a ``Literal`` of ``str``, ``int`` or ``bool``; one may have a default, as in any attrs class.
    An instance is given as the ``action_id`` of an action, where it is packed: the prefix and the values with colons
    between them, each value percent-encoded, ``1`` or ``0`` for a bool, a date in ISO 8601, at most 4,096 characters
    in all.

    Fields that are added at the end, with a default, leave earlier ids readable. The values can be read by whoever sees
    the message, and without a key they could be made up; with one, the id is signed (HMAC-SHA256). That proves that the
    id is the merchant's own, and not that it belongs to the complaint in which it comes back.

    Args:
        prefix: What its ids begin with, which no other class's do: 1 to 64 of ``A-Z a-z 0-9 . _ ~ -``.
        key: What its ids are signed with: at least 16 bytes, or a function that gives them, which is called whenever an
            id is packed or read, and whose errors pass. A subclass of a class that has one has the same where it gives
            none.

    Raises:
        TypeError: A class is defined with another prefix or key, or with a field of another type. A type whose name has
            no meaning yet is looked at when the class is first used.
        ValidationError: An instance is made with a value that does not fit the type of its field; the error names the
            field.

    Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``action_id``).

    >>> from typing import Literal
    >>> from msgkit import SendMessage
    >>> class Refund(ActionData, prefix="refund"):
    ...     order_no: str
    ...     kind: Literal["full", "part"] = "full"
    >>> SendMessage("我要退款", action_id=Refund("4:2")).action_id
    'refund:4%3A2:full'
    >>> Refund.unpack("refund:4%3A2")
    Refund(order_no='4:2', kind='full')
    >>> Refund.unpack("refund:42:none") is None
    True
    """

    __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]]  # says that attrs.fields and its like take a subclass
    __scheme: ClassVar[_Scheme]

    def __init_subclass__(cls, *, prefix: str, key: Key | None = None) -> None:
        super().__init_subclass__()
        if not (isinstance(prefix, str) and _is_prefix(prefix)):
            raise TypeError(f"{cls.__name__}: the prefix must be 1 to 64 of A-Z a-z 0-9 . _ ~ -")
        inherited = getattr(cls, "_ActionData__scheme", None)
        cls.__scheme = _Scheme(prefix, inherited.key if inherited and key is None else _giver(cls, key))
        # With slots it would be another class, whose definition would come here again.
        attrs.frozen(cls, slots=False, field_transformer=_ruled)
        around = _around()
        for field in attrs.fields(cls):
            _typed(field).declare(around.f_globals, around.f_locals)

    def pack(self) -> str:
        """Return the text of the id, at most 4,096 characters of ASCII; so does ``str``.

        Raises:
            ValidationError: The text is longer; or a value holds a template's placeholder, which would be packed as it
                stands and never be filled.
            TypeError: The function that gives the key gave none of at least 16 bytes.
        """
        cls = type(self)
        for field in attrs.fields(cls):
            value = getattr(self, field.name)
            if (position := placeholder(value)) is not None:
                problem = Problem(f"/{field.name}", rules.PLACEHOLDER_IN_ACTION_DATA, value, position=position)
                raise ValidationError([problem], cls.__name__)
        scheme = self.__scheme
        text = ":".join([scheme.prefix, *self.__written()])
        if scheme.key:
            text += f":{_signature(scheme.key(), text)}"
        if len(text) > LONGEST:
            said = {"name": cls.__name__, "length": len(text), "most": LONGEST}
            raise ValidationError([Problem("", rules.ACTION_DATA_TOO_LONG, self, **said)], cls.__name__)
        return text

    def __str__(self) -> str:
        return self.pack()

    @classmethod
    def unpack(cls, text: str) -> Self | None:
        """Return what an ``action_id`` says; None where it is none that this class packs.

        Only what packing makes is read, without the last fields at most, which then have their defaults. So there is
        one id for the same values, and what has another prefix, a value that does not fit or a wrong signature is None,
        as is what the class's own validators refuse.

        Args:
            text: An ``action_id`` as it came back, whatever it is.

        Raises:
            TypeError: The function that gives the key gave none of at least 16 bytes.
        """
        scheme = cls.__scheme
        prefix, *parts = text.split(":") if len(text) <= LONGEST and text.isascii() else [""]
        if prefix != scheme.prefix:
            return None
        if scheme.key:
            signed, _, signature = text.rpartition(":")
            if not (parts and _is_same(_signature(scheme.key(), signed), signature)):
                return None
            parts.pop()
        fields = attrs.fields(cls)
        if len(parts) > len(fields):
            return None
        codecs = [_typed(field).codec() for field in fields]
        try:
            values = zip(fields, codecs, parts, strict=False)
            data = cls(**{field.alias: codec.read(part) for field, codec, part in values})
        except Exception:  # noqa: BLE001 - validators of the class itself may raise anything, and the text is anybody's
            return None
        return data if data.__written()[: len(parts)] == parts else None

    def __written(self) -> list[str]:
        return [_typed(field).codec().write(getattr(self, field.name)) for field in attrs.fields(type(self))]


def _around() -> FrameType:
    """Return where a class is being defined: in a function, annotations may use names that only it knows."""
    frame = sys._getframe(2)  # noqa: SLF001 - there is no other way to them
    while frame.f_back and frame.f_code.co_name == "__init_subclass__":  # of a class between, which called ours
        frame = frame.f_back
    return frame


def _ruled(cls: type, fields: Iterable[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Return fields whose values are held against their types before any rule that the class gives them.

    Raises:
        TypeError: One cannot be a field of such a class.
    """
    # What is inherited has its rule where it was declared.
    return [field if _FIELD in field.metadata else _with_rule(cls.__name__, field) for field in fields]


def _with_rule(owner: str, field: attrs.Attribute[Any]) -> attrs.Attribute[Any]:
    place = f"{owner}.{field.name}"
    if field.type is None or not field.init:
        raise TypeError(f"{place} must have an annotation, and be an argument: attrs.field(init=False) is not packed")
    if field.name in dir(ActionData):
        raise TypeError(f"{place} would hide what ActionData has under this name; call the field otherwise")
    metadata = {**field.metadata, _FIELD: Field(place, field.type)}
    own = [field.validator] if field.validator else []
    return field.evolve(metadata=metadata, validator=attrs.validators.and_(_check, *own))


def _check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: what fits the type of the field."""
    if flaw := _typed(field).codec().flaw(value):
        rule, params = flaw
        raise ValidationError([Problem(f"/{field.name}", rule, value, **params)], type(instance).__name__)


def _typed(field: attrs.Attribute[Any]) -> Field:
    return field.metadata[_FIELD]  # type: ignore[no-any-return]


def _giver(cls: type, key: Key | None) -> Callable[[], bytes] | None:
    """Return a function that gives a key that can be used; what was given stays within it, where nothing shows it.

    Raises:
        TypeError: The key is neither bytes, at least 16 of them, nor a function. The function itself raises it where
            the one that was given gives none.
    """
    name = cls.__name__

    def give() -> bytes:
        given: object = key() if callable(key) else key
        if not isinstance(given, bytes) or len(given) < _LEAST_KEY:
            raise TypeError(f"{name}: the key must be at least {_LEAST_KEY} bytes, or a function that gives them")
        return given

    if key is None:
        return None
    if not callable(key):
        give()
    return give


def _signature(key: bytes, text: str) -> str:
    import base64  # noqa: PLC0415 - most programs sign no ids, and OpenSSL takes long to load
    import hmac  # noqa: PLC0415 - as above

    return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).rstrip(b"=").decode()


def _is_same(first: str, second: str) -> bool:
    """Tell whether two texts of ASCII are the same, in a time that does not say how far."""
    import hmac  # noqa: PLC0415 - as above

    return hmac.compare_digest(first, second)
