"""Masking: nothing of a customer is kept, everything of the question is."""

import json
import random
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.asking.masking import mask
from retrieval.model import KnowledgeBase

KNOWLEDGE = Path(__file__).resolve().parents[3] / "knowledge"

NUMBERS = {
    # mobile telephones
    "138 1234 5678打不通": "〔电话〕打不通",
    "13812345678": "〔电话〕",
    "138-1234-5678": "〔电话〕",
    "138.1234.5678": "〔电话〕",
    "+86 138 1234 5678": "〔电话〕",
    "+8613812345678": "〔电话〕",
    "8613812345678": "〔电话〕",
    "013812345678": "〔电话〕",
    "1 3 8 1 2 3 4 5 6 7 8": "〔电话〕",
    "13812 345678": "〔电话〕",
    "１３８１２３４５６７８": "〔电话〕",
    "１３８　１２３４　５６７８": "〔电话〕",
    "他手机是幺三八一二三四五六七八": "他手机是〔电话〕",
    "幺三八 一二三四 五六七八": "〔电话〕",
    "138一二三四5678": "〔电话〕",
    "壹叁捌壹贰叁肆伍陆柒捌": "〔电话〕",
    "张三13812345678": "〔姓名〕〔电话〕",
    "67条 138 1234 5678": "67条 〔电话〕",
    "打电话13812345678,2天没人接": "打电话〔电话〕,2天没人接",
    "١٣٨١٢٣٤٥٦٧٨": "〔电话〕",
    # others
    "0371-6543210": "〔电话〕",
    "037165432100": "〔电话〕",
    "(0371)6543210": "〔电话〕",
    "138****5678": "〔电话〕",
    "（0371）65432100": "〔电话〕",
    "0371 6543 2100": "〔电话〕",
    "010-12345678转801": "〔电话〕",
    "电话6543210": "电话〔电话〕",
    "打6543210没人接": "打〔电话〕没人接",
    "座机6543 2100": "座机〔电话〕",
    "400-123-4567": "〔电话〕",
    "短号661234": "短号〔尾号〕",
    "手机尾号5678": "手机尾号〔尾号〕",
    # accounts
    "户号1234567890": "户号〔户号〕",
    "户号:0412 3456 78": "户号:〔户号〕",
    "户号：0412-3456-78欠费": "户号：〔户号〕欠费",
    "户号是12345": "户号是〔户号〕",
    "户号12345678 3月电费": "户号〔户号〕 3月电费",
    "用户编号：1234567890123": "用户编号：〔户号〕",
    "客户编号 41012345": "客户编号 〔户号〕",
    "缴费号 一二三四五六": "缴费号 〔户号〕",
    "12345678901这户咋查": "〔户号〕这户咋查",
    "０４１２３４５６７８咋欠费了": "〔户号〕咋欠费了",
    "户号后四位1234": "户号后四位〔户号〕",
    "1234 5678 9012这个户": "〔号码〕这个户",
    "戶號1234567890": "戶號〔户号〕",
    # meters
    "表号12345678": "表号〔表号〕",
    "表号:001234": "表号:〔表号〕",
    "电表号 A12B34567890": "电表号 〔表号〕",
    "资产编号4130001234567": "资产编号〔表号〕",
    "電錶號001234": "電錶號〔表号〕",
    # identity
    "身份证410105199003071234": "身份证〔证件号〕",
    "身份证号 41010519900307123X": "身份证号 〔证件号〕",
    "41010519900307123x": "〔证件号〕",
    "410105 1990 0307 1234": "〔证件号〕",
    "410105-19900307-123X": "〔证件号〕",
    "护照E12345678": "护照〔证件号〕",
    "91410100MA45ABCD1X": "〔证件号〕",
    # bank cards
    "6222021234567890123": "〔卡号〕",
    "6222 0212 3456 7890 123": "〔卡号〕",
    "银行卡6222021234567890": "银行卡〔卡号〕",
    "卡号6222-0212-3456-7890": "卡号〔卡号〕",
    # accounts elsewhere
    "zhangsan@qq.com": "〔邮箱〕",
    "发到ｚｈａｎｇ＠qq.com行吗": "发到〔邮箱〕行吗",
    "li.si+1@mail.example.cn": "〔邮箱〕",
    "微信zhang_123": "微信〔微信〕",
    "微信号：abc12345": "微信号：〔微信〕",
    "加vx: lisi888": "加vx: 〔微信〕",
    "QQ12345": "QQ〔QQ〕",
    "qq号 123456789": "qq号 〔QQ〕",
    # plates
    "豫A12345": "〔车牌〕",
    "豫A·D12345新能源": "〔车牌〕新能源",
    "京a88888": "〔车牌〕",
    # doors
    "3栋2单元501": "〔门牌〕",
    "5号楼3单元1202室没电": "〔门牌〕没电",
    "幸福小区12号楼没电": "幸福小区〔门牌〕没电",
    "二号楼一单元": "〔门牌〕",
    "三单元五零一": "〔门牌〕",
    "12-3-501": "〔门牌〕",
    "3#2-501": "〔门牌〕",
    "幸福小区3-501": "幸福小区〔门牌〕",
    "A座1203": "〔门牌〕",
    "1202室": "〔门牌〕",
    "解放路128号": "解放路〔门牌〕",
    "东沟村45号": "东沟村〔门牌〕",
    "三组12号院": "三组〔门牌〕",
    "住501的": "住〔门牌〕的",
    "房号501": "房号〔门牌〕",
    "门牌号12": "门牌号〔门牌〕",
    "3楼东户": "〔门牌〕",
    # any other long number
    "1234567": "〔号码〕",
    "一二三四五六七": "〔号码〕",
    "①②③④⑤⑥⑦⑧": "〔户号〕",
    "电费1234567元": "电费〔号码〕元",
}
NAMES = {
    "张三家表坏了": "〔姓名〕家表坏了",
    "李大爷家": "〔姓〕大爷家",
    "王女士投诉": "〔姓〕女士投诉",
    "老张说": "〔姓名〕说",
    "小李去抄表": "〔姓名〕去抄表",
    "隔壁老王": "隔壁〔姓名〕",
    "老李家": "〔姓名〕家",
    "户主张三": "户主〔姓名〕",
    "户主:王建国": "户主:〔姓名〕",
    "户主是王建国": "户主是〔姓名〕",
    "户主王建国电话": "户主〔姓名〕电话",
    "客户李强说要投诉": "客户〔姓名〕说要投诉",
    "客户王国强": "客户〔姓名〕",
    "客户张秀英上月多收": "客户〔姓名〕上月多收",
    "客户李有才": "客户〔姓名〕",
    "用户赵六": "用户〔姓名〕",
    "户主李家明说": "户主〔姓名〕说",
    "五保户王老五": "五保户〔姓名〕",
    "姓名：高峰": "姓名：〔姓名〕",
    "姓名 欧阳明": "姓名 〔姓名〕",
    "户名改成周杰伦": "户名改成〔姓名〕",
    "欧阳师傅": "〔姓名〕师傅",
    "诸葛先生": "〔姓名〕先生",
    "名字叫刘德华": "名字叫〔姓名〕",
    "我叫王小明": "我叫〔姓名〕",
    "叫陈建军来": "叫〔姓名〕来",
    "业主陈建军不同意": "业主〔姓名〕不同意",
    "村民刘大柱": "村民〔姓名〕",
    "租户于海": "租户〔姓名〕",
    "我是王强": "我是〔姓名〕",
    "客户是林志玲吗": "客户是〔姓名〕吗",
    "王建国家没电": "〔姓名〕家没电",
    "孙阿姨问": "〔姓〕阿姨问",
    "马师傅不在": "〔姓〕师傅不在",
    "找高师傅": "找〔姓〕师傅",
    "给何老师打电话": "给〔姓〕老师打电话",
    "李家没人": "〔姓〕家没人",
    "张三的电表": "〔姓名〕的电表",
    "王建国来电反映": "〔姓名〕来电反映",
    "王建国13812345678": "〔姓名〕〔电话〕",
    "李四 138 1234 5678": "〔姓名〕 〔电话〕",
    "13812345678李四": "〔电话〕〔姓名〕",
    "李建军,电话13812345678": "〔姓名〕,电话〔电话〕",
    "联系人：孙悟空 电话：13812345678": "联系人：〔姓名〕 电话：〔电话〕",
    "客户姓马": "客户姓〔姓〕",
    "刘总": "〔姓〕总",
    "陈工说": "〔姓〕工说",
    "杨嫂": "〔姓〕嫂",
    "胡书记": "〔姓〕书记",
    "户主：买买提·艾力": "户主：〔姓名〕",
    "東溝村張三家": "東溝村〔姓名〕家",
    "客戶陳建國": "客戶〔姓名〕",
    "建设路15号的李秀兰打电话说": "建设路〔门牌〕的〔姓名〕打电话说",
    "帮我给李四停电": "帮我给〔姓名〕停电",
    "把张三的表停了": "把〔姓名〕的表停了",
    "找杨洋签字": "找〔姓名〕签字",
    "她儿子陈浩签字行吗": "她儿子〔姓名〕签字行吗",
    "张三和李四吵架": "〔姓名〕和〔姓名〕吵架",
    "户主李明说要过户": "户主〔姓名〕说要过户",
    "客户王平的表": "客户〔姓名〕的表",
    "用户张全今天来": "用户〔姓名〕今天来",
    "客户李明天天来": "客户〔姓名〕天天来",
    "电工赵刚没去": "电工〔姓名〕没去",
}
LEFT = """
67条讲的啥|第六十七条|六七条|2024年的规定|380伏|30分钟|3天|100元|5个工作日|220V|0.4kV|２２０Ｖ|供电营业规则2024版|国家发展和改革委员会令第14号
电力工业部令第8号|国家电网生〔2003〕477号|95598|打95598 2次|打95598二次|打电话95598|拨打12398|打110|12398监管热线|10千伏|从110千伏站|1000千伏安
第19、25、27条|67、68、69、70、71、72条|2024-06-01起|2024年6月1日|2024/6/1|2024.06.01|6.1|220/380V|18:30-20:30停电|13:30-17:30,150户停电
2024-06-01 13:30|3-7天|1500-2000元|电价0.52 0.83 0.35|0.4883元|13.5 14.2 15.1 16.2|12345度|123456元|350 450 550|去年2023 今年2024
百分之五十|一二三四级|一、二、三、四|五个工作日|十不准|两千三百四十五块|一千二百三十四万|一二三四五六|18条③款|规范4-2|19条1款|营规67|96年规则
三楼|二楼楼道灯|5栋楼没电|一栋楼|435户|3号杆|线路3号杆|1号主变|11月13号开会|这个月15号来|我们村11号停电|10号线|3层|20层楼|两座110千伏站|UPS 50千伏安
高压用户|客户高兴|于是就走了|安全用具|客户安全|常用电器|用户常用|和谐|客户时间|用户方便|施工队|施工师傅|易燃易爆|客户金额不对|水表|温度|用户单位|路灯|毛病
任何人|成本|解决|客户解决|用户包括谁|欧姆|通知客户|用户查询|王牌|人家|大家|厂家|国家|专家|一张家庭表|李子|张贴公告|客户张贴|周末抄表|上周停电|每周一|周围
许多老人|任何老人|万一老人摔倒|老人|老师傅|师傅|安装师傅|电工师傅|孤寡老人|高龄老人|独居老人|对方师傅|由于老人|谢谢师傅|谢谢您|客户经理|大客户经理|物业经理|项目经理
村主任|台区经理|小区|小时|小于380|老化|老是跳闸|树长得老高|大小王|单相|三相电|客户陈述|客户曾经|用户许可|客户任何|户主同意|叫人来修|叫客户签字|都叫齐商量
户主在广东|客户为什么|用户用电|业主群|用户申请|客户说|客户何时|姓名填错了|户名不对|过户|用户范围|客户余额|用户金额|程序|小程序|小马达|小马拉大车|大马力
李家湾|石家庄|张家口|王家村|杨树|柳树|黄金|老黄历|老赖|白天家里没人|夏天家里|周末家里没人|钟头|一分钟|老百姓|公安|金属|电费钱|交钱|管电的|房产物业|车间主任
微信缴费|微信APP|QQ群|电话打不通|身份证要不要带|户号是多少|表号在哪看|A相|功率因数0.9|12天后|7折|①②③|王国|付款|付费|客户周一来|户主周末才在|客户余下|客户钱不够|用户石料厂|客户安装空调|客户易怒|客户方不同意|客户曾来过|尤其|毕竟|涂料|某某|张某
"""
QUIET = re.findall(r"[^|\n]+", LEFT)
ACCEPTED_SHARE = 0.03
"""Of the repo's questions: the invented people in them (老周, 王家, 李先生) and two authors are masked like customers."""
INVENTED = re.compile(
    "[老小][张李王陈周刘赵孙何吴韦邓崔冯郑侯曹马徐钱高]|[张李王陈周刘赵孙韦](?:家|先生|师傅|老板|书记|婶)|姓[张李王赵马]|彭涛、杨继军"
)

