"""Tables for tests, and what a report says."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

TEMPLATE = """\
variables:
  name: {example: 张三}
  amount: {type: money, unit: yuan, example: "1.00"}
blocks:
  - text: 您好 ${name}，已退 ${amount} 元
"""
HEADER = ("complaint_id", "name", "amount")


def template(folder: Path, text: str = TEMPLATE) -> Path:
    """Write the template."""
    path = folder / "refund.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def table(path: Path, rows: Iterable[Iterable[str]], header: Iterable[str] = HEADER) -> Path:
    """Write a table as a spreadsheet does."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def report(path: Path) -> list[dict[str, str]]:
    """Read a report as a spreadsheet does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
