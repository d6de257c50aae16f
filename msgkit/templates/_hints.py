"""What an editor shows of each key of a template file, and of each word that may stand there: in Chinese, then English.

A key is looked up with what it belongs to first (``buttons.text``), then alone; a word after ``=`` behind its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HINTS: Final[Mapping[str, tuple[str, str]]] = {
    # The file
    "file": (
        "一条消息的模板：blocks、variants、message 三选一，另可写说明和变量。",
        "A message's template: one of blocks, variants or message, and what is said of it.",
    ),
    "file.description": ("说明：这个模板什么时候用。", "What the template is for."),
    "variables": (
        "变量：每个变量是什么，给填写的人看。没写的变量是必填的文字。",
        "The variables, by name. One that is not named here is a required text.",
    ),
    "file.blocks": ("消息块：从上到下，用户看到的每一块。", "The blocks, from top to bottom."),
    "variants": (
        "多个版本：按顺序取 when 第一个成立的；最后一个不写 when。",
        "Several messages: the first whose when holds is used. The last has no when.",
    ),
    "variant": ("一个版本。", "One of the messages."),
    "variant.when": ("条件：成立时用这个版本。", "The condition under which this message is used."),
    "variant.blocks": ("这个版本的消息块。", "The blocks of this message."),
    "message": ("接口文档格式的消息（NormalMessage）。", "A NormalMessage, as WeChat Pay's documentation has it."),
    "sent_by": ("发送方身份：人工还是机器。", "Who writes: a person or a machine."),
    "sent_by=manual": ("人工。", "A person."),
    "sent_by=machine": ("机器。", "A machine."),
    "sent_by=unknown": ("未知。", "Unknown."),
    "file.custom_data": (
        "自定义数据：商户自己用，随消息保存，用户看不到。",
        "Data of your own, kept with the message; no customer sees it.",
    ),
    # What an entry may begin with
    "entry": ("一个消息块，由一个主键决定：text、image、button 等。", "A block; one main key says which."),
    "text": ("文字：一段话。", "A paragraph."),
    "image": ("图片：上传后得到的 media_id。", "A picture: the media id that its upload gave."),
    "link": ("链接：一行可以点击的文字，要写点击后做什么。", "A line that can be tapped; say what a tap does."),
    "faq": ("推荐问题：点一个就发送那个问题。", "Suggested questions; a tap sends the question."),
    "button": ("按钮：点击后默认发送按钮上的文字。", "A button; a tap sends its text unless you say otherwise."),
    "buttons": ("按钮组：几个按钮，横排或竖排。", "A group of buttons, side by side or one below the other."),
    "include": (
        "引入：把模板库里另一个文件的消息块和变量放到这里，写从模板库算起的路径。",
        "Brings the blocks and variables of another file; its path from the library's folder.",
    ),
    "blocks": ("几个消息块一组，共用一个 when 或 for。", "Several blocks under one when or for."),
    "type": ("接口文档格式的消息块，写块的类型。", "A block as WeChat Pay's documentation has it; its type."),
    "type=text": ("文字。", "A paragraph."),
    "type=image": ("图片。", "A picture."),
    "type=link": ("链接。", "A line that can be tapped."),
    "type=faq_list": ("推荐问题。", "Suggested questions."),
    "type=button": ("按钮。", "A button."),
    "type=button_group": ("按钮组。", "A group of buttons."),
    # What stands beside it
    "when": (
        '条件：成立时才有这一块。写法：x、not x、x == "值"、x in ["甲", "乙"]。',
        'Shown only where this holds: x, not x, x == "…", x in ["…", "…"].',
    ),
    "for": ("循环：列表里每个文字做一块，如 item in items。", "Made for each text of a list: item in items."),
    "at_most": ("最多几块；列表更长就报错，不会截断。", "Most of them; a longer list is an error, never cut."),
    "text.color": ("颜色。", "The colour."),
    "text.color=default": ("默认颜色。", "The usual colour."),
    "text.color=secondary": ("浅色，次要内容。", "A lighter colour, for what matters less."),
    "text.bold": ("是否加粗。", "Whether it is bold."),
    "image.style": ("图片宽度。", "How wide the picture is shown."),
    "image.style=narrow": ("窄图。", "Narrow."),
    "image.style=wide": ("宽图。", "Wide."),
    "buttons.layout": ("按钮怎么排。", "How the buttons are laid out."),
    "buttons.layout=horizontal": ("横排。", "Side by side."),
    "buttons.layout=vertical": ("竖排。", "One below the other."),
    "buttons.layout=unknown": ("未知，由微信决定。", "Unknown; WeChat decides."),
    "faq item": ("一个问题：直接写文字，或写成带其他内容的对象。", "A question: a text, or an object that says more."),
    "faq item.text": ("问题。", "The question."),
    "faq item.faq_id": ("问题 ID：商户自己起的名字。", "Your own name for this question."),
    "buttons item": (
        "一个按钮：直接写文字，或写成带其他内容的对象。",
        "A button: a text, or an object that says more.",
    ),
    "buttons item.text": ("按钮上的文字。", "What is on the button."),
    # What a tap does
    "send": ("点击后发送这段文字。", "A tap sends this text."),
    "url": ("点击后打开这个网页，以 https:// 开头。", "A tap opens this page; it starts with https://."),
    "mini_program": (
        "点击后打开小程序：写 AppID，或 appid、path、text。",
        "A tap opens a mini program: its APPID, or appid, path and text.",
    ),
    "appid": ("小程序 AppID。", "The mini program's APPID."),
    "path": ("小程序页面路径。", "The page in the mini program."),
    "mini_program.text": ("小程序的展示文字。", "What is shown for the mini program."),
    "action_id": (
        "动作 ID：商户自己起的名字，回调通知里带回。",
        "Your own name for this tap, which a notification tells.",
    ),
    "custom_data": ("自定义数据：点击发送时一起带回。", "Data of your own that comes back with what the tap sends."),
    "expires": (
        "何时失效：30m、24h、7d（从生成消息起算），带时区的时间，或 datetime 变量。",
        "When it stops working: 30m, 24h or 7d from rendering, a time with its zone, or a datetime variable.",
    ),
    "multi_clickable": ("能否多次点击；false 为仅可点击一次。", "Whether it can be tapped more than once."),
    # Variables
    "variable": ("一个变量：是什么，怎么填。名称后面什么都不写，就是必填的文字。", "A variable: what belongs there."),
    "variable.description": ("说明：这里填什么，给填写的人看。", "What belongs there, for who fills it."),
    "variable.example": (
        "示例值：只用来检查和预览，不会发给用户。",
        "A value to check and preview with; it is never sent.",
    ),
    "variable.type": ("类型；不写就是文字。", "What it holds; a text where nothing is said."),
    "variable.type=text": ("文字。", "A text."),
    "variable.type=money": ("金额：写成 128.00，两位小数。", "An amount of money, written as 128.00."),
    "variable.type=int": ("整数。", "A whole number."),
    "variable.type=date": ("日期：2026-11-28，显示为 11月28日。", "A date, 2026-11-28, shown as 11月28日."),
    "variable.type=datetime": (
        "日期和时间：要带时区，按北京时间显示。",
        "A date and time with its zone, shown in Beijing's.",
    ),
    "variable.type=url": ("网址：以 https:// 开头。", "An address that starts with https://."),
    "variable.type=media": ("图片的 media_id。", "The media id of an uploaded picture."),
    "variable.type=list": ("列表：若干文字，用于 for、faq、buttons。", "A list of texts, for for, faq and buttons."),
    "variable.type=bool": ("是或否：用于 when，不能放进文字。", "True or false, for when; not for texts."),
    "variable.required": (
        "是否必填；没有 default 就是必填。",
        "Whether it must be given; it must where it has no default.",
    ),
    "variable.default": ("默认值：没有填时用它。", "What stands for it where it is not given."),
    "variable.at_most": (
        "上限：文字的字数、列表的条数、整数的大小、金额（分）。",
        "Most characters of a text, entries of a list, or the greatest int or money (in fen).",
    ),
    "variable.unit": ("单位：表格、命令行里的金额文字按它理解。", "What money that is given as text is counted in."),
    "variable.unit=fen": ("分：12800 是 128.00 元。", "Fen: 12800 is 128.00 yuan."),
    "variable.unit=yuan": ("元：128.00。", "Yuan: 128.00."),
    "variable.format": ("日期怎么写。", "How a date is written."),
    "variable.format=short": ("11月28日。", "Without its year."),
    "variable.format=long": ("2026年11月28日。", "With its year."),
    "variable.emoji": ("表情符号等接口不支持的字怎么办。", "What becomes of emoji, which the platform does not take."),
    "variable.emoji=refuse": ("报错。", "They are an error."),
    "variable.emoji=drop": ("去掉。", "They are left out."),
    # What only the wire's form has
    "action": ("点击后做什么。", "What a tap does."),
    "action_type": ("动作类型。", "What a tap does, by its name."),
    "action_type=send_message": ("发送文字。", "It sends a text."),
    "action_type=jump_url": ("打开网页。", "It opens a page."),
    "action_type=jump_mini_program": ("打开小程序。", "It opens a mini program."),
    "content": ("发送的文字。", "The text that is sent."),
    "jump_url": ("网址，以 https:// 开头。", "The page's address, which starts with https://."),
    "expired_time": ("何时失效：带时区的时间。", "When it stops working: a time with its zone."),
    "invalid_info": ("何时失效，能否多次点击。", "When it stops working, and whether it can be tapped again."),
}


def hint(owner: str, key: str, otherwise: str = "") -> str:
    """Return what an editor shows of a key, or of a word (``key=word``) under one.

    Args:
        owner: What the key belongs to.
        key: The key.
        otherwise: What is shown where nobody wrote a hint.
    """
    found = HINTS.get(f"{owner}.{key}") or HINTS.get(key)
    return "".join(found) if found else otherwise
