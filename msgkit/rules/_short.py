"""What holds for template files: the short form, variables, conditions, lists, variants and includes."""

from msgkit.rules._rule import Rule

NOT_QUOTED = Rule(
    "not-quoted",
    "is {given:kind}, and a text belongs here; put it in quotes",
    "这里应为文字，写成了{given:kind}；请加上引号",
    'A number, true, false or an empty value is no text in YAML: write "42", "true", or what the customer should read.',
    '没有引号的数字、true、false 和空值在 YAML 里不是文字。请写成 "42"、"true"，或写上要显示的文字。',
)
NOT_AN_ENTRY = Rule(
    "not-an-entry",
    "must be an entry such as “text: …”, not {given:kind}",
    "这里应写一块内容，例如“text: 您好”，实际是{given:kind}",
    "Begin each entry of blocks with what it is: - text: …, - image: …, - button: ….",
    "blocks 的每一项都要先写明是什么：- text: 您好、- image: 图片 ID、- button: 转人工。",
)
NO_MAIN_KEY = Rule(
    "no-main-key",
    "does not say what it is[; did you mean {near}?][: it needs one of {allowed:list}]",
    "没有写明是什么内容[，是不是想写 {near}？][，要有其中一个：{allowed:list}]",
    "Begin the entry with what it is, such as text: or button:, and then what goes with it.",
    "请先写明这一块是什么，例如 text: 或 button:，再写其他的键。",
)
SEVERAL_MAIN_KEYS = Rule(
    "several-main-keys",
    "is two things at once: {found:list}; make two entries of it",
    "一块里写了两种内容：{found:list}；请拆成两块",
    "Begin a new entry, with a dash of its own, for each.",
    "每种内容单独写一块，各用一个短横线“- ”开头。",
)
BOTH_SPELLINGS = Rule(
    "both-spellings",
    "says the same as {other}, which stands here too; keep one of them",
    "和 {other} 是同一项，只能写一个",
    "Take one of the two out.",
    "请删掉其中一个。",
)
LIST_OF_TEXTS = Rule(
    "list-of-texts",
    "must be a list, or the placeholder of a list alone, not {given:kind}",
    "应为列表，或单独一个列表变量，实际是{given:kind}",
    "Write a list: [yes, no], or one entry a line, each after a dash; or ${questions} alone, "
    "where the variable is declared with type: list.",
    "请写成列表：[退款多久到账？, 怎么改地址？]，或每行一项、前面加“- ”；也可以只写一个列表变量 ${questions}，"
    "并在 variables 里写上 type: list。",
)
SEVERAL_ACTIONS = Rule(
    "several-actions",
    "leads to two places: {allowed:list}; a tap does one thing",
    "同时写了 {allowed:list}，点击只能做一件事",
    "Keep one of them, or make two buttons.",
    "请只保留一个，或写成两个按钮。",
)
NO_ACTION = Rule(
    "no-action",
    "leads nowhere: it needs one of {allowed:list}",
    "没有写点击后做什么，要有其中一个：{allowed:list}",
    "Say what a tap does: url: https://…, mini_program: wx…, or send: the text that is sent for the customer.",
    "请写明点击后做什么：url: https://…、mini_program: wx…，或 send: 代用户发送的文字。",
)
DATA_WITHOUT_SENDING = Rule(
    "data-without-sending",
    "goes with a text that is sent, and not with a page or a mini program",
    "只能和发送文字的 send 一起用，打开网页或小程序时不能带",
    "Take it out, or put what it says into the address.",
    "请删掉，或把内容写进网址、小程序路径里。",
)
BAD_EXPIRY = Rule(
    "bad-expiry",
    "must be how long it lasts (30m, 24h, 7d), a time with its zone, or the placeholder of a datetime"
    "[; did you mean {near}?]",
    "应为时长（30m、24h、7d）、带时区的时间，或一个 datetime 变量[，是不是想写 {near}？]",
    "Write 24h for a day from when the message is made: m is minutes, h hours, d days; or 2026-11-28T18:00:00+08:00.",
    "从发送时算起 24 小时写成 24h（m 分钟、h 小时、d 天），或写成 2026-11-28T18:00:00+08:00。",
)

