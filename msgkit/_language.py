"""What findings are said in, English or Chinese, and how a person names a place."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from msgkit._reasons import in_chinese

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)

_KINDS = {
    "string": ("a string", "字符串"),
    "boolean": ("a boolean", "布尔值"),
    "true or false": ("true or false", "true 或 false"),
    "number": ("a number", "数字"),
    "whole number": ("a whole number", "整数"),
    "array": ("an array", "数组"),
    "object": ("an object", "对象"),
    "JSON object": ("a JSON object", "JSON 对象"),
    "null": ("null", "null"),
    "nothing": ("empty", "空的"),
    "words": ("a text", "文字"),
    "list": ("a list", "列表"),
    "keys": ("keys with values", "“键: 值”"),
    "block": ("a block", "消息块"),
    "button": ("a button", "按钮"),
    "question": ("a question", "问题"),
    "action": ("an action", "动作"),
    "TemplateFile": ("a template file", "模板文件"),
    "Variable": ("a variable", "变量说明"),
    "variant": ("a variant", "一种回复"),
    "item": ("an item", "列表的一项"),
    "time": ("a datetime with a time zone", "带时区的 datetime"),
}
"""JSON's words for types; what is none of them is called by the name of its Python class."""

_VALUES = {
    "text": ("a text", "文字"),
    "money": ("an amount, in fen as int or in yuan as Decimal", "金额（整数的分，或 Decimal 的元）"),
    "int": ("a whole number", "整数"),
    "date": ("a date such as 2026-11-28", "日期，例如 2026-11-28"),
    "datetime": (
        "a time with its zone, such as 2026-11-28T18:00:00+08:00",
        "带时区的时间，例如 2026-11-28T18:00:00+08:00",
    ),
    "url": ("a URL", "网址"),
    "media": ("the id of a picture", "图片 media_id"),
    "list": ("a list of texts", "文字列表"),
    "bool": ("true or false", " true 或 false"),
    "fen": ("fen", "分"),
    "yuan": ("yuan", "元"),
}
"""What a variable of a template holds, and what its money is counted in."""

_PARTS = {
    "blocks": "第 {} 块",
    "variants": "第 {} 种回复",
    "faq": "第 {} 个问题",
    "buttons": "第 {} 个按钮",
    "faqs": "第 {} 个问题",
    "response_images": "第 {} 张图片",
}
"""What an entry of an array is called."""

_FIELDS = {
    "action": "点击动作",
    "action_id": "动作编号 action_id",
    "at_most": "上限 at_most",
    "bold": "是否加粗",
    "appid": "小程序 appid",
    "blocks": "消息块",
    "button": "按钮",
    "button_group": "按钮组",
    "button_layout": "按钮排列方式",
    "buttons": "按钮",
    "color": "颜色",
    "complainted_mchid": "被投诉商户号",
    "complaint_id": "投诉单号",
    "content": "发送内容",
    "custom_data": "自定义数据 custom_data",
    "default": "默认值",
    "description": "说明",
    "emoji": "表情处理 emoji",
    "example": "示例",
    "expired_time": "失效时间",
    "expires": "失效时间",
    "faq": "推荐问题",
    "for": "循环 for",
    "format": "格式",
    "include": "引用 include",
    "layout": "排列方式",
    "mini_program": "小程序",
    "required": "是否必填",
    "send": "发送内容",
    "sent_by": "发送者",
    "style": "图片样式",
    "unit": "单位",
    "url": "网址",
    "variants": "各种回复",
    "when": "条件 when",
    "faq_id": "问题编号 faq_id",
    "faq_list": "推荐问题",
    "faq_title": "问题",
    "faqs": "问题",
    "file": "图片文件",
    "filename": "文件名",
    "idempotent_id": "幂等 ID",
    "image": "图片",
    "image_style_type": "图片样式",
    "invalid_info": "失效设置",
    "is_bold": "是否加粗",
    "jump_url": "网址",
    "jump_url_text": "链接文字",
    "link": "链接",
    "media_id": "图片 media_id",
    "message": "消息",
    "message_info": "发送内容",
    "mini_program_jump_info": "小程序",
    "multi_clickable": "能否多次点击",
    "path": "小程序路径",
    "response_content": "回复内容",
    "response_images": "图片",
    "sender_identity": "发送者",
    "text": "文字",
    "variables": "变量",
    "type": "类型 type",
    "action_type": "动作类型 action_type",
}
"""What a field is called; one that is not here goes by its name on the wire."""

_find_optional = re.compile(r"\[([^\[\]]*)\]")
_find_others = re.compile(r"(\[[^\[\]]*\])(?:\[[^\[\]]*\])+")
_find_names = re.compile(r"\{(\w+)")


def language() -> str:
    """Return the language that the environment asks for; English unless ``MSGKIT_LANG`` says ``zh``."""
    asked = os.environ.get("MSGKIT_LANG", "")
    return CHINESE if asked.lower().startswith(CHINESE) else ENGLISH


def known(lang: str) -> str:
    """Return which of the languages is meant, e.g. by ``zh_CN``.

    Raises:
        ValueError: None of them.
    """
    for each in LANGUAGES:
        if isinstance(lang, str) and lang.lower().replace("_", "-").partition("-")[0] == each:
            return each
    raise ValueError(f"{lang!r} is not one of {', '.join(LANGUAGES)}")


