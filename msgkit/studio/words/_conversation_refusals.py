"""What is said in a conversation where something cannot be done."""

from msgkit._language import Words

REFUSALS: dict[str, Words] = {
    "no_such": Words(
        "There is no such complaint any more. Choose another one on the left.", "没有这张投诉单，请在左边另选一张。"
    ),
    "bad_detail": Words(
        "The complaint has {length} characters; write 1 to {most}.", "投诉内容有 {length} 个字，应为 1 到 {most} 个字。"
    ),
    "bad_amount": Words("The amount must be yuan, such as 128.00.", "金额应为元，例如 128.00。"),
    "bad_phone": Words("A phone number has 3 to 20 digits.", "电话应为 3 到 20 位数字。"),
    "bad_problem": Words("Choose one of the problem types.", "请选择一种问题类型。"),
    "bad_order": Words(
        "An order number has at most 64 letters, digits and _-|*@.", "商户订单号最多 64 位，只能有字母、数字和 _-|*@。"
    ),
    "not_taken": Words("The sandbox does not take it: {why}", "沙箱不接受：{why}"),
    "bad_text": Words(
        "The text has {length} characters; write 1 to {most}.", "有 {length} 个字，应为 1 到 {most} 个字。"
    ),
    "nothing_to_tap": Words("There is nothing to tap here any more.", "这里没有可以点击的内容。"),
    "tap_expired": Words("“{text}” cannot be tapped: it has expired.", "“{text}”点不了：已失效。"),
    "tap_used": Words(
        "“{text}” cannot be tapped: it, or another button of its group, was tapped, and that works once.",
        "“{text}”点不了：仅可点击一次，它或同组的按钮已经点过。",
    ),
    "tap_inert": Words("“{text}” does nothing: it has no action.", "“{text}”点了没有反应：没有设置动作。"),
    "no_such_fault": Words("There is no such fault.", "没有这种故障。"),
    "bad_seconds": Words("The time must be up to {most} seconds.", "耗时应为 {most} 秒以内的数字。"),
    "bad_share": Words("The share must be a number up to {most}.", "比例应为 {most} 以内的数字。"),
    "bad_times": Words("The number of calls must be 1 to {most}.", "次数应为 1 到 {most}。"),
    "bad_hours": Words("Time can be moved by 1, 24 or 72 hours.", "可以快进 1、24 或 72 小时。"),
    "end_of_time": Words("The sandbox's clock cannot go further.", "沙箱的时间不能再快进了。"),
    "bad_address": Words(
        "Notifications go to this machine only, such as http://127.0.0.1:8000/notify.",
        "通知只能发到本机，例如 http://127.0.0.1:8000/notify。",
    ),
    "broken_template": Words(
        "{name} has errors: mend it in the composer first.", "{name} 有错误，请先在编辑器里改好。"
    ),
    "no_message": Words(
        "What came from the composer is no message. Send it again from there.",
        "编辑器发来的不是消息，请回到编辑器重新发送。",
    ),
}