# The file

ONE_CONTENT = Rule(
    "one-content",
    "must have one of {allowed:list}, and one only[; it has {found:list}]",
    "{allowed:list} 要写一个，也只能写一个[，现在有 {found:list}]",
    "Write blocks: for a reply in the short form, variants: for several, message: for the wire's form; only one of "
    "them.",
    "一般写 blocks；一个文件里放几种回复写 variants；写接口原始格式用 message。三者只能有一个。",
)
NO_CONTENT = Rule(
    "no-content",
    "has no content",
    "文件里没有内容",
    "Begin with blocks:, and then an entry such as - text: hello.",
    "请先写一行 blocks:，下面写 - text: 您好 这样的内容。",
)
NO_BLOCKS = Rule(
    "no-blocks",
    "must be a list of entries, each after a dash, not {given:kind}",
    "应为列表，每项前面加“- ”，实际是{given:kind}",
    "Write blocks: and under it entries, each after a dash: - text: hello.",
    "请写 blocks:，下面每项前面加“- ”，例如 - text: 您好。",
)
VARIANT_WITHOUT_WHEN = Rule(
    "variant-without-when",
    "needs a when: only the last variant goes without, for all other cases",
    "缺少 when；只有最后一种回复不写 when，用于其余情况",
    "Give each variant but the last its condition, such as when: paid.",
    "除最后一种外，每种回复都要写条件，例如 when: 已付款。",
)
LAST_VARIANT = Rule(
    "last-variant",
    "must not have a when: the last variant is for all other cases",
    "最后一种回复不能写 when，它用于其余情况",
    "Take the condition out, or add a last variant without one.",
    "请删掉这个条件，或在后面再加一种不带 when 的回复。",
)
UNREACHABLE = Rule(
    "unreachable",
    "can never be reached: the variants before it take all that it would take",
    "永远轮不到：前面几种回复已经包括了这种情况",
    "Put the narrower condition first, or take this variant out.",
    "请把更具体的条件放到前面，或删掉这一种。",
)

# Variables

