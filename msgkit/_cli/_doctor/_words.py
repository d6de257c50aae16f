"""What the doctor says, in both languages."""

from __future__ import annotations

from msgkit._language import Words

TITLES = {
    "settings": Words("settings", "配置"),
    "private_key": Words("merchant key", "商户私钥"),
    "certificate": Words("merchant certificate", "商户证书"),
    "public_key": Words("platform public key", "微信支付公钥"),
    "host": Words("connection", "网络连接"),
    "clock": Words("clock", "本机时钟"),
    "signature": Words("our signature", "请求签名"),
    "answer": Words("the answer's signature", "应答验签"),
    "encryption": Words("encryption", "加密解密"),
    "platform_certificates": Words("platform certificates", "平台证书"),
}
"""What each check is called, by its code."""

WELL = Words("All is well.", "一切正常。")
WELL_BUT = Words("It works; warnings: {warnings}.", "可以使用，有 {warnings} 处需要留意。")
WRONG = Words("Problems: {errors}[, warnings: {warnings}].", "有 {errors} 处问题要处理[，另有 {warnings} 处需要留意]。")

SETTINGS = Words("merchant {mchid}, answers verified with {how}", "商户号 {mchid}，用{how}验签")
BY_KEY = Words("WeChat Pay's public key", "微信支付公钥")
BY_CERTIFICATES = Words("platform certificates", "平台证书")
BY_BOTH = Words("WeChat Pay's public key and platform certificates", "微信支付公钥和平台证书")
MISSING = Words("not set: {names:list}", "缺少 {names:list}")
MISSING_CURE = Words(
    "set what is missing, or name a file that does with --env-file[; nothing reads {wrong}, did you mean {near}?]",
    "补上缺少的环境变量，或用 --env-file 指定写有它们的文件[；{wrong} 不会被读取，是不是要写成 {near}？]",
)
SETTINGS_CURE = Words("correct it in the environment or the file", "请改正环境变量，或 --env-file 指定的文件")

KEY = Words("RSA, {bits} bits", "RSA，{bits} 位")
KEY_CURE = Words(
    "let WECHATPAY_PRIVATE_KEY be the path or the text of apiclient_key.pem, which was made when the API certificate "
    "was asked for",
    "把 WECHATPAY_PRIVATE_KEY 设为 apiclient_key.pem 的路径或内容；这个文件是申请 API 证书时生成的",
)
NO_KEY = Words("none was given", "没有提供")

CERTIFICATE = Words(
    "{serial}, fits the key, valid until {date} ({days} days)",
    "序列号 {serial}，与私钥配套，{date} 到期，还有 {days} 天",
)
CERTIFICATE_SOON = Words(
    "ask for a new one on the merchant platform (账户中心 → API安全) in time; the key changes with it",
    "请提前在商户平台（账户中心 → API安全）更换 API 证书，私钥要一起换",
)
CERTIFICATE_CURE = Words(
    "certificate, key and serial number must be of the same API certificate: see the merchant platform (账户中心 → "
    "API安全)",
    "请到商户平台（账户中心 → API安全）核对或更换 API 证书，证书、私钥、序列号要属于同一张证书",
)
NO_CERTIFICATE = Words(
    "none given; whether the key is that of serial_no {serial} shows in our signature below",
    "没有提供；私钥和序列号 {serial} 是否配套，看下面的“请求签名”",
)

PUBLIC_KEY = Words("{id}, RSA, {bits} bits", "{id}，RSA，{bits} 位")
PUBLIC_KEY_CURE = Words(
    "download pub_key.pem from the merchant platform (账户中心 → API安全 → 微信支付公钥), and copy the id that it has "
    "there",
    "请到商户平台（账户中心 → API安全 → 微信支付公钥）下载 pub_key.pem，并复制那里的公钥 ID",
)
NO_PUBLIC_KEY = Words("not used", "没有使用")

REACHED = Words("{host} answers, {ms} ms", "{host} 连接正常，{ms} 毫秒")
ANSWERS_BADLY = Words("{host} answers, but with an error: {reason}", "{host} 能连上，但返回错误：{reason}")
BUSY_CURE = Words(
    "that is the platform's, or a proxy's on the way: try again later", "这是平台或途中代理的问题，请稍后再试"
)
NOT_REACHED = {
    "name": Words("{host}: the name was not found ({reason})", "{host} 域名解析失败（{reason}）"),
    "refused": Words("{host}: the connection was refused ({reason})", "{host} 拒绝连接（{reason}）"),
    "tls": Words("{host}: the connection could not be secured ({reason})", "{host} TLS 握手失败（{reason}）"),
    "proxy": Words("{host}: the proxy does not lead there ({reason})", "{host} 代理不通（{reason}）"),
    "time": Words("{host}: no answer in time ({reason})", "{host} 超时，没有应答（{reason}）"),
    "other": Words("{host}: no answer ({reason})", "{host} 没有应答（{reason}）"),
}
"""Why a host was not reached."""

