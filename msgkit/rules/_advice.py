"""What is allowed and looks like a mistake, and what a plain reply cannot say."""

from msgkit.rules._rule import PLAIN, Rule

EXPIRED = Rule(
    "expired",
    "is in the past, so nobody can tap it",
    "已经过期，用户点不了",
    "Give a time to come. From now: expires: 24h in a file, expires=timedelta(hours=24) in code.",
    "请改成将来的时间。从现在起 24 小时，文件里写 expires: 24h，代码里写 expires=timedelta(hours=24)。",
)
FILE_NAME = Rule(
    "file-name",
    "looks like a file's name; a media id is what Client.upload_image gave",
    "看起来是文件名；media_id 是 Client.upload_image 返回的值",
    "Upload the picture and use the id.",
    "请先上传图片，再填返回的 media_id。",
)
APPID = Rule(
    "appid",
    "does not look like an APPID, which begins with wx",
    "不像小程序的 appid，appid 以 wx 开头",
    "Take the APPID from the mini program's settings; the original id gh_… is another thing.",
    "请到小程序后台查看 appid；gh_ 开头的是原始 ID，不能用。",
)
LEFTOVER = Rule(
    "leftover",
    "holds {found} at position {position} (counted from 0), which looks like a variable that nobody filled",
    "第 {position:nth} 个字起的 {found} 像是没有填写的变量",
    "Fill it in. A template's variables are written ${name}.",
    "请填上内容。模板的变量写成 ${name}。",
)
MARKUP = Rule(
    "markup",
    "holds {found} at position {position} (counted from 0), which the customer sees as it stands: there is no Markdown "
    "and no HTML in a text",
    "第 {position:nth} 个字起的 {found} 会原样显示，文字里不支持 Markdown 和 HTML",
    "Take the marks out; bold and color are what a text has, and a line break is written as one.",
    "请去掉这些标记；加粗用 bold，颜色用 color，换行就直接换行。",
)
SAME_TEXT = Rule(
    "same-text",
    "reads the same as an earlier button of the message",
    "和前面一个按钮的文字一样",
    "Say on each button what it does.",
    "请让每个按钮说明自己做什么。",
)

NO_COUNTERPART = Rule(
    "no-counterpart",
    "a plain reply has nothing that does this",
    "普通回复没有这种内容",
    "Say it in a text, or send the rich message.",
    "请写进文字里，或发送富文本消息。",
    PLAIN,
)
CANNOT_BE_SAID = Rule(
    "cannot-be-said",
    "a plain reply cannot say this",
    "普通回复表达不了这一项",
    "A plain reply has texts, pictures, one link and one mini program; send the rich message where it matters.",
    "普通回复只支持文字、图片、一个链接和一个小程序；一定要这一项时，请发送富文本消息。",
    PLAIN,
)
ONE_LINK = Rule(
    "one-link",
    "a plain reply takes one link",
    "普通回复只能有一个链接",
    "Put the most important link first.",
    "请把最重要的链接放在最前面。",
    PLAIN,
)
ONE_MINI_PROGRAM = Rule(
    "one-mini-program",
    "a plain reply takes one mini program",
    "普通回复只能有一个小程序",
    "Put the most important one first.",
    "请把最重要的放在最前面。",
    PLAIN,
)
MOST_IMAGES = Rule(
    "most-images",
    "a plain reply takes at most {most} images",
    "普通回复最多 {most} 张图片",
    "Put the most important ones first.",
    "请把最重要的放在最前面。",
    PLAIN,
)
UNFIT = Rule(
    "unfit",
    "does not fit into a plain reply: [{field:field} ]{why:problem}",
    "放不进普通回复：[{field:field}]{why:problem}",
    "Change it so that it fits both, or send the rich message.",
    "请改成两种回复都能用的写法，或发送富文本消息。",
    PLAIN,
)
CUT = Rule(
    "cut",
    "a plain reply holds {most} characters, so this text of {length} was cut to {kept}",
    "普通回复最多 {most} 个字，这段 {length} 个字的文字截到了 {kept} 个字",
    "Shorten the texts; to_reply(shorten=True) cuts at the end of a sentence.",
    "请改短；to_reply(shorten=True) 会在句末截断。",
    PLAIN,
)
NO_ROOM = Rule(
    "no-room",
    "a plain reply holds {most} characters and has no room left",
    "普通回复最多 {most} 个字，已经放不下了",
    "Shorten the texts before it.",
    "请改短前面的文字。",
    PLAIN,
)
NO_TEXT_LEFT = Rule(
    "no-text-left",
    "must not be empty: no text of the message could be kept",
    "没有文字可用，普通回复必须有文字",
    "Give the message a text block that a plain reply can say.",
    "请给消息加一段普通回复能用的文字。",
    PLAIN,
)
