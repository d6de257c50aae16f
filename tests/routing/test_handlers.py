"""Which handler an entry goes to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import pytest

from msgkit import ActionData, Client, Router
from msgkit.complaints import OperateType
from msgkit.errors import ConfigurationError
from msgkit.routing._handlers import is_the_merchants
from tests.routing.histories import entry, look


class Refund(ActionData, prefix="refund"):
    """What a refund is asked for."""

    order_no: str
    kind: Literal["full", "part"] = "full"


class Approve(ActionData, prefix="approve", key=b"a key of sixteen"):
    """What is approved, in fen."""

    amount: int


ALL = ["on_complaint", "on_tap", "on_message", "on_event"]


def where(router: Router[Any], operate_type: str, **more: Any) -> Any:
    """Return what the handler returns that an entry goes to; None where there is none."""
    event = look([entry("1", operate_type, **more)]).event("1")
    assert event is not None
    found = router._handlers.find(event)
    return None if found is None else found.chain({}).call()


def tap(action_id: str | None, content: str = "好") -> dict[str, Any]:
    """Return what an entry of a tap has beside others."""
    click = {"message_content": content, "action_id": action_id}
    return {"click_message": {key: value for key, value in click.items() if value is not None}}


@pytest.fixture
def router() -> Router[Client]:
    """A router with a bare handler of each kind, which returns its kind."""
    router: Router[Client] = Router()
    for name in ALL:
        getattr(router, name)(lambda name=name: name)
    return router


class TestMapping:
    """Kinds of entries and kinds of handlers."""

    @pytest.mark.parametrize("operate_type", list(OperateType))
    def test_each_type(self, router: Router[Client], operate_type: OperateType) -> None:
        """Each type of entry goes to the kind of handler that is documented for it."""
        expected: str | None = {
            "USER_CREATE_COMPLAINT": "on_complaint",
            "USER_CONTINUE_COMPLAINT": "on_complaint",
            "USER_RESPONSE": "on_message",
            "USER_CLICK_RESPONSE": "on_message",  # it has no action_id
        }.get(operate_type, "on_event")
        if operate_type.startswith("MERCHANT_"):
            expected = None
        assert where(router, operate_type) == expected

    def test_a_new_type(self, router: Router[Client]) -> None:
        """A type that is not documented yet is an event."""
        assert where(router, "USER_DANCED") == "on_event"

    def test_a_tap(self, router: Router[Client]) -> None:
        """A tap with an action_id goes to on_tap, one without goes to on_message."""
        assert where(router, "USER_CLICK_RESPONSE", **tap("a")) == "on_tap"
        assert where(router, "USER_CLICK_RESPONSE", **tap(None)) == "on_message"
        assert where(router, "USER_CLICK_RESPONSE", **tap("")) == "on_message"

    def test_a_tap_that_nobody_takes(self) -> None:
        """A tap that no handler of taps takes goes to on_message, with the text that it sent."""
        router: Router[Client] = Router()
        router.on_tap("b")(lambda: pytest.fail("not this one"))
        router.on_message(lambda text: text)
        assert where(router, "USER_CLICK_RESPONSE", **tap("a", "转人工")) == "转人工"

    def test_the_merchants_own(self, router: Router[Client]) -> None:
        """What the merchant did goes to on_event only where it names the type."""
        assert where(router, "MERCHANT_RESPONSE") is None
        router.on_event("MERCHANT_RESPONSE", when=lambda _: True)(lambda: "named")
        assert where(router, "MERCHANT_RESPONSE") == "named"
        assert where(router, "MERCHANT_CONFIRM_COMPLETE") is None
        assert is_the_merchants("MERCHANT_REFUSE_RERUND")


class TestFilters:
    """What narrows a handler."""

    def test_action_ids(self) -> None:
        """on_tap takes an id to the letter, or a beginning."""
        router: Router[Client] = Router()
        router.on_tap("agent", "human")(lambda: "exact")
        router.on_tap("order:*")(lambda: "prefix")
        router.on_tap(lambda: "any")
        taps = ("agent", "human", "order:", "order:42", "orders", "agent2")
        found = [where(router, "USER_CLICK_RESPONSE", **tap(action_id)) for action_id in taps]
        assert found == ["exact", "exact", "prefix", "prefix", "any", "any"]

    def test_words(self) -> None:
        """on_message takes a text that is held, or a pattern that is found and handed over."""
        router: Router[Client] = Router()
        router.on_message("退款", "退钱")(lambda: "text")
        router.on_message(re.compile(r"订单(\d+)"))(lambda match: match[1])
        said = ("我要退钱", "查订单42", "在吗")
        found = [where(router, "USER_RESPONSE", operate_details=text) for text in said]
        assert found == ["text", "42", None]

    def test_types(self) -> None:
        """on_event takes types by their names, also those that are new."""
        router: Router[Client] = Router()
        router.on_event(OperateType.USER_SUBMIT_SATISFACTION, "USER_DANCED")(lambda: "named")
        types = ("USER_SUBMIT_SATISFACTION", "USER_DANCED", "PLATFORM_RESPONSE")
        assert [where(router, each) for each in types] == ["named", "named", None]

    def test_when(self) -> None:
        """A condition narrows what a handler takes, and the next one is asked where it does not hold."""
        router: Router[Client] = Router()
        router.on_complaint(when=lambda event: event.continued)(lambda: "again")
        router.on_complaint(lambda: "first")
        found = [where(router, each) for each in ("USER_CREATE_COMPLAINT", "USER_CONTINUE_COMPLAINT")]
        assert found == ["first", "again"]

    @pytest.mark.parametrize(
        ("register", "told"),
        [
            (lambda router: router.on_tap(3), "ActionData classes and action ids"),
            (lambda router: router.on_tap(""), "not empty"),
            (lambda router: router.on_tap(int), "ActionData classes and action ids"),
            (lambda router: router.on_tap(ActionData), "ActionData classes and action ids"),
            (lambda router: router.on_complaint(when=True), "when must be a function"),
            (lambda router: router.on_message(3), "texts and compiled patterns"),
            (lambda router: router.on_message(""), "holds the empty text"),
            (lambda router: router.on_event(3), "operate types"),
            (lambda router: router.on_event("USER_RESPONSE"), "USER_RESPONSE goes to on_message"),
            (lambda router: router.on_complaint("x"), "a handler must be a function"),
        ],
    )
    def test_wrong(self, register: Callable[[Router[Client]], Any], told: str) -> None:
        """What a decorator cannot make anything of is refused where it stands."""
        with pytest.raises(ConfigurationError, match=told):
            register(Router())


class TestActionData:
    """Taps whose action ids carry values."""

    @pytest.fixture
    def router(self) -> Router[Client]:
        """A router with a handler for each of two classes, for ids as they once were, and for all else."""
        router: Router[Client] = Router()
        router.on_tap(Refund)(lambda data: data)
        router.on_tap(Approve)(lambda data: data)
        router.on_tap("refund:*")(lambda event: event.action_id)
        router.on_message(lambda text: text)
        return router

    @pytest.mark.parametrize("data", [("4:2 号", "part"), ("42", "full")])
    def test_handed_over(self, router: Router[Client], data: tuple[str, Literal["full", "part"]]) -> None:
        """A tap on what carries one of a class is handed over as that, whatever its values hold."""
        assert where(router, "USER_CLICK_RESPONSE", **tap(Refund(*data).pack())) == Refund(*data)

    def test_defaults(self, router: Router[Client]) -> None:
        """Fields that an old id lacks take their defaults."""
        assert where(router, "USER_CLICK_RESPONSE", **tap("refund:42")) == Refund("42", "full")

    @pytest.mark.parametrize("old", ["refund:42:some", "refund:42:full:more", "refund:%ZZ"])
    def test_old_ids(self, router: Router[Client], old: str) -> None:
        """An id that does not unpack is no error: it goes to the next handler that takes it."""
        assert where(router, "USER_CLICK_RESPONSE", **tap(old)) == old

    def test_old_ids_that_nobody_takes(self, router: Router[Client]) -> None:
        """One that no handler of taps takes goes to on_message, with what the tap sent."""
        assert where(router, "USER_CLICK_RESPONSE", **tap("refunds:42", "我要退款")) == "我要退款"

    def test_signed(self, router: Router[Client]) -> None:
        """A signed id is handed over where it is the merchant's own, and goes on as words where it is not."""
        own = Approve(5).pack()
        assert where(router, "USER_CLICK_RESPONSE", **tap(own)) == Approve(5)
        for forged in (own.replace("5", "9", 1), own[:-1], "approve:5", own + "x"):
            assert where(router, "USER_CLICK_RESPONSE", **tap(forged, "同意")) == "同意"

    def test_a_condition(self) -> None:
        """A condition is asked about the event with its data."""
        router: Router[Client] = Router()
        router.on_tap(Refund, when=lambda event: event.data == Refund("42"))(lambda: "42")
        router.on_tap(lambda: "any")
        found = [where(router, "USER_CLICK_RESPONSE", **tap(Refund(each).pack())) for each in ("42", "43")]
        assert found == ["42", "any"]

    def test_several(self) -> None:
        """A handler may take several classes, and ids beside."""
        router: Router[Client] = Router()
        router.on_tap(Refund, Approve, "agent")(lambda data, event: data or event.action_id)
        taps = (Refund("42").pack(), Approve(5).pack(), "agent", "other")
        found = [where(router, "USER_CLICK_RESPONSE", **tap(each)) for each in taps]
        assert found == [Refund("42"), Approve(5), "agent", None]