def kind(value: object) -> str:  # noqa: PLR0911 - one for each of JSON's types
    """Return JSON's word for what a value is, or the name of its class where JSON has none."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list() | tuple():
            return "array"
        case Mapping():
            return "object"
    cls = type(value)
    # Some names are words of ours, as that of datetime.time is.
    return f"{cls.__module__}.{cls.__name__}" if cls.__name__ in _KINDS else cls.__name__


def say(text: str, params: Mapping[str, object], lang: str) -> str:
    """Fill a text; what stands in brackets is said only where each of its values is given.

    A value is said as what follows its name asks for: ``kind`` is a type and ``thing`` the bare word for it, ``value``
    is what a variable of a template holds, ``list``
    and ``or`` are several names, ``quoted`` is a word, ``field`` is the name of one, ``nth`` counts from 1 what Python
    counts from 0, ``reason`` is what a parser or the system says in English, and ``problem`` is another problem. In
    Chinese a space stands where Latin letters or digits meet Chinese ones.

    >>> say("has {char}[ and {more} more like it]", {"char": "U+1F600", "more": 0}, "en")
    'has U+1F600'
    >>> say("应为{expected:kind}，实际是{given:kind}", {"expected": "JSON object", "given": "null"}, "zh")
    '应为 JSON 对象，实际是 null'
    """

    def chosen(match: re.Match[str]) -> str:
        return match[1] if all(params.get(name) for name in _find_names.findall(match[1])) else ""

    said = ""
    for literal, name, spec, _ in _parse(_find_optional.sub(chosen, text)):
        said = _joined(said, literal, lang)
        if name is not None:
            said = _joined(said, _say_value(params[name], spec or "", lang), lang)
    return said


_parse = string.Formatter().parse
_is_chinese = re.compile(r"[\u4e00-\u9fff]").fullmatch
_is_latin = re.compile(r"[A-Za-z0-9]").fullmatch


def _joined(first: str, second: str, lang: str) -> str:
    """Put two pieces of a text together; each keeps the spaces that it has."""
    if lang == CHINESE and first and second:
        ends = first[-1], second[0]
        if any(map(_is_latin, ends)) and any(map(_is_chinese, ends)):
            return f"{first} {second}"
    return first + second


def _say_value(value: Any, spec: str, lang: str) -> str:  # noqa: C901, PLR0911 - one for each way to say it
    chinese = lang == CHINESE
    comma, either, quote = ("、", " 或 ", "“{}”") if chinese else (", ", " or ", "{!r}")
    match spec:
        case "kind":
            return _KINDS[value][chinese] if value in _KINDS else str(value)
        case "value":
            return _VALUES[value][chinese] if value in _VALUES else str(value)
        case "thing":
            return _KINDS[value][1] if chinese else str(value)
        case "field":
            return _FIELDS.get(str(value), str(value)) if chinese else str(value)
        case "quoted":
            return quote.format(value)
        case "list":
            return comma.join(value)
        case "or":
            *others, last = value
            return f"{comma.join(others)}{either}{last}" if others else str(last)
        case "reason":
            return in_chinese(value) if chinese else str(value)
        case "nth":
            return str(value + 1)
        case "problem":
            return str(value.said(lang))  # its place is said by whoever says it
    return str(value)


def outline(text: str) -> str:
    """Return a text as it reads without values: an ellipsis stands for each.

    >>> outline("has {char}[ and {more} more like it]")
    'has … and … more like it'
    """
    # Of optional pieces side by side, only one is ever said.
    pieces = _parse(_find_optional.sub(r"\1", _find_others.sub(r"\1", text)))
    return "".join(literal + ("" if name is None else "…") for literal, name, _, _ in pieces)


@attrs.frozen
class Words:
    """What is said in both languages and is no rule, such as a remark beside one.

    Attributes:
        en: In English.
        zh: In Chinese.
    """

    en: str
    zh: str

    def text(self, lang: str, **params: object) -> str:
        """Say it."""
        return say(self.zh if lang == CHINESE else self.en, params, lang)


_MORE = Words("and {more} more", "另有 {more} 处")


def and_more(number: int, lang: str) -> str:
    """Say how many things there are beside those that were told."""
    return _MORE.text(lang, more=number)


def in_a_line(told: Iterable[object], more: int = 0) -> str:
    """Say several things in one line, in the language that the environment asks for.

    Args:
        told: What is said.
        more: How many things there are beside.
    """
    lang = language()
    rest = [and_more(more, lang)] if more else []
    return ("；" if lang == CHINESE else "; ").join([*map(str, told), *rest])


def place(pointer: str) -> str:
    """Name a place in a message as a person would in Chinese; the empty string for the whole.

    >>> place("/blocks/1/button_group/buttons/0/text")
    '第 2 块 · 第 1 个按钮 · 文字'
    """
    keys = [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]
    words: list[str] = []
    array = ""
    for number, key in enumerate(keys):
        following = keys[number + 1] if number + 1 < len(keys) else ""
        if array in _PARTS and key.isdecimal():
            words.append(_PARTS[array].format(int(key) + 1))
        elif key in _PARTS and following.isdecimal():
            pass  # its entry says it
        elif following and _is_wrapping(key, keys[:number]):
            pass  # a payload has the name of its type, which says nothing to a reader
        else:
            words.append(_FIELDS.get(key, key))
        array = key
    return " · ".join(words)


def _is_wrapping(key: str, above: list[str]) -> bool:
    """Tell whether a key only wraps what follows: a block's payload, or the message in a request."""
    return above[-2:-1] == ["blocks"] or key in {"message", "message_info", "mini_program_jump_info"}