BAD_NAME = Rule(
    "bad-name",
    "is no name of a variable: letters, digits and _, Chinese too, not beginning with a digit, and none of "
    "{words:list}[; did you mean {near}?]",
    "不能作变量名：可用汉字、字母、数字和下划线，不能以数字开头，也不能是 {words:list}[，是不是想写 {near}？]",
    "Rename it, here and where it is used.",
    "请改名，用到的地方一起改。",
)
NOT_A_DECLARATION = Rule(
    "not-a-declaration",
    "must be an object such as {{description: …, example: …}}, not {given:kind}",
    "应写成 {{description: 说明, example: 示例}} 这样，实际是{given:kind}",
    "Write what the variable is under its name: description:, example:, type:.",
    "请在变量名下面写 description:（说明）、example:（示例）、type:（类型）。",
)
MISFIT_KEY = Rule(
    "misfit-key",
    "does not go with a variable of type {given}; it goes with {allowed:list}",
    "不能用于 {given} 类型的变量，只用于 {allowed:list}",
    "Take it out, or correct the variable's type.",
    "请删掉，或改正变量的 type。",
)
REQUIRED_WITH_DEFAULT = Rule(
    "required-with-default",
    "contradicts the default: what has one need not be given",
    "和 default 矛盾：有默认值就不是必填",
    "Take one of the two out.",
    "请删掉其中一个。",
)
UNFIT_VALUE = Rule(
    "unfit-value",
    "the variable {variable} takes {expected:value}, not {given:kind}",
    "变量 {variable} 应为{expected:value}，实际是{given:kind}",
    "Give a value of the variable's type: msgkit preview shows what the template expects.",
    "请按变量的类型填写，类型写在模板的 variables 里。",
)
UNFIT_TEXT = Rule(
    "unfit-text",
    "the variable {variable} takes {expected:value}; this text is none",
    "变量 {variable} 应为{expected:value}，填写的内容不是",
    "Write the value as the variable's type has it: 12, 2026-11-28, 2026-11-28T18:00:00+08:00, true; "
    "a list is written [a, b].",
    "请按变量的类型填写，例如 12、2026-11-28、2026-11-28T18:00:00+08:00、true；列表写成 [a, b]。",
)
MONEY_FLOAT = Rule(
    "money-float",
    "the variable {variable} is money, and a float cannot hold it exactly; give fen as int, or yuan as Decimal",
    "变量 {variable} 是金额，小数（float）会有误差；请用整数（分）或 Decimal（元）",
    'Write amount=12800 (fen) or amount=Decimal("128.00") (yuan); in a file 12800, or "128.00" with unit: yuan.',
    '代码里写 amount=12800（分），或者 amount=Decimal("128.00")（元）；'
    '文件里写 12800，或写 "128.00" 并声明 unit: yuan。',
)
MONEY_UNIT = Rule(
    "money-unit",
    "the variable {variable} is money given as text, and nothing says whether it is fen or yuan; "
    "declare unit: fen or unit: yuan",
    "变量 {variable} 是文字形式的金额，不知道是元还是分；元请声明 unit: yuan，分请声明 unit: fen",
    "Write unit: yuan beside type: money where the text is 128.00, unit: fen where it is 12800. A spreadsheet turns "
    "128.00 into 128, so nothing is guessed.",
    "文字是 128.00 这样的元，就在 type: money 旁边写 unit: yuan；是 12800 这样的分，就写 unit: fen。"
    "表格会把 128.00 变成 128，所以不猜。",
)
MONEY_TEXT = Rule(
    "money-text",
    "the variable {variable} is money in {unit:value}; this is none: write it as {example}",
    "变量 {variable} 是金额，单位{unit:value}；请写成 {example} 这样",
    "No separators, no sign, no currency; yuan with at most two decimals, fen without.",
    "不要千分位、正负号和货币符号；元最多两位小数，分不带小数。",
)
MOST_VALUE = Rule(
    "most-value",
    "the variable {variable} is more than {most}, which the template allows",
    "变量 {variable} 超过了模板允许的最大值 {most}",
    "Give less, or raise at_most in the file.",
    "请改小，或调高文件里的 at_most。",
)
MOST_LENGTH = Rule(
    "most-length",
    "the variable {variable} has {length}[{characters}characters][{entries}entries]; the template allows {most}",
    "变量 {variable} 有 {length}[{characters}个字][{entries}项]，模板最多允许 {most}[{characters}个字][{entries}项]",
    "Shorten the value, or raise at_most in the file.",
    "请改短，或调高文件里的 at_most。",
)
BOOL_IN_TEXT = Rule(
    "bool-in-text",
    "is of type bool, which says nothing in a text; use {variable} in a when",
    "变量 {variable} 是 bool 类型，不能写进文字里，只能用在 when 里",
    "Write two entries, one with when: x and one with when: not x; or declare the variable as a text.",
    "请写成两块，一块 when: x，一块 when: not x；或把变量改成文字类型。",
)
LIST_IN_TEXT = Rule(
    "list-in-text",
    "holds {variable}, a list, within a text; a list stands alone as faq, as buttons, or as one of their items",
    "变量 {variable} 是列表，不能夹在文字里；只能单独作为 faq、buttons，或其中的一项",
    "Write faq: ${questions}, or one entry with for: x in questions.",
    "请写成 faq: ${questions}，或写一块带 for: x in questions 的内容。",
)
NO_LIST = Rule(
    "no-list",
    "needs a variable of type list; {variable} is {given}",
    "这里要用 list 类型的变量，{variable} 是 {given}",
    "Declare it under variables with type: list.",
    "请在 variables 里给它写上 type: list。",
)
NO_DATETIME = Rule(
    "no-datetime",
    "needs a variable of type datetime; {variable} is {given}",
    "这里要用 datetime 类型的变量，{variable} 是 {given}",
    "Declare it under variables with type: datetime.",
    "请在 variables 里给它写上 type: datetime。",
)
UNGUARDED = Rule(
    "unguarded",
    "uses {variable}, which may not be given; write when: {variable} beside it, or give the variable a default"
    "[; did you mean it where when says {near}?]",
    "用了可以不填的变量 {variable}；请在这一块加上 when: {variable}，或给它一个 default"
    "[；when 里的 {near} 是不是想写它？]",
    "A variable with required: false may stand only in an entry that is left out without it.",
    "required: false 的变量只能用在“不填就不显示”的内容里，所以要有 when。",
)
EMPTY_VALUE = Rule(
    "empty-value",
    "has nothing to show, because {variable:list} is empty",
    "没有内容可显示，因为变量 {variable:list} 是空的",
    "Give at least one entry, or put when: with the variable beside it, so that the whole is left out.",
    "请至少给一项，或在这一块加上 when，变量为空时整块不显示。",
)

