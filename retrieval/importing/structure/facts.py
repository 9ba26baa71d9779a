"""What the head of a rule book says about it: who issued it, when it came into force."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.importing.headings.articles import HAN
from retrieval.model import RuleKind
from retrieval.numerals import parse_numeral

_YEAR = "([0-9]{4}|[〇零○一二三四五六七八九]{4})"
_DAY = re.compile(
    rf"{_YEAR}\s*年\s*([0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*月\s*([0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日"
)
_ISO_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-.](\d{1,2})[-.](\d{1,2})(?!\d)")
_ORDER = re.compile(rf"([{HAN}]{{2,30}}?)(?:令|公告)\s*第\s*([0-9]+|[一二三四五六七八九十百零〇]+)\s*号")
_NUMBER = re.compile(rf"([{HAN}]{{2,12}}[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】]\s*第?\s*\d+\s*号)")
# Q/SX-JL-012-2022, Q/GDW 1403—2014: company standards; the second with its label.
_STANDARD = re.compile(
    r"((?<![A-Za-z])Q/\s?[A-Z]{2,6}[A-Z0-9 .·/—–-]*\d)|(?:文件编号|制度编号|标准编号|文件号|文号|编号)[ \t：:]+([A-Z][A-Z0-9/.·—–-]*\d)"
)
_ASSEMBLY = re.compile(
    rf"([{HAN}]{{0,12}}?)第[一二三四五六七八九十]+届(人民代表大会(?:常务委员会)?|全国人民代表大会(?:常务委员会)?)"
)
_COUNCIL = re.compile("国务院(?:第\\d+次常务会议通过|发布|公布|批准)")
_PUBLISHED_BY = re.compile(
    rf"([{HAN}]{{2,20}}(?:部|委员会|总局|局|公司|办公厅|政府|省人大常委会|供电(?:营业)?所))\s*(?:发布|公布|印发|颁布|制定)"
)
_ORGANISATION = "(?:公司|供电局|供电(?:营业)?所|供电(?:服务)?(?:中心|站|班)|分局|委员会|电力工业部|部|局|厅)"
_BY_LABEL = re.compile(rf"(?:发布|印发|颁布|颁发|制定|编制|发文|主管)(?:单位|部门|机关)[ \t：:]+([{HAN}]{{2,30}})")
_LETTERHEAD = re.compile(rf"([{HAN}]{{2,24}}{_ORGANISATION})文件")
_COMPANY = re.compile("国家电网|南方电网|公司|供电(?:营业)?所|供电局|供电服务“|电网")
_STATE = re.compile("(?:法典|(?<!办)法|条例|编)$")
_STATE_OR_COMPANY = re.compile("(?:规则|规定|办法|细则|规章|决定)$")
_IN_FORCE = re.compile(
    rf"自\s*{_YEAR}\s*年\s*([0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*月\s*([0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日\s*起\s*(?:正式|开始)?\s*(?:施行|实施|执行|生效|试行)"
)
_FROM_NOW = re.compile("自\\s*(?:发布|公布|颁布|印发|下发|发文)\\s*之\\s*日\\s*起\\s*(?:施行|实施|执行|生效|试行)")
_HEAD_FORCE = re.compile("日\\s*(?:起)?\\s*(?:施行|实施)\\s*[)）]?$")
_REVISED = re.compile("(修正|修订|修改)")
_PUBLISHED = re.compile("发布|公布|颁布|印发|通过")
_DAY_BY_LABEL = re.compile(rf"(?:发布|印发|颁布|颁发|公布|签发)(?:日期|时间)[ \t：:]+({_DAY.pattern})")
# 2021年修订 has no day.
_YEAR_REVISED = re.compile(rf"{_YEAR}\s*年\s*(?:第[一二三四五六]次)?(修正|修订|修改)(?!的)")
_REPEALED = re.compile("《([^《》]{2,60})》[^。]{0,30}?(?:同时|即行|予以)?废止")
_NAME_EDITION = re.compile(r"((?:19|20)\d\d)\s*年?\s*(修正|修订|版)?")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a rule book; empty or None where it isn't said.

    Attributes:
        repealed: Titles of rule books that it says are no longer in force.
        doubts: In Chinese.
    """

    issuer: str
    document: str
    edition: str
    kind: RuleKind
    in_force: date | None
    repealed: tuple[str, ...]
    doubts: tuple[str, ...]