class TestFirst:
    """The order of handlers."""

    def test_first_match_wins(self) -> None:
        """The handler that was registered first is the one that runs."""
        router: Router[Client] = Router()
        router.on_message("退")(lambda: 1)
        router.on_message("退款")(lambda: 2)
        assert where(router, "USER_RESPONSE", operate_details="退款") == 1

    def test_included_in_place(self) -> None:
        """An included router's handlers stand where it was included, also those that are added later."""
        router: Router[Client] = Router()
        inner: Router[Client] = Router()
        router.on_message("一")(lambda: "before")
        router.include(inner)
        router.on_message(lambda: "after")
        inner.on_message("二")(lambda: "inner")
        inner.on_message("一")(lambda: pytest.fail("too late"))
        said = ("一", "二", "三")
        assert [where(router, "USER_RESPONSE", operate_details=text) for text in said] == ["before", "inner", "after"]

    def test_decorators_return_the_function(self) -> None:
        """A decorator gives back the function, so that several can stand above one another and it can be called."""
        router: Router[Client] = Router()

        def answer() -> str:
            return "好"

        decorators = (
            router.on_complaint,
            router.on_complaint(),
            router.on_tap,
            router.on_tap("a"),
            router.on_message,
            router.on_event,
            router.on_error,
            router.middleware,
        )
        assert all(decorate(answer) is answer for decorate in decorators)


