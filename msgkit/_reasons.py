"""Why something cannot be read, in Chinese: what the parsers of JSON and YAML and the system say most often.

They say it in English only. What is not here stays in their own words, which is better than nothing.
"""

from __future__ import annotations

import re

_IN_CHINESE = {
    # json
    r"Expecting value": "这里缺少值",
    r"Expecting property name enclosed in double quotes": "这里应是双引号括起的键",
    r"Illegal trailing comma before end of (?:object|array)": "最后一项后面多了逗号",
    r"Expecting ':' delimiter": "键后面缺少冒号",
    r"Expecting ',' delimiter": "两项之间缺少逗号，或括号没有闭合",
    r"Unterminated string starting at": "字符串缺少结尾的引号",
    r"Extra data": "内容结束后还有多余的文字",
    r"Invalid control character at": "字符串里有控制字符，换行要写成 \\n",
    r"Invalid \\escape": "反斜杠后面的字符不对，要显示 \\ 就写 \\\\",
    r"Invalid \\uXXXX escape": "\\u 后面要有四位十六进制数字",
    r"Unexpected UTF-8 BOM.*": "开头有字节顺序标记（BOM）",
    r"(-?Infinity|NaN) is no JSON number": "JSON 里没有 {0}",
    r"Exceeds the limit .* for integer string conversion.*": "数字的位数太多",
    # yaml, where it is no slip that has a rule of its own
    r"expected ',' or '([\]}])', but got .*": "缺少逗号，或缺少 {0}",
    r"expected <block end>, but found .*": "缩进不一致，或引号、括号没有写对",
    r"expected the node content, but found .*": "这里缺少内容",
    r"expected '<document start>', but found .*": "内容结束后还有多余的文字",
    r"found incompatible YAML document .*": "不支持这个版本的 YAML，请删掉 %YAML 这一行",
    r"found duplicate YAML directive": "%YAML 写了两次，请删掉",
    r"duplicate tag handle .*": "%TAG 写了两次，请删掉",
    # the system
    r"No such file or directory": "没有这个文件或文件夹",
    r"Permission denied": "没有权限",
    r"File name too long": "文件名太长",
    r"Is a directory": "这是文件夹",
    r"Not a directory": "路径中有一段不是文件夹",
    r"Too many levels of symbolic links": "链接绕成了圈",
    r"Too many open files": "打开的文件太多",
    r"Input/output error": "读写出错",
    r"No space left on device": "磁盘已满",
    r"Address already in use": "端口已被占用",
    r"its name is not encoded as UTF-8": "文件名不是 UTF-8 编码，请改名",
    r"an extra: install (\S+) \(from a checkout: (.+)\)": "{}（在源码目录里用 {}）",
}


def in_chinese(reason: str) -> str:
    """Return a reason in Chinese where that is known, and as it is elsewhere.

    >>> in_chinese("NaN is no JSON number"), in_chinese("something else")
    ('JSON 里没有 NaN', 'something else')
    """
    for pattern, chinese in _IN_CHINESE.items():
        if match := re.fullmatch(pattern, reason, re.DOTALL):
            return chinese.format(*match.groups()) if match.groups() else chinese
    return reason
