"""Radicals in the place of characters: some PDF writers put them there, since the shapes are the same.

`⻓` (U+2ED3) is no `长` to any search. NFKC knows the Kangxi radicals and only two of the supplement; the rest is from
Unicode's property Equivalent_Unified_Ideograph.
"""

import re
import unicodedata

_RANGES = "\u2e80-\u2fdf\uf900-\ufaff"  # CJK and Kangxi radicals, and compatibility ideographs
_ONE = re.compile(f"[{_RANGES}]")

RADICALS = re.compile(f"[{_RANGES}]+(?:[^{_RANGES}]{{1,12}}[{_RANGES}]+)*")
"""Finds stretches of text with radicals; those that stand near each other, as they do in such files, at once."""

_SUPPLEMENT = """
⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇𠘨 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑𡯂 ⺒巳 ⺓幺 ⺔彑 ⺕彐 ⺖忄 ⺗心 ⺘扌
⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺟母 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪𤴔 ⺫目 ⺬示 ⺭礻 ⺮𥫗 ⺯糹 ⺰纟 ⺱罓
⺲罒 ⺳㓁 ⺴冗 ⺵𦉫 ⺶羊 ⺷𦍌 ⺸𦍋 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽𦥑 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇𧢲 ⻈讠 ⻉贝
⻊𧾷 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻕𨸏 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞𩙿 ⻟飠 ⻠饣 ⻡𩠐
⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟
"""
_PLAIN = {pair[0]: pair[1] for pair in _SUPPLEMENT.split()} | {"⼾": "户"}
"""The last one is 戶 to NFKC, which fonts for simplified characters draw as 户 is drawn elsewhere."""


def plain_characters(text: str) -> str:
    """A text with ordinary characters for its radicals and compatibility ideographs; all else stays."""
    return _ONE.sub(lambda found: _PLAIN.get(found[0]) or unicodedata.normalize("NFKC", found[0]), text)
