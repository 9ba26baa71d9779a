"""One spoilt file for every kind of fault, and what must be said of it.

Each is a sound rule book or case (see `samples`) with one thing wrong in it, so that all of them may lie in one folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.retrieval.samples import case, rule


@dataclass(frozen=True, slots=True)
class Fault:
    """A spoilt file.

    Attributes:
        path: Relative to the folder.
        content: Of the file.
        said: For each Problem the line and a part of the message, in order.
    """

    path: str
    content: str | bytes
    said: tuple[tuple[int, str], ...]


def _rule(name: str, changes: Mapping[int, str | None], *said: tuple[int, str]) -> Fault:
    return Fault(f"rules/{name}.md", rule(name, changes), said)


def _case(name: str, changes: Mapping[int, str | None], *said: tuple[int, str]) -> Fault:
    return Fault(f"cases/{name}.md", case(name, changes), said)


def _file(path: str, content: str | bytes, *said: tuple[int, str]) -> Fault:
    return Fault(path, content, said)


FRONT_MATTER = (
    _rule("unknown-key", {6: "source: 试验\nauthor: 某人"}, (7, "不认识“author”这一项")),
    _rule("missing-field", {3: None}, (1, "缺少“title”这一项")),
    _rule("two-missing-fields", {4: None, 6: None}, (1, "缺少“kind”"), (1, "缺少“source”")),
    _rule("empty-field", {3: "title:"}, (3, "“title”后面没有内容")),
    _rule("empty-list-item", {6: 'source: 试验\nshort: [短名, ""]'}, (7, "“short”里有一项是空的")),
    _rule("list-for-a-text", {3: "title: [甲, 乙]"}, (3, "“title”要写成一段文字")),
    _rule("mapping-for-a-list", {6: "source: 试验\nshort: {甲: 乙}"}, (7, "“short”要写成[甲, 乙] 这样的一列")),
    _rule("duplicate-key", {3: "title: 甲规则\ntitle: 乙规则"}, (4, "“title”写了两遍")),
    _rule("no-such-day", {6: "source: 试验\nin_force: 2024-13-01"}, (7, "现在是“2024-13-01”")),
    _rule("day-in-words", {6: "source: 试验\nin_force: 1996-10-08\nended: 2024年6月1日"}, (8, "“2024年6月1日”")),
    _rule("bad-kind", {4: "kind: law"}, (4, "只能是 regulation、company、guidance 之一,现在是“law”")),
    _rule("bad-yes-or-no", {5: "verified: 是"}, (5, "只能写 yes 或 no,现在是“是”")),
    _rule("not-the-file-name", {2: "id: another"}, (2, "文件叫“not-the-file-name”,id 却是“another”")),
    _rule("malformed-id", {2: "id: Malformed_Id"}, (2, "小写英文字母、数字和减号,现在是“Malformed_Id”")),
    _rule(
        "ended-before-in-force",
        {6: "source: 试验\nin_force: 2024-06-01\nended: 2024-05-31"},
        (8, "失效日期(ended)不能早于施行日期(in_force)"),
    ),
    _rule("malformed-rule", {3: "rule: 营业规则\ntitle: 甲"}, (3, "“rule”只能用小写英文字母、数字和减号")),
    _rule(
        "checked-by-without-yes",
        {6: "source: 试验\nverified_by: 张三\nverified_on: 2026-01-02"},
        (7, "写了“verified_by”,“verified”就要写 yes"),
        (8, "写了“verified_on”,“verified”就要写 yes"),
    ),
    _rule("checked-on-no-day", {5: "verified: yes\nverified_on: 昨天"}, (6, "现在是“昨天”")),
    _rule("no-front-matter", {1: "# 规则"}, (1, "文件第一行必须是三个减号")),
    _rule("unclosed-front-matter", {7: None}, (1, "开头的 --- 没有结束")),
    _rule("yaml-error", {3: "title: 甲: 乙"}, (3, "这一行的写法不对")),
    _rule("full-width-colon", {3: "title：甲"}, (3, "冒号用半角")),
    _rule("indented-key", {4: "  kind: regulation"}, (4, "这一行的写法不对")),
    _rule("control-character", {6: "source: 试\x0f验"}, (6, "这不是文本文件")),
    _file(
        "rules/no-pairs.md",
        "---\n一句话\n---\n## 第一条\n停电。\n",
        (2, "每行都要写成“名称: 内容”"),
    ),
)
CLAUSES = (
    _rule("duplicate-clause-number", {12: "- 停电\n## 第1条\n停电。"}, (13, "第1条和第 8 行的条号重复了")),
    _rule("clause-without-number", {8: "## 停电通知"}, (8, "看不出“停电通知”是第几条")),
    _rule("clause-number-nought", {8: "## 第零条"}, (8, "看不出“第零条”是第几条")),
    _rule("empty-clause", {9: None}, (8, "“第一条”下面没有条文")),
    _rule("part-before-a-clause", {8: "### 说明\n说。\n## 第一条"}, (8, "“说明”前面没有条款")),
    _rule("unknown-part", {11: "### 备注"}, (11, "不认识“备注”")),
    _rule("empty-note", {11: "### 说明\n### 问法"}, (11, "“说明”下面没有内容")),
    _rule("no-clause", dict.fromkeys(range(8, 13)), (8, "这个规章一条条款也没有")),
    _rule("question-that-is-no-item", {12: "停电提前多久说"}, (12, "“问法”下面每行要以减号加空格开头")),
    _rule("question-twice", {12: "- 多久\n- 几天\n- 多久"}, (14, "这一条和第 12 行重复了")),
    _rule("no-question", {12: None}, (11, "“问法”下面没有内容")),
)
EDITIONS = (
    _rule("edition-1996", {3: "title: 同一规则\nin_force: 1996-10-08\nended: 2024-06-02"}),
    _rule(
        "edition-2024",
        {3: "title: 同一规则\nin_force: 2024-06-01"},
        (4, "《同一规则》的两个版本施行时间重叠了,另一个在 rules/edition-1996.md"),
    ),
)
SUCCESSORS = (
    _rule("becomes-nothing", {10: "### 现为\n- sound#9"}, (11, "“现为”里的“sound#9”在规章里找不到")),
    _rule("becomes-another-rule", {10: "### 现为\n- sound#1"}, (11, "不是同一部规章的两版")),
    _rule("becomes-itself", {10: "### 现为\n- becomes-itself#1"}, (11, "不是后来那一版的条款")),
    _rule("becomes-without-dash", {10: "### 现为\nsound#1"}, (11, "“现为”下面每行要以减号加空格开头")),
    _rule("becomes-empty", {10: "### 现为"}, (10, "“现为”下面没有内容")),
)
CASES = (
    _case("unknown-case-key", {7: "source: 试验\nquiz: 无"}, (8, "不认识“quiz”这一项")),
    _case("bad-case-kind", {4: "kind: 反面"}, (4, "只能是 negative、positive 之一,现在是“反面”")),
    _case("cites-nothing", {6: "cites: [sound#1, sound#2]"}, (6, "“cites”里的“sound#2”在规章里找不到")),
    _case("cites-a-rule", {6: "related: [sound]"}, (6, "“related”里的“sound”在规章里找不到")),
    _case("cited-twice", {6: "cites: [sound#1, sound#1]"}, (6, "“sound#1”写了两遍")),
    _case("cited-and-related", {7: "source: 试验\nrelated: [sound#1]"}, (8, "“sound#1”写了两遍")),
    _case("takeaway-too-long", {8: "takeaway: " + "停" * 61}, (8, "最多 60 个字,现在有 61 个")),
    _case(
        "lesson-too-long",
        {8: "takeaway: 先通知。\nlesson: " + "停" * 121},
        (9, "原话教训(lesson)最多 120 个字,现在有 121 个"),
    ),
    _case("lesson-empty", {8: "takeaway: 先通知。\nlesson:"}, (9, "“lesson”后面没有内容")),
    _case("empty-section", {11: None}, (10, "“事件过程”下面没有内容")),
    _case("text-before-a-section", {9: "---\n先说一句。"}, (10, "正文要放在小标题下面")),
    _case("section-without-name", {12: "##\n一句。"}, (12, "小标题是空的")),
    _case("section-too-deep", {13: "### 问法"}, (13, "“问法”前面要用两个 # 号")),
    _case("no-section", {10: None, 11: None}, (19, "这个案例没有正文")),
    _case("case-question-that-is-no-item", {14: "没说就停了"}, (14, "“问法”下面每行要以减号加空格开头")),
    _case("case-question-twice", {14: "- 没说就停了\n-  没说就停了 "}, (15, "这一条和第 14 行重复了")),
    _case("starred-question-too-long", {14: "- ★ " + "停" * 41}, (14, "最多 40 个字,现在有 41 个")),
    _case("quiz-without-right-answer", {19: "- [ ] 先通知"}, (17, "没有标出正确答案")),
    _case("quiz-without-explanation", {20: None}, (17, "这道题缺少“解析: ……”一行")),
    _case("quiz-with-empty-explanation", {20: "解析:"}, (17, "“解析:”后面没有内容")),
    _case("quiz-with-one-option", {18: None}, (17, "要有 2 到 6 个选项,现在有 1 个")),
    _case("quiz-with-equal-options", {18: "- [ ] 先通知"}, (17, "这道题有两个一样的选项")),
    _case("quiz-with-empty-option", {18: "- [ ]"}, (18, "这个选项是空的")),
    _case("quiz-without-question", {17: None}, (19, "解析前面没有题目")),
    _case(
        "second-quiz-without-explanation-of-the-first",
        {20: "再做什么?\n- [ ] 停\n- [x] 看\n解析: 如此。"},
        (20, "选项后面要有一行“解析: ……”"),
    ),
)
WORD_LISTS = (
    _file(
        "lexicon/terms.txt",
        "# 词\n停电通知 1000 n\n欠费 很多 n\n电\n停电通知\n一户 一表 改 造\n\n表计 n\n",
        (3, "“欠费”后面的频率要写成数字,现在是“很多”"),
        (4, "“电”只有一个字"),
        (5, "“停电通知”和第 2 行重复了"),
        (6, "一行写一个词,写成“词 频率 词性”"),
    ),
    _file(
        "lexicon/synonyms.txt",
        "# 同义词\n掐电, 拉闸 => 停电\n断供, 拉闸 => 停止供电\n闸, 开关 => 断路器\n电表\n电费 => 费用, 钱\n电价 =>\n停电、断电 => 停供\n",
        (3, "“拉闸”已经在第 2 行的组里了"),
        (4, "“闸”只有一个字"),
        (5, "“电表”这一组只有一个说法"),
        (6, "一行写一组"),
        (7, "一行写一组"),
        (8, "逗号隔开"),
    ),
)
EMERGENCIES = _file(
    "lexicon/emergencies.txt",
    "也算: 电着人\n"
    "【人】= 师傅, 师傅, 【谁】, 【人】倒, 老人\n"
    "触电, 触电, 【鬼】电着, 电 => 先救人\n"
    "着火\n"
    "划掉: 触电保护器+跳, 触电、过电\n"
    "不算: ……醒了, 【人】【没事, 缓+, ,\n",
    (1, "“也算”要写在它那一组的下面"),
    (2, "【人】里“师傅”写了两遍"),
    (2, "【人】里只能写词和别的词组，不能写“【人】倒”"),
    (2, "没有写【谁】里有哪些词"),
    (3, "“电”只有一个字"),
    (3, "“触电”和第 3 行的重复了"),
    (3, "没有写【鬼】里有哪些词"),
    (4, "一行写一组"),
    (5, "“划掉”里不能用加号，现在有“触电保护器+跳”"),
    (5, "用逗号隔开"),
    (6, "用逗号隔开"),
    (6, "看不懂“……醒了”"),
    (6, "看不懂“【人】【没事”"),
    (6, "看不懂“缓+”"),
)
CIRCUMSTANCES = _file(
    "lexicon/circumstances.txt",
    "# 在哪\n火锅店, 早餐店 => 餐饮店\n雾霾\n店\n早餐店, 面馆\n天气、雾 => 天气\n",
    (4, "“店”只有一个字"),
    (5, "“早餐店”已经在第 2 行的组里了"),
    (6, "逗号隔开"),
)
STATUTES = _file(
    "lexicon/statutes.txt",
    "# 条文\n电杆, 电线杆 => 电力设施\n牵线、拉线 => 转供电\n校表, 检定\n杆 => 电力设施\n校表 => 检定 => 计量\n",
    *((line, "一行写一组，写成“电杆, 电线杆 => 电力设施, 杆塔”") for line in (3, 4, 5, 6)),
)
FILES = (
    _file("rules/picture.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", (2, "这不是文本文件")),
    _file("rules/word.md", b"---\nid: word\n\x00\x01", (3, "这不是文本文件。Word、PDF 要先转换成文本")),
    _file("cases/unreadable.md", b"---\nid: unreadable\n\xff\xff\n", (3, "有读不出来的字")),
    _file(
        "cases/damaged.md", case("damaged").encode().replace("说就".encode(), "说".encode() + b"\xe5"), (14, "UTF-8")
    ),
    _file("cases/cut-unicode.md", b"\xff\xfe-\x00-", (1, "有读不出来的字")),
    _file("rules/new.docx", b"PK\x03\x04", (1, "这里只认 .md 文件:Word、PDF")),
    _file("cases/notes.txt", "停电", (1, "这里只认 .md 文件")),
)
FAULTS = (*FRONT_MATTER, *CLAUSES, *SUCCESSORS, *CASES, *WORD_LISTS, STATUTES, CIRCUMSTANCES, EMERGENCIES, *FILES)
"""All that are wrong by themselves; `EDITIONS` are wrong together."""