class TestIncluding:
    """Routers in routers."""

    def test_middlewares(self) -> None:
        """A router's middlewares run around its own handlers and those that it includes, and around no others."""
        router: Router[Client] = Router()
        inner: Router[Client] = Router()
        router.include(inner)
        router.on_message(lambda: ["outer"])
        inner.on_message("内")(lambda: ["inner"])

        @router.middleware
        def around_all(next: Callable[[], list[str]]) -> list[str]:  # noqa: A002 - its name
            return ["all", *next()]

        @inner.middleware
        def around_inner(next: Callable[[], list[str]]) -> list[str]:  # noqa: A002
            return ["some", *next()]

        assert where(router, "USER_RESPONSE", operate_details="内") == ["all", "some", "inner"]
        assert where(router, "USER_RESPONSE", operate_details="外") == ["all", "outer"]

    def test_itself(self) -> None:
        """A router includes neither itself nor one that includes it."""
        router: Router[Client] = Router()
        inner: Router[Client] = Router()
        router.include(inner)
        for one, other in ((router, router), (inner, router)):
            with pytest.raises(ConfigurationError, match="cannot include itself"):
                one.include(other)

    @pytest.mark.parametrize("wrong", [None, "router"])
    def test_no_router(self, wrong: Any) -> None:
        """What is no router is not included."""
        with pytest.raises(ConfigurationError, match="without a client"):
            Router().include(wrong)


class TestAsync:
    """Handlers that would have to be awaited."""

    def test_with_a_client(self, wechatpay_client: Client) -> None:
        """An async handler of a router with a Client is refused where it is registered, and where it is included."""
        router = Router(wechatpay_client)

        async def answer() -> None: ...

        for register in (router.on_complaint, router.on_tap("a"), router.middleware, router.on_error):
            with pytest.raises(ConfigurationError, match="answer is async"):
                register(answer)
        included: Router[Client] = Router()
        router.include(included)
        with pytest.raises(ConfigurationError, match="answer is async"):
            included.on_message(answer)
        other: Router[Client] = Router()
        other.on_message(answer)
        with pytest.raises(ConfigurationError, match="answer is async"):
            router.include(other)

    def test_one_with_a_client(self, wechatpay_client: Client) -> None:
        """A router that works by itself is not included in another."""
        with pytest.raises(ConfigurationError, match="without a client"):
            Router().include(Router(wechatpay_client))
