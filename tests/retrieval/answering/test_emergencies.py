"""What a message tells of danger to life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.emergencies import MOST, find_advices
from retrieval.content.emergencies import read_emergencies
from retrieval.model import KnowledgeBase
from retrieval.text import normalise
from tests.retrieval.samples import text_file


def said(file: str, text: str, previous: str = "") -> tuple[str, ...]:
    """What a file makes of a text."""
    emergencies = read_emergencies(text_file("lexicon/emergencies.txt", file), [])
    return find_advices(emergencies, normalise(text), normalise(previous))


# ---- the grammar


@pytest.mark.parametrize(
    ("pattern", "text", "is_heard"),
    [
        ("电倒", "他电倒了", True),
        ("电倒", "电把他打倒了", False),
        ("【人】电着", "师傅电着了", True),
        ("【人】电着", "师傅又电着了", False),
        ("【人】…电着", "师傅手上都电着了", True),
        ("【人】…电着", "师傅在上面忽然电着了", False),
        ("【人】……电着", "师傅在上面忽然电着了", True),
        ("【人】……电着", "电着了师傅", False),
        ("【人】……电着", "师傅昨天下午在杆子上面换横担电着了", False),
        ("【人】+电着", "电着了,在院子里干活的那个老乡", True),
        ("【人】+电着", "电着了", False),
        ("【人】…倒…电线", "老乡倒在电线上", True),
        ("【人】…倒…电线", "老乡碰了电线倒下", False),
    ],
)
def test_words_follow_each_other_as_the_pattern_says(pattern: str, text: str, *, is_heard: bool) -> None:
    """At once, within 4 or 10 characters, or anywhere; a mark counts as one character."""
    assert said(f"【人】= 师傅, 老乡\n{pattern} => 救人", text) == (("救人",) if is_heard else ())


def test_spaces_marks_and_other_writing_hide_no_danger() -> None:
    """Blanks inside a word, marks after each character, traditional and full-width characters are read over; other marks part words."""
    file = "触电, 救命啊 => 救人"

    assert said(file, "有人 触 电 了") == ("救人",)
    assert said(file, "救！命！啊！") == ("救人",)
    assert said(file, "有人觸電") == ("救人",)
    assert said(file, "他一接触，电就跳了") == ()


def test_a_word_with_a_tilde_is_heard_by_its_sound() -> None:
    """Half of the characters must be right; zh and z, -ng and -n are one; without the mark a typo is not heard."""
    assert said("~触电了 => 救人", "有人处电了") == ("救人",)
    assert said("~中暑了 => 降温", "老赵终暑了") == said("~中暑了 => 降温", "老赵宗暑了") == ("降温",)
    assert said("~触电了 => 救人", "初店了") == ()
    assert said("触电了 => 救人", "有人处电了") == ()


def test_what_is_struck_is_not_heard() -> None:
    """A device is no danger, what else the message tells of still is; lines are struck one after the other."""
    file = "【没】= 没, 没有\n划掉: 有没有\n划掉: 触电保护器, 【没】触电\n触电 => 救人\n"

    assert said(file, "触电保护器老跳") == said(file, "没有触电") == ()
    assert said(file, "触电保护器没装，有人触电") == ("救人",)
    assert said(file, "有没有触电") == ("救人",), "没有触电 is struck after 有没有, of which it took a part"


def test_a_whole_word_gives_no_part_to_another() -> None:
    """停电死活 holds no 电死; a longer word that holds it whole is still heard."""
    file = "不拆: 停电\n电死, 一停电就喘 => 救人\n"

    assert said(file, "停电死活不给送") == ()
    assert said(file, "电死人了") == said(file, "他一停电就喘") == ("救人",)


def test_the_past_is_no_alarm_and_what_happens_now_is() -> None:
    """A veto silences all groups, unless the message says that it happens now."""
    file = "不报: 去年, 赔\n照报: 刚才\n触电 => 救人\n着火 => 退后\n"

    assert said(file, "去年触电那家要我们赔钱") == ()
    assert said(file, "去年触电那家刚才又着火了") == ("救人", "退后")


def test_relief_takes_back_the_alarm_of_its_group_alone() -> None:
    """That a man is well again says nothing of the line that lies on the ground."""
    file = "触电 => 救人\n不算: 没事了\n线断 => 别靠近\n"

    assert said(file, "触电的人没事了") == ()
    assert said(file, "触电的人没事了，线断在地上") == ("别靠近",)


def test_a_message_that_goes_on_with_danger_is_heard() -> None:
    """It brings the advice of the message before, if that told of danger; by itself it says nothing."""
    file = "接着: 还没醒\n触电 => 救人\n"

    assert said(file, "还没醒", "有人触电") == ("救人",)
    assert said(file, "还没醒", "有人睡觉") == said(file, "还没醒") == said(file, "抄表呢", "有人触电") == ()


def test_the_most_urgent_comes_first_and_not_all_at_once() -> None:
    """Groups speak in the order of the file, each advice once, and no more than three."""
    file = "触电 => 一\n着火 => 二\n倒杆 => 一\n断线 => 三\n中暑 => 四\n"

    assert said(file, "断线着火触电倒杆中暑") == ("一", "二", "三")
    assert MOST == 3


# ---- the station's own file

DANGER = st.sampled_from("人触电着火倒了没线断水里掉下来被去年怕不【】|,。!… a1繁體\ud800").map(str)


@given(st.text() | st.lists(DANGER, max_size=60).map("".join), st.text())
def test_any_two_messages_are_heard(knowledge: KnowledgeBase, text: str, previous: str) -> None:
    """Nothing raises, normalised or not; what is said are advices of the file, none twice, in its order, at most three."""
    order = [group.advice for group in knowledge.emergencies.groups]
    for one, before in ((text, previous), (normalise(text), normalise(previous))):
        advices = find_advices(knowledge.emergencies, one, before)
        assert [advice for advice in order if advice in advices] == list(advices)
        assert len(advices) <= MOST


def test_advices_are_short_enough_for_a_phone(knowledge: KnowledgeBase) -> None:
    """Each is 150 characters at the most, and no two are the same."""
    advices = [group.advice for group in knowledge.emergencies.groups]

    assert [advice for advice in advices if len(advice) > 150] == []
    assert len(set(advices)) == len(advices)
