"""Writes the page of rules from the catalogue: ``python docs/make_rules.py``; a test holds that it was run."""

from pathlib import Path

from msgkit._language import outline
from msgkit.rules import (
    MSGKIT,
    Rule,
    _advice,
    _content,
    _json,
    _miswritten,
    _sending,
    _short,
    _structure,
    _templates,
    _yaml,
)

PAGE = Path(__file__).parent / "rules.md"

HEAD = """\
# Rules

Every rule that msgkit checks, and no others. `problem.rule` is its code; `problem.text("en")` and `problem.text("zh")`
say what was wrong, here with an ellipsis for each value. `msgkit explain CODE` says the same in a terminal.

A rule whose source is `msgkit` is stated nowhere by WeChat Pay. Some of these are about Python or about files; others
are about replies that the platform could take and nobody can mean, such as an empty text, which the sandbox takes and
warns of. All other rules stand on the page of WeChat Pay's documentation that is named.
"""

SUBJECTS = {
    "What JSON must look like": _structure,
    "What a reply may hold": _content,
    "Templates": _templates,
    "Template files: the short form, variables, conditions, lists and includes": _short,
    "Template files: what people write otherwise": _miswritten,
    "YAML": _yaml,
    "JSON written by hand": _json,
    "Sending": _sending,
    "Advice, and what a plain reply cannot say": _advice,
}


def page() -> str:
    """Return the page, in Markdown."""
    parts = [HEAD]
    for subject, module in SUBJECTS.items():
        parts += [f"## {subject}\n", *(_section(rule) for rule in vars(module).values() if isinstance(rule, Rule))]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    source = f"source: {MSGKIT}" if rule.source == MSGKIT else f"source: WeChat Pay documentation, {rule.source}"
    lines = [f"*{_escaped(outline(rule.en))}*", _escaped(rule.cure)]
    chinese = [f"*{_escaped(outline(rule.zh))}*", _escaped(rule.cure_zh)]
    return f"### {rule.code}\n\n{lines[0]}\n\n{lines[1]}\n\n{chinese[0]}\n\n{chinese[1]}\n\n{source}\n"


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#$|" else char for char in text)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
