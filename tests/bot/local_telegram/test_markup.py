"""Telegram's HTML, and what Telegram finds in a text by itself."""

import html
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_telegram.entities import found_entities, utf16_length, utf16_slice
from bot.local_telegram.errors import RejectedError
from bot.local_telegram.links import checked_url
from bot.local_telegram.markup import formatted, parse_html

_TAGS = ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler")
_WORDS = st.text(st.sampled_from("电表停 a1<>&\"'\n😀🇨🇳/@#."), min_size=1, max_size=6)


@st.composite
def _trees(draw: st.DrawFn, depth: int = 3, *, quoted: bool = False) -> str:
    """Well-formed markup, with no quotation inside a quotation."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        if depth == 0 or draw(st.booleans()):
            parts.append(html.escape(draw(_WORDS)))
        else:
            tag = draw(st.sampled_from([tag for tag in _TAGS if not (quoted and tag == "blockquote")]))
            inner = draw(_trees(depth - 1, quoted=quoted or tag == "blockquote"))
            parts.append(f"<{tag}>{inner}</{tag}>")
    return "".join(parts)


def _shown(markup: str) -> str:
    return html.unescape(re.sub("<[^<>]*>", "", markup)).strip()


@given(_trees())
def test_well_formed_markup_shows_its_text(markup: str) -> None:
    """Tags vanish, references become characters, white space at the ends is dropped: nothing else changes."""
    assert parse_html(markup).text == _shown(markup)


@given(_trees())
def test_entities_lie_within_the_text_between_whole_characters(markup: str) -> None:
    """Every entity covers some of the text, in UTF-16 units, and cuts no character in two."""
    shown = parse_html(markup)
    for entity in shown.entities:
        piece = utf16_slice(shown.text, entity["offset"], entity["length"])
        assert piece
        assert piece in shown.text
        assert not any(0xD800 <= ord(character) < 0xE000 for character in piece)
        assert entity["offset"] + entity["length"] <= utf16_length(shown.text)


@given(_WORDS, _WORDS.filter(lambda words: bool(words.strip())), _WORDS, st.sampled_from(_TAGS))
def test_an_entity_slices_to_what_the_tag_held(before: str, inside: str, after: str, tag: str) -> None:
    """Cutting the text at the entity's offset and length gives what stood between the tags."""
    before, after = f"前{before}", f"{after}后"
    kind = {
        "strong": "bold",
        "b": "bold",
        "i": "italic",
        "em": "italic",
        "u": "underline",
        "ins": "underline",
        "tg-spoiler": "spoiler",
    }.get(tag, "strikethrough" if tag in ("s", "strike", "del") else tag)
    markup = f"{html.escape(before)}<{tag}>{html.escape(inside)}</{tag}>{html.escape(after)}"

    shown = parse_html(markup)

    [entity] = [entity for entity in shown.entities if entity["type"] == kind]
    assert utf16_slice(shown.text, entity["offset"], entity["length"]) == inside


@given(_trees(), st.data())
def test_markup_with_a_tag_too_few_or_too_many_is_rejected(markup: str, data: st.DataObject) -> None:
    """Taking away any one tag, or putting in a lone one anywhere outside of tags, breaks the markup."""
    tags = list(re.finditer("<[^<>]*>", markup))
    places = [0, *(tag.end() for tag in tags)]
    if bool(tags) and data.draw(st.booleans()):
        lost = tags[data.draw(st.integers(0, len(tags) - 1))]
        broken = markup[: lost.start()] + markup[lost.end() :]
    else:
        place = data.draw(st.sampled_from(places))
        lone = data.draw(st.sampled_from(["<b>", "</b>", "<", "<br>", "<b", "</", "<q>"]))
        broken = markup[:place] + lone + markup[place:]

    with pytest.raises(RejectedError, match="can't parse entities"):
        parse_html(broken)


_PIECES = (
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href='http://a.cn'>",
    "</a>",
    "<blockquote>",
    "</blockquote>",
    "<",
    ">",
    "&",
    "电",
)


def _balanced(pieces: list[str]) -> bool:
    """Whether the tags close in order and quotations are not nested; a reading of its own, with no regard to text."""
    opened: list[str] = []
    for piece in pieces:
        if piece.startswith("</"):
            if not opened or opened.pop() != piece[2:-1]:
                return False
        elif piece.startswith("<"):
            name = piece[1:-1].split(" ")[0]
            if name == "blockquote" and name in opened:
                return False
            opened.append(name)
    return not opened


@given(st.lists(st.sampled_from([piece for piece in _PIECES if piece != "<"]), max_size=12))
def test_exactly_the_balanced_markup_is_accepted(pieces: list[str]) -> None:
    """Random tags are accepted where they close in order, and only there."""
    try:
        parse_html("".join(pieces))
    except RejectedError:
        accepted = False
    else:
        accepted = True
    assert accepted == _balanced(pieces)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join) | st.text(max_size=40))
