"""What holds for messages with variables, and for the files that they stand in."""

from msgkit.rules._rule import Rule

LONE_DOLLAR = Rule(
    "lone-dollar",
    "has a $ at position {position} (counted from 0)[ and {more} more like it] that begins no placeholder; write "
    "${{name}} for a variable and $$ for a dollar[; did you mean ${{{near}}}?]",
    "第 {position:nth} 个字的 $ 后面不是变量[，后面还有 {more} 个]；变量写成 ${{name}}，要显示 $ 就写 $$"
    "[，是不是想写 ${{{near}}}？]",
    "Write ${name} for a variable, with plain braces and no spaces or dashes in the name, and $$ for a dollar.",
    "变量写成 ${name}：花括号用半角，名字里没有空格和短横线。要显示 $ 就写 $$。",
)
LONG_NAME = Rule(
    "long-name",
    "has a name of {length} characters; at most {most} are allowed",
    "有一个名字长 {length} 个字符，最多 {most} 个",
    "Shorten the variable's name.",
    "请改短变量名。",
)
MOVED_HOST = Rule(
    "moved-host",
    "could lead to another host by what fills {variable}"
    "[; in the host it may have letters, digits and {marks:list} only]"
    "[; right behind the host it must begin with {begins:or}]",
    "变量 {variable} 的值可能把网址带到别的域名[；这个值是域名的一部分，只能有字母、数字和 {marks:list}]"
    "[；这个值紧跟在域名后面，要以 {begins:or} 开头]",
    "Begin a value that follows a host with /, ? or #, or write that into the template: https://shop.example/${path}. "
    "A value in a host has letters, digits, -, . and _ only, and no . where it goes on with the template's own, as "
    "in https://shop-${id}. Where a value is a host and a path, begin the URL with it: ${base}. Never let a customer's "
    "text choose a host.",
    "紧跟在域名后面的值要以 /、? 或 # 开头，或直接写进模板：https://shop.example/${path}。"
    "域名里的值只能有字母、数字和 -、.、_；像 https://shop-${id} 这样由值结尾的，值里不能有点。"
    "值里既有域名又有路径的，整个网址都写成变量：${base}。不要让外来文字决定域名。",
)
UNKNOWN_VARIABLE = Rule(
    "unknown-variable",
    "[{name}][a name of {length} characters] is unknown[; did you mean {near}?]",
    "模板里没有变量[ {name}][（名字长 {length} 个字符）][，是不是想写 {near}？]",
    "Give the variables that stand in the message, by their names; template.variables has them.",
    "请按消息里的名字传入变量，template.variables 列出了全部名字。",
)
NO_VARIABLES = Rule(
    "no-variables",
    "[{name}][a name of {length} characters] is unknown; there are no variables",
    "模板里没有变量[ {name}][（名字长 {length} 个字符）]，也没有其他变量",
    "Leave it out: nothing in the message is left to be filled.",
    "请去掉它：消息里没有要填写的内容。",
)
NO_TEXT_FOR_VARIABLE = Rule(
    "no-text-for-variable",
    "[{name}][a name of {length} characters] must be a string, not {given:kind}",
    "变量[ {name} ][（名字长 {length} 个字符）]的值应为字符串，实际是{given:kind}",
    "Write the value as it is to be read: str(number), or with the format that the customer expects.",
    "请写成用户看到的文字，例如 str(number)，或按需要的格式写好。",
)
MISSING_VARIABLE = Rule(
    "missing-variable",
    "[{name}][a name of {length} characters] is missing",
    "缺少变量[ {name}][（名字长 {length} 个字符）]",
    "Give it a value, or fill it before with partial.",
    "请给它一个值，或先用 partial 填好。",
)
NO_EXAMPLE = Rule(
    "no-example",
    "the variable {variable} has no example, so what it fills is unchecked[; did you mean {near}?]",
    "变量 {variable} 没有示例，填写后的内容没有检查[，是不是想写 {near}？]",
    "Give it an example in the file, under variables.",
    "请在文件的 variables 里给它写上 example。",
)
MORE_FINDINGS = Rule(
    "more-findings",
    "[{many} more findings][{one} more finding]; these are the first {most}",
    "另有[ {many} ][ {one} ]处，以上是前 {most} 处",
    "Mend these first, and check again.",
    "请先改好这些，再检查一次。",
)

# Files and folders

LINKED_FOLDER = Rule(
    "linked-folder",
    "is a link to a folder; links to folders are not followed, so what is in it is unchecked",
    "是指向文件夹的链接；不会进入这样的链接，里面的内容没有检查",
    "Check the folder itself, by its own path.",
    "请直接检查那个文件夹。",
)
CANNOT_BE_READ = Rule(
    "cannot-be-read",
    "cannot be read: {reason}",
    "无法读取：{reason:reason}",
    "Look at the path and at the permissions.",
    "请检查路径和权限。",
)
NO_REGULAR_FILE = Rule(
    "no-regular-file",
    "cannot be read: is no regular file",
    "无法读取：不是普通文件",
    "Give a file, and no pipe, device or socket.",
    "请指定普通文件，不要用管道、设备或套接字。",
)
LEADS_OUT = Rule(
    "leads-out",
    "leads out of the folder",
    "链接指向文件夹之外",
    "Put the file itself into the folder: nothing outside is read.",
    "请把文件本身放进文件夹，文件夹之外的内容不会读取。",
)
REPLACED = Rule(
    "replaced",
    "was replaced while it was read",
    "读取时被替换了",
    "Read it again when nobody changes it.",
    "请等文件不再变动时重新读取。",
)
NO_FOLDER = Rule(
    "no-folder",
    "no such folder",
    "没有这个文件夹",
    "Look at the path.",
    "请检查路径。",
)
NO_SUCH_PATH = Rule(
    "no-such-path",
    "no such file or folder",
    "没有这个文件或文件夹",
    "Look at the path.",
    "请检查路径。",
)
NO_TEMPLATES = Rule(
    "no-templates",
    "holds no template files",
    "里面没有模板文件",
    "Give the folder in which the files are; hidden ones are passed over.",
    "请指定模板文件所在的文件夹；隐藏文件不会读取。",
)
NO_TEMPLATE_FILE = Rule(
    "no-template-file",
    "is no template file; its name must end in {allowed:list}",
    "不是模板文件，文件名要以 {allowed:list} 结尾",
    "Rename the file.",
    "请修改文件名。",
)
ONE_NAME = Rule(
    "one-name",
    "{number} files for the name {name}: {files:list}",
    "有 {number} 个文件都叫 {name}：{files:list}",
    "Keep one of them: a library knows a file by its name without the ending.",
    "请只保留一个：模板库里的名字不含扩展名。",
)
NAMES_ALIKE = Rule(
    "names-alike",
    "{number} files whose names differ in upper and lower case or in how letters are composed only, so that Windows "
    "and macOS take them for one: {files:list}",
    "有 {number} 个文件的名字只有大小写或字符组合方式不同，在 Windows 和 macOS 上会当成同一个：{files:list}",
    "Rename all but one of them: whoever copies the folder to such a system loses the others.",
    "请给其余的文件改名：复制到这样的系统上，只会剩下一个。",
)
LARGE_FILE = Rule(
    "large-file",
    "is larger than {most} bytes",
    "超过 {most} 字节",
    "Split the file; a message takes a few thousand bytes.",
    "请拆成几个文件；一条消息只有几千字节。",
)
