"""What is looked at before anything is sent, and what an upload takes."""

from msgkit.rules._rule import LIST, MSGKIT, NOTIFYING, REFUND, RICH, SENSITIVE, UPLOAD, Rule

PLACEHOLDER_LEFT = Rule(
    "placeholder-left",
    "holds ${{…}} at position {position} (counted from 0), which a template has not filled; render the "
    "template, or say "
    "allow_placeholders=True where the text means it",
    "第 {position:nth} 个字起是没有填写的变量 ${{…}}；请先用模板 render，确实要原样发送就写 allow_placeholders=True",
    "Render the template with all its variables. A text that means ${name} is sent with allow_placeholders=True.",
    "请先填好模板的全部变量。确实要发 ${name} 这样的文字，请写 allow_placeholders=True。",
    MSGKIT,
)
PATH_STEP = Rule(
    "path-step",
    "must not be . or ..",
    "不能是 . 或 ..",
    "Give the complaint's id; these two would change the path of the call.",
    "请填写投诉单号；这两个值会改变请求路径。",
    MSGKIT,
)
NO_IDEMPOTENT_ID = Rule(
    "no-idempotent-id",
    "does not go with a plain reply, which the platform cannot tell apart",
    "普通回复没有幂等 ID，平台无法识别重复",
    "Leave idempotent_id out, or send a rich message.",
    "请去掉 idempotent_id，或改发富文本消息。",
    RICH,
)
NO_PICTURE = Rule(
    "no-picture",
    "must be a path, bytes, or a file opened for reading bytes, which waits for them",
    "应为路径、bytes，或以二进制方式打开的文件",
    'Open the file with open(path, "rb").',
    '请用 open(path, "rb") 打开文件。',
    MSGKIT,
)
EMPTY_FILE = Rule(
    "empty-file",
    "is empty; was the file read or written before, and not rewound?",
    "是空的；文件是不是读写过，没有回到开头？",
    "Call file.seek(0) first.",
    "请先调用 file.seek(0)。",
    MSGKIT,
)
FILE_TOO_LARGE = Rule(
    "file-too-large",
    "is larger than {most} bytes (2 MiB)",
    "超过 {most} 字节（2 MiB）",
    "Make the picture smaller.",
    "请压缩图片。",
    UPLOAD,
)
NO_FILENAME = Rule(
    "no-filename",
    "is missing; give filename=, e.g. filename='receipt.png'",
    "没有文件名；请写上 filename=，例如 filename='receipt.png'",
    "Bytes have no name of their own.",
    "直接传 bytes 时要写文件名。",
    MSGKIT,
)
IMAGE_ENDING = Rule(
    "image-ending",
    "must end in {allowed:list}; the platform takes no other images",
    "文件名必须以 {allowed:list} 结尾，平台不接受其他图片",
    "Convert the picture.",
    "请转换图片格式。",
    UPLOAD,
)
IMAGE_CONTENT = Rule(
    "image-content",
    "is named {ending} but does not begin like one; it may be of another type or broken",
    "文件名是 {ending}，内容却不是；可能是别的格式，或已损坏",
    "Give the picture the name of its own type.",
    "请使用与内容一致的文件名。",
    UPLOAD,
)
NOT_A_DATE = Rule(
    "not-a-date",
    "must be a date, or a datetime that knows its zone, not {given:kind}",
    "应为日期，或带时区的 datetime，而不是 {given:kind}",
    "Give datetime.date(2026, 11, 1). The platform's days are those of Beijing (UTC+8).",
    "请写 datetime.date(2026, 11, 1)。平台按北京时间（UTC+8）计日。",
    LIST,
)
DATES_REVERSED = Rule(
    "dates-reversed",
    "is before the first day, {begin}",
    "早于起始日期 {begin}",
    "Give the earlier day first.",
    "请把较早的日期写在前面。",
    LIST,
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    "is {given}; from {least}[ to {most}] is allowed",
    "是 {given}，应不小于 {least}[，不大于 {most}]",
    "Give a number within the limits.",
    "请填写范围内的数。",
    REFUND,
)
OTHER_MERCHANT = Rule(
    "other-merchant",
    "is not the merchant that the complaint is about",
    "不是这张投诉单的被诉商户",
    "Leave complainted_mchid out: a Complaint knows its merchant.",
    "请去掉 complainted_mchid，Complaint 自己带着被诉商户号。",
    MSGKIT,
)
NOT_CALLED = Rule(
    "not-called",
    "has a query, or characters besides ASCII, and the platform calls no such URL",
    "带有查询参数，或含有中文等非 ASCII 字符，平台不会回调这样的地址",
    "Give a URL without a query, its host in ASCII; what you need to know goes into the path.",
    "请填写不带参数、域名为英文的地址；需要的信息可以放进路径。",
    NOTIFYING,
)
NO_PICTURE_URL = Rule(
    "no-picture-url",
    "must be the URL of a picture as an answer gave it, in visible ASCII characters",
    "应为平台应答里的图片地址，原样传入",
    "Pass a URL of complaint_media_list or image_list unchanged. The media id of an upload cannot be fetched back.",
    "请原样传入 complaint_media_list 或 image_list 里的地址。自己上传图片得到的 media_id 不能再下载。",
    MSGKIT,
)
PICTURE_NOT_HTTPS = Rule(
    "picture-not-https",
    "begins with http://, so anybody on the way can read and change the picture",
    "以 http:// 开头，途中任何人都能看到、改动图片",
    "Say allow_http=True where that is acceptable.",
    "可以接受时请写 allow_http=True。",
    MSGKIT,
)
OTHER_PLATFORM = Rule(
    "other-platform",
    "is a URL of WeChat Pay itself, and this client speaks to {host}",
    "是微信支付正式环境的地址，而这个客户端连接的是 {host}",
    "Use the client of the platform that gave the URL.",
    "请用取得这个地址的那个客户端下载。",
    MSGKIT,
)
NOT_FOR_THIS_KEY = Rule(
    "not-for-this-key",
    "is not encrypted for the key of this merchant, or not in the documented form",
    "不是用本商户证书加密的内容，或格式不对",
    "Pass the field unchanged, with the private key of the certificate that was in force when it was written.",
    "请原样传入字段，并使用当时有效的商户证书私钥。",
    SENSITIVE,
)
