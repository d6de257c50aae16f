"""What the library says in English alone, in Chinese, as far as a merchant gets to see it here."""

# ruff: noqa: E501 - a sentence and its translation stand side by side

from __future__ import annotations

import functools
import re

from msgkit._language import CHINESE

_CHINESE = {
    r"(?:private_key|certificate|public_key) is neither PEM text nor a file that can be read: (.+) \((.+?)\)": r"读不到文件 \1（\2）",
    r"(?:private_key|certificate|public_key) is neither PEM text nor a file that can be read \((.+?)\)": r"既不是 PEM 内容，也不是能读取的文件（\1）",
    r"private_key holds no private key but a public one; it is the merchant's apiclient_key\.pem": "这是公钥或证书，不是私钥；应为商户的 apiclient_key.pem",
    r"private_key is protected by a password; give it without one": "私钥有密码保护，请提供没有密码的私钥",
    r"private_key is no private key in PEM; expected apiclient_key\.pem": "不是 PEM 格式的私钥；应为 apiclient_key.pem",
    r"private_key is missing; it is apiclient_key\.pem, or in an apiclient_cert\.p12": "没有私钥；应为 apiclient_key.pem，或含私钥的 apiclient_cert.p12",
    r"(?:private_key|public_key) must be an RSA (?:private|public) key, which APIv3 signs with": "不是 RSA 密钥，APIv3 只用 RSA 签名",
    r"(?:private_key|public_key) has (\d+) bits; APIv3 takes at least (\d+)": r"密钥只有 \1 位，APIv3 要求至少 \2 位",
    r"certificate expired on (\S+); ask for a new one on the merchant platform": r"证书已于 \1 过期",
    r"certificate is not valid before (.+) UTC, or our clock is off": r"证书要到 \1（UTC）才生效，也可能是本机时钟不准",
    r"certificate is not that of private_key; both must be of the same merchant and date": "证书和私钥不配套",
    r"certificate holds a key and no certificate; it is apiclient_cert\.pem": "这是密钥，不是证书；应为 apiclient_cert.pem",
    r"certificate is no certificate in PEM; expected apiclient_cert\.pem": "不是 PEM 格式的证书；应为 apiclient_cert.pem",
    r"certificate is neither a certificate in PEM \(apiclient_cert\.pem\) nor an apiclient_cert\.p12 of this merchant, whose password is the mchid": "既不是 PEM 格式的证书（apiclient_cert.pem），也不是该商户的 apiclient_cert.p12（密码为商户号）",
    r"certificate lacks the certificate or its RSA key; expected apiclient_cert\.p12": "文件里缺少证书或 RSA 私钥；应为 apiclient_cert.p12",
    r"certificate must be a certificate for RSA, which APIv3 signs with": "不是 RSA 证书，APIv3 只用 RSA 签名",
    r"serial_no is not that of certificate; leave it out, the certificate gives it": "WECHATPAY_SERIAL_NO 不是这张证书的序列号；可以不填，会从证书读取",
    r"serial_no must be the serial number of the merchant's API certificate, in hexadecimal digits": "WECHATPAY_SERIAL_NO 要填商户 API 证书的序列号（十六进制）",
    r"serial_no is a public key id; it must be the serial number of the merchant's API certificate": "WECHATPAY_SERIAL_NO 填成了微信支付公钥 ID，要填商户 API 证书的序列号",
    r"mchid must be the merchant's number as text, digits only, e\.g\. (\d+)": r"WECHATPAY_MCHID 要填商户号，全是数字，例如 \1",
    r"public_key holds a private key; it is WeChat Pay's public key, pub_key\.pem": "这是私钥；应为微信支付公钥 pub_key.pem",
    r"public_key holds a certificate; it is WeChat Pay's public key, pub_key\.pem": "这是证书；应为微信支付公钥 pub_key.pem",
    r"public_key is no public key in PEM; expected pub_key\.pem": "不是 PEM 格式的公钥；应为 pub_key.pem",
    r"public_key is the merchant's own, of private_key; it must be WeChat Pay's public key, pub_key\.pem": "这是商户自己的公钥；应为微信支付公钥 pub_key.pem",
    r"public_key_id must be the id of WeChat Pay's public key, PUB_KEY_ID_…": "WECHATPAY_PUBLIC_KEY_ID 要填微信支付公钥 ID，以 PUB_KEY_ID_ 开头",
    r"(public_key(?:_id)?) is missing; it goes together with (public_key(?:_id)?)": r"缺少 \1，要和 \2 一起提供",
    r"apiv3_key must have (\d+) bytes": r"WECHATPAY_APIV3_KEY 要有 \1 个字符",
    r"(base_url|backup_url) must start with https:// \(http:// is for a sandbox on this machine only\)": r"\1 要以 https:// 开头（http:// 只能用于本机沙箱）",
    r"(base_url|backup_url) must be a scheme and a host only, such as (\S+)": r"\1 只能写协议和域名，例如 \2",
    r"(base_url|backup_url) must be a URL such as (\S+)": r"\1 要填网址，例如 \2",
    r"(base_url|backup_url) must have a host such as (\S+)": r"\1 要有域名，例如 \2",
    r"the answer of status (\d+) cannot be trusted: ": r"状态码 \1 的应答不可信：",
    r"its signature is wrong": "签名不对",
    r"its signature is a probe, wrong on purpose": "这是故意写错的探测签名",
    r"it is not signed: (.+?) missing": r"应答没有签名，缺少 \1",
    r"its clock is ([+-]\d+) seconds from ours; at most (\d+) are tolerated": r"应答时间与本机相差 \1 秒，最多允许 \2 秒",
    r"it was signed with (?:the public key|the platform certificate) '(.*?)', and this client knows no key": r"签名用的密钥是 \1，本机一个也没有",
    r"it was signed with (?:the public key|the platform certificate) '(.*?)', and this client knows ([^;()]+)": r"签名用的密钥是 \1，本机只有 \2",
    r"what it holds encrypted cannot be decrypted; is apiv3_key that of this merchant\?": "解不开其中的密文，APIv3 密钥不是该商户的",
    r"the strings differ first in line (\d+) \((\w+)\): we signed (.+?), the platform rebuilt (.+?)(?=（Request-ID| \(Request-ID|$)": r"签名串从第 \1 行（\2）开始不同：本机签的是 \3，平台还原的是 \4",
    r"the strings differ first in line 5 \(body\), from character (\d+) \(counted from 0\)": r"签名串从第 5 行（body）第 \1 个字符（从 0 数起）开始不同",
    r"the platform rebuilt the string that we signed(?: in its first \d+ characters)?, so it is likely that the private key is not that of serial_no, that the certificate is not the merchant's, or that our clock is off": "平台还原的签名串和本机一致，多半是私钥与 serial_no 不配套、证书不是该商户的，或本机时钟不准",
    r"not set in the environment: (.+)": r"缺少环境变量 \1",
    r"no answer from (\S+): ": r"\1 没有应答：",
    r" \((Request-ID [^()]*)\)$": r"（\1）",
    r"; (?=[\u4e00-\u9fff])": "；",
    r"timed out": "超时",
    r"No such file or directory": "没有这个文件或文件夹",
    r"Permission denied": "没有权限",
    r"no module (\S+); what is kept in Redis needs an extra: install (\S+) \(from a checkout: (.+)\)": r"缺少模块 \1，用 Redis 保存要先安装 \2（在源码目录里用 \3）",
    r"no module (\S+); msgkit\.celery needs an extra: install (\S+) \(from a checkout: (.+)\)": r"缺少模块 \1，用 Celery 发送要先安装 \2（在源码目录里用 \3）",
    r"no module (\S+); the sandbox needs an extra: install (\S+) \(from a checkout: (.+)\)": r"缺少模块 \1，沙箱要先安装 \2（在源码目录里用 \3）",
    r"no module (\S+); HTML needs an extra: install (\S+) \(from a checkout: (.+)\)": r"缺少模块 \1，生成网页要先安装 \2（在源码目录里用 \3）",
    r"no module (\S+); YAML needs an extra: install (\S+) \(from a checkout: (.+)\)": r"缺少模块 \1，读写 YAML 要先安装 \2（在源码目录里用 \3）",
    r"no module (\S+); the studio needs an extra: install (\S+) \(from a checkout: (.+)\)": r"缺少模块 \1，工作台要先安装 \2（在源码目录里用 \3）",
    r"there is no folder (.+): create it, or name another one": r"没有文件夹 \1：请新建，或换一个文件夹",
    r"a token has (\d+) to (\d+) letters, digits, hyphens and underscores: leave it out to have one made": r"token 要有 \1 到 \2 个字母、数字、- 或 _；不填会自动生成",
    r"cannot listen on (\S+): .*Address already in use.*": r"不能监听 \1：端口已被占用",
    r"cannot listen on (\S+): ": r"不能监听 \1：",
    r"another sandbox uses (.+): stop that one, or choose another directory": r"另一个沙箱正在用 \1，请先停掉它，或换一个文件夹",
    r"cannot write the credentials into (.+): ": r"密钥写不进 \1：",
    r"(.+) holds files of a sandbox, or with their names, that cannot be used: (.+)\. Nothing was changed: choose another directory, or empty this one for new keys": r"\1 里有沙箱的文件或同名文件，但不能用：\2。没有改动任何文件：请换一个文件夹，或清空它来生成新密钥",
    r"notifications go to this machine only, to an address such as (\S+), not (.+)": r"通知只能发到本机的地址，例如 \1，不能是 \2",
    r"the call took longer than (\S+) s in all": r"超过 \1 秒",
}


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(english), chinese) for english, chinese in _CHINESE.items()]


def in_language(text: str, lang: str) -> str:
    """Return what the library says, in Chinese where that is asked for; what is not known stays as it is."""
    if lang == CHINESE:
        for pattern, chinese in _patterns():
            text = pattern.sub(chinese, text)
    return text
