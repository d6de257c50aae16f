"""WeChat Pay APIv3 without I/O: what is sent, how it is signed, and what an answer means, for any endpoint.

Key files are read here; whatever else goes in or out is carried by `msgkit.client`.

Source: WeChat Pay documentation, APIv3 接口规则 (签名生成, 签名验证, 错误码和错误提示).
"""