# Conditions and lists

BAD_CONDITION = Rule(
    "bad-condition",
    "is no condition; [did you mean {near}?][write {forms:or}]",
    "不是能识别的条件，[是不是想写 {near}？][可以写 {forms:or}]",
    "One variable, compared with texts in double quotes, whole numbers, true or false; there is no !=, no and, no or. "
    "Two conditions at once: put the entry under blocks: with a when of its own.",
    "一个条件只看一个变量，可以和双引号里的文字、整数、true、false 比较，没有 !=、and、or。要同时满足两个条件，"
    "就在外面套一层 blocks: 再写一个 when。",
)
UNFIT_COMPARISON = Rule(
    "unfit-comparison",
    "compares {variable}, of type {given}, with {expected:value}, which it never is",
    "变量 {variable} 是 {given} 类型，不能和{expected:value}比较",
    'Texts are compared with "…", int and money (in fen) with whole numbers, bool with true or false; of other types '
    "only x and not x can be asked.",
    '文字和 "…" 比较，int 和整数比较，money 和整数的分比较，bool 和 true、false 比较；其他类型只能写 x 或 not x。',
)
BAD_LOOP = Rule(
    "bad-loop",
    "is not written as “x in LIST”",
    "应写成“x in 列表变量”",
    "Write for: item in items, where items is a variable of type list, without ${…}.",
    "请写成 for: 商品 in 商品列表，后面是 list 类型的变量，不用写成 ${…}。",
)
SHADOWED = Rule(
    "shadowed",
    "{variable} is the name of another variable; call it otherwise",
    "{variable} 和另一个变量重名，请换个名字",
    "Give the loop's variable a name that nothing else has.",
    "请给循环变量起一个没有用过的名字。",
)
BAD_LIMIT = Rule(
    "bad-limit",
    "must be a whole number from 1 on",
    "应为大于 0 的整数",
    "Write at_most: 5, without quotes and without a unit.",
    "请写成 at_most: 5，不加引号，也不带单位。",
)
MOST_ROUNDS = Rule(
    "most-rounds",
    "the list {variable} has {length} entries; {most} are shown at most",
    "列表变量 {variable} 有 {length} 项，这里最多显示 {most} 项",
    "Give fewer, or raise at_most: nothing is cut silently.",
    "请减少，或调高 at_most；不会悄悄截掉。",
)
MOST_BLOCKS = Rule(
    "most-blocks",
    "grows to more than {most} entries",
    "展开后超过 {most} 块",
    "Look at the lists within lists, and at what includes what.",
    "请检查循环里的循环，以及层层 include 的文件。",
)
LOOP_WITHOUT_FOR = Rule(
    "limit-without-for",
    "goes with a for",
    "要和 for 一起用",
    "Take it out, or write the list: for: x in items.",
    "请删掉，或写上 for: x in 列表变量。",
)