SEPARATORS = [
    " ",
    "-",
    ".",
    "—",
    "–",
    "·",
    "/",
    "_",
    "\u3000",
    "\u00a0",
    ",",
    "、",
    "*",
    ") ",
    " - ",
    "\u200b",
    "\n",
    "~",
    "|",
]
ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "张王李高于安周欧阳三建国强家老小大爷师傅户主客户姓名叫号电话微信表身份证路村栋单元室住条年月度元的说〔〕138幺五〇①Ⅷ１９AXx@. -:,_"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(("text", "masked"), [*NUMBERS.items(), *NAMES.items()])
def test_what_tells_of_a_customer_is_masked(text: str, masked: str) -> None:
    """Numbers, doors and names are masked in every writing, what is beside them stays, and once is enough."""
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize("text", QUIET)
def test_what_is_asked_stays(text: str) -> None:
    """Rule numbers, quantities, days and words that begin with a surname are left."""
    assert mask(text) == text


@pytest.mark.parametrize("text", ["{}", "请问{},急", "今天{}怎么办?", "第3条 {}"])
def test_numbers_are_masked_inside_a_sentence(text: str) -> None:
    """The place in a sentence makes no difference to a number."""
    for number, masked in NUMBERS.items():
        if (
            re.search("[\u4e00-\u9fff]", number) is None
            and re.fullmatch("〔..〕", masked)
            and not number.startswith("+")
        ):
            assert mask(text.format(number)) == text.format(masked)


