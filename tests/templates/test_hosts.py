"""Tests of hosts in templates: no value leads a customer to another host than the template says."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given, settings, strategies as st
from urllib3.util import parse_url

from msgkit import JumpUrl, Message, Template, ValidationError, Variable

EVIL = [
    "evil",
    ".evil.com",
    "-evil.com",
    "@evil.com/",
    ":80@evil.com",
    ":80",
    ":evil@evil.com/",
    "\\evil.com",
    "\\@evil.com",
    "%2Fevil.com",
    "%40evil.com",
    "%2e%65vil.com",
    "。evil.com",
    "．evil.com",
    "／evil.com",
    "＠evil.com",
    "？@evil.com",
    "℀.evil.com",
    "\u200b/",
    "[::1]",
    "]",
    ";@evil.com",
    "&@evil.com",
    "$",
    "%s",
]
"""What begins nothing that can follow a host."""


def rendered(url: str, **values: str) -> str:
    """Return what a URL becomes."""
    [action] = Template(Message().link("x", JumpUrl(url))).render(**values).find(JumpUrl)
    return action.jump_url


def refusal(url: str, **values: str) -> tuple[str | None, object]:
    """Return the rule that a URL breaks when it is filled, and the variable that the problem names."""
    with pytest.raises(ValidationError) as error:
        rendered(url, **values)
    [problem] = error.value.problems
    assert problem.pointer == "/blocks/0/link/action/jump_url"
    return problem.rule, problem.params.get("variable")


class TestAtTheEnd:
    """A placeholder where the template's own host ends."""

    @pytest.mark.parametrize("value", EVIL)
    def test_is_refused(self, value: str) -> None:
        """What would go on with the host, or make a user's name or a port of it, is refused."""
        assert refusal("https://shop.example${path}", path=value) == ("moved-host", "path")
        assert refusal("https://shop.example${path}?id=${id}", path=value, id="1") == ("moved-host", "path")
        assert refusal("https://shop.example${path}/o", path=value) == ("moved-host", "path")
        assert refusal("https://shop.example:443${path}", path=value) == ("moved-host", "path")
        assert refusal("https://me@shop.example${path}#x", path=value) == ("moved-host", "path")

    @pytest.mark.parametrize("value", ["", "/", "/a", "?a", "#a", "/@evil.com", "?@evil.com", "#:@\\", "//evil.com"])
    def test_is_taken(self, value: str) -> None:
        """What ends the host itself is taken, and so is nothing at all."""
        url = rendered("https://shop.example${path}", path=value)
        assert (url, hosts(url)) == (f"https://shop.example{value}", {"shop.example"})

    def test_several(self) -> None:
        """Of several in a row the first that is not empty ends the host, and then the others are free."""
        url = "https://shop.example${a}${b}${c}"
        assert rendered(url, a="", b="/x", c="@evil.com") == "https://shop.example/x@evil.com"
        assert rendered(url, a="", b="", c="") == "https://shop.example"
        assert refusal(url, a="", b=".evil.com", c="/") == ("moved-host", "b")
        assert refusal(url, a="", b="", c="@evil.com") == ("moved-host", "c")

    def test_a_text_that_shows_another(self) -> None:
        """A text is held to the rule by the characters that it has, and those are put in: not what it shows."""

        class Shown(str):
            __slots__ = ()

            def __str__(self) -> str:
                return ".evil.com/"

        assert rendered("https://shop.example${path}", path=Shown("/o")) == "https://shop.example/o"
        template = Template(Message().link("x", JumpUrl("https://shop.example${path}"))).partial(path=Shown("/o"))
        assert template.render().find(JumpUrl)[0].jump_url == "https://shop.example/o"

    def test_filled_before(self) -> None:
        """A value that was filled in before the others is held to the same."""
        template = Template(Message().link("x", JumpUrl("https://shop.example${a}${b}"))).partial(a=".evil.com")
        with pytest.raises(ValidationError, match=r"fills a; right behind the host it must begin with /, \? or #"):
            template.render(b="/")


