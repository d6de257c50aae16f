"""The gallery: which cards it has, what stands in them, and what is rendered for that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from msgkit.studio.site import Site
from tests.studio.hostile import TEXTS
from tests.studio.served import client_of, site_on
from tests.studio.test_folder import BROKEN, GOOD, put

VARIANTS = """
description: 包裹丢失
variables:
  in_stock: {type: bool}
  no: {description: 运单号}
variants:
  - when: in_stock
    blocks: [{text: 补发 $no}]
  - when: no == "1"
    blocks: [{text: 退款}]
  - blocks: [{text: 转人工}]
"""


@pytest.fixture
def site(folder: Path) -> Site:
    """A studio on a folder with a few templates."""
    put(folder, "refund/accepted.yaml", "description: 退款ＡＢＣ已受理\n" + GOOD)
    put(folder, "refund/broken.yaml", BROKEN)
    put(folder, "delivery/lost.yaml", VARIANTS)
    put(folder, "plain.json", '{"response_content": "已收到"}')
    return site_on(folder)


@pytest.fixture
def client(site: Site) -> TestClient:
    """A client of it."""
    return client_of(site)


def names(text: str) -> list[str]:
    """Return the names of the cards in an answer."""
    return [unescape(name) for name in re.findall(r'data-name="([^"]*)"', text)]


def card(client: TestClient, name: str, lang: str = "zh", **more: str) -> str:
    """Return a card."""
    return client.get(f"/{lang}/gallery/cards", params={"names": name, **more}).text


class TestCards:
    """What stands in a card."""

    def test_good(self, client: TestClient) -> None:
        """A template is shown with its examples, what it is for, how many variables it has, and that it passes."""
        text = card(client, "refund/accepted")
        assert "您好 张三" in text
        assert "退款ＡＢＣ已受理" in text
        assert "1 个变量 · </span>通过" in text
        assert 'href="#composer?name=refund%2Faccepted"' in text
        assert 'href="#conversation?template=refund%2Faccepted"' in text
        assert "1 variable · </span>passes" in card(client, "refund/accepted", "en")

    def test_broken(self, client: TestClient) -> None:
        """Of a broken file the findings are shown, by line, with the rule and the cure; it cannot be sent."""
        text = card(client, "refund/broken")
        assert "第 2 行有 1 个问题" in text
        assert "<code>no-main-key</code>" in text
        assert "怎么改：" in text
        assert "<details" in text
        assert " open>" in text
        assert "msgkit-message" not in text
        assert "#composer?name=refund%2Fbroken" in text
        assert "#conversation" not in text
        assert "1 problem in line 2" in card(client, "refund/broken", "en")

    def test_variants(self, client: TestClient) -> None:
        """Each reply of a template is shown with its condition, and the placeholder where an example is missing."""
        text = card(client, "delivery/lost")
        assert text.count('class="msgkit-message"') == 3
        assert [unescape(each) for each in re.findall(r'<p class="when">([^<]*)</p>', text)] == [
            "当 in_stock",
            '当 no == "1"',
            "其他情况",
        ]
        assert "补发 ${no}" in text
        assert "2 条提醒" in text
        assert "还有 1 种回复" in text

    def test_plain(self, client: TestClient) -> None:
        """A plain reply is shown as one, and what the checker says of it."""
        text = card(client, "plain")
        assert "已收到" in text
        assert "普通回复 · " in text
        assert "plain-reply" in text

    def test_states(self, folder: Path, client: TestClient, site: Site) -> None:
        """What can be tapped is shown as it is sent, expired, or used, as the page asks."""
        put(folder, "once.yaml", "blocks: [{button: 满意, expires: 24h, multi_clickable: false}]")
        site.templates.refresh()
        as_sent, expired, used = (card(client, "once", state=state) for state in ("normal", "expired", "used"))
        assert "前有效" in as_sent
        assert "已失效" in expired
        assert "已点击" in used
        assert card(client, "once", state="<b>").count("前有效") == 1


class _Markup(HTMLParser):
    """What elements a page has, each with its attributes, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[tuple[str, ...]] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, *sorted(name for name, _ in attrs)))
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "action", "hx-get"}}

    @classmethod
    def of(cls, folder: Path, texts: Iterable[str]) -> _Markup:
        """Look at the cards of templates in which these texts stand wherever they can, and whose names they are."""
        for number, text in enumerate(texts):
            content: dict[str, Any] = {
                "description": text,
                "variables": {"x": {"example": text, "description": text}, "y": {}},
                "blocks": [
                    {"text": f"{text} ${{x}} ${{y}}"},
                    {"button": text, text: text},
                    {"link": text, "url": text},
                ],
            }
            name = "".join(char for char in text if char.isprintable() and char not in "/\\:")[:40].strip(" .")
            put(folder, f"{number}{name}.json", json.dumps({**content, "blocks": content["blocks"][:1]}))
            put(folder, f"{number}/{name}.json", json.dumps(content))
        found = cls()
        site = site_on(folder)
        found.feed(client_of(site).get("/zh/gallery/list", params={"count": "480"}).text)
        found.feed(client_of(site).get("/en/gallery/chips").text)
        return found