REACH_CURE = {
    "name": Words(
        "look at DNS and at WECHATPAY_BASE_URL or _BACKUP_URL",
        "请检查 DNS，以及 WECHATPAY_BASE_URL、WECHATPAY_BACKUP_URL 有没有写错",
    ),
    "refused": Words(
        "nothing listens there, or a firewall is in the way: look at the URL, or start the sandbox",
        "对方没有在监听，或被防火墙拦截；请检查网址，用沙箱的话请先启动沙箱",
    ),
    "tls": Words(
        "somebody in between shows a certificate of their own, or this machine's trusted certificates or clock are out "
        "of date (REQUESTS_CA_BUNDLE names others)",
        "可能有代理或防火墙替换了证书，也可能是本机的根证书或时钟过期（可用 REQUESTS_CA_BUNDLE 指定根证书）",
    ),
    "proxy": Words("look at HTTPS_PROXY and NO_PROXY", "请检查 HTTPS_PROXY、NO_PROXY"),
    "time": Words("let the firewall open port 443 to the host", "请检查防火墙是否放行到该域名的 443 端口"),
    "other": Words("look at the network, and try again", "请检查网络后再试"),
}

CLOCK = Words("{seconds} s off the platform's", "与平台相差 {seconds} 秒")
CLOCK_OFF = Words("{seconds} s {way} of the platform's", "比平台{way} {seconds} 秒")
FAST, SLOW = Words("ahead", "快"), Words("behind", "慢")
CLOCK_CURE = Words(
    "set the clock by NTP; from 300 s on the platform refuses our signature and we refuse its",
    "请用 NTP 校准时钟；相差超过 300 秒，平台和本机会互相拒绝对方的签名",
)
NO_CLOCK = Words("unknown, no answer told the time", "无法比对，没有得到应答时间")

SIGNATURE = Words("accepted", "平台已接受")
SIGNATURE_CURE = Words(
    "mchid, serial_no and key must belong together: compare them with the merchant platform (账户中心 → API安全)",
    "商户号、证书序列号、私钥要配套，请到商户平台（账户中心 → API安全）逐项核对",
)
REFUSED = Words("the echo was refused: {reason}", "验证接口返回错误：{reason}")
REFUSED_CURE = Words(
    "compare mchid, WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_BASE_URL with the merchant platform",
    "请到商户平台核对商户号、WECHATPAY_PUBLIC_KEY_ID，并检查 WECHATPAY_BASE_URL",
)

ANSWER = Words("signed with {serial}, verified", "签名密钥 {serial}，验签通过")
ANSWER_CURE = Words(
    "the key must be WeChat Pay's own, with its id: download both again (账户中心 → API安全 → 微信支付公钥)",
    "公钥和公钥 ID 要配套，请到商户平台（账户中心 → API安全 → 微信支付公钥）重新下载公钥、复制 ID",
)
CERTIFICATE_MODE_CURE = Words(
    "the platform signs with its certificates: set WECHATPAY_PLATFORM_CERTIFICATES=1 and WECHATPAY_APIV3_KEY",
    "平台还在用平台证书签名：请设置 WECHATPAY_PLATFORM_CERTIFICATES=1 和 WECHATPAY_APIV3_KEY",
)
PROBE_CURE = Words("that is a probe of the platform's: run this again", "这是平台的签名探测流量，请再运行一次")

ENCRYPTION = Words("both ways", "双向正常")
NOT_READ = Words("the platform could not read what we encrypted: {reason}", "平台解不开我们加密的内容：{reason}")
NOT_FOR_US = Words("what the platform encrypted is not for this key", "平台返回的密文，用这个商户私钥解不开")
NOT_FOR_US_CURE = Words(
    "the platform encrypts for the certificate of serial_no: its key is another",
    "平台是用 serial_no 对应的商户证书加密的，请换成这张证书的私钥",
)

SKIPPED = Words("not checked: {why}", "没有检查：{why}")
NO_ANSWER = Words("no answer", "没有应答")
NO_USABLE_KEY = Words("that needs usable keys", "密钥还不能用")
AFTER_THAT = Words("that needs what failed above", "要先解决上面的问题")
AFTER_CERTIFICATES = Words("that needs the platform certificates, see below", "要先取得平台证书，见下面")

ONE_CERTIFICATE = Words("{serial} until {date} ({days} days)", "{serial}，{date} 到期，还有 {days} 天")
NO_APIV3_KEY = Words(
    "WECHATPAY_APIV3_KEY is not set: needed for platform certificates and notifications alone",
    "没有设置 WECHATPAY_APIV3_KEY（只有平台证书和回调通知要用到）",
)
NONE_FOR_US = Words(
    "this merchant has none (403): the platform signs with its public key",
    "该商户没有平台证书（403），平台用微信支付公钥签名",
)
NONE_CURE = Words(
    "set WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_PUBLIC_KEY, and leave WECHATPAY_PLATFORM_CERTIFICATES out",
    "请改用微信支付公钥：设置 WECHATPAY_PUBLIC_KEY_ID 和 WECHATPAY_PUBLIC_KEY，去掉 WECHATPAY_PLATFORM_CERTIFICATES",
)
APIV3_KEY_CURE = Words(
    "WECHATPAY_APIV3_KEY is the 32 characters that were set on the merchant platform (账户中心 → API安全 → APIv3密钥)",
    "WECHATPAY_APIV3_KEY 要填商户平台（账户中心 → API安全）里设置的 APIv3 密钥，共 32 个字符；忘了只能重新设置",
)
LATER_CURE = Words("try again later", "请稍后再试")
