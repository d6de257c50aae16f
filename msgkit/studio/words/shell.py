"""What the frame around all places says."""

from msgkit._language import Words

WORDS = {
    "title": Words("msgkit studio", "msgkit 工作台"),
    "skip": Words("Skip to the content", "跳到内容"),
    "places": Words("Places", "页面导航"),
    "gallery": Words("Templates", "模板库"),
    "composer": Words("Compose", "编辑器"),
    "conversation": Words("Conversations", "会话"),
    "calls": Words("Calls", "记录"),
    "sandbox": Words("Sandbox {address}", "本机沙箱 {address}"),
    "no_folder": Words("no folder", "没有打开文件夹"),
    "dark": Words("Dark", "深色"),
    "light": Words("Light", "浅色"),
    "other_language": Words("中文", "English"),
    "no_script": Words(
        "The studio needs JavaScript; please switch it on for this address.",
        "工作台需要 JavaScript，请在浏览器里为这个地址打开。",
    ),
    "away": Words("The studio does not answer. Is it still running?", "工作台没有响应，它还在运行吗？"),
    "close": Words("Close", "关闭"),
    "cancel": Words("Cancel", "取消"),
    "copied": Words("Copied", "已复制"),
    "loading": Words("Loading…", "正在加载…"),
}
