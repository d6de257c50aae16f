"""What holds for YAML, in which template files are written by people who do not program."""

from msgkit.rules._rule import Rule

NEEDS_YAML = Rule(
    "needs-yaml",
    "YAML needs {hint}",
    "读取 YAML 要先安装 {hint:reason}",
    "Install the extra, or write JSON.",
    "请安装扩展，或改用 JSON。",
)
NOT_YAML = Rule(
    "not-yaml",
    "is not YAML: {reason}",
    "不是正确的 YAML：{reason:reason}",
    "Look at the indentation, the colons and the quotes near that place.",
    "请检查那附近的缩进、冒号和引号。",
)
YAML_ANCHOR = Rule(
    "yaml-anchor",
    "is not YAML: has an anchor or an alias; write it out",
    "不支持 YAML 的锚点和引用（& 和 *），请直接写出来",
    "Write the value out where it is used. A text that begins with & or * goes in quotes.",
    "请在用到的地方直接写出内容。以 & 或 * 开头的文字要加引号。",
)
YAML_TAG = Rule(
    "yaml-tag",
    "is not YAML: has a tag; write plain values",
    "不支持 YAML 的标签（!），请直接写值",
    "Take the tag out. A text that begins with ! goes in quotes.",
    "请去掉标签。以 ! 开头的文字要加引号。",
)
YAML_VALUES = Rule(
    "yaml-values",
    "is not YAML: has more than {most} keys and values",
    "超过 {most} 个键和值",
    "Split the file; a message has a few dozen.",
    "请拆成几个文件；一条消息只有几十个。",
)
YAML_KEY = Rule(
    "yaml-key",
    "is not YAML: has a key that is no text",
    "这个键不是文字",
    "Put the key in quotes.",
    "请给键加上引号。",
)
YAML_REPEATED_KEY = Rule(
    "yaml-repeated-key",
    "is not YAML: has the key {key} twice in one place",
    "同一处键 {key} 写了两次",
    "Keep one of the two. Where they are two entries, put a dash before the second too.",
    "请只保留一个；如果是两块内容，第二块前面也要加“- ”。",
)

# What people do, where the parser only says that it cannot go on