def test_the_examples_are_many() -> None:
    """The table holds enough of both kinds to mean something."""
    assert len(NUMBERS) + len(NAMES) >= 120
    assert len(QUIET) >= 120


def digit_runs(text: str) -> list[int]:
    """The lengths of all runs of digits, in whichever writing."""
    marks = "".join("x" if unicodedata.numeric(letter, -1) in range(10) or letter in "幺○" else " " for letter in text)
    return [len(run) for run in marks.split()]


@settings(max_examples=400)
@given(ANYTHING)
@example("138\ue000〔电话〕1234567")
@example("\ud83d138\udcff")
@example("〔姓名〕张三〔")
@example("ᚠ王建国ᚠ")
def test_masking_holds_whatever_comes(text: str) -> None:
    """It never raises, is idempotent, grows to 2x + 10 at the most, and leaves no seven digits together."""
    masked = mask(text)

    assert mask(masked) == masked
    assert len(masked) <= 2 * len(text) + 10
    assert max(digit_runs(masked), default=0) < 7


@given(st.text(st.sampled_from("停电缴款规定怎么办通知客户用户投诉报修抄表,。?!、 \n赔偿损失现场"), max_size=60))
def test_a_text_without_digits_and_names_is_unchanged(text: str) -> None:
    """Where there is no digit and no character that is a surname, nothing is masked, in whatever order the others come."""
    assert mask(text) == text


