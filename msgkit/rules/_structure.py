"""What JSON must look like before anything can be made of it."""

from msgkit.rules._rule import APIV3, BOTH, MSGKIT, RICH, Rule

WRONG_TYPE = Rule(
    "wrong-type",
    "must be {expected:kind}, not {given:kind}",
    "应为{expected:kind}，实际是{given:kind}",
    "Give a value of the type that the field has; nothing is converted. In YAML, put a number that is a "
    "text in quotes.",
    "请改成这个字段要求的类型，msgkit 不会自动转换。YAML 里要当文字的数字请加引号。",
    BOTH,
)
WRONG_PART = Rule(
    "wrong-part",
    "must be {expected:or}, not {given:kind}",
    "应为 {expected:or}，实际是{given:kind}",
    "Give one of the classes that belong there.",
    "请换成这里可用的类。",
    MSGKIT,
)
NOT_AN_ACTION = Rule(
    "not-an-action",
    'must be {expected:or}, not {given:kind}; a text to send goes into SendMessage("…"), a URL into '
    'JumpUrl("https://…")',
    '应为 {expected:or}，实际是{given:kind}；要发送的文字写成 SendMessage("…")，网址写成 JumpUrl("https://…")',
    'Say what the tap does: SendMessage("…") sends a text, JumpUrl("https://…") opens a page, JumpMiniProgram("wx…") '
    "opens a mini program. A button without an action sends its own text.",
    '请写明点击之后做什么：SendMessage("…") 发送文字，JumpUrl("https://…") 打开网页，'
    'JumpMiniProgram("wx…") 打开小程序。'
    "按钮不写动作时，点击会发送按钮上的文字。",
    MSGKIT,
)
NOT_A_LIST = Rule(
    "not-a-list",
    "must be a list of {expected:or}, in the order in which the customer sees them, not {given:kind}",
    "应为由 {expected:or} 组成的列表（按用户看到的顺序），实际是{given:kind}",
    "Give a list or a tuple. A set has no order, and a mapping is no list.",
    "请传入列表或元组。集合（set）没有顺序，字典也不是列表。",
    MSGKIT,
)
LIST_IN_LIST = Rule(
    "list-in-list",
    "must be {expected:or}, not {given:kind}; give each one by itself, or unpack the list with *",
    "应为 {expected:or}，实际是{given:kind}；请逐个传入，或用 * 展开列表",
    'Write .faq(*questions) or .faq("…", "…"), and likewise for .button_group.',
    '请写成 .faq(*questions) 或 .faq("…", "…")，.button_group 同理。',
    MSGKIT,
)
UNORDERED = Rule(
    "unordered",
    "must be {expected:or}, not {given:kind}, which has no order; give each one by itself",
    "应为 {expected:or}，实际是{given:kind}，没有顺序；请逐个传入",
    'Write .faq("…", "…") or .button_group("…", "…") in the order in which the customer sees them.',
    '请按用户看到的顺序写成 .faq("…", "…") 或 .button_group("…", "…")。',
    MSGKIT,
)
NOT_A_MESSAGE = Rule(
    "not-a-message",
    "must be {expected:or}, not {given:kind}",
    "应为 {expected:or}，实际是{given:kind}",
    'Give a message, such as Message().text("…").',
    '请传入消息，例如 Message().text("…")。',
    MSGKIT,
)
TEXT_AS_MESSAGE = Rule(
    "text-as-message",
    'must be a Message, not a string; a text goes into Message().text("…")',
    '应为 Message，实际是字符串；文字写成 Message().text("…")',
    "A message is made of blocks; a text is one of them.",
    "消息由消息块组成，文字只是其中一种。",
    MSGKIT,
)
NOT_RENDERED = Rule(
    "not-rendered",
    "is a template, and not a message; render it first: template.render(…)",
    "这是模板，还不是消息；请先填好变量：template.render(…)",
    "Call render with a value for each variable.",
    "请调用 render，并给每个变量一个值。",
    MSGKIT,
)
NOT_A_FUNCTION = Rule(
    "not-a-function",
    "must be a function that is given the message, not {given:kind}: when(condition, lambda m: m.text(…))",
    "应为接收消息的函数，实际是{given:kind}：when(condition, lambda m: m.text(…))",
    "Give a function; it is called only where the condition holds.",
    "请传入函数，只有条件成立时才会调用。",
    MSGKIT,
)
NOTHING_CHANGED = Rule(
    "nothing-changed",
    "must be a Message, not {given:kind}; the function given to when() returns the message that it makes: "
    "lambda m: m.text(…)",
    "应为 Message，实际是{given:kind}；传给 when() 的函数要返回改好的消息：lambda m: m.text(…)",
    "Every method returns a new message and leaves the old one as it was, so the function must return what it made.",
    "每个方法都返回新的消息，原来的不变，所以函数要把新消息返回出来。",
    MSGKIT,
)
UNKNOWN_KEY = Rule(
    "unknown-key",
    "does not belong to {owner:kind}[; did you mean {near}?][; it has {allowed:list}]",
    "不能写在{owner:kind}里[，是不是想写 {near}？][，可以写：{allowed:list}]",
    "Correct the key's spelling, move it to where it belongs, or take it out. A block carries only the payload that "
    "its type names.",
    "请改正拼写，移到该写的地方，或删掉这个键。",
    BOTH,
)
MISPLACED_KEY = Rule(
    "misplaced-key",
    "does not belong here; it stands on the {owner} itself",
    "写错了位置，应直接写在{owner:kind}上",
    "Move the key one level up.",
    "请把这个键移到上一层。",
    RICH,
)
MISSING = Rule(
    "missing",
    "is missing",
    "没有写，这里必须有",
    "Add the key.",
    "请补上。",
    RICH,
)
NEEDED = Rule(
    "needed",
    "is missing",
    "没有写，这里必须有",
    "Add the key. WeChat Pay may take the reply without it, but a customer could see or do nothing with it.",
    "请补上。微信支付未必要求，但没有它，用户什么也看不到，或点了没有反应。",
    MSGKIT,
)
NULL = Rule(
    "null",
    "must not be null; leave the key out",
    "不能是 null；不需要就不写这个键",
    "APIv3 allows no null: what is not set is left out.",
    "APIv3 不允许 null，没有值的字段请整个去掉。",
    APIV3,
)
NOT_A_TIME = Rule(
    "not-a-time",
    "must be a time in RFC 3339 with its zone, e.g. 2015-05-20T13:29:35+08:00",
    "应为带时区的 RFC 3339 时间，例如 2015-05-20T13:29:35+08:00",
    "Write year-month-dayThour:minute:second and the zone: 2015-05-20T13:29:35+08:00.",
    "请写出完整的日期、时间和时区，例如 2015-05-20T13:29:35+08:00。",
    RICH,
)
UNKNOWN_VALUE = Rule(
    "unknown-value",
    "[{given:quoted}][a text of {length} characters] is not one of {allowed:list}[; did you mean {near}?]",
    "[{given:quoted}][一段 {length} 个字的文字]不可用，可以写：{allowed:list}[，是不是想写 {near}？]",
    "Write one of these values, to the letter. In code and in the short form of files the short names do too, such as "
    '"wide".',
    "请改成其中一个，一字不差。代码里和模板的简写里也可以用 wide 这样的短名。",
    RICH,
)
NOT_JSON = Rule(
    "not-json",
    "is not JSON: {reason}[ at line {line}, column {column}]",
    "不是正确的 JSON：[第 {line} 行第 {column} 列，]{reason:reason}",
    "Look for a missing comma, quote or bracket near that place.",
    "请检查那附近的逗号、引号和括号。",
    APIV3,
)
REPEATED_KEY = Rule(
    "repeated-key",
    "is not JSON: the key {key} stands twice in one object",
    "同一个对象里键 {key} 写了两次",
    "Keep one of the two; which of them counts is anybody's guess.",
    "请只保留一个，否则不知道以哪个为准。",
    MSGKIT,
)
NOT_UTF8 = Rule(
    "not-utf8",
    "is not UTF-8: byte {byte} cannot be decoded",
    "不是 UTF-8 编码：第 {byte:nth} 个字节无法解码",
    "Save the file in UTF-8; editors on Windows often choose GBK.",
    "请把文件另存为 UTF-8，Windows 上的编辑器常常存成 GBK。",
    APIV3,
)
TOO_DEEP = Rule(
    "too-deep",
    "is nested too deeply",
    "嵌套太深",
    "A message needs eight levels; look for brackets that are never closed.",
    "一条消息只需要八层，请检查有没有多余的括号。",
    MSGKIT,
)
NO_JSON_VALUE = Rule(
    "no-json-value",
    "is nothing that JSON can say",
    "不是 JSON 能表示的值",
    "Give dicts, lists, strings, numbers, booleans and None, as json.loads makes them.",
    "请只用 json.loads 会产生的类型：字典、列表、字符串、数字、布尔值和 None。",
    MSGKIT,
)
KEY_NOT_A_STRING = Rule(
    "key-not-a-string",
    "must have a string as its key",
    "键必须是字符串",
    "Put the key in quotes.",
    "请给键加上引号。",
    MSGKIT,
)
NOT_WHAT_CAME = Rule(
    "not-what-came",
    "must be the JSON text of {what:kind}, whose {name} is that of this object",
    "应为{what:kind}的 JSON 文本，其中的 {name} 要与这个对象的一致",
    "UnknownBlock and UnknownAction are what reading with strict=False makes; to build a message, use "
    "the other classes.",
    "UnknownBlock 和 UnknownAction 由 strict=False 的读取产生；组装消息请用其他类。",
    MSGKIT,
)
