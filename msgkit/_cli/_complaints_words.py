"""What is said of complaints and their history, in both languages."""

from __future__ import annotations

from msgkit._language import Words
from msgkit.complaints import ComplaintState, MediaType, OperateType, ProblemType, ServiceOrderState, UserTag

STATES: dict[str, Words] = {
    ComplaintState.PENDING: Words("pending", "待处理"),
    ComplaintState.PROCESSING: Words("processing", "处理中"),
    ComplaintState.PROCESSED: Words("processed", "已处理"),
}
PROBLEMS: dict[str, Words] = {
    ProblemType.REFUND: Words("refund", "申请退款"),
    ProblemType.SERVICE_NOT_WORK: Words("service does not work", "服务权益未生效"),
    ProblemType.OTHERS: Words("other", "其他"),
}
TAGS: dict[str, Words] = {
    UserTag.TRUSTED: Words("trusted", "可信用户"),
    UserTag.HIGH_RISK: Words("high risk", "高风险用户"),
}
SERVICE_ORDERS: dict[str, Words] = {
    ServiceOrderState.DOING: Words("in progress", "服务进行中"),
    ServiceOrderState.REVOKED: Words("revoked", "已取消"),
    ServiceOrderState.WAITPAY: Words("waiting for payment", "待支付"),
    ServiceOrderState.DONE: Words("done", "已完成"),
    ServiceOrderState.CREATED: Words("created", "已创建"),
    ServiceOrderState.EXPIRED: Words("expired", "已失效"),
}
MEDIA: dict[str, Words] = {
    MediaType.USER_COMPLAINT_IMAGE: Words("with the complaint", "投诉时上传"),
    MediaType.OPERATION_IMAGE: Words("later", "协商时上传"),
}
OPERATIONS: dict[str, Words] = {
    OperateType.USER_CREATE_COMPLAINT: Words("customer complained", "用户提交投诉"),
    OperateType.USER_CONTINUE_COMPLAINT: Words("customer complained again", "用户继续投诉"),
    OperateType.USER_RESPONSE: Words("customer wrote", "用户留言"),
    OperateType.PLATFORM_RESPONSE: Words("platform wrote", "平台留言"),
    OperateType.MERCHANT_RESPONSE: Words("merchant replied", "商户回复"),
    OperateType.MERCHANT_CONFIRM_COMPLETE: Words("merchant reported it as handled", "商户反馈处理完成"),
    OperateType.USER_CREATE_COMPLAINT_SYSTEM_MESSAGE: Words("system: complaint received", "系统提示：收到投诉"),
    OperateType.COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE: Words("system: refunded in full", "系统提示：订单已全额退款"),
    OperateType.USER_CONTINUE_COMPLAINT_SYSTEM_MESSAGE: Words(
        "system: customer complained again", "系统提示：用户继续投诉"
    ),
    OperateType.USER_REVOKE_COMPLAINT: Words("customer withdrew the complaint", "用户撤销投诉"),
    OperateType.USER_COMFIRM_COMPLAINT: Words("customer confirmed that it is solved", "用户确认投诉解决"),
    OperateType.PLATFORM_HELP_APPLICATION: Words("platform asked for help from customer service", "平台催办"),
    OperateType.USER_APPLY_PLATFORM_HELP: Words("customer asked the platform to help", "用户申请平台协助"),
    OperateType.MERCHANT_APPROVE_REFUND: Words("merchant approved the refund", "商户同意退款"),
    OperateType.MERCHANT_REFUSE_RERUND: Words("merchant refused the refund", "商户驳回退款"),
    OperateType.USER_SUBMIT_SATISFACTION: Words("customer rated the handling", "用户提交满意度评价"),
    OperateType.SERVICE_ORDER_CANCEL: Words("service order cancelled", "服务订单已取消"),
    OperateType.SERVICE_ORDER_COMPLETE: Words("service order done", "服务订单已完成"),
    OperateType.COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE: Words(
        "system: refunded in part", "系统提示：订单已部分退款"
    ),
    OperateType.COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE: Words("system: refund arrived", "系统提示：退款已到账"),
    OperateType.COMPLAINT_ENTRUSTED_REFUND_SYSTEM_MESSAGE: Words(
        "system: platform refunds on the merchant's behalf", "系统提示：平台受托退款"
    ),
    OperateType.USER_APPLY_PLATFORM_SERVICE: Words("customer asked for the platform's service", "用户申请平台客服介入"),
    OperateType.USER_CANCEL_PLATFORM_SERVICE: Words(
        "customer cancelled the platform's service", "用户取消平台客服介入"
    ),
    OperateType.PLATFORM_SERVICE_FINISHED: Words("platform's service is finished", "平台客服服务结束"),
    OperateType.USER_CLICK_RESPONSE: Words("customer tapped", "用户点击"),
    OperateType.COMPLAINT_FULL_REFUNDED: Words("refunded in full", "订单已全额退款"),
    OperateType.MERCHANT_CONFIRM_COMPLETE_SYSTEM_MESSAGE: Words(
        "system: merchant reported it as handled", "系统提示：商户已反馈处理完成"
    ),
    OperateType.SERVICE_ORDER_WAIT_USER_PAY: Words("service order waits for payment", "服务订单待用户支付"),
    OperateType.USER_APPLY_PLATFORM_SERIVCE: Words("customer asked for the platform's service", "用户申请平台客服介入"),
}
"""Who did what, by the type of an entry."""

