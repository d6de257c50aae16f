"""What the conversation says."""

from msgkit._language import Words
from msgkit.studio.words._conversation_beside import BESIDE
from msgkit.studio.words._conversation_refusals import REFUSALS
from msgkit.studio.words._conversation_replying import REPLYING

_LIST = {
    "complaints": Words("Complaints", "投诉单"),
    "new": Words("New complaint", "新建投诉"),
    "find": Words("Find complaints", "查找投诉单"),
    "search": Words("Words, id or order number", "搜索内容、单号或订单号"),
    "state_all": Words("All", "全部"),
    "state_PENDING": Words("Pending", "待处理"),
    "state_PROCESSING": Words("In progress", "处理中"),
    "state_PROCESSED": Words("Handled", "已处理"),
    "immediate": Words("Immediate", "即时服务"),
    "waits": Words("Unanswered ·", "待回复 ·"),
    "reply_left": Words("Reply in {time}", "首次回复剩 {time}"),
    "reply_late": Words("Reply {time} late", "首次回复超时 {time}"),
    "handle_left": Words("Handle in {time}", "处理剩 {time}"),
    "handle_late": Words("Handling {time} late", "处理超时 {time}"),
    "days": Words("{number} d", "{number} 天"),
    "hours": Words("{number} h", "{number} 小时"),
    "minutes": Words("{number} min", "{number} 分钟"),
    "more": Words("Show more ({number} left)", "显示更多（还有 {number} 张）"),
    "none_found": Words(
        "No complaint fits. Change the search or the filters.", "没有符合条件的投诉单，换个关键词或筛选条件试试。"
    ),
    "none_yet": Words("There is no complaint yet. Begin with “New complaint”.", "还没有投诉单，点“新建投诉”开始。"),
    "detail": Words("What the customer writes", "投诉内容"),
    "detail_default": Words("买了三天还没发货，要求退款", "买了三天还没发货，要求退款"),
    "amount": Words("Refund asked for (yuan)", "申请退款金额（元）"),
    "phone_number": Words("Phone number", "用户电话"),
    "problem": Words("Problem", "问题类型"),
    "problem_REFUND": Words("Refund", "申请退款"),
    "problem_SERVICE_NOT_WORK": Words("Service does not work", "服务权益未生效"),
    "problem_OTHERS": Words("Something else", "其他类型"),
    "order": Words("Order number", "商户订单号"),
    "order_made": Words("made up if left empty", "留空则自动生成"),
    "needs_immediate": Words("Needs immediate service", "需要即时服务"),
    "needs_immediate_why": Words(
        "Takes rich replies: pictures, links, buttons. Others take plain ones.",
        "可以收富文本回复（图片、链接、按钮），否则只能收普通回复。",
    ),
    "create": Words("Create", "新建"),
}

_TALK = {
    "as_customer": Words("As the customer sees it", "用户看到的样子"),
    "phone": Words("Phone", "手机"),
    "me": Words("Me", "我"),
    "customer_said": Words("(customer)", "（用户）"),
    "faults_on": Words("Faults are on: {number}", "已开启 {number} 个故障"),
    "takes_rich": Words("takes rich replies", "即时服务"),
    "takes_plain": Words("takes plain replies only", "只收普通回复"),
    "say": Words("Write as the customer…", "以用户身份说…"),
    "continue": Words("Complain again", "继续投诉"),
    "send_as_customer": Words("Send as the customer", "以用户身份发送"),
    "look": Words("Details", "查看请求"),
    "picture": Words("A picture of the conversation", "会话里的图片"),
    "picture_gone": Words("A picture that is not kept any more", "图片已不在沙箱里"),
    "no_reply_yet": Words(
        "No reply yet. Use “Reply with a template” on the right, or send one with your own program: it appears here by"
        " itself.",
        "还没有回复。点右侧的“用模板回复”，或者用自己的程序发送，回复会自动出现在这里。",
    ),
    "heard_reply": Words("The merchant has replied", "商家有新回复"),
    "tapped": Words("tapped the button “{text}”", "点击了按钮“{text}”"),
    "tapped_jump": Words("opened “{text}”", "打开了“{text}”"),
    "tapped_question": Words("tapped the question “{text}”", "点击了推荐问题“{text}”"),
    "tapped_something": Words("tapped on something", "点击了消息"),
    "notified": Words("merchant notified · {status}", "已通知商户 · {status}"),
    "telling": Words("notifying the merchant…", "正在通知商户…"),
    "nobody_to_tell": Words("no notification address", "没有登记通知地址"),
    "untaken": Words(
        "not taken by the merchant · {status} · tried {tries} times", "商户没有收下通知 · {status} · 已试 {tries} 次"
    ),
    "unreached": Words("merchant not reached · tried {tries} times", "通知不到商户 · 已试 {tries} 次"),
    "leads": Words("Where this leads", "会打开这里"),
    "url": Words("URL", "网址"),
    "path": Words("Page", "小程序页面"),
    "leads_nowhere": Words(
        "On a phone this would open now. The studio opens nothing.", "在手机上会直接打开；工作台不会打开任何页面。"
    ),
    "copy_url": Words("Copy the URL", "复制网址"),
    "did_USER_CREATE_COMPLAINT": Words("customer complained", "用户发起投诉"),
    "did_USER_CONTINUE_COMPLAINT": Words("customer complained again", "用户继续投诉"),
    "did_USER_RESPONSE": Words("", ""),
    "did_MERCHANT_RESPONSE": Words("", ""),
    "did_PLATFORM_RESPONSE": Words("WeChat Pay's service said", "微信支付客服留言"),
    "did_MERCHANT_CONFIRM_COMPLETE": Words("merchant reported it as handled", "商家反馈处理完成"),
    "did_MERCHANT_APPROVE_REFUND": Words("merchant approved the refund", "商家同意退款"),
    "did_MERCHANT_REFUSE_RERUND": Words("merchant refused the refund", "商家拒绝退款"),
    "did_COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE": Words("refunded in full", "已全额退款"),
    "did_COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE": Words("refunded in part", "已部分退款"),
    "did_COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE": Words("the refund has arrived", "退款已到账"),
    "did_USER_SUBMIT_SATISFACTION": Words("customer rated the service", "用户评价服务"),
    "did_USER_APPLY_PLATFORM_SERVICE": Words("customer asked WeChat Pay for help", "用户申请平台介入"),
    "did_USER_CANCEL_PLATFORM_SERVICE": Words("customer asks for no more help", "用户取消平台介入"),
    "did_PLATFORM_SERVICE_FINISHED": Words("WeChat Pay's help has ended", "平台服务结束"),
}

WORDS: dict[str, Words] = {**_LIST, **_TALK, **BESIDE, **REPLYING, **REFUSALS}
