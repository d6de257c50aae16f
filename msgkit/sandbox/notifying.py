"""The address that the platform is to send notifications to, by the calls of the API: https, and kept only.

Nothing is posted to it, since it may be anybody's; what is posted goes to this machine, see `Sandbox.notify_to`.
"""

from msgkit.sandbox.answers import Answer, Refusal
from msgkit.sandbox.calls import Call
from msgkit.sandbox.state import State


def create_url(state: State, call: Call) -> Answer:
    """Set the address (创建投诉通知回调地址)."""
    url: str = call.body("complaint-notifications")["url"]
    state.set_notification_url(url, anew=True)
    return _told(call, url)


def read_url(state: State, call: Call) -> Answer:
    """Tell the address (查询投诉通知回调地址)."""
    call.asked({})
    url = state.notification_url
    if url is None:
        raise Refusal(400, "RESOURCE_NOT_EXISTS", "no notification URL is set")
    return _told(call, url)


def change_url(state: State, call: Call) -> Answer:
    """Change the address (更新投诉通知回调地址)."""
    url: str = call.body("complaint-notifications")["url"]
    state.set_notification_url(url, anew=False)
    return _told(call, url)


def delete_url(state: State, call: Call) -> Answer:
    """Take the address away (删除投诉通知回调地址)."""
    call.asked({})
    state.set_notification_url(None, anew=False)
    return Answer(204)


def _told(call: Call, url: str) -> Answer:
    return Answer.json(200, {"mchid": call.caller, "url": url})
