"""Text to terms."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.model import KnowledgeBase, Lexicon
from retrieval.search.analyzer import Analyzer, Weights
from retrieval.search.syllables import syllables
from retrieval.text import normalise

SYNONYMS = {
    "掐电": "停电",
    "拉闸": "停电",
    "停电": "停电",
    "停电通知": "停电告知",
    "停电告知": "停电告知",
    "ups": "应急电源",
}
LEXICON = Lexicon((("供电公司", 1000), ("零零线盒子", 1000), ("欠费户", None)), SYNONYMS)
CHANNELS = "wbucp"
WRITING = st.text(st.sampled_from("停电掐拉闸通知欠费户零线盒子ＡaB0.5０ ,。？😀㎡\n電錶"), max_size=40)


@pytest.fixture(scope="session")
def analyzer(cache: Path) -> Analyzer:
    """Knows the few words above."""
    return Analyzer(LEXICON, cache)


@pytest.fixture(scope="session")
def shipped(knowledge: KnowledgeBase, cache: Path) -> Analyzer:
    """Knows the repo's own words."""
    return Analyzer(knowledge.lexicon, cache)


def of_channel(terms: list[str], channel: str) -> list[str]:
    """The terms of one channel, without its mark."""
    return [term[1:] for term in terms if term[0] == channel]


def full_width(text: str) -> str:
    """A text as a Chinese keyboard in full-width mode types it."""
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


def test_a_text_gives_terms_on_five_channels(analyzer: Analyzer) -> None:
    """Words with the shorter ones in them, pairs, single characters, concepts and pairs of syllables, each under its mark."""
    terms = analyzer.terms("供电公司拉闸。UPS 0.52元")

    assert of_channel(terms, "w") == ["供电", "公司", "供电公司", "拉闸", "ups", "0.52"]
    assert of_channel(terms, "u") == list("供电公司拉闸元")
    assert of_channel(terms, "b") == ["供电", "电公", "公司", "司拉", "拉闸"]
    assert of_channel(terms, "c") == ["停电", "应急电源"]
    assert of_channel(terms, "p") == ["gong dian", "dian gong", "gong si", "si la", "la zha"]


@given(WRITING)
def test_every_term_is_of_a_channel(analyzer: Analyzer, text: str) -> None:
    """No term is empty or without a mark, whatever the text."""
    for term in analyzer.terms(text):
        assert term[0] in CHANNELS
        assert term[1:].strip()


@given(WRITING)
def test_characters_and_pairs_are_those_of_the_text(analyzer: Analyzer, text: str) -> None:
    """Each Chinese character is one term, each two neighbours another, and marks part what they stand between."""
    terms = Counter(analyzer.terms(text))
    plain = normalise(text)
    han = [("\u4e00" <= character <= "\u9fff") for character in plain]

    for character in set(plain):
        assert terms["u" + character] == (plain.count(character) if "\u4e00" <= character <= "\u9fff" else 0)
    neighbours = Counter(
        "b" + plain[place : place + 2] for place in range(len(plain) - 1) if han[place] and han[place + 1]
    )
    assert Counter(term for term in terms.elements() if term[0] == "b") == neighbours


@given(WRITING)
def test_the_same_words_in_another_dress_give_the_same_terms(analyzer: Analyzer, text: str) -> None:
    """Full-width typing, capitals and invisible characters change no term."""
    due = analyzer.terms(text)

    assert analyzer.terms(full_width(text)) == due
    assert analyzer.terms(text.upper()) == due
    assert analyzer.terms("\u200b".join(text)) == due


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("停電要提前幾天通知", "停电要提前几天通知"),
        ("電錶裝在牆上", "电表装在墙上"),
        ("欠費戶拉閘", "欠费户拉闸"),
        ("漏電保護器跳閘", "漏电保护器跳闸"),
        ("抄錶員沒來", "抄表员没来"),
        ("供電營業規則第六十七條", "供电营业规则第六十七条"),
        ("收費標準與電價政策", "收费标准与电价政策"),
        ("樓道燈不亮鬧事", "楼道灯不亮闹事"),
        ("約定時間不得失約", "约定时间不得失约"),
    ],
)
def test_traditional_writing_gives_the_terms_of_simplified(
    shipped: Analyzer, traditional: str, simplified: str
) -> None:
    """Who types in Hong Kong or Taiwan characters asks the same question."""
    assert shipped.terms(traditional) == shipped.terms(simplified)


