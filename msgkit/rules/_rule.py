"""What a rule is, and who may state one."""

from __future__ import annotations

import attrs

MSGKIT = "msgkit"
"""The source of rules that the platform does not state."""

# Pages of WeChat Pay's documentation, by their titles.
RICH = "回复需要即时服务的投诉单"
PLAIN = "提交回复"
BOTH = "回复需要即时服务的投诉单、提交回复"
UPLOAD = "商户上传反馈图片"
LIST = "查询投诉单列表"
HISTORY = "查询投诉单协商历史"
NOTIFYING = "创建投诉通知回调地址"
REFUND = "更新退款审批结果"
APIV3 = "APIv3 接口规则"
SENSITIVE = "敏感信息加解密"


@attrs.frozen
class Rule:
    """Something that holds for every reply.

    Attributes:
        code: Its name, in small letters with dashes; it never changes its meaning.
        en: What is wrong where it is broken, in English, with the parameters in braces.
        zh: The same in Chinese.
        cure: What to do about it.
        cure_zh: The same in Chinese.
        source: The title of the page of WeChat Pay's documentation that states it, or `MSGKIT`.
    """

    code: str
    en: str
    zh: str
    cure: str
    cure_zh: str
    source: str = MSGKIT
