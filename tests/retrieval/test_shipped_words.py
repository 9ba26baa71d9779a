"""What the repo's own word lists say of sentences that staff say."""

import pytest

from retrieval.model import KnowledgeBase
from retrieval.search.analyzer import Analyzer


@pytest.fixture
def analyzer(knowledge: KnowledgeBase) -> Analyzer:
    """Knows the repo's own words."""
    return Analyzer(knowledge.lexicon)


@pytest.mark.parametrize(
    ("sentence", "circumstance"),
    [
        ("火锅店欠费停电", "餐饮店"),
        ("奶茶店的电表抄错了", "饮品店"),
        ("电瓶车店欠费", "修车店"),
        ("停车场的表箱掉了", "停车场"),
        ("健身房欠费停电", "体育场馆"),
        ("驾校申请用电", "培训机构"),
        ("殡仪馆欠费停电", "殡葬场所"),
        ("收废品的欠费", "废品站"),
        ("税务局欠费停电", "税务机关"),
        ("机场欠费停电", "车站机场"),
        ("居委会来问楼道灯", "居委会"),
        ("消协来问收费", "消费者协会"),
        ("种小麦的欠费停电", "种植户"),
        ("蔬菜棚欠费停电", "农业大棚"),
        ("光伏户欠费停电", "光伏用户"),
        ("充电桩欠费停电", "充电桩"),
        ("储能电站欠费停电", "各类电厂"),
        ("二手房欠费停电", "各种住房"),
        ("家里有癌症病人欠费停电", "病人"),
        ("遗产没分，电费谁交", "客户去世"),
        ("高考期间欠费停电", "开学"),
        ("在守灵欠费停电", "红白事"),
        ("今天雾霾没去抄表", "别的坏天气"),
        ("高温天没去抄表", "高温天气"),
        ("发大水没去抄表", "洪涝灾害"),
        ("拜年那天欠费停电", "过节"),
        ("上班打麻将的外包工", "外委人员"),
        ("骂我神经病", "骂人的话"),
        ("打洞打坏了路由器", "上网设备"),
        ("打洞打破自来水管", "水管"),
        ("停车费和电费一起收", "别的费用"),
        ("用电检查员进屋检查", "查电人员"),
    ],
)
def test_who_where_and_when_are_no_topic(
    knowledge: KnowledgeBase, analyzer: Analyzer, sentence: str, circumstance: str
) -> None:
    """A word that names a person, a place, a time or a thing at hand is a concept, and one that a question is never about."""
    assert circumstance in analyzer.analyse(sentence).ways.values()
    assert circumstance in knowledge.lexicon.circumstances


@pytest.mark.parametrize("topic", ["菜谱", "天气预报", "挂号", "网贷", "高考志愿", "火锅", "麻将规则", "离婚手续"])
def test_what_makes_a_topic_by_itself_is_no_circumstance(knowledge: KnowledgeBase, topic: str) -> None:
    """Who says only this word has said what they ask about."""
    assert knowledge.lexicon.synonyms[topic] not in knowledge.lexicon.circumstances
