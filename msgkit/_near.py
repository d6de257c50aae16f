"""The word that somebody meant who wrote another."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64
"""A longer word is nobody's slip, and looking for the nearest one costs more."""
_MOST = 1000

# What one who thinks in Chinese would call it.
_CHINESE = {
    "文字": "text",
    "文本": "text",
    "图片": "image",
    "链接": "link",
    "问题": "faq",
    "推荐问题": "faq",
    "按钮": "button",
    "按钮组": "buttons",
    "颜色": "color",
    "加粗": "bold",
    "粗体": "bold",
    "样式": "style",
    "排列": "layout",
    "布局": "layout",
    "失效": "expires",
    "有效期": "expires",
    "发送": "send",
    "网址": "url",
    "小程序": "mini_program",
    "条件": "when",
    "循环": "for",
    "引用": "include",
    "变量": "variables",
    "说明": "description",
    "描述": "description",
    "消息块": "blocks",
    "示例": "example",
    "例子": "example",
    "类型": "type",
    "必填": "required",
    "默认": "default",
    "默认值": "default",
    "单位": "unit",
    "格式": "format",
    "表情": "emoji",
    "发送者": "sent_by",
    "金额": "money",
    "日期": "date",
    "时间": "datetime",
    "列表": "list",
    "整数": "int",
    "元": "yuan",
    "分": "fen",
}


def nearest(word: object, words: Iterable[str], *, always: bool = False) -> str:
    """Return the word that is nearest to one that is none of them; the empty string where none is near.

    Args:
        word: What was written.
        words: What could have been.
        always: Whether one is named however far it is.
    """
    if not isinstance(word, str) or len(word) > _LONGEST:
        return ""
    known = sorted(words)[:_MOST]
    if _CHINESE.get(word) in known:
        return _CHINESE[word]
    import difflib  # noqa: PLC0415 - nearly nothing that is read has a slip in it

    folded = {each.casefold(): each for each in known}
    return "".join(folded[each] for each in difflib.get_close_matches(word.casefold(), folded, 1, 0 if always else 0.6))
