"""The studio as an application: its page, its files, and the languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from msgkit.studio.site import Site
from tests.studio.served import client_of, site_on

TOKEN = "a-secret-of-mine-1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A studio on an empty folder."""
    return site_on(tmp_path_factory.mktemp("replies"))


@pytest.fixture(scope="module")
def client(site: Site) -> TestClient:
    """A client of it."""
    return client_of(site)


class TestHome:
    """Where a browser comes to."""

    @pytest.mark.parametrize(
        ("accepted", "expected"),
        [("zh-CN,zh;q=0.9", "/zh/"), ("en-GB,en", "/en/"), ("fr, en;q=0.5", "/en/"), ("fr", "/zh/"), ("", "/zh/")],
    )
    def test_language(self, client: TestClient, accepted: str, expected: str) -> None:
        """It is sent to the page in the first language that it asks for and the studio speaks."""
        answer = client.get("/", headers={"Accept-Language": accepted})
        assert (answer.status_code, answer.headers["Location"]) == (307, expected)

    @pytest.mark.parametrize(("lang", "tag", "title"), [("zh", "zh-CN", "工作台"), ("en", "en", "studio")])
    def test_page(self, client: TestClient, lang: str, tag: str, title: str) -> None:
        """The page is there in both languages, without a script or a style in it."""
        text = client.get(f"/{lang}/").text
        assert f'<html lang="{tag}">' in text
        assert f"msgkit {title}" in text
        assert "<style" not in text
        assert " style=" not in text
        assert all("src=" in part.split(">")[0] for part in text.split("<script")[1:])


class TestFiles:
    """What the page is made of."""

    def test_all_there(self, client: TestClient) -> None:
        """Every file that the page names is there, the icon that browsers ask for too, and none is elsewhere."""
        text = client.get("/zh/").text
        named = [part.split('"')[0] for mark in ('src="', 'href="') for part in text.split(mark)[1:]]
        files = [name for name in named if "/static/" in name]
        assert len(files) > 8
        for name in [*files, "/favicon.ico"]:
            assert client.get(name).status_code == 200, name
        assert not [name for name in named if name.startswith(("http:", "https:", "//"))]

    @pytest.mark.parametrize(
        "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/", "/zh"]
    )
    def test_others(self, client: TestClient, path: str) -> None:
        """Nothing else of the package is handed out."""
        assert client.get(path).status_code == 404


class TestToken:
    """A page that can be reached from other machines."""

    def test_needed(self, site: Site) -> None:
        """Without the token in the address there is nothing but the icon."""
        client = client_of(site, token=TOKEN)
        for path in ("/", "/zh/", "/events", "/static/studio.js", f"/{TOKEN[:-1]}/zh/", f"/x/{TOKEN}/zh/"):
            assert client.get(path).status_code == 404, path
        assert client.get("/favicon.ico").status_code == 200

    def test_kept(self, site: Site) -> None:
        """With it all is there, and every address of the page has it."""
        client = client_of(site, token=TOKEN)
        assert client.get(f"/{TOKEN}/").headers["Location"] == f"/{TOKEN}/zh/"
        text = client.get(f"/{TOKEN}/zh/").text
        assert f'data-base="/{TOKEN}/zh"' in text
        named = [part.split('"')[0] for mark in ('src="', 'href="', 'hx-get="') for part in text.split(mark)[1:]]
        assert all(name.startswith((f"/{TOKEN}/", "#")) for name in named)


def test_without_a_folder() -> None:
    """A studio without a folder has a page too, which says so."""
    site = site_on(None)
    assert "没有打开文件夹" in client_of(site).get("/zh/").text


def test_folder(tmp_path: Path) -> None:
    """The page names the folder by its name alone."""
    (tmp_path / "<b>replies").mkdir()
    site = site_on(tmp_path / "<b>replies")
    text = client_of(site).get("/zh/").text
    assert "&lt;b&gt;replies" in text
    assert str(tmp_path) not in text