YAML_WIDE_COLON = Rule(
    "yaml-wide-colon",
    "is not YAML: has a full-width colon (：)[ behind {key}]",
    "[{key} 后面的]冒号是全角的“：”，YAML 不认",
    "Write a plain colon and a space, as in `text: hello`.",
    "请改成半角冒号加一个空格，写成 text: 您好。",
)
YAML_COLON_SPACE = Rule(
    "yaml-colon-space",
    "is not YAML: has no space behind the colon[ of {key}]",
    "[{key} 的]冒号后面少了空格",
    "Put a space behind the colon, as in `text: hello`.",
    "请在冒号后面加一个半角空格，写成 text: 您好。",
)
YAML_DASH_SPACE = Rule(
    "yaml-dash-space",
    "is not YAML: has no space behind the dash",
    "短横线后面少了空格",
    "Put a space behind the dash, as in `- text: hello`.",
    "请在短横线后面加一个空格，写成 - text: 您好。",
)
YAML_WIDE = Rule(
    "yaml-wide",
    "is not YAML: has {char} where only {plain} will do",
    "这里的 {char} 是全角符号，YAML 只认半角的 {plain}",
    "Write brackets, quotes, commas and dashes that are part of YAML in their plain, half-width form. Inside a text "
    "any are right.",
    "作为 YAML 写法的括号、引号、逗号和短横线，请用英文输入法输入。文字内容里的标点不受限制。",
)
YAML_WIDE_SPACE = Rule(
    "yaml-wide-space",
    "is not YAML: has {char} before the key, where only plain spaces will do",
    "键前面的 {char} 不是普通空格，YAML 不认",
    "Replace it with plain spaces, so that the key is aligned with those above.",
    "请删掉，换成半角空格，和上面的键对齐。",
)
YAML_TAB = Rule(
    "yaml-tab",
    "is not YAML: has a tab where only spaces will do",
    "这里用了制表符（Tab），YAML 只认空格",
    "Replace the tab with spaces, two for each level.",
    "请把制表符换成空格，每一层缩进两个空格。",
)
YAML_INDENTATION = Rule(
    "yaml-indentation",
    "is not YAML: is not aligned with any line above",
    "缩进和上面的行对不齐",
    "Align the keys of one entry with each other, and the dashes of one list too; two spaces for each level.",
    "同一项里的键要上下对齐，同一个列表的短横线也要上下对齐，每一层缩进两个空格。",
)
YAML_NO_COLON = Rule(
    "yaml-no-colon",
    "is not YAML: is a line without a key and a colon",
    "这一行缺少键和冒号",
    "Write a key, a colon and a space in front. Where it continues the text above, indent it by two spaces more than "
    "that text's key.",
    "请在前面写上键、冒号和空格。如果是接着上一行的文字，请比上一行的键多缩进两个空格。",
)
YAML_COLON_IN_TEXT = Rule(
    "yaml-colon-in-text",
    "is not YAML: has a colon and a space in a text without quotes",
    "文字里有半角冒号加空格，却没有加引号",
    'Put the whole text in quotes, as in `text: "Note: hello"`.',
    "请给整段文字加上引号，或把文字里的冒号改成全角的“：”。",
)
YAML_FIRST_CHARACTER = Rule(
    "yaml-first-character",
    "is not YAML: has a text without quotes that begins with {char}",
    "文字以 {char} 开头，却没有加引号",
    'Put the whole text in quotes, as in `text: "@hello"`.',
    '请给整段文字加上引号，写成 text: "@您好"。',
)
YAML_BARE_PLACEHOLDER = Rule(
    "yaml-bare-placeholder",
    "is not YAML: has ${{…}} without quotes inside brackets or braces",
    "方括号或花括号里的 ${{…}} 没有加引号",
    'Put the whole text in quotes, as in `["${name}"]`.',
    '请给整段文字加上引号，写成 ["${name}"]。',
)
YAML_BARE_MARK = Rule(
    "yaml-bare-mark",
    "is not YAML: has a text with {char} without quotes inside brackets or braces",
    "方括号或花括号里的文字带有 {char}，却没有加引号",
    'Put the whole text in quotes, as in `["Why?", "When?"]`.',
    '请给整段文字加上引号，写成 ["多久到账?"]，或改用全角的“？”。',
)
YAML_OPEN_QUOTE = Rule(
    "yaml-open-quote",
    "is not YAML: the quote that opens here is never closed",
    "引号从这里开始，却没有结束",
    "Close the text with the same quote.",
    "请在文字末尾补上同样的引号。",
)
YAML_BEHIND_QUOTE = Rule(
    "yaml-behind-quote",
    "is not YAML: has more text behind a closing quote",
    "引号结束以后还有文字",
    "Put the whole text in one pair of quotes. Quotes inside it are of another kind: 'say \"hello\"'.",
    "请把整段文字放进同一对引号；文字里的引号请用“”。",
)
YAML_OPEN_BRACKET = Rule(
    "yaml-open-bracket",
    "is not YAML: the {char} that opens here is never closed",
    "{char} 从这里开始，却没有结束",
    "Close [ with ] and { with }. A text that begins with [ or { goes in quotes.",
    "请补上对应的 ] 或 }。以 [ 或 { 开头的文字要加引号。",
)
YAML_BEHIND_BRACKET = Rule(
    "yaml-behind-bracket",
    "is not YAML: has more behind a closing {char}",
    "{char} 后面还有内容",
    'A text that begins with [ or { goes in quotes, as in `text: "[New] hello"`.',
    '以 [ 或 { 开头的文字要加引号，写成 text: "[公告] 您好"。',
)
YAML_COMMENT = Rule(
    "yaml-comment",
    "is not YAML: has a # inside brackets or braces, which hides the rest of the line",
    "括号里的 # 让这一行后面的内容都成了注释",
    "Put the text with the # in quotes, or the comment in a line of its own.",
    "请给带 # 的文字加上引号；如果是注释，请另起一行写。",
)
YAML_BLOCK_TEXT = Rule(
    "yaml-block-text",
    "is not YAML: has text in the same line behind {char}",
    "{char} 后面直接写了文字",
    "Begin a text of several lines in the line below, two spaces further in. A text that begins with | or > goes in "
    "quotes.",
    "多行文字请从下一行写起，并多缩进两个空格。以 | 或 > 开头的文字要加引号。",
)
YAML_ESCAPE = Rule(
    "yaml-escape",
    "is not YAML: has a backslash in double quotes with something behind it that YAML does not know",
    "双引号里的反斜杠 \\ 后面不能接这个字",
    "Write two backslashes for one, or use single quotes.",
    "要显示反斜杠请连写两个，或改用单引号。",
)
YAML_DOCUMENTS = Rule(
    "yaml-documents",
    "is not YAML: begins another document",
    "这里又开始了另一份内容，一个文件只能有一份",
    "Take out the line --- or put what follows into a file of its own.",
    "请删掉这一行 ---，或把后面的内容放到另一个文件里。",
)
YAML_CHARACTER = Rule(
    "yaml-character",
    "is not YAML: has the character {char}, which is not for texts",
    "有不该出现的字符 {char}，一般看不见",
    "Delete it; such characters often come along with what is copied from elsewhere.",
    "请删掉它；从别处复制文字时常会带进来。",
)
