"""Who somebody says they are, in the words of a person who holds a phone in one hand."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 32
"""Characters of a name, and of a team."""

_ENDS = "班|组|队|所|站|室|部|科|股|厅|中心|窗口|柜台|公司"
_TEAM = re.compile(rf".*(?:{_ENDS})(?:\(.*\))?", re.DOTALL)
# What teams are called; tells where the name ends when somebody leaves no gap.
_TRADES = (
    "抢修|检修|营销|运检|运维|配电|变电|装表|装接|抄表|抄收|计量|客服|客户|营业|线路|供电|用电|采集|外勤|内勤|综合|巡视|巡检|急修|维修|台区"
    "|电费|收费|业扩|报装|安全|生产|服务|低压|高压|第?[一二三四五六七八九十\\d]+"
)
_NAME_THEN_TEAM = re.compile(rf"(?P<name>[㐀-鿿]{{2,4}}?)(?P<team>(?:{_TRADES}).*)", re.DOTALL)
_TEAM_THEN_NAME = re.compile(rf"(?P<team>.{{1,30}}?(?:{_ENDS}))的?(?P<name>[㐀-鿿]{{2,4}})", re.DOTALL)
_NAME = re.compile(
    r"[㐀-鿿\U00020000-\U0003ffff]{2,6}|[㐀-鿿]{1,12}(?:[·•・.][㐀-鿿]{1,12})+|[A-Za-z][A-Za-z .'-]{1,30}"
)
_BEFORE = re.compile(
    r"^(?:你好|您好|大家好|管理员|领导|麻烦|请|帮忙|开通一?下?|申请开通|申请"
    r"|我的?(?:姓名|名字|大名)[是叫为]?|我[是叫]做?|我在|我|本人|姓名[是为]?|名字[是叫为]?|叫做?|是|来自|属于|在|人在|单位[是为]?|所在班组[是为]?|班组[是为]?|部门[是为]?)"
)
_AFTER = re.compile(r"(?:的|的员工|的电工|的人|上班|工作|这边|谢谢|师傅|是|在)$")
_NOISE = frozenset(
    [
        "员工",
        "电工",
        "组员",
        "班员",
        "职工",
        "师傅",
        "谢谢",
        "你好",
        "您好",
        "申请",
        "申请开通",
        "开通",
        "麻烦开通",
        "请开通",
        "麻烦",
        "的",
        "我",
        "班组",
        "姓名",
        "名字",
        "和",
        "及",
    ]
)
_WISH = re.compile(r"(?:想|要|请|麻烦|帮|申请|开通).{0,10}|\+?\d{5,}")
"""What else people write: that they want to come in, and their telephone number."""
_GAPS = re.compile(r"[\s,;、/|\\:+&。!~_\-—()\[\]]+|(?<=[^\s])(?=班组[是为]?[^\s])")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Introduction:
    """What somebody says of themselves; neither is empty."""

    name: str
    team: str


def read_introduction(text: str, teams: Iterable[str] = ()) -> Introduction | None:
    """Find a name and a team in a message such as “我叫王强，抢修一班的”.

    Args:
        text: As typed: in either order, on one line or two, with or without gaps and polite words.
        teams: Those that there are; one that is meant is spelt as it is there, also where digits are written otherwise.

    Returns:
        None where it can't be told which is which, or there is more in it than a name and a team.
    """
    known = {_folded(team): team for team in teams if team}
    # Full-width commas and digits become plain ones; what can't be seen goes.
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKC", text) if letter.isprintable() or letter.isspace()
    )
    if len(plain) > 100:
        return None
    pieces = [_bare(piece) for piece in _GAPS.split(plain) if not _WISH.fullmatch(piece)]
    pieces = _joined([piece for piece in pieces if piece and piece not in _NOISE])
    if len(pieces) == 1:
        pieces = _cut(pieces[0], known)
    elif len(pieces) == 2 and not any(_is_team(piece, known) for piece in pieces):
        return _checked(pieces[0], pieces[1], known)
    team = [piece for piece in pieces if _is_team(piece, known)]
    names = [piece for piece in pieces if piece not in team]
    if len(team) == 2 and not names:  # 王班 抢修一班: people are called that, too
        names, team = sorted(team, key=len)[:1], sorted(team, key=len)[1:]
    elif len(team) == 2:  # 供电所 抢修一班: the narrower one, or the one that there is
        team = [piece for piece in team if _folded(piece) in known][-1:] or team[-1:]
    return _checked(names[0], team[0], known) if len(team) == 1 and len(names) == 1 else None


def _checked(name: str, team: str, known: dict[str, str]) -> Introduction | None:
    team = known.get(_folded(team), team)
    if not _NAME.fullmatch(name) or len(name) > LONGEST or len(team) > LONGEST:
        return None
    return Introduction(name, team)


def _is_team(piece: str, known: dict[str, str]) -> bool:
    return _folded(piece) in known or _TEAM.fullmatch(piece) is not None


def _bare(piece: str) -> str:
    """A piece without “我叫”, “的” and the like around it."""
    while (shorter := _AFTER.sub("", _BEFORE.sub("", piece))) != piece and len(shorter) >= 2:
        piece = shorter
    return piece


def _joined(pieces: list[str]) -> list[str]:
    """王 强 is one name, and so is Tom Lee."""
    joined: list[str] = []
    for piece in pieces:
        single = len(piece) == 1 and joined and len(joined[-1]) == 1
        latin = piece.isascii() and piece.isalpha() and joined and joined[-1].replace(" ", "").isalpha()
        if single:
            joined[-1] += piece
        elif latin and joined[-1].isascii():
            joined[-1] += f" {piece}"
        else:
            joined.append(piece)
    return joined


def _cut(piece: str, known: dict[str, str]) -> list[str]:
    """A name and a team that were typed without a gap, in two."""
    folded = _folded(piece)
    for team in sorted(known, key=len, reverse=True):
        if folded.startswith(team) and len(piece) > len(team):
            return [_bare(piece[len(team) :].removeprefix("的")), piece[: len(team)]]
        if folded.endswith(team) and len(piece) > len(team):
            return [_bare(piece[: -len(team)]), piece[-len(team) :]]
    found = _NAME_THEN_TEAM.fullmatch(piece)
    if found is None or not _TEAM.fullmatch(found["team"]) or re.match(rf"(?:{_TRADES})", found["name"]):
        found = _TEAM_THEN_NAME.fullmatch(piece)
    return [_bare(found["name"]), found["team"]] if found is not None else [piece]


def _folded(team: str) -> str:
    """抢修1班 and 抢修一班 are one team; as many characters as before."""
    return unicodedata.normalize("NFKC", team).translate(_DIGITS).casefold()
