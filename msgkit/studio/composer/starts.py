"""What one may begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STARTS: Final[Mapping[str, str]] = {
    "first": """\
# 左边写，右边看。不想写 YAML，点上面的“表单”。
variables:
  称呼: {description: 怎么称呼用户, example: 张三}
blocks:
  - text: 您好，${称呼}
    bold: true
  - text: 您反馈的问题我们已经收到，24 小时内答复您。
  - button: 转人工客服
sent_by: machine
""",
    "blank": """\
blocks:
  - text: 您好
""",
    "refund": """\
description: 退款已受理，告知金额和到账日期
variables:
  订单号: {description: 用户看到的订单号, example: "4200002188202411"}
  金额: {description: 退款金额, type: money, unit: yuan, example: "128.00"}
  到账日: {description: 最晚到账日期, type: date, example: 2026-12-07}
blocks:
  - text: 您的退款已受理
    bold: true
  - text: 订单 ${订单号} 的 ${金额} 元将原路退回，预计 ${到账日} 前到账。
  - link: 查看退款进度
    url: https://shop.example/refunds/${订单号}
  - faq: [退款多久到账？, 退款退到哪里？]
sent_by: machine
""",
    "choice": """\
description: 给用户两个方案，请用户选择
variables:
  商品: {description: 商品名称, example: 保温杯}
  金额: {description: 可以退的金额, type: money, unit: yuan, example: "86.00"}
blocks:
  - text: 关于${商品}，您可以这样选
    bold: true
  - text: 退款 ${金额} 元，商品不用寄回；或者为您换一件新的。
  - buttons:
      - {text: 同意退款, action_id: refund}
      - {text: 换一件, action_id: exchange}
      - {text: 转人工, action_id: agent}
    layout: horizontal
    expires: 24h
    multi_clickable: false
""",
    "picture": """\
description: 带一张说明图的回复
variables:
  说明图: {description: 说明图，在右边选择文件, type: media, example: MEDIA-ID}
blocks:
  - text: 开票步骤见下图
    bold: true
  - image: ${说明图}
    style: wide
  - text: 填好抬头和税号，1 个工作日内发到您的邮箱。
    color: secondary
  - button: 还是不会，转人工
    send: 我不会开票
""",
}
"""Template files by the names of what one may begin with; customers of WeChat read Chinese."""
