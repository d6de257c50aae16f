"""``msgkit explain``: what a rule says, who states it, and the cure."""

from __future__ import annotations

import difflib

import click
from click.shell_completion import CompletionItem

from msgkit import _language
from msgkit._cli._errors import WrongError
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._columns import columns, padded
from msgkit._language import Words
from msgkit.rules import MSGKIT, RULES, Rule

_NEAR = Words(
    "there is no rule {code:quoted}; did you mean {near:list}?", "没有规则{code:quoted}，是不是 {near:list}？"
)
_NOT_NEAR = Words(
    "there is no rule {code:quoted}; msgkit explain lists them all",
    "没有规则{code:quoted}；msgkit explain 会列出全部规则",
)
_WORDS = {
    _language.ENGLISH: ("says", "cure", "source"),
    _language.CHINESE: ("内容", "怎么改", "出处"),
}


def _codes(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(code) for code in sorted(RULES) if code.startswith(begun)]


@click.command(epilog=examples("msgkit explain four-byte-character", "msgkit explain"))
@click.argument("code", required=False, shell_complete=_codes)
@lang_option
def explain(code: str | None, lang: str) -> None:
    """Say what a rule means, who states it, and what to do; without a CODE, list them all."""
    if code is None:
        for _, rule in sorted(RULES.items()):
            click.echo(f"{rule.code:<26} {_language.outline(_said(rule, lang))}")
        return
    if code not in RULES:
        near = difflib.get_close_matches(code, RULES, n=3, cutoff=0.4)
        told = (_NEAR if near else _NOT_NEAR).text(lang, code=code, near=tuple(near))
        raise WrongError(told, lang)
    click.echo(explanation(RULES[code], lang))


def explanation(rule: Rule, lang: str) -> str:
    """Return what there is to know about a rule.

    Args:
        rule: The rule.
        lang: ``"en"`` or ``"zh"``.
    """
    says, cure, source = _WORDS[lang]
    width = max(map(columns, (says, cure, source))) + 2
    rows = {
        says: _language.outline(_said(rule, lang)),
        cure: rule.cure_zh if lang == _language.CHINESE else rule.cure,
        source: _source(rule, lang),
    }
    return "\n".join([rule.code, *(f"  {padded(name, width)}{text}" for name, text in rows.items())])


def _source(rule: Rule, lang: str) -> str:
    if lang == _language.CHINESE:
        return "msgkit（微信支付没有写明）" if rule.source == MSGKIT else f"微信支付文档《{rule.source}》"
    return (
        "msgkit (WeChat Pay does not state it)" if rule.source == MSGKIT else f"WeChat Pay documentation, {rule.source}"
    )


def _said(rule: Rule, lang: str) -> str:
    return rule.zh if lang == _language.CHINESE else rule.en