@given(st.text(st.sampled_from("0123456789０１２３４５６７８９零一二三四五六七八九幺〇壹贰叁①②٣४ "), max_size=50))
def test_no_long_number_survives(text: str) -> None:
    """Among digits of any writing no seven stay together."""
    assert max(digit_runs(mask(text)), default=0) < 7


AROUND = st.text(st.sampled_from("停电缴费规定怎么办通知客户投诉,。?!高家的王第条年"), max_size=12)
WRITINGS = [
    str.maketrans("0123456789", digits)
    for digits in ("0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇幺二三四五六七八九")
]


@settings(max_examples=300)
@given(
    st.from_regex("1[3-9][0-9]{9}", fullmatch=True),
    st.sets(st.integers(1, 10)),
    st.sampled_from(SEPARATORS),
    st.sampled_from(WRITINGS),
    AROUND,
    AROUND,
)
def test_telephone_numbers_are_masked_anywhere(
    number: str, cuts: set[int], separator: str, writing: dict[int, int], before: str, after: str
) -> None:
    """A mobile number in any writing, cut anywhere by any separator, goes without rest, and what is around it stays."""
    written = "".join(separator * (place in cuts) + digit for place, digit in enumerate(number)).translate(writing)

    masked = mask(before + written + after)

    assert digit_runs(masked) == []
    assert "〔电话〕" in masked


