"""Texts that change a rule book and are none: 原规则…修改为…, 将第六条修改为…."""

import re
from collections.abc import Sequence

from retrieval.importing.files.source import SourceText
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.articles import article_places

_TITLE = re.compile("关于修改.{2,60}的决定|修订内容|修订对照|修改对照|修正案|修改单|第.{1,3}号修改|修订说明")
_HEAD = 4
_CHANGE = re.compile(
    "原(?:规则|条文|条款|规定|表述|文)(?:[：:为]|$)|(?:修改|修订|调整|改)(?:为|后)[：:]|新增内容[：:]|(?:修改|修订)原因[：:]"
    "|[将把]第.{1,20}[条款项].{0,30}(?:修改|改)为|删[去除]第.{1,20}[条款项]|增加一[条款项]|第.{1,12}条.{0,8}修改为"
)
_LEAST = 2
_SHARE = 0.12
_WHOLE = 10
"""As many articles are a whole text, to which a decision about it is only attached."""


def amends(source: SourceText, passages: Sequence[Passage]) -> str:
    """What to tell a person about a text that changes a rule book; empty where it is none.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
    """
    changes = [passage for passage in passages if _CHANGE.search(passage.text)]
    titled = any(_TITLE.search(passage.text) and len(passage.text) <= 80 for passage in passages[:_HEAD])
    many = len(changes) >= _LEAST and len(changes) >= _SHARE * len(passages)
    if not (many or (titled and changes)) or len(article_places(passages)) >= _WHOLE:
        return ""
    place = source.place(changes[0].line())
    return (
        f"这是对别的规章的修订（{place}有“{changes[0].text[:12]}”），不是完整的规章，没有写草稿，免得把旧的说法当成现行规定："
        "请导入修订以后的全文，旧版写上失效日期"
    )
