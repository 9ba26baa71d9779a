"""Text as Telegram counts and splits it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.markup import escape, plain_text, split_html, utf16_length
from bot.local_telegram.markup import parse_html

TEXT = st.text(alphabet=st.sampled_from("电费停。,\n <>&\"'😀𠀀a1“”"), max_size=120)


@st.composite
def markup(draw: st.DrawFn, depth: int = 3, quoted: bool = False) -> str:
    """Well-formed Telegram HTML; a quote holds no other quote."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        tag = draw(st.sampled_from(["b", "i", "code", "" if quoted else "blockquote expandable", ""]))
        quotes = quoted or tag.startswith("blockquote")
        inner = draw(markup(depth - 1, quotes)) if depth and draw(st.booleans()) else escape(draw(TEXT))
        parts.append(f"<{tag}>{inner}</{tag.split()[0]}>" if tag else inner)
    return "".join(parts)


@given(TEXT)
def test_escaped_text_shows_as_it_was(text: str) -> None:
    """Whatever a user writes, Telegram's parser accepts its escaped form and shows the same text."""
    assert parse_html(escape(text)).text == text.strip()
    assert plain_text(escape(text)) == text


@given(markup(), st.integers(2, 60))
@settings(max_examples=300, deadline=None)
def test_pieces_are_valid_short_and_lose_nothing(text: str, limit: int) -> None:
    """Each piece is accepted by Telegram's parser and within the limit; together they show all that is not white space."""
    pieces = split_html(text, limit)

    shown = [parse_html(piece).text for piece in pieces]
    assert all(0 < utf16_length(piece) <= limit for piece in shown)
    assert "".join("".join(shown).split()) == "".join(plain_text(text).split())


def test_a_cut_is_made_at_the_end_of_a_sentence() -> None:
    """Between two cuts that fit, the one behind a sentence is taken, and its closing quote stays with it."""
    assert split_html("他说:“先通知再停电。”然后才去现场看表", 14) == ["他说:“先通知再停电。”", "然后才去现场看表"]


def test_formatting_goes_on_behind_a_cut() -> None:
    """A tag that is open at a cut is closed and opened again, with its attributes."""
    pieces = split_html("<blockquote expandable>第一句话。第二句话。</blockquote>", 6)

    assert pieces == [
        "<blockquote expandable>第一句话。</blockquote>",
        "<blockquote expandable>第二句话。</blockquote>",
    ]


def test_an_entity_and_an_emoji_are_never_cut() -> None:
    """&amp; counts one and stays whole; an emoji counts two and stays whole."""
    assert split_html("&amp;" * 5, 2) == ["&amp;&amp;", "&amp;&amp;", "&amp;"]
    assert split_html("😀😀😀", 3) == ["😀", "😀", "😀"]
