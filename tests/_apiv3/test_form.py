"""Forms: the same bytes as those of another implementation, and what cannot break out of them."""

import re

import pytest
from urllib3 import encode_multipart_formdata
from urllib3.fields import RequestField

from msgkit._apiv3.calls import Upload
from msgkit._apiv3.form import encode
from tests.network import PNG

META = '{"filename":"收据.png"}'.encode()

NAMES = ["a.png", "收据 1.png", 'é\'; a="b".png', 'a"\r\nX: y\r\n\r\n.png', "a%22\\.png", ""]


def boundary(media_type: str) -> str:
    """What parts are told from each other by."""
    found = re.fullmatch("multipart/form-data; boundary=([0-9a-f]{32})", media_type)
    assert found
    return found[1]


class TestEncode:
    """One form."""

    @pytest.mark.parametrize("filename", NAMES, ids=ascii)
    def test_as_others(self, filename: str) -> None:
        """Byte for byte, the form is what urllib3 makes of the same parts."""
        upload = Upload(filename, PNG, "image/png")
        media_type, form = encode(META, upload)
        meta = RequestField("meta", META)
        meta.make_multipart(content_type="application/json")
        file = ("file", (filename, PNG, "image/png"))
        assert (form, media_type) == encode_multipart_formdata([meta, file], boundary(media_type))

    def test_names(self) -> None:
        """No name ends its line, or what it is quoted with."""
        for filename in NAMES:
            _, form = encode(META, Upload(filename, b"", "image/png"))
            assert len(form.split(b"\r\n")) == 12
            assert form.count(b'"') == META.count(b'"') + 6

    def test_boundary(self) -> None:
        """No two forms have the same boundary, which a file could hold if it were known."""
        types = {encode(META, Upload("a.png", PNG, "image/png"))[0] for _ in range(20)}
        assert len(types) == 20