class TestBefore:
    """A placeholder in a host, or before it."""

    URLS = (
        "https://${x}.example/",
        "https://a${x}b.example",
        "https://user:${x}@shop.example/",
        "https://${x}@a.example",
    )

    @pytest.mark.parametrize("url", URLS)
    @pytest.mark.parametrize("value", ["evil.com/", "evil.com?", "evil.com#", "/", *EVIL[3:]])
    def test_is_refused(self, url: str, value: str) -> None:
        """What any reader of URLs could take for an end is refused."""
        assert refusal(url, x=value) == ("moved-host", "x")

    @pytest.mark.parametrize("url", URLS)
    @pytest.mark.parametrize("value", ["", "a", "a.b", "shop-1", "a_b", "42", "xn--fiqs8s", "商店", "müller"])
    def test_is_taken(self, url: str, value: str) -> None:
        """Letters of any language, digits and what stands in hosts are taken: the host still ends as it did."""
        assert rendered(url, x=value) == url.replace("${x}", value)

    def test_a_port(self) -> None:
        """A port may be a value."""
        assert rendered("https://shop.example:${port}/o", port="8443") == "https://shop.example:8443/o"
        assert refusal("https://shop.example:${port}/o", port="80@evil.com") == ("moved-host", "port")
        assert refusal("https://shop.example:${port}", port="80@evil.com") == ("moved-host", "port")

    @pytest.mark.parametrize("url", ["https://${sub}${tld}/", "https://${sub}${tld}"])
    def test_a_host_of_values(self, url: str) -> None:
        """A host that is nothing but values is whatever they are, and ends where the template says."""
        assert rendered(url, sub="shop", tld=".example") == url.replace("${sub}${tld}", "shop.example")
        assert refusal(url, sub="shop", tld="/x") == ("moved-host", "tld")
        assert refusal(url, sub="evil.com/", tld="") == ("moved-host", "sub")

    @pytest.mark.parametrize(
        "url", ["https://www.${domain}/", "https://shop-${domain}.example", "https://me@${domain}"]
    )
    def test_a_host_that_goes_on(self, url: str) -> None:
        """Where the template's own text cannot be the end of a host, the value goes on with it."""
        assert rendered(url, domain="a.example") == url.replace("${domain}", "a.example")
        assert refusal(url, domain="a@b") == ("moved-host", "domain")

    @pytest.mark.parametrize("before", ["https://shop.example-", "https://shop_", "https://shop.example:"])
    @pytest.mark.parametrize("behind", ["", "/", "?a", "#a", "/${more}"])
    @pytest.mark.parametrize("value", ["x.evil.com", ".evil.com", ".", "\u2488evil", "\uff0e"])
    def test_a_name_that_goes_on(self, before: str, behind: str, value: str) -> None:
        """Where it stops in the middle of a name, a value goes on with that name and begins no other."""
        more = {"more": "@"} if "more" in behind else {}
        assert refusal(f"{before}${{x}}{behind}", x=value, **more) == ("moved-host", "x")
        assert refusal(f"{before}${{y}}${{x}}{behind}", x=value, y="0", **more) == ("moved-host", "x")
        assert rendered(f"{before}${{x}}{behind}", x="42", **more) == f"{before}42{behind.replace('${more}', '@')}"

    @pytest.mark.parametrize("url", ["https://shop.example-${x}m", "https://shop.example${x}m/", "https://a${x}-${y}"])
    def test_a_name_on_both_sides(self, url: str) -> None:
        """So it is where more of its own text follows, but not the end of a host."""
        more = {"y": "0"} if "y" in url else {}
        assert refusal(url, x=".evil.co", **more) == ("moved-host", "x")
        assert rendered(url, x="1", **more) == url.replace("${x}", "1").replace("${y}", "0")

    def test_a_name_before_the_host(self) -> None:
        """A user's name and a password are no part of it."""
        assert rendered("https://me:${x}@localhost/", x="a.b") == "https://me:a.b@localhost/"

    def test_begun_by_a_value(self) -> None:
        """So it is where a value stops there."""
        assert refusal("${base}${x}", base="https://shop.example-", x="x.evil.com") == ("moved-host", "x")

    @pytest.mark.parametrize(
        ("url", "value", "right"),
        [
            ("https://${x}", "shop.example/orders", "in the host it may have letters, digits and ., -, _ only"),
            ("https://${x}.example/", "a/b", "in the host it may have letters, digits and ., -, _ only"),
            ("https://shop-${x}", "a.b", "in the host it may have letters, digits and -, _ only"),
            ("https://shop.example${x}", "o", "right behind the host it must begin with /, ? or #"),
        ],
    )
    def test_what_would_be_right(self, url: str, value: str, right: str) -> None:
        """What is said fits the place of the value, and says what it might be."""
        with pytest.raises(ValidationError) as error:
            rendered(url, x=value)
        [problem] = error.value.problems
        assert problem.message == f"could lead to another host by what fills x; {right}"
        assert "域名" in problem.text("zh")
        assert rendered("${x}", x="https://shop.example/orders") == "https://shop.example/orders"

    def test_two_places(self) -> None:
        """One in the host and one at its end are each held to their own rule."""
        url = "https://${shop}.example${path}"
        assert rendered(url, shop="a", path="/o") == "https://a.example/o"
        assert refusal(url, shop="a/", path="/o") == ("moved-host", "shop")
        assert refusal(url, shop="a", path=".evil.com") == ("moved-host", "path")


