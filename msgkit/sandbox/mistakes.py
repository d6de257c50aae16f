"""The usual mistakes in what a merchant signs, and what cures them (如何生成请求签名, 签名常见问题)."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

Language = Literal["en", "zh"]


@frozen
class Mistake:
    """A usual mistake in what is signed.

    Attributes:
        name: What it is called, e.g. ``without-query``.
        en: What is wrong and what cures it, in English.
        zh: The same in Chinese.
    """

    name: str
    en: str = field(repr=False)
    zh: str = field(repr=False)

    def text(self, language: Language = "en") -> str:
        """What is wrong and what cures it."""
        return self.zh if language == "zh" else self.en


#: All of them, by name.
MISTAKES = {
    mistake.name: mistake
    for mistake in (
        Mistake(
            "another-key",
            "The signature was not made with the merchant's private key, or not with RSA, PKCS #1 v1.5 and SHA-256, or"
            " is not in base64: sign with the key of the certificate whose serial number is serial_no.",
            "签名值不是用商户私钥按 RSA（PKCS #1 v1.5）和 SHA-256 得出的，或者不是 Base64："
            "请用 serial_no 所对应证书的私钥签名。",
        ),
        Mistake(
            "without-query",
            "The second line lacks the query: sign the path, a question mark and the query, as they are sent.",
            "第二行缺少查询参数：请签名路径、问号和查询参数，与实际发送的一致。",
        ),
        Mistake(
            "decoded-path",
            "The second line is decoded: sign path and query with their percent signs, as they are sent.",
            "第二行被解码了：请签名带百分号编码的路径和查询参数，与实际发送的一致。",
        ),
        Mistake(
            "with-host",
            "The second line names the host: sign path and query alone, from the slash behind the host on.",
            "第二行带有域名：请只签名路径和查询参数，从域名后的斜杠开始。",
        ),
        Mistake(
            "lower-case-method",
            "The first line is in lower case: sign the method in capitals, such as POST.",
            "第一行是小写：请签名大写的请求方法，如 POST。",
        ),
        Mistake(
            "swapped",
            "The timestamp and the random string are swapped: the third line is the timestamp, the fourth nonce_str.",
            "时间戳与随机串的位置颠倒：第三行是时间戳，第四行是 nonce_str。",
        ),
        Mistake(
            "serialized-again",
            "The body that was signed is the same JSON written in another way: serialize once, and sign and send those"
            " very bytes.",
            "签名的请求体与发送的是同一 JSON 的不同写法：请只序列化一次，签名与发送用同样的字节。",
        ),
        Mistake(
            "empty-body",
            "The fifth line is empty: sign the body, byte by byte as it is sent.",
            "第五行为空：请签名请求体，与实际发送的字节一致。",
        ),
        Mistake(
            "body-not-signed-for",
            "The fifth line has a body where none belongs: the string of a GET or a DELETE ends with an empty line, and"
            " so does that of any request that is sent without a body.",
            "第五行不应有请求体：GET、DELETE 以及没有请求体的请求，签名串以空行结尾。",
        ),
        Mistake(
            "newline-in-body",
            "The body was signed with a line break at its end and sent without it, or the other way round: sign and"
            " send the same bytes.",
            "签名的请求体与发送的请求体相差末尾的换行符：签名与发送请用同样的字节。",
        ),
        Mistake(
            "whole-form",
            "The whole multipart body was signed: of an upload sign the JSON of its part meta alone.",
            "签名了整个 multipart 请求体：上传图片时只签名 meta 部分的 JSON。",
        ),
        Mistake(
            "no-last-newline",
            "The string ends too early: each of the five lines ends with \\n, the last one too, also if it is empty.",
            "签名串末尾缺少换行符：五行中每一行都以 \\n 结尾，最后一行也是，即使它为空。",
        ),
        Mistake(
            "carriage-returns",
            "The lines end with \\r\\n: end each with \\n alone.",
            "各行以 \\r\\n 结尾：请只用 \\n。",
        ),
    )
}
