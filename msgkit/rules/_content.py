"""What the parts of a reply may hold."""

from msgkit.rules._rule import APIV3, BOTH, HISTORY, MSGKIT, PLAIN, RICH, Rule

FOUR_BYTE_CHARACTER = Rule(
    "four-byte-character",
    "has {char} at position {position} (counted from 0)[ and {more} more like it]; APIv3 takes only characters that "
    "UTF-8 encodes in one to three bytes[; it comes from the variable {variable:list}: write emoji: drop beside that "
    "in the file to leave such characters out, or take them out with msgkit.plain(…)]",
    "第 {position:nth} 个字（{char}）微信支付接口不支持，多半是表情符号或生僻字[，后面还有 {more} 个]。"
    "请删掉，或改成文字[（来自变量 {variable:list}：可以在文件里给它写上 emoji: drop 自动去掉，"
    "或在代码里用 msgkit.plain(…)）]",
    "Take the character out: emoji, and the rarest Chinese characters, are not taken. msgkit.plain(text) does it for "
    "text that customers wrote, such as their names.",
    "请删掉这个字，接口不支持表情符号和极少数生僻字。用户昵称等外来文字可以先用 msgkit.plain(text) 处理。",
    APIV3,
)
UNSENDABLE_REPLACEMENT = Rule(
    "unsendable-replacement",
    "has a character that APIv3 does not take either",
    "替换成的内容也有微信支付接口不支持的字",
    "Replace with something plain, such as □ or nothing.",
    "请换成普通字符，例如 □，或什么都不填。",
    MSGKIT,
)
EMPTY = Rule(
    "empty",
    "must not be empty",
    "不能是空的，也不能只有空格",
    "Write what the customer is to read, or leave the part out.",
    "请写上内容；不需要就去掉这一部分。",
    MSGKIT,
)
EMPTY_LIST = Rule(
    "empty-list",
    "must hold at least one {what:thing}",
    "至少要有一个{what:thing}",
    "Add one, or leave the whole out.",
    "请至少加一个；不需要就整个去掉。",
    MSGKIT,
)
TOO_LONG = Rule(
    "too-long",
    "is {length} characters long; at most {most} are allowed",
    "有 {length} 个字，最多 {most} 个",
    "Shorten it.",
    "请改短。",
    BOTH,
)
TOO_MANY = Rule(
    "too-many",
    "has {length} entries; at most {most} are allowed",
    "有 {length} 项，最多 {most} 项",
    "Keep the most important ones.",
    "请只保留最重要的几项。",
    PLAIN,
)
NOT_HTTPS = Rule(
    "not-https",
    "must be a URL that starts with https://",
    "必须以 https:// 开头",
    "Use the https address of the page. WeChat Pay states this for the plain reply; msgkit keeps it for "
    "rich replies too, "
    "so that one message can be sent as either.",
    "请使用页面的 https 地址。微信支付只对普通回复写明了这一条，msgkit 对富文本回复同样要求，"
    "这样同一条消息两种方式都能发。",
    PLAIN,
)
NO_HOST = Rule(
    "no-host",
    "has no host; it must be a URL such as https://shop.example/orders",
    "没有域名，应写成 https://shop.example/orders 这样",
    "Write the host after https://.",
    "请在 https:// 后面写上域名。",
    PLAIN,
)
BLANK_IN_URL = Rule(
    "blank-in-url",
    "has {char} at position {position} (counted from 0), which no URL may have",
    "第 {position:nth} 个字符（{char}）不能出现在网址里",
    "Take out white space and control characters, or write them as %20 and the like.",
    "请去掉空格、换行等字符，或写成 %20 这样的转义。",
    MSGKIT,
)
NO_TIME_ZONE = Rule(
    "no-time-zone",
    "has no time zone; use datetime.now(timezone.utc) or give tzinfo=",
    "没有时区；请用 datetime.now(timezone.utc)，或写上 tzinfo=",
    "Use an aware datetime, or a timedelta from now.",
    "请用带时区的 datetime，或用 timedelta 表示从现在起多久。",
    RICH,
)
BROKEN_ZONE = Rule(
    "broken-zone",
    "has a time zone that cannot tell its offset; use timezone(timedelta(hours=8)), or mend the zone",
    "的时区算不出偏移；请用 timezone(timedelta(hours=8))，或检查这个时区",
    "The zone raised an error when it was asked. Zones of zoneinfo need the tzdata package on some machines.",
    "向这个时区询问偏移时出错了。有些机器上，zoneinfo 的时区需要安装 tzdata。",
    MSGKIT,
)
ODD_OFFSET = Rule(
    "odd-offset",
    "has a zone whose offset is not in whole minutes, which RFC 3339 cannot say",
    "时区偏移不是整分钟，RFC 3339 写不出来",
    "Use a zone of today, such as timezone(timedelta(hours=8)).",
    "请使用现行时区，例如 timezone(timedelta(hours=8))。",
    MSGKIT,
)
TOO_FAR = Rule(
    "too-far",
    "is further away than a date can be",
    "太远了，日期表示不了",
    "Give a shorter timedelta.",
    "请缩短 timedelta。",
    MSGKIT,
)
TOGETHER = Rule(
    "together",
    "is missing; {other:field} and {name:field} go together or not at all",
    "没有写；{other:field}和{name:field}要么都写，要么都不写",
    "Give both, as Reply(...).link(text, url) does.",
    "请两个都写，Reply(...).link(text, url) 会一起设置。",
    PLAIN,
)
UNKNOWN_TYPE = Rule(
    "unknown-type",
    "is {what:kind} of a type that msgkit cannot send",
    "这种类型的{what:kind} msgkit 发不了",
    "It was read from the platform and is kept as it came. Leave it out of what you send.",
    "它是从平台读来的，原样保留，不能再发出去。发送前请去掉。",
    MSGKIT,
)
INCOMPLETE = Rule(
    "incomplete",
    "is {what:kind} that lacks something its type needs, or has a value that cannot be there",
    "这个{what:kind}缺少必需的内容，或有不该出现的值",
    "It was read from the platform and is kept as it came. Leave it out of what you send.",
    "它是从平台读来的，原样保留，不能再发出去。发送前请去掉。",
    MSGKIT,
)
DIFFERS = Rule(
    "differs",
    "differs between the two messages; one of them must leave it out",
    "两条消息里的值不一样，请去掉其中一个",
    "Set it on one of the two messages, or on their sum.",
    "请只在其中一条消息上设置，或在相加之后再设置。",
    MSGKIT,
)
ACTION_DATA_TOO_LONG = Rule(
    "action-data-too-long",
    "this {name} packs into {length} characters; an action_id has at most {most}",
    "这个 {name} 打包后有 {length} 个字符，action_id 最多 {most} 个",
    "Carry less: the number of an order rather than what is in it. Each Chinese character takes nine characters.",
    "请少放一些内容，例如只放订单号，其余按订单号再查。每个汉字打包后占 9 个字符。",
    HISTORY,
)
PLACEHOLDER_IN_ACTION_DATA = Rule(
    "placeholder-in-action-data",
    "holds ${{…}} at position {position} (counted from 0), which is packed as it stands, so that no template fills it; "
    "give the value itself, or write the action_id as a text, such as refund:${{order_no}}",
    "第 {position:nth} 个字起是模板变量 ${{…}}，打包之后模板就填不了了；请直接给出值，"
    "或把 action_id 写成文字，例如 refund:${{order_no}}",
    "Make the message where the value is known. In a template, write the action_id as a text: its prefix and its "
    "variables, with colons between them, as in refund:${order_no}. The class reads it where the values are made of "
    "letters, digits and . _ ~ - alone, and the class has no key.",
    "请在知道值的地方组装消息。模板里请把 action_id 写成文字，用冒号连接前缀和变量，例如 refund:${order_no}；"
    "只有值里全是字母、数字和 . _ ~ -，而且类没有 key 时，才能读回来。",
    MSGKIT,
)
HALF_CHARACTER = Rule(
    "half-character",
    "has {char} at position {position} (counted from 0), which is half of a character",
    "第 {position:nth} 个字（{char}）只有半个字符",
    "Take it out. It is left over where a text was cut in the middle of an emoji, and no encoding has a form for it.",
    "请删掉它。多半是文字在表情符号中间被截断，剩下的半个字符无法编码。",
    MSGKIT,
)
