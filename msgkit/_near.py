"""The word that somebody meant who wrote another."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64
"""A longer word is nobody's slip, and looking for the nearest one costs more."""
_MOST = 1000

# What one who thinks in Chinese, or in another notation, would call it; where there are several, whichever is known.
_OTHER_WORDS: dict[str, str | tuple[str, ...]] = {
    "文字": "text",
    "文本": "text",
    "图片": ("image", "media"),
    "链接": ("link", "url"),
    "问题": ("faq", "text"),
    "推荐问题": "faq",
    "标题": "text",
    "按钮": ("button", "text"),
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
    "灰色": "secondary",
    "次要": "secondary",
    "横排": "horizontal",
    "横向": "horizontal",
    "水平": "horizontal",
    "竖排": "vertical",
    "纵向": "vertical",
    "垂直": "vertical",
    "宽图": "wide",
    "窄图": "narrow",
    "机器": "machine",
    "机器人": "machine",
    "自动": "machine",
    "人工": "manual",
    "金额": "money",
    "日期": "date",
    "时间": "datetime",
    "列表": "list",
    "整数": "int",
    "数字": "int",
    "是否": "bool",
    "布尔": "bool",
    "元": "yuan",
    "分": "fen",
    "string": "text",
    "str": "text",
    "number": "int",
    "integer": "int",
    "float": "money",
    "decimal": "money",
    "array": "list",
    "time": "datetime",
    "img": "image",
    "picture": ("image", "media"),
    "question": ("faq", "text"),
    "title": "text",
    "label": "text",
    "content": "text",
    "href": "url",
    "if": "when",
    "gray": "secondary",
    "grey": "secondary",
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
    others = _OTHER_WORDS.get(word, ())
    for other in (others,) if isinstance(others, str) else others:
        if other in known:
            return other
    # As WIDE is meant for IMAGE_STYLE_TYPE_WIDE.
    if ends := [each for each in known if each.casefold().endswith(f"_{word.casefold()}")]:
        return ends[0] if len(ends) == 1 else ""
    import difflib  # noqa: PLC0415 - nearly nothing that is read has a slip in it

    folded = {each.casefold(): each for each in known}
    return "".join(folded[each] for each in difflib.get_close_matches(word.casefold(), folded, 1, 0 if always else 0.6))