class TestAfter:
    """A placeholder after the host."""

    @pytest.mark.parametrize(
        "url", ["https://shop.example/${x}", "https://shop.example?${x}", "https://a.example#${x}/"]
    )
    @pytest.mark.parametrize("value", [*EVIL, "", "/", "//evil.com", "..", "?#"])
    def test_is_taken(self, url: str, value: str) -> None:
        """Whatever a URL may hold is taken."""
        assert rendered(url, x=value) == url.replace("${x}", value)

    @pytest.mark.parametrize("value", ["a b", "\t", "\n", "\x00", "\u3000"])
    def test_blanks(self, value: str) -> None:
        """What no URL may hold is refused by the rule for URLs; in the host, or at its end, as what leads elsewhere."""
        for url in ("https://shop.example/${x}", "${x}", "${x}://"):
            assert refusal(url, x=value) == ("blank-in-url", ("x",))
        for url in ("https://shop.example${x}", "https://${x}.example/"):
            assert refusal(url, x=value) == ("moved-host", "x")


class TestBegunByAValue:
    """A URL that begins with a placeholder has its host from that one."""

    @pytest.mark.parametrize("base", ["https://shop.example", "https://shop.example:8443", "HTTPS://me@shop.example"])
    def test_what_follows(self, base: str) -> None:
        """What follows cannot lead away from it: the value counts as the template's own text."""
        for value in EVIL:
            assert refusal("${base}${path}", base=base, path=value) == ("moved-host", "path")
        assert rendered("${base}${path}", base=base, path="/o") == f"{base}/o"
        assert rendered("${base}/${path}", base=base, path="@evil.com") == f"{base}/@evil.com"

    def test_a_base_with_a_path(self) -> None:
        """A value that ends its host itself leaves what follows free."""
        assert rendered("${base}${path}", base="https://a.example/", path="@evil") == "https://a.example/@evil"

    def test_the_templates_own_text_goes_on(self) -> None:
        """So it is with the template's own text right behind it."""
        assert rendered("${base}.example${path}", base="https://a", path="/o") == "https://a.example/o"
        assert refusal("${base}.example${path}", base="https://a", path=".evil.com") == ("moved-host", "path")
        assert rendered("${scheme}://a.example/${x}", scheme="https", x="@evil") == "https://a.example/@evil"
        assert refusal("${scheme}://a.example${x}", scheme="https", x="@evil") == ("moved-host", "x")

    def test_a_scheme_alone(self) -> None:
        """A value that stops short of the host leaves it to the next one."""
        assert rendered("${base}${host}/o", base="https://", host="a.example") == "https://a.example/o"
        assert refusal("${base}${host}/o", base="https://", host="a.example/x") == ("moved-host", "host")
        assert rendered("${a}${b}${c}", a="", b="https://a.example", c="/o") == "https://a.example/o"
        assert refusal("${a}${b}${c}", a="", b="https://a.example", c=".evil.com") == ("moved-host", "c")

    @pytest.mark.parametrize("base", ["http://a.example", "javascript:alert(1)//https://", "", "https:///evil.com"])
    def test_no_https(self, base: str) -> None:
        """It is an https URL all the same."""
        assert refusal("${base}${path}", base=base, path="")[0] in {"not-https", "no-host"}


class TestElsewhere:
    """Where the rule is asked, and where it is not."""

    def test_texts_are_free(self) -> None:
        """A text that looks like a URL is a text."""
        message = Template(Message().text("https://shop.example${x}")).render(x=".evil.com")
        assert message == Message().text("https://shop.example.evil.com")

    def test_together_with_others(self) -> None:
        """It is told together with all else that is wrong, and shows no value."""
        template = Template(Message().text("${x}").link("x", JumpUrl("https://a.example${x}")).with_custom_data("${y}"))
        with pytest.raises(ValidationError) as error:
            template.render(x=".evil.com", y="y" * 4097)
        assert [(each.pointer, each.rule) for each in error.value.problems] == [
            ("/blocks/1/link/action/jump_url", "moved-host"),
            ("/custom_data", "too-long"),
        ]
        assert "evil" not in f"{error.value} {error.value.problems!r}"

    def test_trial(self) -> None:
        """An example that moves the host is told; a variable without one is given the benefit of the doubt."""
        url = "https://shop.example${path}"
        message = Message().link("x", JumpUrl(url))
        [problem] = Template(message, declared={"path": Variable(example="o")}).trial()
        assert problem.rule == "moved-host"
        assert Template(message).trial() == ()
        for free in ("https://${a}.example${b}", "${base}${path}", "https://${a}${b}/", "https://a.example:${port}/"):
            assert Template(Message().link("x", JumpUrl(free))).trial() == ()


