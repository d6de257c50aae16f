"""What holds for messages with variables."""

from msgkit.rules._rule import MSGKIT, Rule

LONE_DOLLAR = Rule(
    "lone-dollar",
    "has a $ at position {position} (counted from 0)[ and {more} more like it] that begins no placeholder; write "
    "${{name}} for a variable and $$ for a dollar",
    "第 {position:nth} 个字的 $ 后面不是变量[，后面还有 {more} 个]；变量写成 ${{name}}，要显示 $ 就写 $$",
    "Write ${name} for a variable and $$ for a dollar.",
    "变量写成 ${name}，要显示 $ 就写 $$。",
    MSGKIT,
)
UNUSED_VARIABLE = Rule(
    "unused-variable",
    "is used nowhere in the message",
    "消息里没有用到这个变量",
    "Use it, or take it out of the file.",
    "请用上它，或从文件里删掉。",
    MSGKIT,
)
LONG_NAME = Rule(
    "long-name",
    "has a name of {length} characters; at most {most} are allowed",
    "有一个名字长 {length} 个字符，最多 {most} 个",
    "Shorten the variable's name.",
    "请改短变量名。",
    MSGKIT,
)
MOVED_HOST = Rule(
    "moved-host",
    "would move to another host by what fills {variable}; the template's own text says where the host ends",
    "变量 {variable} 的值会把网址带到别的域名；域名到哪里为止由模板自己的文字决定",
    "Do not put a customer's text into a host. A value inside a host may have letters, digits and dashes "
    "only, one that "
    "follows a host must begin with /, ? or #, unless the template's own text does.",
    "不要把外来文字填进域名。域名里的变量只能是字母、数字和连字符；紧跟在域名后面的值要以 /、? 或 # "
    "开头，或由模板自己写上。",
    MSGKIT,
)
