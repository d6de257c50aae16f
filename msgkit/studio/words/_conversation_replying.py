"""What is said in replying with a template, and of the test that a conversation becomes."""

from msgkit._language import Words

_FORM = {
    "reply_with": Words("Reply with a template", "用模板回复"),
    "goes_to": Words("To …{end}:", "回复 …{end}："),
    "find_template": Words("Find a template", "查找模板"),
    "choose_template": Words("Choose a template on the left.", "先在左边选一个模板。"),
    "more_templates": Words("{number} more: search for them.", "还有 {number} 个，请搜索。"),
    "no_template_found": Words("No template is called so.", "没有这个名字的模板。"),
    "no_templates": Words("The folder has no template yet.", "文件夹里还没有模板。"),
    "no_folder": Words(
        "No folder is open: start with msgkit studio FOLDER, or write a message in the composer and send it here.",
        "没有打开文件夹：用 msgkit studio 文件夹 启动，或者在编辑器里写一条消息发到这里。",
    ),
    "to_composer": Words("To the composer", "去编辑器"),
    "from_composer": Words("Message from the composer", "编辑器里的消息"),
    "examples_only": Words("Grey texts are examples and are not sent.", "灰色的是示例，不会被发送。"),
    "fill_examples": Words("Fill in the examples", "填入示例"),
    "no_variables": Words("There is nothing to fill in.", "没有要填的变量。"),
    "optional": Words("optional", "选填"),
    "one_per_line": Words("One per line", "每行一项"),
    "in_fen": Words(" (fen)", "（分）"),
    "in_yuan": Words(" (yuan)", "（元）"),
    "yes": Words("yes", "是"),
    "no": Words("no", "否"),
    "send": Words("Send", "发送"),
    "sending": Words("Sending…", "正在发送…"),
    "again": Words("Send again with the same id", "用同一个幂等 ID 重试"),
    "goes_out": Words("This goes out", "将要发送"),
    "goes_out_plain": Words(
        "This complaint takes no rich reply; this goes out as a plain one", "这张投诉单不收富文本，将改发普通回复"
    ),
    "shown_with_examples": Words("Shown with examples where a value is missing.", "没填的变量先用示例显示。"),
    "drops": Words("A plain reply has no room for:", "普通回复放不下，会去掉："),
    "dropped": Words("A plain reply had no room for:", "普通回复放不下，已去掉："),
    "sent": Words("Sent", "已发送"),
    "in_full": Words("The client's own words", "客户端原文"),
}

_FAILED = {
    "failed_rate": Words("429: too many calls", "429：请求太频繁"),
    "failed_platform": Words("500: the platform failed", "500：平台系统错误"),
    "failed_unavailable": Words("502 or 503: the platform is not to be had", "502 或 503：平台暂时不可用"),
    "failed_sign": Words("401: the platform refused the signature", "401：平台验签没有通过"),
    "failed_auth": Words("403: not allowed", "403：没有权限"),
    "failed_missing": Words("There is no such thing", "要访问的资源不存在"),
    "failed_request": Words("The platform refused it: against its rules", "平台拒绝了请求：不符合业务规则"),
    "failed_param": Words("The platform refused it: a parameter is wrong", "平台拒绝了请求：参数错误"),
    "failed_api": Words("The platform answered with an error", "平台返回了错误"),
    "failed_verification": Words(
        "The answer cannot be trusted: its signature or form is wrong", "应答不可信：签名或格式不对"
    ),
    "failed_transport": Words("No answer came", "没有收到应答"),
    "failed_other": Words("It could not be sent", "没能发送"),
    "cure_again_with_id": Words(
        "It may have been sent. Send it again with the same idempotent_id: the customer gets it once.",
        "回复可能已经发出。用同一个幂等 ID 重试，用户只会收到一条。",
    ),
    "cure_look_first": Words(
        "It may have been sent, and a plain reply has no idempotent_id: look into the conversation first.",
        "回复可能已经发出。普通回复没有幂等 ID，请先看会话里有没有，再决定要不要重发。",
    ),
    "cure_later": Words("It was not sent; it may succeed later. Press “Send” again.", "没有发出，可以稍后再点“发送”。"),
    "cure_never": Words(
        "It was not sent. Mend it first; sending it again as it is will not help.",
        "没有发出。请先改好，原样重发没有用。",
    ),
}

_EXPORT = {
    "export": Words("Export as a test", "导出为 pytest 测试"),
    "export_title": Words("This conversation as a pytest test", "这段会话的 pytest 测试"),
    "export_why": Words(
        "A whole file: save it among your tests and run pytest. It needs the extra “testing” of msgkit-wechatpay.",
        "完整的文件，存进测试目录就能用 pytest 运行；需要安装 msgkit-wechatpay 的 testing 扩展。",
    ),
    "download": Words("Download", "下载"),
}

REPLYING: dict[str, Words] = {**_FORM, **_FAILED, **_EXPORT}