def hosts(url: str) -> set[str | None]:
    """Return where readers of URLs see a URL lead to: Python's, urllib3, and one that reads as browsers do.

    A reader that takes it for no URL leads nowhere.
    """
    found: set[str | None] = {as_browsers(url)}
    with contextlib.suppress(ValueError):
        found.add(urlsplit(url).hostname)
    try:
        found.add(unquote(parse_url(url).host or ""))
    except (ValueError, LookupError):
        pass
    except Exception as error:  # noqa: BLE001 - urllib3's own
        assert type(error).__name__ == "LocationParseError"  # noqa: PT017
    return {host and same(host) for host in found}


def same(host: str) -> str:
    """Return one form of a host for all that stand for the same: ``xn--fiq`` is 中, a full-width letter a letter."""
    with contextlib.suppress(UnicodeError):
        host = host.encode("ascii").decode("idna")
    return unicodedata.normalize("NFKC", host).lower()


def as_browsers(url: str) -> str | None:
    """Return the host as the URL standard of browsers reads it: tabs are nothing, and a backslash is a slash."""
    bare = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(33)))))
    rest = bare.partition(":")[2].replace("\\", "/").lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = unquote(authority.rpartition("@")[2])
    if re.search(r"[\x00-\x20#/<>?@\\^|\x7f]", host):
        return None  # it refuses such a host
    return host if host.startswith("[") else host.partition(":")[0]


OWN = [
    "https://",
    "https://shop.example",
    "https://a.",
    "https://me:pw@shop.example:443",
    "https://shop.example/",
    "${base}",
]
NEXT = ["", ".example", "/", "?q=", "#", "@shop.example", ":443", "-b.example/o", ".example@", "b"]
letters = st.text("ab1.-_/?#@:\\%[]。．／＠？：℀²ﷺ中\u00ad\u200b&;", max_size=6) | st.sampled_from(
    [*EVIL, "", "/o", "a"]
)


class TestAnyValue:
    """Whatever the values are."""

    @settings(max_examples=400)
    @given(
        st.sampled_from(OWN),
        st.lists(st.sampled_from(NEXT), min_size=1, max_size=3),
        st.lists(letters, min_size=3, max_size=3),
    )
    @example("https://", [".example"], ["a：80", "", ""])
    @example("https://", [".example"], ["a\\", "", ""])
    @example("https://shop.example", ["", ""], ["", "\\@evil.com/", ""])
    def test_no_host_moves(self, own: str, following: list[str], values: list[str]) -> None:
        """A host is what the template's text says, with safe values in it, for every reader; or it is refused."""
        names = [f"v{index}" for index in range(len(following))]
        url = own + "".join(f"${{{name}}}{literal}" for name, literal in zip(names, following, strict=True))
        given_values = dict(zip(names, values, strict=False))
        if own == "${base}":
            given_values["base"] = own = "https://base.example"
        try:
            template = Template(Message().link("x", JumpUrl(url)))
            made = template.render(**given_values).find(JumpUrl)[0].jump_url
        except ValidationError:
            return
        assert hosts(made) <= {expected(own, following, values), None}


def expected(own: str, following: list[str], values: list[str]) -> str:
    """Return the host that a template says: up to the first end in its own text, with all that stands before it.

    Where values stand between its own text and that end, the host is the one before or the one behind them: no value
    can be the end, and none that is there may be part of a host that ended before it.
    """
    authority = last = own.partition("//")[2]
    for number, value in enumerate(values[: len(following)]):
        if re.search(r"[/?#]", authority):
            break
        rest = "".join(following[number:])
        if last and last[-1] not in ".-_:@" and (not rest or rest[0] in "/?#"):
            break
        authority += value + following[number]
        last = following[number] or last
    host = re.split(r"[/?#]", authority, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return same(host)
