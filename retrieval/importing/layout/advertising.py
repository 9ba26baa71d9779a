"""What download sites write into a text."""

import re
from collections.abc import Sequence

from retrieval.importing.layout.passages import Passage

_SITES = "淘文阁|百度文库|豆丁网?|道客巴巴|原创力文档|人人文库|金锄头文库|文档网|第一文库网?|新浪爱问|爱问共享资料|蚂蚁文库|得力文库|装配图网|学科网"
_ADVERTISING = (
    re.compile("《[^《》]{1,100}》由会员分享[^。]{0,300}?搜索。?"),
    re.compile("^书山有路勤为径[,，]学海无涯苦作舟[。.]?"),
)
SITE_LINE = re.compile(rf"[^。]{{0,80}}(?:{_SITES})[^。]{{0,80}}。?")
PASSED_ON = re.compile(
    r"限制\s*\d+\s*内"
    r"|[-—=·•*\s]*(?:(?:本文档|本资料|本文)?(?:精品文档|学习资料|优质文档|可编辑版|最新资料推荐|欢迎下载|欢迎阅读|仅供学习参考"
    r"|仅供参考|如有侵权[^。]{0,20}|请?联系网站删除|收集于网络|来源于网络|word可编辑|资料收集于网络)[\s,，.。;；!！、·•-]*)+[-—=·•*\s]*",
    re.IGNORECASE,
)
_LINE_LENGTH = 200


def advertising(text: str) -> list[tuple[int, int, str, str]]:
    """The first stretch of a passage that is a site's own words, as an edit."""
    return sorted(
        (*found.span(), "", "下载网站的字样") for pattern in _ADVERTISING for found in pattern.finditer(text)
    )[:1]


def lines_that_are(pattern: re.Pattern[str], passages: Sequence[Passage]) -> list[int]:
    """The places of the passages that a pattern matches from end to end."""
    return [
        place
        for place, passage in enumerate(passages)
        if len(passage.text) <= _LINE_LENGTH and passage.text.strip() and pattern.fullmatch(passage.text.strip())
    ]