def read_facts(
    title: str, head: Sequence[str], closing: Sequence[str], file_name: str, signature: Sequence[str] = ()
) -> Facts:
    """Read a rule book's facts.

    Args:
        title: Of the book.
        head: The paragraphs before its first article.
        closing: The text of its last articles.
        signature: What stands below the last one: who signed, and when.
        file_name: Of the document, which often names the edition.
    """
    doubts: list[str] = []
    head = [_ISO_DAY.sub(r"\1年\2月\3日", line) for line in head]
    text = "\n".join(head)
    document, issuer = _document(text)
    issuer = (
        issuer or _issuer(head) or _signer(signature) or next(iter(re.findall("^国家电网(?:有限)?公司", title)), "")
    )
    edition, published = _edition(head)
    if not edition and (year := re.search("[〔\\[（(【](\\d{4})|[—–-]((?:19|20)\\d\\d)$", document)):
        edition = f"{year[1] or year[2]}版"
    if not edition and (signed := days("\n".join(signature))):
        edition = f"{signed[-1].year}版"
    named = _NAME_EDITION.search(re.sub(r"\.\w+$", "", file_name))
    if named and named[2] and edition[:4] < named[1]:
        if edition:
            doubts.append(f"文件名写的是{named[1]}{named[2]}，正文只说到{edition}：版次按文件名写，请核对")
        edition = f"{named[1]}{named[2]}"
    in_force = _in_force(head, closing, published or next(iter(days("\n".join(signature))), None), doubts)
    return Facts(
        issuer,
        document,
        edition,
        _kind(title, f"{issuer}{document}{text}", issuer, doubts),
        in_force,
        tuple(dict.fromkeys(name for part in closing for name in _REPEALED.findall(part))),
        tuple(doubts),
    )


def days(text: str) -> list[date]:
    """The dates in a text, in order; what is no date of the calendar is passed over."""
    return [day for found in _DAY.finditer(text) if (day := _date(*found.groups())) is not None]


def _date(year: str, month: str, day: str) -> date | None:
    digits = {**{character: str(value) for value, character in enumerate("〇一二三四五六七八九")}, "零": "0", "○": "0"}
    number = int("".join(digits.get(character, character) for character in year))
    try:
        return date(number, parse_numeral(month) or 0, parse_numeral(day) or 0)
    except ValueError:
        return None


def _document(text: str) -> tuple[str, str]:
    order = _ORDER.search(text)
    if order:
        issuer = re.sub("^(?:.*[日号]|中华人民共和国)+", "", order[1])
        return f"{issuer}令第{order[2]}号", issuer
    number = _NUMBER.search(text)
    if number:
        return re.sub(r"\s", "", number[1]), ""
    standard = _STANDARD.search(text)
    return ((standard[1] or standard[2]).strip(), "") if standard else ("", "")


def _signer(signature: Sequence[str]) -> str:
    """Who signed; a department's name may stand there instead of the company's."""
    for line in signature:
        found = re.match(rf"([{HAN}]{{0,24}}{_ORGANISATION}[{HAN}]{{0,8}})(?![{HAN}：:])", line)
        if found:
            return found[1]
    return ""


