"""WeChat Pay APIv3: signing, verifying and carrying calls, for any endpoint.

Source: WeChat Pay documentation, APIv3 接口规则 (签名生成, 签名验证, 错误码和错误提示).
"""
