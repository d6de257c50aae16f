"""An upload as a form: two parts, the JSON that is signed and the file that it describes.

Source: WeChat Pay documentation, 消费者投诉, 商户上传反馈图片; RFC 7578, its names as browsers write them.
"""

from __future__ import annotations

import secrets

from msgkit._apiv3.calls import Upload

# What would end a quoted name, or its line.
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def encode(meta: bytes, upload: Upload) -> tuple[str, bytes]:
    """Return the type and the bytes of the form.

    Args:
        meta: The JSON, exactly as it is signed.
        upload: The file.
    """
    boundary = secrets.token_hex(16)  # which no file can hold but by knowing it
    file = f'Content-Disposition: form-data; name="file"; filename="{upload.filename.translate(_ESCAPES)}"'
    form = b"\r\n".join(
        [
            f"--{boundary}".encode(),
            b'Content-Disposition: form-data; name="meta"',
            b"Content-Type: application/json",
            b"",
            meta,
            f"--{boundary}".encode(),
            file.encode(),
            f"Content-Type: {upload.media_type}".encode(),
            b"",
            upload.content,
            f"--{boundary}--".encode(),
            b"",
        ]
    )
    return f"multipart/form-data; boundary={boundary}", form
