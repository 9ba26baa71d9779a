"""News and reports without the headings of a case: one case, told from beginning to end."""

import re
from collections.abc import Sequence

from retrieval.importing.headings.articles import END_MARKS, HAN, is_title, numbered
from retrieval.importing.headings.cases import SECTION_LENGTH
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.casebook import FoundCase, Part
from retrieval.importing.structure.rulebook import is_book_title

_TITLE = 45
_LEAST_LETTERS = 60
_LEAST_SENTENCES = 2
_LEAST_TRADE = 2
_LEAST_TOLD = 2
_TRADE = re.compile(
    "客户|用户|供电|电费|抄表|停电|投诉|电表|电能表|工单|95598|12398|12345|抢修|营业厅|报装|线路|触电|窃电|偷电|用电|复电|送电|漏电|断电"
)
_TOLD = re.compile(
    "[0-9]{1,2}月[0-9]{1,2}[日号]|[0-9]{4}年|近日|日前|去年|今年|当[天日晚时]|前[天几]|昨[天日]|某[某村镇县市区小公局]?|先生|女士|师傅|村民|居民"
    "|(?:老|小)[张王李刘陈杨赵黄周吴徐孙马朱胡林郭何高]|[张王李刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹][某女先]"
    "|大[爷妈娘伯婶]|来电|打电话|反映|发现|赶到|随后|最终|法院|原告|被告|判决|诉至"
)
_RULE_LIKE = re.compile("应当|不得|必须|严禁|不准")
_GOOD = re.compile(
    "谢谢|暖和|婉拒|送来|推广|主动|耐心|当天办|锦旗|表扬|感谢|点赞|好评|称赞|赞不绝口|竖起大拇指|优质服务|暖心|贴心|连夜|第一时间|雪中送炭|感激|满意而归|表扬信"
)
_BAD = re.compile(
    "书面检查|损失|罚|约谈|起诉|待岗|记过|退还|道歉|致歉|索赔|投诉|违规|违反|违纪|处分|通报|考核|问责|死亡|身亡|受伤|事故|赔偿|不满|纠纷|举报|扣罚|扣发|警告|批评|推诿|拖延|教训|被告|窃电|隐患|差错|失职|处罚"
)
_BYLINE = re.compile(
    "(?:来源|作者|发布时间|发布日期|发布者|时间|日期|浏览次数|浏览量|阅读|编辑|责任编辑|责编|记者|通讯员|审核|字体|分享到?)\\s*[：:].{0,40}"
)
_HEAD = 4
_RULES = 0.5
"""Share of sentences that say what must be done, above which a text is a list of rules."""


def find_story(passages: Sequence[Passage], *, counted: bool) -> FoundCase | None:
    """The case that a text without usual headings tells; None where it tells none: rules, notices, lists.

    Args:
        passages: The text.
        counted: Whether its paragraphs are numbered as those of a list of rules are; then more must speak for a story.
    """
    text = "\n".join(passage.text for passage in passages)
    letters = len(re.findall(f"[{HAN}]", text))
    sentences = re.findall(f"[^{END_MARKS}]+[{END_MARKS}]", text)
    if letters < _LEAST_LETTERS or len(sentences) < _LEAST_SENTENCES:
        return None
    if len(set(_TRADE.findall(text))) < _LEAST_TRADE or len(_TOLD.findall(text)) < _LEAST_TOLD * (1 + counted):
        return None
    rule_like = sum(1 for sentence in sentences if _RULE_LIKE.search(sentence)) / len(sentences)
    if rule_like > _RULES / (1 + counted) or any(
        is_book_title(text) and not text.endswith("”") for text in (passage.text for passage in passages[:_HEAD])
    ):
        return None
    title = passages[0].text if len(passages) > 1 and is_title(passages[0].text.rstrip("？?！!"), _TITLE) else ""
    story = FoundCase("", 1, title, passages[0].line(), [], sounds_good(text), "", title)
    story.parts = _parts(passages[1:] if title else passages)
    return story


def sounds_good(text: str) -> bool:
    """Whether a text speaks more of thanks and praise than of complaints and faults."""
    return len(_GOOD.findall(text)) > len(_BAD.findall(text))


def only_praises(text: str) -> bool:
    """Whether a text speaks of thanks and praise more than once, and of no complaint or fault."""
    return len(_GOOD.findall(text)) > 1 and _BAD.search(text) is None


def is_byline(text: str) -> bool:
    """来源：某日报, 浏览次数：12: what a web page prints below a title."""
    return _BYLINE.fullmatch(text) is not None


def _parts(passages: Sequence[Passage]) -> list[Part]:
    """The text, cut where it is numbered with short headings: 一、接到电话, 二、上门."""
    headings: dict[int, str] = {}
    for place, passage in enumerate(passages):
        found = numbered(passage.text, 0)
        if found and found[0] == len(headings) + 1 and _is_name(found[1]) and place + 1 < len(passages):
            headings[place] = found[1]
    if len(headings) < 2:
        headings = {}
    parts: list[Part] = []
    for place, passage in enumerate(passages):
        if place in headings:
            parts.append(Part(headings[place], passage.line()))
        elif parts:
            parts[-1].passages.append(passage)
        else:
            parts.append(Part("", passage.line(), [passage]))
    return parts


def _is_name(text: str) -> bool:
    return is_title(text, SECTION_LENGTH) and re.search("[，,、：:（(]", text) is None