def test_any_text_is_read_or_rejected_in_words(markup: str) -> None:
    """Nothing makes the reader fail otherwise than by turning the text down."""
    with suppress(RejectedError):
        formatted(markup, "HTML")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("电<foo>", 'Unsupported start tag "foo" at byte offset 3'),
        ("电<b", "Unclosed start tag at byte offset 3"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>电", 'Can\'t find end tag corresponding to start tag "b"'),
        ("电</b>", "Unexpected end tag at byte offset 3"),
        ("<b>电</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("<b>电</b", "Unclosed end tag at byte offset 6"),
        ("<span>电</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>电</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>电</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>电</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_broken_markup_is_named_with_its_place_in_bytes(markup: str, words: str) -> None:
    """The complaint says what is wrong, and where, counted in bytes of UTF-8."""
    with pytest.raises(RejectedError) as caught:
        parse_html(markup)
    assert caught.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize("outer", ["<blockquote>", "<blockquote expandable>"])
def test_quotations_do_not_nest(outer: str) -> None:
    """A quotation inside a quotation is rejected."""
    with pytest.raises(RejectedError, match="can't be nested"):
        parse_html(f"{outer}甲<b><blockquote>乙</blockquote></b></blockquote>")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<blockquote expandable>条</blockquote>", {"type": "expandable_blockquote", "offset": 0, "length": 1}),
        ('<span class="tg-spoiler">答</span>', {"type": "spoiler", "offset": 0, "length": 1}),
        (
            '<pre><code class="language-python">x</code></pre>',
            {"type": "pre", "offset": 0, "length": 1, "language": "python"},
        ),
        ('<code class="language-python">x</code>', {"type": "code", "offset": 0, "length": 1}),
        ("<code>x<b>y</b></code>", {"type": "code", "offset": 0, "length": 2}),
        ("<b>x<b>y</b></b>", {"type": "bold", "offset": 0, "length": 2}),
        ("<b>x</b><b>y</b>", {"type": "bold", "offset": 0, "length": 2}),
        (
            '<a href="https://a.cn/x?y=1&amp;z=2">l</a>',
            {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.cn/x?y=1&z=2"},
        ),
    ],
)
def test_each_tag_has_its_entity(markup: str, expected: dict[str, object]) -> None:
    """A tag becomes the one entity that Telegram makes of it."""
    assert parse_html(markup).entities == (expected,)


def test_a_link_to_a_person_mentions_only_whom_the_bot_met() -> None:
    """tg://user?id= is a mention of somebody known, and plain text otherwise."""
    user = {"id": 1001, "is_bot": False, "first_name": "王师傅"}
    markup = '<a href="tg://user?id=1001">王</a><a href="tg://user?id=5">某</a>'

    entities = parse_html(markup, {1001: user}.get).entities

    assert entities == ({"type": "text_mention", "offset": 0, "length": 1, "user": user},)


def test_at_most_100_entities_count() -> None:
    """The 101st bold word is shown, and not bold."""
    shown = parse_html(" ".join(f"<b>{number}</b>" for number in range(150)))
    assert len(shown.entities) == 100
    assert shown.text.endswith("149")


def test_markdown_is_not_spoken() -> None:
    """Another parse mode than HTML is turned down and not taken for plain text."""
    with pytest.raises(RejectedError, match="unsupported parse_mode"):
        formatted("*x*", "MarkdownV2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", [("bot_command", "/start")]),
        ("😀 /start@policy_bot 好", [("bot_command", "/start@policy_bot")]),
        ("停电/送电", []),
        ("/停电", []),
        ("/help你好", []),
        ("问@policy_bot", []),
        ("问 @policy_bot,", [("mention", "@policy_bot")]),
        ("看 http://a.cn/x\uff0c好", [("url", "http://a.cn/x")]),
        ("看 www.95598.cn。", [("url", "www.95598.cn")]),
        ("#停电 #12", [("hashtag", "#停电")]),
        ("$USD", [("cashtag", "$USD")]),
        ("写信到 a.b@sgcc.com.cn", [("email", "a.b@sgcc.com.cn")]),
        ("打 +86 138 0013 8000", [("phone_number", "+86 138 0013 8000")]),
        ("1.5 倍,3/4", []),
    ],
)
def test_what_telegram_finds_in_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    """Commands, names, links and the like are found as whole words, with offsets in UTF-16 units."""
    found = found_entities(text)
    assert [(entity["type"], utf16_slice(text, entity["offset"], entity["length"])) for entity in found] == expected


def test_nothing_is_found_inside_code_and_links() -> None:
    """A command inside code is code."""
    assert [entity["type"] for entity in parse_html("<code>/start</code> <b>/help</b>").entities] == [
        "code",
        "bold",
        "bot_command",
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("example.com", "http://example.com/"),
        ("https://EXAMPLE.com:8443/a", "https://example.com:8443/a"),
        ("https://a.cn?x=1", "https://a.cn/?x=1"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("javascript:alert(1)", ""),
        ("https://localhost/", ""),
        ("https://a b.cn/", ""),
        ("nonsense", ""),
    ],
)
def test_a_link_is_kept_only_where_it_is_one(given: str, kept: str) -> None:
    """Addresses are completed; what is none is dropped, and the text stays."""
    assert checked_url(given) == kept
