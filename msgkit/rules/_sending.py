"""What is looked at before anything is sent, and what an upload takes."""

from msgkit.rules._rule import MSGKIT, RICH, UPLOAD, Rule

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
