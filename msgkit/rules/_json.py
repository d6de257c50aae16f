"""What holds for JSON that people write by hand."""

from msgkit.rules._rule import Rule

JSON_TRAILING_COMMA = Rule(
    "json-trailing-comma",
    "is not JSON: has a comma behind the last entry",
    "最后一项后面多了逗号",
    "Take the comma out.",
    "请删掉这个逗号。",
)
JSON_NO_COMMA = Rule(
    "json-no-comma",
    "is not JSON: lacks a comma before this",
    "这一项前面少了逗号",
    "Put a comma behind the entry before.",
    "请在上一项末尾加一个逗号。",
)
JSON_COMMENT = Rule(
    "json-comment",
    "is not JSON: has a comment, which JSON does not know",
    "JSON 里不能写注释",
    "Take the comment out, or say it under description; YAML files may have comments, after a #.",
    "请删掉注释，或写进 description；YAML 文件里可以用 # 写注释。",
)
JSON_QUOTES = Rule(
    "json-quotes",
    "is not JSON: has a text or a key in single quotes, or in none",
    "键和文字要用双引号括起来",
    'Write double quotes: {"text": "hello"}.',
    '请改成双引号，写成 {"text": "您好"}。',
)
JSON_WIDE = Rule(
    "json-wide",
    "is not JSON: has {char} where only {plain} will do",
    "这里的 {char} 是全角符号，JSON 只认半角的 {plain}",
    "Write the punctuation between texts in its plain, half-width form. Inside a text any is right.",
    "文字之外的标点请用英文输入法输入，文字内容里的标点不受限制。",
)
JSON_WORD = Rule(
    "json-word",
    "is not JSON: has {word}, which JSON writes {plain}",
    "{word} 在 JSON 里要写成 {plain}",
    "Write true, false and null in small letters.",
    "true、false、null 都要小写。",
)
JSON_OPEN = Rule(
    "json-open",
    "is not JSON: ends before its brackets are closed",
    "到文件末尾还有括号没有闭合",
    "Close each { with } and each [ with ].",
    "请补上对应的 } 或 ]。",
)
JSON_BREAK = Rule(
    "json-break",
    "is not JSON: has a line break inside a text, or a text that is never closed",
    "文字里不能直接换行，也可能是少了结尾的引号",
    "Write \\n for a line break, and close the text with a quote.",
    "换行请写成 \\n；文字末尾要有引号。",
)
