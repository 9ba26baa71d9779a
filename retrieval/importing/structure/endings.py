"""What offices put below a text and that is no part of it: who signed and when, who gets copies, who wrote and checked it."""

import re
from collections.abc import Sequence

from retrieval.importing.headings.articles import HAN

SIGNATURE, COPIES, CREDITS, FORM_FOOT = "落款", "公文的抄送和印发栏", "编写人员名单", "表格下面的签名栏"

_YEAR = "(?:[0-9]{4}|[〇零○一二三四五六七八九]{4})"
_COUNT = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = rf"{_YEAR}\s*年\s*{_COUNT}\s*月(?:\s*{_COUNT}\s*日)?"
_DATE = re.compile(rf"[（(]?{_DAY}[)）]?")
_OFFICE = rf"[{HAN}]{{0,26}}(?:公司|供电局|供电(?:营业)?所|供电站|中心|分局|委员会|办公室|[{HAN}]部|[{HAN}]局|[{HAN}]厅|[{HAN}]班)"
_SIGNER = re.compile(rf"{_OFFICE}(?:[ \u3000]+{_OFFICE})*(?:[（(](?:盖章|印章|章)[)）])?")
_SIGNED = re.compile(rf"{_OFFICE}[ \u3000]*{_DAY}")
_COPIED = re.compile(rf"(?:抄\s*送|抄\s*报|主题词|分\s*送)[：:].*|.{{0,30}}{_DAY}\s*印发")
_ROLE = r"(?:副?\s*主\s*编|编\s*写|编\s*委|编\s*审|编\s*辑|责任编辑|执行主编|撰\s*稿|供\s*稿|统\s*稿|审\s*稿|校\s*对|审\s*核|编\s*制|批\s*准|审\s*定|审\s*校|参\s*编|顾\s*问)"
_CREDIT = re.compile(rf"{_ROLE}(?:人员?)?\s*[：:].{{0,60}}")
_CREDITS = re.compile(
    r"(?:编写|编审|编辑|编委|参编|编撰|撰稿|审稿|编制)(?:人员|委员会|小?组)(?:名单|成员)?|(?:编写|编审|编委)名单"
)
_NAMES = re.compile(rf"(?:[{HAN}] ?[{HAN}]|[{HAN}]{{2,4}}|[{HAN}]\u3000[{HAN}])(?:[ \u3000、]+[{HAN}]{{1,4}}){{0,12}}")
_FOOT = re.compile(
    r"(?:填表人|填报人|填写人|制表人|制表|审核人|审批人|记录人|经办人|负责人签字|签字|签名)\s*[：:][^。；]{0,40}"
)


def ending(texts: Sequence[str]) -> tuple[int, str]:
    """Where what stands below a text begins, and what it is.

    Args:
        texts: The paragraphs of a text, the last one last.

    Returns:
        The place of its first paragraph and the reason, in Chinese; the number of paragraphs and nothing where there is none.
    """
    begin = len(texts)
    kinds: list[str] = []
    while begin and (kind := _kind(texts[begin - 1])):
        begin -= 1
        kinds.append(kind)
    # Names stand only below their heading, and an office alone may be anything.
    while kinds and kinds[-1] == "names":
        begin += 1
        kinds.pop()
    for why in (CREDITS, COPIES, FORM_FOOT, SIGNATURE):
        if why in kinds:
            return begin, why
    return len(texts), ""


def _kind(text: str) -> str:
    """What a line below a text is; empty where it is no such line."""
    text = text.strip().strip("*").strip()
    if _CREDITS.fullmatch(text) or _CREDIT.fullmatch(text):
        return CREDITS
    if _FOOT.fullmatch(text):
        return FORM_FOOT
    if _COPIED.fullmatch(text):
        return COPIES
    if _DATE.fullmatch(text) or _SIGNED.fullmatch(text):
        return SIGNATURE
    if _SIGNER.fullmatch(text):
        return "office"
    return "names" if _NAMES.fullmatch(text) else ""