@given(
    st.from_regex("1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(SEPARATORS),
    st.sampled_from("0123456789"),
    st.booleans(),
)
def test_telephone_numbers_are_masked_beside_other_digits(number: str, separator: str, digit: str, first: bool) -> None:
    """A number written 3-4-4 does not hide behind a digit that touches it."""
    written = separator.join((number[:3], number[3:7], number[7:]))

    masked = mask(digit + written if first else written + digit)

    assert sum(digit_runs(masked)) <= 1


def knowledge_questions(knowledge: KnowledgeBase) -> list[str]:
    """All acceptance questions and alternate questions of the repo."""
    golden = (KNOWLEDGE / "golden.jsonl").read_text("utf-8").splitlines()
    asked = [str(json.loads(line)["question"]) for line in golden if line.strip()]
    of_cases = (question for case in knowledge.cases for question in case.questions)
    of_clauses = (question for clause in knowledge.clauses for question in clause.questions)
    return [*asked, *of_cases, *of_clauses]


def test_the_repos_own_questions_hardly_change(knowledge: KnowledgeBase) -> None:
    """They tell of no customer: only the people in them, listed above, are masked, and those are few."""
    questions = knowledge_questions(knowledge)
    changed = [question for question in questions if mask(question) != question]

    assert len(questions) > 3000
    assert [question for question in changed if not INVENTED.search(question)] == []
    assert len(changed) <= ACCEPTED_SHARE * len(questions)


def test_only_names_are_masked_in_the_repos_own_questions(knowledge: KnowledgeBase) -> None:
    """No rule number, quantity or day of them is taken for a customer's number."""
    kinds = {kind for question in knowledge_questions(knowledge) for kind in re.findall("〔(.+?)〕", mask(question))}

    assert kinds <= {"姓名", "姓"}


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            "1 ",
            "13 8",
            "138 1234 567 ",
            "a",
            "a@",
            "A1",
            "1-",
            "1..",
            "一二",
            "一a",
            "0371-",
            "12-3-",
            "3栋",
            "小区3-",
        ),
        *(
            "户号1 2",
            "户号  ",
            "打::",
            "微信a",
            "张三家",
            "户主王",
            "老王",
            "姓",
            "叫",
            "王",
            " ",
            ".",
            "ＡＢ１",
            "〔电话〕",
        ),
        *("停电要提前几天通知,67条?", "++", "(0", "王和", "、王三", "给张三", "138**"),
    ],
)
def test_long_texts_take_no_longer_than_their_length(piece: str) -> None:
    """10,000 characters take less than 50 ms, whatever they repeat."""
    text = (piece * 10_000)[:10_000]

    def seconds() -> float:
        began = time.process_time()
        mask(text)
        return time.process_time() - began

    assert min(seconds() for _ in range(5)) < 0.25  # a pattern that backtracks takes seconds


def test_a_long_mixed_text_is_quick_and_settled() -> None:
    """All examples shuffled into one text are masked in one go, as quickly, and once is enough."""
    pieces = [*NUMBERS, *NAMES, *QUIET] * 8
    random.Random(7).shuffle(pieces)  # noqa: S311 - a fixed order, no secret
    text = "。".join(pieces)[:10_000]
    began = time.process_time()
    masked = mask(text)

    assert time.process_time() - began < 0.2
    assert mask(masked) == masked
    assert max(digit_runs(masked)) < 7