@pytest.mark.parametrize(("taiwanese", "simplified"), [("為客戶著想", "为客户着想"), ("裝在屋簷下", "装在屋檐下")])
def test_the_writing_of_taiwan_gives_the_terms_of_simplified(
    shipped: Analyzer, taiwanese: str, simplified: str
) -> None:
    """著 for 着 and 簷 for 檐 are the same words."""
    assert shipped.terms(taiwanese) == shipped.terms(simplified)


def test_every_way_of_saying_gives_its_concept(knowledge: KnowledgeBase, shipped: Analyzer) -> None:
    """Each way in the repo's synonyms, alone and inside a sentence, gives the term of its standard."""
    assert len(knowledge.lexicon.synonyms) > 500
    for way, standard in knowledge.lexicon.synonyms.items():
        assert f"c{standard}" in shipped.terms(way), way
        assert f"c{standard}" in shipped.terms(f"请问,{way},怎么办"), way


def test_the_longest_way_counts(analyzer: Analyzer) -> None:
    """Where one way of saying is inside another, only the longer one is a concept; side by side, both are."""
    assert of_channel(analyzer.terms("停电通知"), "c") == ["停电告知"]
    assert of_channel(analyzer.terms("停电,停电通知,掐电"), "c") == ["停电", "停电告知", "停电"]


def test_the_longest_way_counts_at_the_end_of_a_text_too(cache: Path) -> None:
    """What is inside it is no concept there either, however long other ways are that begin alike."""
    analyzer = Analyzer(Lexicon(synonyms={"客户没空": "客户没空", "没空": "工作忙", "没空余时间": "工作忙"}), cache)

    assert of_channel(analyzer.terms("客户没空"), "c") == ["客户没空"]
    assert of_channel(analyzer.terms("客户没空怎么约"), "c") == ["客户没空"]


def test_what_has_no_synonyms_has_no_concepts(cache: Path) -> None:
    """Without a lexicon there is no concept term."""
    assert of_channel(Analyzer(Lexicon(), cache).terms("拉闸停电"), "c") == []


def test_a_word_of_the_station_is_kept_whole_by_its_own_analyzer_alone(cache: Path) -> None:
    """Each lexicon has a tokenizer of its own: a removed word is really gone, and jieba's process-wide one never knew it."""
    word, text = "零零线盒子", "把零零线盒子打开"

    assert word in of_channel(Analyzer(LEXICON, cache).terms(text), "w")
    assert word not in of_channel(Analyzer(Lexicon(), cache).terms(text), "w")
    assert word in of_channel(Analyzer(LEXICON, cache).terms(text), "w")
    assert jieba.dt.FREQ.get(word) is None
    assert "欠费户" not in jieba.dt.user_word_tag_tab


def test_a_word_without_a_frequency_is_kept_whole(analyzer: Analyzer) -> None:
    """The least frequency that keeps it whole is found for it."""
    assert "欠费户" in of_channel(analyzer.terms("这是欠费户的表"), "w")


def test_every_word_of_the_repo_is_kept_whole(knowledge: KnowledgeBase, shipped: Analyzer) -> None:
    """Alone, each of the station's words is one term of the word channel."""
    lost = [word for word, _ in knowledge.lexicon.terms if word not in of_channel(shipped.terms(word), "w")]

    assert lost == []


