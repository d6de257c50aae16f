"""`Template`: a message with variables, written once and rendered often.

Placeholders are those of `string.Template`: ``${name}`` or ``$name`` in any text of a message, and ``$$`` for a dollar.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self, TypeVar

import attrs

from msgkit import rules
from msgkit._language import kind
from msgkit.blocks import InvalidInfo
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.templates import _declared, _file, _trial, _written
from msgkit.templates._content import Content, Read
from msgkit.templates._entries import of_message
from msgkit.templates._file import Included, TemplateFile
from msgkit.templates._values import Taken
from msgkit.templates._variables import Variable

__all__ = ["Template", "Variable"]


class Template:
    """A message with placeholders, prepared once and rendered often; immutable, and so safe for many threads.

    Values are put in as they are: a ``$`` in a value is a dollar, and nothing in it is looked up or run. No value moves
    the host of a URL away from where the template's own text ends it: in ``https://shop.example${path}`` the path
    begins with ``/``, ``?`` or ``#`` or is empty, and in ``https://${shop}.example/`` the shop has letters, digits,
    ``-``, ``.`` and ``_`` only; in ``https://shop-${id}`` the id has no ``.``. A URL that begins with a placeholder has
    its host from that one, and one whose own text leaves the end of the host to it, as ``https://www.${domain}`` and
    ``https://${host}/`` do, has that end from it: give those no customer's text.

    A subclass may have attributes of its own: they go along into copies, pickles and what `partial` gives.

    Args:
        message: The message; any of its texts may hold placeholders, and a URL may begin with one.
        description: What the template is for.
        declared: What is said of its variables, by name.

    Raises:
        ValidationError: A ``$`` in a text begins no placeholder, a variable stands where its type cannot, the message
            has no blocks, or it was read with ``strict=False`` and cannot be sent; or what was given is no message, no
            description or says nothing of a variable. Pointers lead into the message; to what is said of variables
            they are those of a template file, such as ``/variables/order_no``.

    >>> refund = Template(Message().text("${name}，订单 ${order_no} 的退款已受理"))
    >>> sorted(refund.variables)
    ['name', 'order_no']
    >>> refund.render(name="张三", order_no="42") == Message().text("张三，订单 42 的退款已受理")
    True
    """

    __slots__ = ("_content",)

    _content: Content

    def __init__(
        self,
        message: Message,
        *,
        description: str | None = None,
        declared: Mapping[str, Variable] = MappingProxyType({}),
    ) -> None:
        was = getattr(self, "_content", None)
        _require_message(message)
        if isinstance(was, Read) and message is was.message:
            _with(self, was.content)
            return
        if isinstance(was, Content):
            _require_free(self, "__init__")
        message.check(filled=False)
        said = _declared.checked(description, declared)
        content = Content.of((of_message(message),), description, said)
        if content.compiled.problems:
            raise ValidationError(content.compiled.problems, "Template")
        _with(self, content)

    # What it is

    @property
    def message(self) -> Message:
        """The message with its placeholders, in which every block stands once; of several, the last."""
        return self._content.variants[-1].skeleton()

    @property
    def description(self) -> str | None:
        """What the template is for."""
        return self._content.description

    @property
    def declared(self) -> Mapping[str, Variable]:
        """What is said of its variables, by name; read-only."""
        return MappingProxyType(self._content.declared)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that `render` takes."""
        return self._content.takes.variables

    @property
    def required(self) -> frozenset[str]:
        """The names of those of its variables that must be given."""
        return self._content.takes.required

    @property
    def examples(self) -> dict[str, Any]:
        """The examples of its variables, by name, of those that have one, as `render` takes them."""
        declared = self._content.declared
        return {
            name: declared[name].example
            for name in sorted(self.variables & declared.keys())
            if declared[name].example is not None
        }

    @property
    def variants(self) -> tuple[Self, ...]:
        """The messages that a file holds under ``variants``, in order, each as a template without its condition.

        A template of one message has none.
        """
        content = self._content
        if not content.is_several:
            return ()
        return tuple(_with(copy.copy(self), content.narrowed(variant)) for variant in content.variants)

    @property
    def conditions(self) -> tuple[str | None, ...]:
        """The conditions of its `variants`, as they are written; that of the last is None."""
        whens = (variant.when for variant in self._content.variants if self._content.is_several)
        return tuple(None if when is None else when.text for when in whens)

    @property
    def places(self) -> Mapping[str, str]:
        """Where each variable stands first, as a JSON Pointer into the message, or into the file; read-only."""
        return MappingProxyType(self._content.compiled.names)

    @property
    def fingerprint(self) -> str:
        """Which text this is: the SHA-256, in hexadecimal digits, of all that decides what `render` returns.

        Descriptions, examples and the notation of the file do not count; what it includes does. Store it beside what
        was sent.
        """
        content = self._content
        return _written.fingerprint(content.variants, content.declared, content.bound)

    def to_short(self) -> dict[str, Any]:
        """Return the short form of this template, as dicts and lists: what a template file holds.

        What `partial` filled stands in it as the default of its variable.
        """
        content = self._content
        declared = _written.filled(content.declared, content.bound)
        return _written.short(content.variants, declared, content.description, several=content.is_several)

    def to_short_yaml(self) -> str:
        """Return the short form of this template as YAML, as a person would write it.

        Raises:
            MissingExtraError: The extra ``msgkit-wechatpay[yaml]`` is not installed.
        """
        from msgkit._short.as_yaml import as_yaml  # noqa: PLC0415 - an extra

        return as_yaml(self.to_short())

    # Filling it

    def at(self, moment: datetime) -> Self:
        """Return a template that is rendered for a moment, from which its expiries count.

        Args:
            moment: An aware datetime, in a zone that an expiry may be written in.

        Raises:
            ValidationError: It is none.
        """
        if moment is None:
            flaw = Problem("/moment", rules.WRONG_TYPE, moment, expected="time", given=kind(moment))
            raise ValidationError([flaw], "at")
        try:
            kept = InvalidInfo(moment).expired_time
        except ValidationError as error:
            raise ValidationError([problem.at("/moment") for problem in error.problems], "at") from None
        return _with(copy.copy(self), attrs.evolve(self._content, moment=kept))

    def render(self, /, **values: Any) -> Message:
        """Return the message with its placeholders filled.

        Args:
            values: A value for each of `required`, and for any other of `variables`, of the type that the template
                declares: a text where it declares none. Money is an int in fen or a `decimal.Decimal` in yuan; a
                datetime is aware; a list is of texts. Any of them may be given as text, money only where its unit is
                declared. None stands for "not given".

        Raises:
            TemplateError: A variable is missing, unknown or of another type; it names each.
            ValidationError: The rendered message breaks a rule, or a value moves the host of a URL; with pointers into
                the rendered message, and the names of the variables whose values do.
        """
        content = self._content
        filling = content.filling(*content.takes.take(values, complete=True))
        message = _trial.chosen(content.compiled.variants, filling.given).fill(filling)
        if filling.problems:
            raise ValidationError(filling.problems, "rendered template")
        return message

    def partial(self, /, **values: Any) -> Self:
        """Return a template with some variables filled and the others left.

        Raises:
            TemplateError: A variable is unknown or of another type; it names each.
        """
        content = self._content
        texts, given = content.takes.take(values, complete=False)
        return _with(copy.copy(self), content.binding({name: Taken(given[name], texts.get(name)) for name in given}))

    def sample(self) -> Message:
        """Return the message filled with its examples, to be looked at; it may break rules, so it is not for sending.

        A variable without an example stays the placeholder that it is, as ``${name}``; a list is one such text.
        """
        content = self._content
        known, made = self._known(), content.compiled
        return _trial.sample(made.variants, known, made.names, content.declared, content.moment)

    def trial(self) -> tuple[Problem, ...]:
        """Return which rules the message breaks when it is filled with its examples, whatever its conditions say.

        For a variable without an example, stand-ins of several kinds are tried. A problem that one of them avoids is
        the stand-in's own and not told; one that stands with each of them has nothing to do with that variable.

        Returns:
            The problems, with pointers into the file that the template was read from, or into its message.
        """
        content = self._content
        return _trial.problems(content.compiled.variants, self._known(), content.compiled.names, content.declared)

    def _known(self) -> dict[str, Taken]:
        """Return the values that it knows without being given any: those that are bound, and the file's own."""
        return {**_trial.examples(self.variables, self._content.declared), **self._content.bound}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Make a template from the content of a template file.

        A subclass is made by its own ``__init__``, which is given a message, and ``description`` and ``declared`` by
        name.

        Args:
            data: The short form; or the wire's, a bare NormalMessage or one under ``message``. Where it includes other
                files it is read through a `Library`.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer.
        """
        return template_of(cls, data)

    # As a value

    def __setattr__(self, name: str, value: object) -> None:
        _require_free(self, name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        _require_free(self, name)
        super().__delattr__(name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Template):
            return NotImplemented
        return self._content.value == other._content.value

    def __hash__(self) -> int:
        return hash((self._content.variants, frozenset(self._content.bound)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(variables={sorted(self.variables)})"

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        # As any object is copied and pickled, with our part of it apart: what a subclass adds, and how it wants that
        # copied, is its own.
        reduced: Any = super().__reduce_ex__(max(protocol, 2))
        make, arguments, *state = reduced
        return _revived, (self._content, make, arguments), *state

    def __getstate__(self) -> Any:
        match super().__getstate__():
            case own, dict(slots):
                left = {name: value for name, value in slots.items() if name != "_content"}
                return (own, left) if left else own
            case state:
                return state

    def __setstate__(self, state: Any) -> None:
        own, slots = state if isinstance(state, tuple) else (state, None)
        for name, value in {**(own or {}), **(slots or {})}.items():
            _require_free(self, name)
            object.__setattr__(self, name, value)


_T = TypeVar("_T", bound=Template)


def template_of(cls: type[_T], data: object, includes: Included | None = None) -> _T:
    """Return the template that a file holds; see `Template.from_dict`.

    Args:
        cls: The class to make.
        data: The content of the file.
        includes: Where included files are found.

    Raises:
        ValidationError: With all problems at once, each with its JSON Pointer into the file.
    """
    return template_from(cls, _file.read(data, includes))


def template_from(cls: type[_T], file: TemplateFile) -> _T:
    """Return the template that a file says.

    Raises:
        ValidationError: Something is wrong with it; with all problems at once.
    """
    if file.problems:
        raise ValidationError(file.problems, "Template")
    content = Content.of(file.variants, file.description, file.variables, is_several=file.is_several)
    if content.compiled.problems:
        raise ValidationError(content.compiled.problems, "Template")
    if cls is Template:
        return _with(object.__new__(cls), content)
    message = file.variants[-1].skeleton()
    said: Any = {"description": file.description, "declared": file.variables}
    make: Any = cls.__new__
    made: _T = make(cls, message, **said)
    # Its own `__init__` runs, and in it that of `Template`, which need not make of the message what is known already.
    _with(made, Read(content, message)).__init__(message, **said)  # type: ignore[misc]
    return _with(made, content)


def _with(template: _T, content: Content | Read) -> _T:
    """Put into a template that nobody else has yet what makes it."""
    object.__setattr__(template, "_content", content)
    return template


def _require_free(template: Template, name: str) -> None:
    """Make sure that an attribute is none of those that make a template.

    Raises:
        AttributeError: It is one.
    """
    if hasattr(Template, name):
        raise AttributeError(f"a template cannot be changed: {name}", name=name, obj=template)


def _revived(content: Content, make: Any, arguments: Any) -> Template:
    template: Template = make(*arguments)
    return _with(template, content)


def _require_message(message: object) -> None:
    """Say what is wrong with what is no message.

    Raises:
        ValidationError: It is none.
    """
    if isinstance(message, Message):
        return
    if isinstance(message, str):
        problem = Problem("", rules.TEXT_AS_MESSAGE, message)
    elif isinstance(message, Template):
        problem = Problem("", rules.NOT_RENDERED, message)
    else:
        problem = Problem("", rules.NOT_A_MESSAGE, message, expected=("Message",), given=kind(message))
    raise ValidationError([problem], "Template")