# Includes

INCLUDE_NAME = Rule(
    "include-name",
    "is no name of a file in the library: a path from its folder, without the ending, such as common/greeting",
    "不是模板库里的名字；应写从模板库文件夹算起的路径，不带扩展名，例如 common/greeting",
    "Write common/greeting: no .., no \\, no / in front; nothing outside of the library's folder is read.",
    "请写成 common/greeting 这样：不能有 ..、\\，也不能以 / 开头，只能引用模板库文件夹里的文件。",
)
NO_LIBRARY = Rule(
    "no-library",
    "includes {name:quoted}, and there is no library to take it from",
    "引用了{name:quoted}，但没有模板库可以查找",
    "Read the file through a Library, or name the library's folder: --library DIR.",
    "请通过 Library 读取，或用 --library 指定模板库文件夹。",
)
NO_SUCH_INCLUDE = Rule(
    "no-such-include",
    "includes {name:quoted}, which the library does not have[; did you mean {near}?]",
    "模板库里没有{name:quoted}[，是不是想写 {near}？]",
    "Write the path from the library's folder, without .yaml or .json.",
    "请写从模板库文件夹算起的路径，不带 .yaml、.json。",
)
INCLUDE_CYCLE = Rule(
    "include-cycle",
    "includes itself: {names}",
    "循环引用：{names}",
    "Take one of the includes out.",
    "请去掉其中一处 include。",
)
INCLUDE_BROKEN = Rule(
    "include-broken",
    "includes {name:quoted}, in which something must be mended first[: line {line}]",
    "引用的{name:quoted}里有错误[（第 {line} 行）]，要先改好",
    "Check that file by itself: msgkit check names the places.",
    "请单独检查那个文件：msgkit check 会指出位置。",
)
INCLUDE_MORE = Rule(
    "include-more",
    "includes {name:quoted}, which has {found:list}; what is included brings blocks and variables only",
    "引用的{name:quoted}里有 {found:list}；被引用的文件只能有 blocks 和 variables",
    "Move these into the files that are sent by themselves.",
    "请把这些移到单独发送的模板文件里。",
)
DECLARED_OTHERWISE = Rule(
    "declared-otherwise",
    "includes {name:quoted}, which declares {variable} in another way than here",
    "引用的{name:quoted}对变量 {variable} 的声明和这里不一致",
    "Declare it in one of the two files, or alike in both.",
    "请只在一个文件里声明，或两边写得一样。",
)

# What only files can have

UNUSED_DECLARED = Rule(
    "declared-unused",
    "the variable {variable} is used nowhere",
    "变量 {variable} 没有用到",
    "Use it, or take it out of the file.",
    "请用上它，或从文件里删掉。",
)
SHORT_EXAMPLE = Rule(
    "short-example",
    "the example of {variable} has {length} of at most {most}; give one that shows how a long one looks",
    "变量 {variable} 的示例只有 {length}，上限是 {most}；请写一个接近上限的示例，看看长内容的效果",
    "Write an example of more than a quarter of at_most.",
    "示例至少写到 at_most 的四分之一。",
)
CUT_WHEN_PLAIN = Rule(
    "cut-when-plain",
    "does not fit where the complaint takes a plain reply only, which holds {most} characters in all",
    "投诉单只能用普通回复时放不下：普通回复一共最多 {most} 个字",
    "Shorten the texts, or say the most important first.",
    "请改短，或把最重要的内容放在前面。",
)
NEARLY_THE_SAME = Rule(
    "nearly-the-same",
    "says nearly the same as {other}",
    "和 {other} 的内容几乎一样",
    "Keep one of the two, or put what they share into a file that both include.",
    "请只保留一个，或把相同的内容放到一个文件里，用 include 引用。",
)