def test_hostile(tmp_path: Path) -> None:
    """Whatever stands in files and their names, the page has the same elements, and its links lead nowhere else."""
    harmless = _Markup.of(tmp_path / "harmless", ["text", "x" * 600, "😀"])
    hostile = _Markup.of(tmp_path / "hostile", TEXTS)
    assert len(hostile.elements) > 10
    assert hostile.elements <= harmless.elements
    assert all(link.startswith(("#composer?", "#conversation?", "/zh/gallery/")) for link in hostile.links)


class TestList:
    """Which cards there are."""

    def test_page(self, client: TestClient) -> None:
        """The page begins with the first cards, and with chips that count."""
        text = client.get("/zh/").text
        assert names(text) == ["delivery/lost", "plain", "refund/accepted", "refund/broken"]
        assert re.findall(r">([^<>]*) (\d+)</label>", text.replace("<bdi>", "").replace("</bdi>", "")) == [
            ("全部", "4"),
            ("delivery", "1"),
            ("refund", "2"),
            ("有问题", "2"),
        ]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"in": "refund/"}, ["refund/accepted", "refund/broken"]),
            ({"in": ":wrong"}, ["plain", "refund/broken"]),
            ({"in": "refund/", "q": "abc"}, ["refund/accepted"]),
            ({"q": "REFUND"}, ["refund/accepted", "refund/broken"]),
            ({"q": "您好"}, ["refund/accepted", "refund/broken"]),
            ({"q": "运单号"}, ["delivery/lost"]),
            ({"q": "in_stock"}, ["delivery/lost"]),
            ({"q": "补发  丢失"}, ["delivery/lost"]),
            ({"q": "已收到"}, ["plain"]),
            ({"q": "有没有"}, []),
        ],
    )
    def test_filtered(self, client: TestClient, query: dict[str, str], expected: list[str]) -> None:
        """They are those of a folder, those with problems, and those in which all that is searched for stands."""
        client.get("/zh/")
        text = client.get("/zh/gallery/list", params=query).text
        assert names(text) == expected
        assert ("没有符合的模板" in text) is (not expected)

    def test_unread(self, client: TestClient, site: Site) -> None:
        """What was not read yet is found by what stands in its file."""
        assert site.templates.checked == 0
        assert names(client.get("/zh/gallery/list", params={"q": "补发"}).text) == ["delivery/lost"]
        assert site.templates.checked == 1

    def test_more(self, folder: Path, client: TestClient, site: Site) -> None:
        """There are 24 at once, the others behind them, and as many as a page had when it looks anew."""
        for number in range(60):
            put(folder, f"many/{number:02}.yaml", GOOD)
        site.templates.refresh()
        first = client.get("/zh/gallery/list", params={"in": "many/"}).text
        assert names(first) == [f"many/{number:02}" for number in range(24)]
        (more,) = re.findall(r'hx-get="(/zh/gallery/list\?after=[^"]*)"', first)
        second = client.get(more, params={"after": "many/23", "in": "many/"}).text
        assert names(second) == [f"many/{number:02}" for number in range(24, 48)]
        assert "gallery-cards" not in second
        last = client.get("/zh/gallery/list", params={"after": "many/47", "in": "many/"}).text
        assert len(names(last)) == 12
        assert "hx-get" not in last
        assert len(names(client.get("/zh/gallery/list", params={"count": "48"}).text)) == 48

    @pytest.mark.parametrize("count", ["-1", "x", "9" * 5000, "²"])
    def test_count(self, client: TestClient, count: str) -> None:
        """A number that is none is the usual one."""
        assert len(names(client.get("/zh/gallery/list", params={"count": count}).text)) == 4

    def test_names(self, client: TestClient) -> None:
        """Of names that are not there, or not asked for, there are no cards."""
        text = card(client, "nothing\nrefund/accepted\n../x\nrefund/broken\ndelivery/lost", q="您好")
        assert names(text) == ["refund/accepted", "refund/broken"]

    @pytest.mark.parametrize(
        ("folder_is_there", "lang", "said"),
        [
            (False, "zh", "没有打开文件夹"),
            (True, "zh", "还没有模板"),
            (False, "en", "No folder is open"),
            (True, "en", "no templates"),
        ],
    )
    def test_nothing(self, tmp_path: Path, folder_is_there: bool, lang: str, said: str) -> None:
        """Where there is nothing, it says what to do."""
        site = site_on(tmp_path if folder_is_there else None)
        text = client_of(site).get(f"/{lang}/gallery/list").text
        assert said in text
        assert 'href="#composer"' in text

    def test_flaws(self, folder: Path, client: TestClient, site: Site) -> None:
        """What is wrong with the folder is told on top."""
        put(folder, "plain.yaml", GOOD)
        site.templates.refresh()
        text = client.get("/zh/gallery/chips").text
        assert "文件夹的问题 1" in text
        assert "plain.yaml" in text

    def test_progress(self, client: TestClient, site: Site) -> None:
        """How many were read is told until all were."""
        assert "已检查 0/4" in client.get("/zh/gallery/chips").text
        for name in site.templates.names:
            site.templates.entry(name)
        assert "已检查" not in client.get("/zh/gallery/chips").text

    def test_version(self, folder: Path, client: TestClient, site: Site) -> None:
        """A page can ask whether it missed something."""
        before = client.get("/zh/gallery/version").text
        assert f'data-version="{before}"' in client.get("/zh/").text
        put(folder, "new.yaml", GOOD)
        site.templates.refresh()
        assert client.get("/zh/gallery/version").text != before


class TestRenderings:
    """What is rendered."""

    def test_once(self, folder: Path, client: TestClient, site: Site) -> None:
        """A message is rendered once, in whatever languages and by however many pages it is looked at."""
        for lang in ("zh", "en", "zh"):
            client.get(f"/{lang}/")
        assert site.renderings.count == 4
        put(folder, "refund/accepted.yaml", GOOD.replace("您好", "你好"))
        site.templates.refresh()
        assert "你好 张三" in client.get("/zh/").text
        assert site.renderings.count == 5

    def test_included(self, folder: Path, client: TestClient, site: Site) -> None:
        """With a file is rendered anew what includes it, and nothing else."""
        put(folder, "foot.yaml", "blocks: [{text: 再见}]")
        put(folder, "with.yaml", "blocks: [{text: 您好}, {include: foot}]")
        site.templates.refresh()
        client.get("/zh/")
        before = site.renderings.count
        put(folder, "foot.yaml", "blocks: [{text: 回头见}]")
        site.templates.refresh()
        assert client.get("/zh/").text.count("回头见") == 2
        assert site.renderings.count == before + 2
