"""A reply as plain text, for whoever watches: by the sandbox's own reading of what arrived, whatever it is worth."""

from collections.abc import Iterator
from typing import Any


def text_of(body: Any) -> str:
    """The text of a reply, a line for each thing in it.

    Args:
        body: The body of a rich or of a plain reply.
    """
    message = body.get("message")
    lines = _plain(body) if message is None else _blocks(message.get("blocks", ()))
    return "\n".join(lines)


def picture(media_id: str = "") -> str:
    """What stands for a picture.

    Args:
        media_id: The id that it was sent by; empty where it has none.
    """
    return f"[图片 {media_id}]" if media_id else "[图片]"


def _plain(body: dict[str, Any]) -> Iterator[str]:
    yield body.get("response_content", "")
    for media_id in body.get("response_images", ()):
        yield picture(media_id)
    if "jump_url" in body:
        yield f"[{body.get('jump_url_text', '')}] → {body['jump_url']}"
    if "mini_program_jump_info" in body:
        info = body["mini_program_jump_info"]
        yield f"[{info.get('text', '')}] → {_program(info)}"


def _blocks(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        kind = block["type"]
        payload = block.get(kind.lower(), {})
        match kind:
            case "TEXT":
                yield payload.get("text", "")
            case "IMAGE":
                yield picture(payload.get("media_id", ""))
            case "FAQ_LIST":
                for faq in payload.get("faqs", ()):
                    yield f"· {faq.get('faq_title', '')}{_target(faq)}"
            case "BUTTON_GROUP":
                for button in payload.get("buttons", ()):
                    yield f"[{button.get('text', '')}]{_target(button)}"
            case _:
                yield f"[{payload.get('text', '')}]{_target(payload)}"


def _target(part: dict[str, Any]) -> str:
    action = part.get("action", {})
    match action.get("action_type"):
        case "ACTION_TYPE_SEND_MESSAGE":
            return f" → “{action['message_info']['content']}”"
        case "ACTION_TYPE_JUMP_URL":
            return f" → {action['jump_url']}"
        case "ACTION_TYPE_JUMP_MINI_PROGRAM":
            return f" → {_program(action['mini_program_jump_info'])}"
        case _:
            return ""


def _program(info: dict[str, Any]) -> str:
    return f"{info['appid']}:{info.get('path', '')}"
