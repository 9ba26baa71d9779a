"""Names and teams in the words of people who type with one thumb."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.introduction import LONGEST, Introduction, read_introduction

WANG = Introduction("王强", "抢修一班")


@pytest.mark.parametrize(
    "text",
    [
        "王强 抢修一班",
        "抢修一班 王强",
        "我叫王强，抢修一班的",
        "王强\n抢修一班",
        "姓名：王强 班组：抢修一班",
        "姓名王强班组抢修一班",
        "抢修一班的王强",
        "我是抢修一班的王强。",
        "王强抢修一班",
        "抢修一班王强",
        "我叫王强，我在抢修一班上班",
        "我叫王强，是抢修一班的电工",
        "您好，我叫王强，抢修一班，麻烦开通一下，谢谢",
        "王强（抢修一班）",
        "王强/抢修一班",
        "王 强  抢修一班",
        "王强 抢修一班 13800138000",
        "王强 供电所 抢修一班",
        "王强\u200b 抢修一班\ufeff",
    ],
)
def test_name_and_team_are_found(text: str) -> None:
    """In either order, on one line or two, with or without gaps, labels and polite words."""
    assert read_introduction(text) == WANG


@pytest.mark.parametrize(
    ("text", "name", "team"),
    [
        ("欧阳娜娜 客服中心", "欧阳娜娜", "客服中心"),
        ("买买提·艾力 抄表班", "买买提·艾力", "抄表班"),
        ("Tom Lee 抢修一班", "Tom Lee", "抢修一班"),
        ("王组 抢修一班", "王组", "抢修一班"),
        ("王强 二楼", "王强", "二楼"),
        ("王强 柜台", "王强", "柜台"),
    ],
)
def test_other_names_and_teams_are_found_too(text: str, name: str, team: str) -> None:
    """Long, foreign and unusual ones."""
    assert read_introduction(text) == Introduction(name, team)


@pytest.mark.parametrize("text", ["王强 抢修1班", "抢修1班王强", "王强抢修１班", "我叫王强，抢修1班的"])
def test_a_team_that_there_is_is_spelt_as_it_is_there(text: str) -> None:
    """抢修1班 does not become a second team beside 抢修一班."""
    assert read_introduction(text, ["抢修一班", "抢修二班", ""]) == WANG


def test_a_team_of_an_unusual_name_is_known_where_it_is_there() -> None:
    """Without the list nobody could tell where the name ends."""
    assert read_introduction("王强东郊", ["东郊"]) == Introduction("王强", "东郊")
    assert read_introduction("东郊的王强", ["东郊"]) == Introduction("王强", "东郊")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "王强",
        "抢修一班",
        "你好",
        "怎么申请",
        "停电要提前几天通知用户",
        "王强 李明 抢修一班",
        "<b>王强</b> 抢修一班",
        "'; DROP TABLE people;-- 抢修一班",
        "王强 抢修一班 " * 50,
    ],
)
def test_what_can_not_be_told_is_asked_again(text: str) -> None:
    """One part missing, several people, a question, markup: nothing is guessed."""
    assert read_introduction(text) is None


@given(text=st.text(max_size=120), teams=st.lists(st.text(max_size=10), max_size=3))
def test_no_text_breaks_it(text: str, teams: list[str]) -> None:
    """Whatever is typed gives nothing, or a name and a team that fit into the list."""
    found = read_introduction(text, teams)

    assert found is None or (0 < len(found.name) <= LONGEST and 0 < len(found.team) <= LONGEST)
