"""What is said beside a conversation: of a reply, of requests, of faults."""

from msgkit._language import Words

_REPLY = {
    "over_the_wire": Words("Over the wire", "请求与应答"),
    "tab_reply": Words("Reply", "回复"),
    "tab_requests": Words("Requests", "请求"),
    "tab_faults": Words("Faults", "故障"),
    "no_reply_beside": Words(
        "Once there is a reply, its JSON, its headers and what the platform said to it stand here.",
        "有了回复之后，这里显示它的 JSON、请求头和平台的处理结果。",
    ),
    "verdict": Words("Result", "结果"),
    "signature_right": Words("signature right", "签名正确"),
    "processed_once": Words("processed once", "处理一次"),
    "with_fault": Words("answered with a fault: {fault}", "应答带故障：{fault}"),
    "repeated": Words(
        "Sent again {times} times, not doubled: same idempotent_id", "又提交了 {times} 次，已按幂等 ID 去重"
    ),
    "kind": Words("Kind", "类型"),
    "kind_rich": Words("rich reply", "富文本回复"),
    "kind_plain": Words("plain reply", "普通回复"),
    "idempotent_id": Words("idempotent_id", "幂等 ID"),
    "duration": Words("Took", "用时"),
    "attempt": Words("attempt {number}", "第 {number} 次尝试"),
    "earlier": Words("attempt {number}: {outcome}", "第 {number} 次：{outcome}"),
    "json": Words("What was sent", "发送的内容"),
    "copy": Words("Copy", "复制"),
    "requests_hint": Words(
        "The newest first. Open one to see its headers, its body and the strings that were signed.",
        "最新的在前。点开可以看请求头、请求体和签名串。",
    ),
    "no_requests": Words("No request named this complaint yet.", "还没有关于这张投诉单的请求。"),
    "more_in_calls": Words("{number} more in “Calls”", "另有 {number} 次，见“记录”"),
}

_FAULTS = {
    "on_now": Words("Switched on", "已开启"),
    "all_well": Words("No fault is on: all calls go well.", "没有开启故障，所有请求正常处理。"),
    "heal": Words("Switch all off", "全部恢复正常"),
    "switch_on": Words("Switch a fault on", "开启故障"),
    "fault": Words("What goes wrong", "故障"),
    "fault_errors": Words("The call is refused", "请求被拒绝，不处理"),
    "fault_answers": Words("The call is carried out, its answer is wrong", "请求已处理，应答有问题"),
    "seconds": Words("Takes (seconds)", "耗时（秒）"),
    "of_which": Words("Of which endpoint", "对哪个接口"),
    "how_often": Words("How often", "多久一次"),
    "times": Words("Number of calls", "次数"),
    "times_before": Words("the next", "接下来"),
    "times_after": Words("calls", "次"),
    "share": Words("Share in percent", "比例（百分比）"),
    "share_before": Words("from now on,", "从现在起，"),
    "share_after": Words("% of the calls", "% 的请求"),
    "next_times": Words("{where}, the next {times} calls", "{where}，接下来 {times} 次"),
    "a_share": Words("{where}, {share} % of the calls", "{where}，{share}% 的请求"),
    "time": Words("Let time pass", "时间快进"),
    "now": Words("In the sandbox it is {now}.", "沙箱现在是 {now}。"),
    "advance": Words("+ {hours} h", "快进 {hours} 小时"),
    "time_why": Words(
        "Clocks run down, buttons expire, and notifications come again.",
        "投诉单会到期，按钮会失效，没送达的通知会重发。",
    ),
    "notify": Words("Notifications", "回调通知"),
    "notify_url": Words("Where they are posted to", "通知地址"),
    "notify_why": Words(
        "An address of this machine (http://127.0.0.1…); leave it empty for none.",
        "只能是本机地址（http://127.0.0.1…），留空则不通知。",
    ),
    "save": Words("Save", "保存"),
    "endpoint_any": Words("any endpoint", "所有接口"),
    "endpoint_response-immediate-service": Words("rich reply", "富文本回复"),
    "endpoint_response": Words("plain reply", "普通回复"),
    "endpoint_complete": Words("report as handled", "反馈处理完成"),
    "endpoint_update-refund-progress": Words("refund decision", "更新退款审批结果"),
    "endpoint_complaints": Words("list of complaints", "查询投诉单列表"),
    "endpoint_complaint": Words("one complaint", "查询投诉单详情"),
    "endpoint_negotiation-historys": Words("history", "查询协商历史"),
    "endpoint_upload": Words("upload of a picture", "上传图片"),
    "endpoint_image": Words("download of a picture", "下载图片"),
    "endpoint_complaint-notifications": Words("notification address", "通知地址"),
    "endpoint_certificates": Words("platform certificates", "下载平台证书"),
    "endpoint_echo": Words("echo", "密钥回显测试"),
}

BESIDE: dict[str, Words] = {**_REPLY, **_FAULTS}
