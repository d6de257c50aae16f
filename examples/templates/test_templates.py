"""How a support team proves its templates: run ``pytest`` and ``msgkit check`` in this folder."""

from pathlib import Path

import pytest

from msgkit import Button, Client, JumpUrl, Library, Text, ValidationError
from msgkit.sandbox import Sandbox

REPLIES = Library(Path(__file__).parent)


def test_every_folder_is_there() -> None:
    """The library has the templates of all three teams."""
    assert set(REPLIES) == {
        "account/charged_twice",
        "account/unlock",
        "delivery/delayed",
        "delivery/lost",
        "refund/accepted",
        "refund/rejected",
    }


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_every_template_can_be_sent(name: str, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
    """Filled with its examples, each template is accepted, and arrives as it was sent."""
    template = REPLIES[name]
    message = template.render(**template.examples)
    wechatpay_client.send(wechatpay_sandbox.complaint().complaint_id, message)
    assert wechatpay_sandbox.replies[-1].message == message


def test_refund_names_the_order_everywhere() -> None:
    """The order's number stands in the text, in the link and in the merchant's own data."""
    message = REPLIES["refund/accepted"].render(order_no="42", amount="9.90", days="1-3", shop="https://shop.example")
    assert "订单 42 的 9.90 元" in message.find(Text)[1].text
    assert [action.jump_url for _, action in message.actions() if isinstance(action, JumpUrl)] == [
        "https://shop.example/refunds/42"
    ]
    assert message.custom_data == "order=42"


def test_refund_takes_no_insecure_shop() -> None:
    """A shop without https is refused, with the place in the message."""
    with pytest.raises(ValidationError) as caught:
        REPLIES["refund/accepted"].render(order_no="42", amount="9.90", days="1-3", shop="http://shop.example")
    assert [problem.pointer for problem in caught.value.problems] == ["/blocks/2/link/action/jump_url"]


def test_lost_parcel_offers_a_choice() -> None:
    """A lost parcel is sent again or paid back, as the customer chooses."""
    message = REPLIES["delivery/lost"].render(order_no="42", amount="9.90")
    assert [button.text for button in message.find(Button)] == ["补发", "退款"]
