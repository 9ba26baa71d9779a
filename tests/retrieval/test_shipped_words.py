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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("家里没电了", "给他掐电"),
        ("几点来电", "交清了给人复电"),
        ("终止供电", "中止供电"),
        ("中断供电", "停止供电"),
        ("拉闸限电", "错峰用电"),
        ("客户喝多了", "中午喝酒上班"),
        ("客户发火", "冲客户发火"),
        ("客户没空", "抄表员没空"),
        ("挨骂", "骂客户"),
        ("挨打", "动手打人"),
        ("客户失约", "约好没来"),
        ("客户拖着不办", "磨洋工"),
        ("客户不接电话", "所里没人接电话"),
        ("电表走快", "校表"),
        ("潜动", "验表"),
        ("自选施工队", "指定施工队"),
        ("贪污电费", "挪用公款"),
        ("送礼", "接受宴请"),
        ("变压器多少钱", "专变"),
        ("线下种树", "设施保护条例"),
        ("双脚并拢跳", "跨步电压"),
        ("登高证", "高空作业"),
        ("光伏补贴", "光伏板"),
        ("房主", "户主"),
        ("本家", "户主"),
    ],
)
def test_what_is_not_the_same_has_no_common_concept(analyzer: Analyzer, one: str, other: str) -> None:
    """A fault is no cut-off, a client's deed is none of ours, a thing is not its price."""
    assert set(analyzer.analyse(one).ways.values()).isdisjoint(analyzer.analyse(other).ways.values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("滞纳金", "违约金"),
        ("烧电表", "电表爆了"),
        ("电费票", "开发票"),
        ("峰谷电", "尖峰电价"),
        ("阶梯价", "第三档"),
        ("撤户", "注销户号"),
        ("死鱼", "缺氧死鱼"),
        ("树压线", "树碰电线"),
        ("占地费", "塔基占地"),
        ("多久来修", "抢修时限"),
        ("加大容量", "增容手续"),
        ("从邻居家接电", "从邻居家拉线"),
        ("好处费", "要好处费"),
        ("不归我管", "不关我事"),
    ],
)
def test_what_is_the_same_has_one_concept(analyzer: Analyzer, one: str, other: str) -> None:
    """Two ways of saying one thing lead to one standard term."""
    assert set(analyzer.analyse(one).ways.values()) & set(analyzer.analyse(other).ways.values())


@pytest.mark.parametrize(
    ("said", "case"),
    [
        ("迟迟不装表", "late-connection"),
        ("验收完不送电", "late-connection"),
        ("领表单", "late-connection"),
        ("一家欠费全停", "arrears-disconnection-estate"),
        ("不让电工走", "arrears-disconnection-estate"),
        ("停电告知书", "arrears-disconnection-estate"),
        ("电费突然高", "estimated-reading"),
        ("锁门户", "estimated-reading"),
        ("找人代抄", "estimated-reading"),
        ("拍脑袋抄", "misread-meter"),
        ("不让干活", "meter-split-communication"),
        ("拿停电吓人", "drunk-manager-cutoff"),
        ("办事的人不在", "too-busy-excuse"),
        ("不接报修电话", "too-busy-excuse"),
        ("表箱门掉了", "loose-meter-box"),
        ("没装漏保", "bypassed-rcd"),
        ("漏保乱跳", "bypassed-rcd"),
        ("就我家没电", "refused-indoor-repair"),
        ("交了费没到账", "double-charging"),
        ("两电分离", "two-candles"),
        ("同一母线", "sewage-plant-supply"),
        ("铁将军把门", "entering-empty-home"),
        ("集资款", "surcharge-on-bill"),
    ],
)
def test_a_standard_term_stands_in_the_text_of_the_case_that_is_about_it(
    knowledge: KnowledgeBase, analyzer: Analyzer, said: str, case: str
) -> None:
    """What staff say leads to the case by its own words, without its alternate questions."""
    record = knowledge.case_by_id[case]
    text = "\n".join((record.title, *(section.text for section in record.sections)))

    assert set(analyzer.analyse(said).ways.values()) & set(analyzer.analyse(text).ways.values())