# The columns of a list.
TIME = Words("Time", "投诉时间")
ID = Words("Complaint", "投诉单号")
STATE = Words("State", "状态")
AMOUNT = Words("Yuan", "金额（元）")
IMMEDIATE = Words("Immediate", "即时服务")
DUE = Words("Due", "时限")
DETAIL = Words("Detail", "投诉内容")
YES = Words("yes", "是")
NO = Words("no", "否")

REPLY = Words("reply", "回复")
HANDLE = Words("handle", "处理")
TO_DO = Words("{what}: {time}", "{what}：{time}")
LEFT = Words("{time} left", "还剩 {time}")
OVERDUE = Words("overdue by {time}", "超时 {time}")
DAYS = Words("{days} d {hours} h", "{days} 天 {hours} 小时")
HOURS = Words("{hours} h {minutes} min", "{hours} 小时 {minutes} 分")
MINUTES = Words("{minutes} min", "{minutes} 分钟")

REVERSED = Words("--from is after --to", "--from 晚于 --to")
COUNT = Words("complaints: {number}, {begin} to {end}", "{number} 张投诉单，{begin} 至 {end}")
COUNT_DUE = Words("to be answered: {number}, {begin} to {end}", "{number} 张待处理，{begin} 至 {end}")
CUT = Words("there are more: raise --limit", "还有更多，可调大 --limit")

# The lines of one complaint.
MADE = Words("Made", "投诉时间")
FIRST_REPLY = Words("First reply by", "首次回复")
HANDLED = Words("To be handled by", "处理完成")
MERCHANT = Words("Merchant", "被投诉商户号")
PROBLEM = Words("Problem", "问题")
REFUND = Words("Refund asked for", "申请退款")
YUAN = Words("{yuan} yuan", "{yuan} 元")
REFUNDED = Words("Refunded in full", "已全额退款")
ORDER = Words("Order", "订单")
ORDER_SAID = Words("{id}[, merchant's number {own}][, {yuan} yuan]", "{id}[，商户单号 {own}][，{yuan} 元]")
SERVICE_ORDER = Words("Service order", "服务订单")
SERVICE_ORDER_SAID = Words("{id}[, merchant's number {own}][, {state}]", "{id}[，商户单号 {own}][，{state}]")
PICTURE = Words("Picture", "图片")
CUSTOMER = Words("Customer", "用户")
TIMES = Words("complained {times} times", "投诉 {times} 次")
ONCE = Words("complained once", "投诉 1 次")
WROTE = Words("wrote something that was not answered", "有未回复的留言")
OPENID = Words("OpenID", "OpenID")
PHONE = Words("Phone", "联系电话")
NO_PHONE = Words("none", "没有")
PHONE_UNREADABLE = Words("cannot be decrypted with this key", "用这个商户私钥解不开")
SERVICE = Words("Service", "服务")
NEEDS_IMMEDIATE = Words("takes rich replies (immediate service)", "需要即时服务，可发富文本回复")
NEEDS_NONE = Words("takes plain replies only", "只能发普通回复")
IN_PLATFORM = Words("the platform's service is helping", "平台客服已介入")
BY_AGENT = Words("handled by an AI agent", "智能体处理中")
RETURNED = Words("Power bank returned", "充电宝归还")

# The lines of a history.
TAPPED = Words("“{text}”[ (action_id {id})]", "“{text}”[（action_id：{id}）]")
REASON = Words("reason: {text}", "原因：{text}")
NOTHING = Words("nothing happened yet", "还没有协商记录")