def _issuer(head: Sequence[str]) -> str:
    for pattern in (_BY_LABEL, _LETTERHEAD):
        for line in head:
            labelled = pattern.search(re.sub(r"(?<=[^\x00-\xff])[ \u3000](?=[^\x00-\xff])", "", line))
            if labelled:
                return labelled[1]
    for line in head:
        assembly = _ASSEMBLY.search(line)
        if assembly:
            place = re.sub("^.*日", "", assembly[1])
            return f"{place}{assembly[2]}" if place else f"全国{assembly[2]}".replace("全国全国", "全国")
        if _COUNCIL.search(line):
            return "国务院"
        published = _PUBLISHED_BY.search(line)
        if published:
            return re.sub("^.*[日由]", "", published[1])
        if len(line) <= 20 and re.fullmatch(
            f"[{HAN}]{{2,18}}(?:公司|供电局|供电(?:营业)?所|委员会|电力工业部|部)", line
        ):
            return line
    return ""


def _edition(head: Sequence[str]) -> tuple[str, date | None]:
    """The edition, and the day on which it was published."""
    latest: tuple[date, str] | None = None
    published: date | None = None
    for line in head:
        for year, word in _YEAR_REVISED.findall(line):
            revised = _date(year, "1", "1")
            if revised is not None and (latest is None or revised >= latest[0]):
                latest = (revised, "修订" if word == "修改" else word)
    # A bracketed note holds several events, each after its date.
    for line in head:
        line = _YEAR_REVISED.sub("", _DAY_BY_LABEL.sub(r"\1发布", line))  # noqa: PLW2901 - what is left to look at
        for part in re.split(
            "(?=(?:[0-9]{4}|[〇零一二三四五六七八九]{4})\\s*年\\s*[0-9一二三四五六七八九十]{1,3}\\s*月)", line
        ):
            found = days(part)
            if not found:
                continue
            # 《……关于修改……的决定》第一次修订: the last word says what it came to.
            named = _REVISED.findall(part)
            word = next((name for name in reversed(named) if name != "修改"), "修正") if named else ""
            if word and (latest is None or not latest[1] or found[0] >= latest[0]):
                latest = (found[0], word)
            elif _PUBLISHED.search(part) and (latest is None or (not latest[1] and found[0] >= latest[0])):
                latest = (found[0], "")
                published = found[0]
    if latest is None:
        return "", None
    return f"{latest[0].year}{latest[1] or '版'}", published


def _in_force(head: Sequence[str], closing: Sequence[str], published: date | None, doubts: list[str]) -> date | None:
    for part in reversed(closing):
        stated = list(dict.fromkeys(day for found in _IN_FORCE.finditer(part) if (day := _date(*found.groups()))))
        if len(stated) > 1:
            written = "、".join(day.isoformat() for day in stated)
            doubts.append(f"条文里有几个施行日期（{written}），in_force 写的是第一个，请核对")
        if stated:
            return stated[0]
    for line in head:
        if _HEAD_FORCE.search(line.strip()) and (stated := days(line)):
            return stated[-1]
        found = _IN_FORCE.search(line)
        if found:
            return _date(*found.groups())
    if any(_FROM_NOW.search(part) for part in closing) and published:
        doubts.append(f"条文说自发布之日起施行，施行日期按发布日期 {published.isoformat()} 写，请核对")
        return published
    doubts.append("没有找到施行日期，in_force 没有写：查到了请补上")
    return None


def _kind(title: str, text: str, issuer: str, doubts: list[str]) -> RuleKind:
    if re.search("国务院|人民代表大会|电力工业部|发展和改革委员会|能源局|电力监管委员会|人民政府", issuer):
        return RuleKind.REGULATION
    if _COMPANY.search(title) or _COMPANY.search(issuer) or re.search("(?m)^Q/", text):
        return RuleKind.COMPANY
    if _STATE.search(title) or (_STATE_OR_COMPANY.search(title) and not _COMPANY.search(text)):
        return RuleKind.REGULATION
    doubts.append("看不出是法规、公司规定还是培训材料：kind 先写了 guidance，请核对")
    return RuleKind.GUIDANCE