@pytest.mark.parametrize(
    "change",
    [
        lambda words, synonyms: (words[:-1], synonyms),
        lambda words, synonyms: ((*words[:-1], ("欠费户", 7)), synonyms),
        lambda words, synonyms: (words, synonyms | {"断供": "停电"}),
        lambda words, synonyms: (words, synonyms | {"掐电": "停电告知"}),
    ],
    ids=["a word less", "a frequency", "a way more", "another standard"],
)
def test_another_lexicon_has_another_fingerprint(
    cache: Path, analyzer: Analyzer, change: Callable[..., tuple[tuple[tuple[str, int | None], ...], dict[str, str]]]
) -> None:
    """Where the same text would give other terms, counted terms must not be shared."""
    assert Analyzer(Lexicon(*change(LEXICON.terms, SYNONYMS)), cache).fingerprint != analyzer.fingerprint


def test_the_same_lexicon_has_the_same_fingerprint(cache: Path, analyzer: Analyzer) -> None:
    """In whatever order the synonyms are held."""
    backwards = Lexicon(LEXICON.terms, dict(reversed(SYNONYMS.items())))

    assert Analyzer(backwards, cache).fingerprint == analyzer.fingerprint


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters()))
def test_any_text_is_analysed(shipped: Analyzer, text: str) -> None:
    """Nothing that can be typed makes it raise, and the same text gives the same terms."""
    assert shipped.terms(text) == shipped.terms(text)


def test_each_channel_has_its_weight() -> None:
    """Weights are told under the marks of the channels, and no channel is without one."""
    weights = Weights(word=1, bigram=2, unigram=3, concept=4, sound=5, statute=6).by_channel()

    assert weights == {"w": 1, "b": 2, "u": 3, "c": 4, "p": 5, "s": 6}


@pytest.mark.parametrize(("run", "sounds"), [("停电", ["ting", "dian"]), ("女儿", ["nv", "er"]), ("", [])])
def test_a_character_sounds_without_tone(run: str, sounds: list[str]) -> None:
    """One syllable for each character."""
    assert syllables(run) == sounds


def test_words_that_sound_alike_share_their_sound_terms(analyzer: Analyzer) -> None:
    """A homophone typo changes pairs of characters and leaves pairs of syllables."""
    right, typo = analyzer.terms("电表读数"), analyzer.terms("店表读树")

    assert of_channel(right, "p") == of_channel(typo, "p")
    assert of_channel(right, "b") != of_channel(typo, "b")


@pytest.mark.parametrize("question", ["怎么办", "看不懂", "不对", "是什么"])
def test_what_only_asks_names_nothing(shipped: Analyzer, question: str) -> None:
    """A question of fillers alone has no topic."""
    assert shipped.analyse(question, asked=True).topics == ()


def test_topics_are_what_a_question_names(cache: Path) -> None:
    """Fillers are left out; neighbouring single characters come as one word."""
    assert "停电" in Analyzer(Lexicon(), cache).analyse("停电怎么办", asked=True).topics
    assert list(Analyzer._joined(["估", "表", "怎么办", "停电"])) == ["估表", "怎么办", "停电"]


def test_only_a_question_speaks_of_statute_words_in_everyday_words(cache: Path) -> None:
    """An everyday word gives the statute's word in a question, not in a text; the statute's own word gives it in both."""
    analyzer = Analyzer(Lexicon(statutes={"电线杆": ("电力设施",)}), cache)

    assert "s电力设施" in analyzer.analyse("电线杆倒了", asked=True).terms
    assert "s电力设施" not in analyzer.analyse("电线杆倒了").terms
    assert analyzer.analyse("电力设施", asked=True).terms.count("s电力设施") == 1
    assert "s电力设施" in analyzer.analyse("电力设施").terms


def test_a_word_of_no_dictionary_is_guessed(cache: Path) -> None:
    """The tokenizer's own guesses are told from words, Latin letters and single characters."""
    analyzer = Analyzer(Lexicon(), cache)

    assert analyzer.is_guessed("甪囧")
    assert not any(map(analyzer.is_guessed, ("停电", "vpn", "囧")))
    assert analyzer.rarity("的") < analyzer.rarity("停电") <= 1.0 == analyzer.rarity("vpn")
