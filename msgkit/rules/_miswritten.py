"""What people write in template files who know what they want to say, and not how it is written."""

from msgkit.rules._rule import Rule

# Values

NOT_A_TEXT = Rule(
    "not-a-text",
    "must be one text, not {given:kind}",
    "这里应为一段文字，实际是{given:kind}",
    "Write one text; a list becomes several entries. What goes with a text or a button stands beside it, in lines of "
    "their own; a variable is written ${name}.",
    "请只写一段文字；有几段就分成几块。颜色、点击动作等写在下一行，和 text 或 button 对齐；变量写成 ${name}。",
)
NOT_A_TRUTH = Rule(
    "not-a-truth",
    "must be true or false, not {given:kind}",
    "应为 true 或 false，实际是{given:kind}",
    "Write true or false, without quotes; yes and no are texts.",
    "是写成 true，否写成 false，不加引号；yes、no、“是”“否”都不行。",
)
NOT_A_WORD = Rule(
    "not-a-word",
    "must be {allowed:or}, not {given:kind}",
    "应为 {allowed:or}，实际是{given:kind}",
    "Write one of these words. What stands behind a # is a comment in YAML, and counts as nothing.",
    "请写其中一个词。YAML 里空格加 # 后面的内容是注释，等于没有写。",
)

# Keys

NOT_A_FILE = Rule(
    "not-a-file",
    "must begin with a key such as blocks:, not with {given:kind}",
    "文件要以 blocks 这样的键开头，实际是{given:kind}",
    "Write blocks: in a line of its own, and below it the entries, each after a dash: - text: hello.",
    "请先单独写一行 blocks:，下面写各块内容，每块前面加“- ”，例如“- text: 您好”。",
)
NOT_VARIABLES = Rule(
    "not-variables",
    "must have a line for each variable with its name and a colon, not {given:kind}",
    "变量要每行写一个名字加冒号，实际是{given:kind}",
    'Take the dashes away and write what each variable is: order_no: {description: order number, example: "42"}.',
    '请去掉短横线，写成 order_no: {description: 订单号, example: "42"}。',
)
OUTSIDE_OF_ENTRY = Rule(
    "outside-of-entry",
    "belongs to an entry of blocks, and must stand below its dash",
    "要写在 blocks 的某一块里，不能写在这里",
    "Write blocks: and below it the entry after a dash, `- text: hello`; what goes with it is aligned with text.",
    "请写在 blocks 下面，每块以“- ”开头，例如“- text: 您好”；颜色、加粗等写在下一行，和 text 对齐。",
)
WRITTEN_OTHERWISE = Rule(
    "written-otherwise",
    "is written in another way here: {instead}",
    "在这里要写成 {instead}",
    "Write it as the example shows: the platform's own JSON has other names, and other places for them.",
    "请照例子改；模板的写法和接口原始格式不同。",
)
LIST_WITHOUT_FOR = Rule(
    "list-without-for",
    "does not go with {owner}",
    "不能和 {owner} 一起用",
    "Write the list as the value: faq: ${questions}. Anything else goes under blocks: with for: beside it.",
    "请把列表直接写成值，例如 faq: ${questions}；其他内容放进 blocks:，再在旁边写 for。",
)
PLAIN_REPLY = Rule(
    "plain-reply",
    "is a plain reply (it has response_content), and no template",
    "这是普通回复（有 response_content），不是模板",
    "Keep it in another folder: msgkit send takes it as it is. As a template it begins with blocks: and - text: ….",
    "请移到别的文件夹，msgkit send 可以直接发送。要做成模板，就改写成 blocks: 下面的“- text: …”。",
)

# Variables

MISSPELT_VARIABLE = Rule(
    "misspelt-variable",
    "the variable {variable} is declared nowhere; did you mean {near}?",
    "没有声明变量 {variable}，是不是想写 {near}？",
    "Correct the name, or declare this one too, under variables.",
    "请改正名字；确实是另一个变量，就在 variables 里也写上它。",
)

# What is seen only by the customer

LAST_BREAK = Rule(
    "last-break",
    "ends with a line break; | and > keep the last one, |- and >- do not",
    "末尾多了一个换行；“|”和“>”会保留最后的换行，“|-”和“>-”不会",
    "Write |- in place of |, or >- in place of >.",
    "请把 | 改成 |-，把 > 改成 >-。",
)
WRITTEN_BREAK = Rule(
    "written-break",
    "holds \\n at position {position} (counted from 0), which the customer sees as it stands",
    "第 {position:nth} 个字起的 \\n 会原样显示，不会换行",
    "Put the text in double quotes, or begin it below |- in lines of its own.",
    "请给整段文字加上双引号，或用“|-”另起一行，分行写。",
)
FULL_WIDTH_COMMA = Rule(
    "full-width-comma",
    "holds {char} and is one item; separate items with a plain comma",
    "里面有“{char}”，所以是一项，不是几项",
    "Separate the items of a list with a plain comma and a space: `[yes, no]`.",
    "列表的各项要用半角逗号加空格分开，写成 [a, b]。",
)
