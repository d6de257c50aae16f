"""`Template`: a message with variables, written once and rendered often.

Placeholders are those of `string.Template`: ``${name}`` or ``$name`` in any text of a message, and ``$$`` for a dollar.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self, TypeVar

import attrs

from msgkit import rules
from msgkit._language import kind
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.templates import _file
from msgkit.templates._compile import Plan, Values, plan
from msgkit.templates._file import Variable
from msgkit.templates._names import plain, require

__all__ = ["Template", "Variable"]

# The shortest text, which no limit can be too small for; a text that is there; and what a URL may begin with.
_STAND_INS = ("", "0", "https://shop.example", "https://shop.example/")


@attrs.frozen
class _Content:
    """What makes a template, in one piece.

    Attributes:
        plan: The message and how it is rendered.
        description: What it is for.
        declared: What is said of its variables, by name.
        variables: The names of those that are not filled yet.
        bound: The values of those that are, by name.
    """

    plan: Plan
    description: str | None
    declared: dict[str, Variable]
    variables: frozenset[str]
    bound: dict[str, str] = attrs.field(factory=dict)


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
        declared: What is said of its variables, by name; of those that stand in the message, and no others.

    Raises:
        ValidationError: A ``$`` in a text begins no placeholder, the message has no blocks, or it was read with
            ``strict=False`` and cannot be sent; or what was given is no message, no description or says nothing of a
            variable. Pointers lead into the message; to what is said of variables they are those of a template file,
            such as ``/variables/order_no``.

    >>> refund = Template(Message().text("${name}，订单 ${order_no} 的退款已受理"))
    >>> sorted(refund.variables)
    ['name', 'order_no']
    >>> refund.render(name="张三", order_no="42") == Message().text("张三，订单 42 的退款已受理")
    True
    """

    __slots__ = ("_content",)

    _content: _Content

    def __init__(
        self,
        message: Message,
        *,
        description: str | None = None,
        declared: Mapping[str, Variable] = MappingProxyType({}),
    ) -> None:
        if hasattr(self, "_content"):
            _require_free(self, "__init__")
        _require_message(message)
        message.check(filled=False)
        file = _file.of(message, description, declared)
        made = plan(message)
        if flaws := [*made.flaws, *file.unused(made.names)]:
            raise ValidationError(flaws, "Template")
        _with(self, _Content(made, description, dict(declared), frozenset(made.names)))

    # What it is

    @property
    def message(self) -> Message:
        """The message with its placeholders."""
        return self._content.plan.message

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
        """The names of the variables that `render` asks for."""
        return self._content.variables

    @property
    def examples(self) -> dict[str, str]:
        """The examples of its variables, by name, of those that have one."""
        declared = self._content.declared
        found = {name: declared[name].example for name in self.variables & declared.keys()}
        return {name: plain(example) for name, example in found.items() if example is not None}

    @property
    def places(self) -> Mapping[str, str]:
        """Where each variable of the message stands first, as a JSON Pointer into it; read-only."""
        return MappingProxyType(self._content.plan.names)

    # Filling it

    def render(self, /, **values: str) -> Message:
        """Return the message with its placeholders filled.

        Args:
            values: A text for each of `variables`.

        Raises:
            TemplateError: A variable is missing, unknown or no text; it names each.
            ValidationError: The rendered message breaks a rule, or a value moves the host of a URL; with pointers into
                the rendered message.
        """
        texts = require(values, self._content.variables, complete=True)
        problems: list[Problem] = []
        message = self._filled(texts, problems)
        if problems:
            raise ValidationError(problems, "rendered template")
        return message

    def partial(self, /, **values: str) -> Self:
        """Return a template with some variables filled and the others left.

        Raises:
            TemplateError: A variable is unknown or no text; it names each.
        """
        content = self._content
        texts = require(values, content.variables, complete=False)
        left, bound = content.variables - texts.keys(), {**content.bound, **texts}
        return _with(copy.copy(self), attrs.evolve(content, variables=left, bound=bound))

    def sample(self) -> Message:
        """Return the message filled with its examples, to be looked at; it may break rules, so it is not for sending.

        A variable without an example stays the placeholder that it is, as ``${name}``.
        """
        return self._filled({name: f"${{{name}}}" for name in self.variables} | self.examples, [])

    def trial(self) -> tuple[Problem, ...]:
        """Return which rules the message breaks when it is filled with its examples.

        For a variable without an example, stand-ins of several kinds are tried. A problem that one of them avoids is
        the stand-in's own and not told; one that stands with each of them has nothing to do with that variable.

        Returns:
            The problems, with pointers into the rendered message.
        """
        examples = self.examples
        lacking = self.variables - examples.keys()
        found: list[Problem] = []
        for number, stand_in in enumerate(_STAND_INS):
            problems: list[Problem] = []
            self._filled({**dict.fromkeys(lacking, stand_in), **examples}, problems)
            places = {problem.pointer for problem in problems}
            found = [problem for problem in found if problem.pointer in places] if number else problems
            if not (lacking and found):
                break
        return tuple(found)

    def _filled(self, values: Values, problems: list[Problem]) -> Message:
        content = self._content
        return content.plan.fill({**content.bound, **values} if content.bound else values, problems)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Make a template from the content of a template file.

        A subclass is made by its own ``__init__``, which is given the message, and ``description`` and ``declared`` by
        name.

        Args:
            data: A bare NormalMessage; or an object with ``message`` and, where wanted, ``description`` and
                ``variables``, which gives each variable a ``description`` and an ``example``.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer.
        """
        return template_of(cls, data)[0]

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
        return (self.message, self._content.bound) == (other.message, other._content.bound)

    def __hash__(self) -> int:
        return hash((self.message, frozenset(self._content.bound.items())))

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


def template_of(cls: type[_T], data: object) -> tuple[_T, str]:
    """Return the template that a file holds, and the JSON Pointer to the message in the file; see `Template.from_dict`.

    Raises:
        ValidationError: With all problems at once, each with its JSON Pointer into the file.
    """
    file, place = _file.read(data)
    try:
        template = cls(file.message, description=file.description, declared=file.variables)
    except ValidationError as error:
        raise ValidationError([_file.in_file(problem, place) for problem in error.problems], "Template") from None
    return template, place


def _with(template: _T, content: _Content) -> _T:
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


def _revived(content: _Content, make: Any, arguments: Any) -> Template:
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
