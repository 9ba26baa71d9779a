"""What tells of a customer is masked before a question is kept; what is asked stays.

Numbers are found by their shape and by the word before them. A name is masked only where its surroundings make it a person:
a word such as 户主 or 姓名 before it, a title such as 师傅 or 家 after it, 老 or 小 before a surname, a telephone number beside it.
Other words that begin with a surname (高压, 施工, 周末) are listed, for a mask in the wrong place spoils the statistics.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

# Letters that no station types stand for what the patterns must tell apart: numerals in Chinese, and what is masked already.
_NUMERAL_ZERO = 0x1681  # ᚁ, and nine more up to ᚊ
_HELD_NUMBER, _HELD = "\u16a0", "\u16a2"
_STAND_INS = range(0x1680, 0x16FF)
_STRANGE = 0xFFFD

_TRADITIONAL = str.maketrans(
    "電話號碼戶證錶張陳劉黃楊趙吳孫馬鄭韓馮鄧蕭許葉蘇盧鍾譚陸範賈韋鄒閻龍萬錢湯賴龔顧龐蘇齊聯繫銀賬帳編資產條樓棟單間門鋪處車"
    "實業東機師爺嬸媽孃聽說問來報請這個稱為寶經長會長書記員帶給讓幫對從進現裝修駕護執照職歐陽諸葉廣蘭國華偉軍",
    "电话号码户证表张陈刘黄杨赵吴孙马郑韩冯邓萧许叶苏卢钟谭陆范贾韦邹阎龙万钱汤赖龚顾庞苏齐联系银账帐编资产条楼栋单间门铺处车"
    "实业东机师爷婶妈娘听说问来报请这个称为宝经长会长书记员带给让帮对从进现装修驾护执照职欧阳诸叶广兰国华伟军",
)


class _Fold(dict[int, int]):
    """One character to one character, found out at first need: full-width, other digits, lower case, traditional."""

    def __missing__(self, code: int) -> int:
        self[code] = folded = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(character: str) -> int:
        code = ord(character)
        if code in _STAND_INS:
            return _STRANGE
        if unicodedata.category(character) == "Nd":
            return ord("0") + unicodedata.decimal(character)
        plain = unicodedata.normalize("NFKC", character)
        if len(plain) != 1 or (character.isnumeric() and not character.isascii()):
            return code  # ① and ㈠ are numerals of their own kind
        return ord(plain.upper() if plain.isascii() else plain.translate(_TRADITIONAL))


class _Numerals(dict[int, int]):
    """Numerals other than 0 to 9 to their stand-ins: 一, 壹, 幺, 〇, ①."""

    def __missing__(self, code: int) -> int:
        self[code] = folded = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(character: str) -> int:
        if character in "幺○":
            return _NUMERAL_ZERO + "○幺".index(character)
        value = -1.0 if character.isascii() else unicodedata.numeric(character, -1.0)
        return _NUMERAL_ZERO + int(value) if value in range(10) else ord(character)


_PLAIN, _NUMERALS = _Fold(), _Numerals()

_C = f"{chr(_NUMERAL_ZERO)}-{chr(_NUMERAL_ZERO + 9)}"
_D = f"[0-9{_C}]"
_START = f"(?:(?<![0-9])(?=[0-9])|(?<![{_C}])(?=[{_C}]))"
"""Where digits of one writing begin: also between 三 and 138."""
_END = f"(?:(?<=[0-9])(?![0-9])|(?<=[{_C}])(?![{_C}]))"
_ANY = r"[\W_]{0,4}+"
"""What may stand between the digits of a telephone number."""
_TIGHT = r"[\s\-_.]{0,2}+"
_UNIT = r"(?!\s?[年月日天度元块角毛分秒户个次条款项人台只级千万亿伏安瓦米点%KVWA℃小公])"
"""What follows is no unit."""
_IS = r"[\s::是为号码()#,]{0,6}+"


def _digit(values: str) -> str:
    """A pattern for one digit out of a few, in each writing."""
    return f"[{values}{''.join(chr(_NUMERAL_ZERO + int(value)) for value in values)}]"


_WRITTEN_NUMBER = rf"{_D}{{2,}}+(?:[ \-]{{1,2}}{_D}{{2,}}+{_UNIT})*[A-Z0-9]*+"


def _labelled(words: str, at_least: int) -> str:
    """A pattern for the number that comes after a word; digits in groups of two or more."""
    return (
        rf"(?:{words})(?:[后末尾]{_D}位数?)?{_IS}(?P<it>(?=(?:[ \-]{{0,2}}[A-Z]{{0,4}}{_D}){{{at_least}}})"
        rf"[A-Z]{{0,6}}+{_WRITTEN_NUMBER}){_UNIT}"
    )


# Groups are not possessive here: Python before 3.11.5 loses the end of a match in them.
_NUMBER = f"(?:{_D}|[十百]){{1,4}}"
_BUILDING = "(?:栋|幢|号楼(?![梯道])|#楼?|号院|单元)"
_DOOR = re.compile(
    "|".join(
        (
            # 3栋2单元501, 12号楼1202室, A座1203, 二单元; 5栋楼 counts houses
            rf"(?:(?<!{_D})[A-Z]?(?:(?![{_C}](?:栋|幢)){_NUMBER}(?:栋(?!楼)|幢(?!楼)|号楼(?![梯道])|号院|单元)"
            rf"|{_NUMBER}(?:栋|幢|座|#)(?=\s?{_NUMBER}(?:单元|门|室|号房|-{_D})))"
            rf"|(?<![A-Z])[A-Z][座栋幢])"
            rf"(?:[\s,\-]?{_NUMBER}(?:{_BUILDING}|[座门层梯]))*"
            rf"(?:[\s,\-]?(?:{_D}{{1,2}}-)?(?:{_D}{{3,4}}+{_UNIT}|(?={_D}+[室户]){_D}{{3,4}}+)(?:室|号房|房(?![子屋东])|户|号)?"
            rf"|[\s,\-]?{_NUMBER}(?:室|号房))?",
            rf"{_NUMBER}[楼层][东西中左右]户",
            rf"(?<!{_D})[A-Z]?{_D}{{3,4}}(?:室|号房|房间|房(?![子屋东产地租]))",
            # 12-3-501, 3#2-501; not 24-11-2026
            rf"(?<![\-./:0-9{_C}]){_D}{{1,2}}[\-#]{_D}{{1,2}}[\-#](?!(?:19|20)[0-9][0-9]){_D}{{3,4}}(?![\-./]?{_D}){_UNIT}",
        )
    )
)
_LABELLED_DOOR = re.compile(
    rf"(?:门牌号?|房号|房间号|室号|楼号|住在?){_IS}(?P<it>(?:(?<!住)(?<!住在)|(?=[A-Z]?{_D}{{3}}))"
    rf"[A-Z]?{_D}{{1,4}}+(?:-{_D}{{1,4}}+)*){_UNIT}"
    rf"|(?:小区|花园|家园|公寓|新村|大厦|公馆|[苑府])\s?(?P<room>{_D}{{1,2}}[\-#]{_D}{{3,4}})(?!{_D}){_UNIT}"
    # 解放路128号, 东沟村45号; not 线路3号杆, 回路2号, nor a day: 我们村11号停电
    rf"|(?:(?<![线回电短断通支半一铁网来公])路|[街巷弄]|胡同|大道|[村组庄屯坊]|社区)\s?"
    rf"(?P<street>{_NUMBER}号(?!线|杆|塔|变|台|令|文|主变|箱|柜|开关|刀闸|间隔|电缆|馈|母线|站|机|表"
    rf"|[停去前后才早晚下上开始要检到抄报交发就之以左])(?:[之\-附]{_NUMBER}号?)?)"
)

_PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·.•\\-\\s]?"
    "(?=[A-Z]{0,5}[0-9])[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])"
)
_EMAIL = re.compile(r"(?<![A-Z0-9._%+\-])[A-Z0-9._%+\-]++@[A-Z0-9\-]++(?:\.[A-Z0-9\-]++)+")
_WECHAT = re.compile(
    r"(?:微信号?|薇信|威信|V信|[WV]X|WECHAT|(?<![A-Z])V(?=[::]))[\s::是为号]{0,4}+(?P<it>(?=[A-Z\-]*[0-9_])[A-Z0-9_\-]{5,}+)"
)
_QQ = re.compile(r"(?:QQ号?码?|扣扣|企鹅号)[\s::是为号]{0,4}+(?P<it>[0-9]{5,}+)")
_IDENTITY = re.compile(_labelled("身份证|证件|护照|驾驶证|驾照|军官证|通行证|信用代码|营业执照", 6))
_ID_CARD = re.compile(
    rf"{_START}{_digit('123456789')}(?:{_TIGHT}{_D}){{5}}{_TIGHT}"
    rf"(?:{_digit('1')}{_TIGHT}{_digit('9')}|{_digit('2')}{_TIGHT}{_digit('0')})(?:{_TIGHT}{_D}){{2}}{_TIGHT}"
    rf"(?:{_digit('0')}{_TIGHT}{_D}|{_digit('1')}{_TIGHT}{_digit('012')}){_TIGHT}{_digit('0123')}{_TIGHT}{_D}"
    rf"(?:{_TIGHT}{_D}){{3}}{_TIGHT}(?:{_D}{_END}|[X×])"
)
_CODE = re.compile(r"(?<![A-Z0-9])(?=[0-9]*[A-Z])(?=(?:[A-Z]*[0-9]){8})[A-Z0-9]{15,20}(?![A-Z0-9])")
_ACCOUNT = re.compile(
    _labelled("户号|户头号|用户编?号|客户编?号|用户编码|客户编码|[缴交]费号|[账帐]号|[账帐]户|合同号", 4)
)
_METER = re.compile(_labelled("表号|表计号|表计编号|电[能度]?表编号|资产编?号|条形?码|出厂编?号", 4))
_CARD_LABELLED = re.compile(_labelled("银行卡|卡号|信用卡|储蓄卡|社保卡|一卡通", 6))
_TAIL = re.compile(_labelled("尾号|短号|虚拟网", 3))
_PHONE_WORD = "电话|手机|座机|固话|联系方式|致电|拨打|拨|打|短号|TEL|号码"
_LOCAL = re.compile(
    rf"(?:{_PHONE_WORD}){_IS}(?P<it>(?!95598|110|12[0-9]{{3}}|119|120)(?:{_D}{{3,4}}[ \-]?{_D}{{4}})(?:转{_D}{{1,5}})?){_END}{_UNIT}"
)
_MOBILE = re.compile(
    rf"(?:[+(]\s?)?{_START}(?:(?:{_digit('0')}{_ANY}){{0,2}}{_digit('8')}{_ANY}{_digit('6')}{_ANY}|{_digit('0')})?"
    rf"{_digit('1')}{_ANY}{_digit('3456789')}(?:{_ANY}{_D}){{9}}{_END}(?:转{_D}{{1,5}})?"
)
_MOBILE_3_4_4 = re.compile(rf"{_digit('1')}{_digit('3456789')}{_D}[\W_]{{1,4}}+{_D}{{4}}[\W_]{{1,4}}+{_D}{{4}}")
_STARRED = re.compile(rf"(?<!{_D}){_D}{{3,4}}[*×X]{{2,6}}{_D}{{2,4}}(?!{_D})")
_LANDLINE = re.compile(
    rf"\(?{_START}(?:{_digit('0')}(?:{_digit('1')}{_digit('0')}|{_digit('2')}{_D}|{_digit('3456789')}{_D}{_D})"
    rf"[\s\-.()]{{0,3}}+(?:{_D}{{3,4}}[ \-]{_D}{{4}}|{_D}{{7,8}})"
    rf"|{_digit('48')}(?:{_digit('0')}){{2}}(?:[ \-]?{_D}{{3}}[ \-]?{_D}{{4}}|[ \-]?{_D}{{4}}[ \-]?{_D}{{3}})){_END}(?:转{_D}{{1,5}})?"
)
_BANK_CARD = re.compile(rf"{_START}{_D}{{4}}(?:[\s\-]{{1,2}}{_D}{{4}}){{3}}(?:[\s\-]{{1,2}}{_D}{{1,3}})?{_END}")
_GROUPS = re.compile(rf"{_START}(?:{_D}{{3,}}+(?:[ \-_]{_D}{{3,}}+){{2,}}|{_D}{{4,}}+ {_D}{{4,}}+){_UNIT}")
_SOME_DIGIT = re.compile(_D)
_RUN = re.compile(rf"[0-9]{{7,}}+|[{_C}]{{7,}}+")
_MIXED_RUN = re.compile(rf"{_D}{{7,}}+")
_PHONE_BEFORE = re.compile(rf"(?:{_PHONE_WORD}){_IS}$")

# ---------------------------------------------------------------- names

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱郭罗郑梁宋唐韩冯邓曹彭董袁潘蒋蔡杜苏魏吕丁沈姚卢姜崔谭陆汪廖贾韦邹熊孟秦阎闫薛侯郝孔邵赖贺尹洪龚汤陶黎樊"
    "乔殷颜庄鲁倪庞邢俞翟聂葛伍覃骆焦柳祝纪毕耿芦苗詹靳祁涂兰裴梅童翁霍阮尤岳柯牟滕舒卜饶冉鲍屈蒲卫闵邬吉叶傅戴邱肖萧谢瞿佟佘穆晏隋窦"
)
_DOUBTFUL_SURNAMES = frozenset(
    "何余程范许曾高马林江石田钱钟史顾武严段章夏季申左万文于常安方任易金温单路毛解包欧查施管关向连车费古项房华白党尚凌盛柴谷康宁游简龙雷曲付辛符蓝齐莫"
)
"""As often the first character of another word; alone they need a boundary before them."""
_COMPOUND = "欧阳 司马 上官 诸葛 皇甫 尉迟 公孙 慕容 令狐 宇文 司徒 夏侯 轩辕 端木 呼延 淳于 澹台 长孙 赫连 申屠 闻人 独孤 南宫 拓跋"
_COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
_SURNAME_BEGINNINGS = _SURNAMES | _DOUBTFUL_SURNAMES | {surname[0] for surname in _COMPOUND_SURNAMES}
_NICKNAMED = (_SURNAMES - frozenset("孔苗卫尤纪屈赖")) | frozenset("何余程范许曾任顾常施方莫齐")
"""Surnames after 老 or 小 that hardly ever mean anything else there."""
_NICKNAMED_WITH_VERB = frozenset("高马林江石钱钟史武严段夏季于安易金毛田万龙雷关温路")

_BEGINNINGS = (
    "毛估 齐刷 汤锅 岳父母 乔迁 洪灾 熊孩 王国室家位者牌朝法府冠后子宫爵道 张掖贴口望罗扬力弛嘴开数 陈旧述列设词腐年醋皮货规 黄历河金冈色昏连沙山花海豆牌酒油泥线绿灯页瓜粉土铜梅 "
    "周口围期边年刊末长岁到二身六日一五三四转易遭济报初天全率知密旋 徐徐州缓 胡乱须扯同编话闹椒萝弄来 罗列马网嗦盘 郑重州 梁子 宋代朝体 唐代朝诗突 韩国式语 董事 杜绝撰 苏联州北打醒 魏国 "
    "丁点字香零 沈阳 姜片汤 陆续地路上军运 付出给款费息钱现清账 熊市猫 孟子买 秦岭 孔隙径子洞 赖以账着皮 贺卡词信喜 洪水涝流峰 汤药匙 陶瓷器冶 黎明 莫非大不名如过要须管忘名怪 乔装木 殷切实 "
    "颜色料面 庄严重稼园家 鲁莽钝 庞大 蓝色牙天图本领光 齐全心备整集发名抓声 伍元佰 焦点急虑炭距煤 柳树条州 祝愿福贺你您大 纪律录念要委实检年 毕业竟生 耿直 芦苇花 苗木子圃条头期 "
    "涂料改层抹漆装 兰州花 梅雨花 童年话车装工 霍乱 尤其为以 柯达 舒服适畅心展坦 卜算 饶有了恕 屈服指从才 卫生士兵星 吉利祥 叶片子轮 戴着上好帽口手 肖像 萧条 谢谢意绝罪 穆斯 隋朝 "
    "何况必处以等时不在故人事种用者为止地须意月年日如方办物 余种地额下量热电额项款数年户度 程度序式控 范围例本畴 许可多久 曾经 "
    "高压度速级兴中校考手等于大温出层山低效价档空粱新位端处职额铁峰频龄楼深清要耗能限危血风烧考科院管压杆质 马上路力车里达虎蹄桶 林区业木地带场 江南北水边河湖山西苏 石头油子灰板墙料材块棉墩 "
    "田地间里野边头径 钱款财包袋数物多少不给的没要 钟头表点 史料上书 顾客及虑问名忌此不 武装器汉警力术 严重格厉密谨肃禁防惩峻控查办把寒于明令守 段落时位子路长 章程节法 夏天季日收粮 "
    "季节度末候风初费 申请报诉办购领明述 左右手边侧上下 万一元户能千分物家多个年安 文化件明字书本章员档艺凭案具 于是今此事前昨我你他她它本这那人户客用没 常常见用年规务态识委住驻量客备数温设 "
    "安全排装置心定徽慰静抚检监稳放好顿保防生培家规居置宁插 方面法式案便向针才可程位形圆块言 任何务期意命职由凭务性一选 易于燃损爆拉坏耗漏错发经断出 金额融属钱具牌色银刚 温度暖馨控差和升水热情习 "
    "单位独子据价元个相线证号双方调户一纯边元回身车面 路灯线边上面口段径程过人费由障基途政 毛病巾坯利钱衣线重 解决释除答放开约释读体散冻脱说聘锁 包括含装围裹工干你我他你月修赔庇办起子换费揽容 "
    "欧姆洲元美 查看询处出找问明验封表电核实收清抄账办违线用完到得过缴获对窃 施工行加压展救肥放为用 管理道线辖用制事家教控径子你我他它不区得着得护片 关于系键注心闭节机门断上掉口联停了电怀照押税灯不 "
    "向前来上下着导他她你我客用户供电 连续接带线同忙夜日累片锁环通着动人 车辆间站位牌子库祸费 费用力时心劲解事控率神钱 古代老怪 项目 房子屋间东产主价租门里费贷顶前后 华北东南为侨人 "
    "白天色酒白费费送班领昼纸费 党员支委组建政 尚未且有无可 凌晨乱空 盛夏产行大 柴油火草 谷物子地 康复 宁可愿静 游客戏行览走泳 简单直易化称要介短便历 龙头卷虾灯 雷电雨击暴区 曲线折 辛苦劳 "
    "符合号 吴县 朱红 苏打 杨树梅絮 柳絮 姚黄 温州 邓州 孙子女辈 李子树 彭州"
)
"""A surname, and the characters each of which makes a word with it."""
_WORDS = frozenset(entry[0] + second for entry in _BEGINNINGS.split() for second in entry[1:])
"""Two characters that begin with a surname and are a word."""
_ENDINGS = (
    "张一二两三几这那每主紧夸半纸开慌 周一每上下这本两三几半整四圆 黄蛋金橙 孙子 谢谢多感致答 童儿孩 卫保护守 叶树茶 洪防抗泄 汤鸡喝 纪世经年 方对双地甲乙各官多后前北南西东厂配大 "
    "高提最过很太更较升增身崇跳 于由对关等属位处至基鉴限低高大小善在终出便利用忙急 常经正非平日通异照时 安公保治平电伏千不 金资现押罚奖租本基黄定五 路线电公马铁道短断回网通走一半思 "
    "任责主担信放委现前新历离 管主保监电接水尽不城看 关开相有机无海把 马罗出牛 石油矿沙山 江长 白明空清坦 许也或允准兴 何如任为奈 林园森树 田农 余其剩多业 程工过流行日规课 史历 万千百一十几上 "
    "文公条本作正论中原 章公盖规违印 钱电价要收交花付掏给退省多少没有块欠的本找送罚赚还押图费 施实措设 雷打防避 钟分点时秒闹 段阶手一时片地 单账清表工订菜票名下罚简 申重 易容简交轻贸平 "
    "车汽货吊开停机水叉火电 费电话交缴收欠水免花浪小退经 包书承面钱红挎打 查检抽稽调抄审核排巡督 解了理见误调讲和分 游旅上下 顾照光回不 温高低气体保降 项事各款每单多一两几这那 "
    "房厨库住平楼机配公危租 季四春夏秋冬每雨 华中 符华不相 尚高 宁安 龙水尼 毛鸡羽八三五几 梁房桥横 熊狗 祝庆 贺祝 庄村 齐整一 焦对聚 王国女大 李行 苗树禾 罗包 侯时气 连相接大 "
    "向方一导倾 康健小 左向 曾不未 柴火 谷稻山 付支给预垫拖应已先代未没不偿"
)
"""A surname, and the characters before it each of which makes a word with it."""
_BEFORE = {entry[0]: frozenset(entry[1:]) for entry in _ENDINGS.split()}
"""What before a surname makes a word of the two."""

_NEVER_GIVEN = frozenset(
    "的了着过是在不没无就都也还又很太最更再只要会能可该应让叫给把被将跟与及或而但因所从到向对往由按照比像如果若等每各这那哪谁什么怎咋啥几多少个位户"
    "人们我你他她它您咱俺自己前后上下里外内间边头面旁说讲问答称告诉反映投报打去回进出走跑找看见听拿放做干办交收缴欠退补抄表电费停送供拆换查核算改错漏"
    "偷窃拒意觉认示怀疑质坚持昨今早晚月年日号点时分钟半两一二零十百千女士爷叔伯婶嫂姨哥姐奶妈娘汉师傅姑弟妹板老某户主住址手机身份证件线箱杆灯压量"
    "变客用先房屋院墙厂店站所局班组村镇乡县市省区街路队被搬气急嫌吵骂闹哭喊笑吃喝睡病死摔怕怨骗求盼催赔装修接剪钻砸推挂贴写签领借还买卖租种养喂浇"
    "起完掉坏断跳烧停漏锁开关闭冒响亮黑掏塞扣罚盖移挪埋架怒昏偏连"
    "来电却仍曾正已未您咨询申请提抱欲拟"
)
_MAYBE_GIVEN = frozenset("有家明天大小新成同和长立全生平金水得才")
"""In names and in what follows them; taken for the name only where that reads well."""
_SELDOM_GIVEN_ALONE = frozenset("有家大小得才和同天")
_FOLLOWING = (
    "刚才 刚刚 刚到 刚来 刚交 刚装 刚换 明细 明白 明显 明确 平均 全是 全部 全不 生意 立户 长的 长时 成本 金属 新开 新建 水费 水管 明天 明明 明年 明知 天天 大骂 大闹 大喊 "
    "大声 大概 小区 小孩 小子 新装 新的 新表 新户 新房 新家 成了 成天 同意 同志 和我 和他 和你 和其 和邻 长期 立即 立马 立刻 全家 生气 生病 平时 平常 平台 金额 水表 水泵 "
    "得知 家里 家的 家电 家停 家表 家没 家有 家用 家门 有没 有人 有个 有点 有事 大爷 大妈 大娘 大叔 大婶 大哥 大姐 大嫂 大伯 小姐 生前 同学 同事 表示 希望 要求 反映 认为 "
    "怀疑 先生 经理 主任 会计 书记 阿姨 队长 班长 所长 站长 组长 村长 医生 同村 同组 金融"
)
_WORDS_AFTER_NAME = frozenset(_FOLLOWING.split())
_OFTEN_GIVEN = frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛超兰霞刚英华玉梅红桂春荣珍琴云凤秀琳燕玲芬峰辉鹏飞斌波宁健俊凯浩志建国庆祥福贵财旺兴林森海龙虎彪武斗"
)
_SPEAKS = frozenset("说称反问要来去打投报的家在不没和跟今昨前上吗呢吧啊，。,.!?！？:：;；、 也就都又两申咨交欠住")
_LEADS = frozenset("跟给找请问叫让帮替像是把被向对和与为去到见同在")
"""Words of one character after which a person may be named."""

_TITLES = re.compile(
    "老师傅|老大爷|老大娘|老太太|老爷子|老两口|先生|女士|小姐|大爷|大妈|大娘|大叔|大婶|大伯|大哥|大姐|大嫂|阿姨|叔叔|爷爷|奶奶|老人|老汉|老头|老太|老板|老师"
    "|师傅|师父|主任|经理|所长|站长|班长|队长|组长|局长|村长|书记|会计|医生|同志|媳妇|两口子?|夫妇|夫妻|婆婆|婶子|嫂子"
    "|[哥姐叔婶嫂姨伯爷奶]|总(?![是算之会共数表闸开计保量费价包体说线站部公归能的要在得有])|工(?![作程具人地期单种资业序装农伤商厂区艺会龄头])"
    "|家(?![口庄村湾沟屯坡岭堡寨店集营坪坝塘桥港洼铺垸冲巷弄渡畈窑圩台胡具电用长属务产教政禽畜乡园伙族畔滩河山])"
)
_SHORT_TITLES = frozenset("哥姐叔婶嫂姨伯爷奶总工家")
_NAMING = re.compile(
    r"(?:姓名|户名|名字叫|名字是|名叫|我叫|他叫|她叫|叫做|联系人|机主|申请人|户主叫|户主是|业主是|业主叫|客户叫|用户叫|全名)[\s::是为叫\"“]{0,4}"
)
_ROLE = re.compile(
    r"(?:户主|用户|客户|业主|住户|房东|租户|村民|居民|贫困户|五保户|低保户|本人|我是|改成|改为|过户给|过给|更名为|变更为|(?<!名)(?<!字)叫"
    r"|儿子|女儿|媳妇|老婆|老公|丈夫|父亲|母亲|爱人|妻子|女婿|老太太|大爷|大娘|大妈|老人|师傅|老师(?!傅)|女士|先生"
    r"|电工|班长|所长|同事|抄表员)(?:姓名|名字)?[\s::是叫\"“]{0,3}"
)
_NICKNAME = re.compile("(?<![大中最从缩减变弱狭矮幼古衰养敬年赡])[老小](?P<surname>[\u4e00-\u9fff])")
_THINGS = "小于 小路 老路 小毛 小金 老金 小段 小龙 小石 小田 小季 老万 小万 小安 小易 老史 小关 小温 小雷 小夏"
_NO_NICKNAMES = frozenset(_THINGS.split())
_SURNAMED = re.compile("(?<!百)(?<!同)(?<!贵)姓(?P<it>[\u4e00-\u9fff])(?![名氏])")
_TO_NUMBER = re.compile(
    "[\\s,:;(、/\\-]{0,3}(?:的?(?:联系)?(?:电话|手机|号码|身份证|证件|户号|账号|卡号|微信)号?码?)?[\\s::是为]{0,3}$"
)
_HELD_NUMBERS = re.compile(_HELD_NUMBER + "+[\\s,:;()、/\\-]{0,3}")
_CLAUSE_START = re.compile(
    f"(?:^|(?<=[\\W_的了{_HELD}{_HELD_NUMBER}]))(?=(?P<it>[\u4e00-\u9fff]{{2,4}}?)"
    "(?:来电|反映|投诉|打电话|打来|打95598|报修|咨询|名下|本人|说|称|问|要|欠费|欠电费|交电费|缴费|申请|过户|上门|去世"
    "|的(?:电表|表|电费|户号|电话|手机|房子|账户|身份证|电)))"
)
_DONE_TO = re.compile(
    "[帮给跟找把替请让](?=(?P<it>[\u4e00-\u9fff]{2,4}?)[查的说停签打送装换修开办写发要家过讲谈退补交缴代做垫])"
)
_DOTTED = re.compile("[\u4e00-\u9fff]{1,6}[·•][\u4e00-\u9fff]{1,6}?(?=$|[\\W_]|[说称的来打反要问家])")
_LIST = re.compile("[、和跟与]")


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _surname_length(plain: str, at: int) -> int:
    """How many characters of surname stand at a place; 0 for none."""
    if plain[at : at + 2] in _COMPOUND_SURNAMES:
        return 2
    return 1 if plain[at : at + 1] in _SURNAMES or plain[at : at + 1] in _DOUBTFUL_SURNAMES else 0


def _may_be_given(character: str) -> bool:
    return _is_han(character) and character not in _NEVER_GIVEN


def _ends(plain: str, at: int) -> bool:
    """Whether no word goes on at a place."""
    return at >= len(plain) or not plain[at].isalpha() or plain[at] in (_HELD_NUMBER, _HELD)


def _given_length(plain: str, at: int) -> int:
    """How many characters at a place, 0 to 2, read as a given name."""
    first, second = plain[at : at + 1], plain[at + 1 : at + 2]
    if first == "老" and second and second in "三四五六七八":
        return 2
    if not first or not _may_be_given(first):
        return 0
    if plain[at : at + 2] in _WORDS_AFTER_NAME:  # 李明天天来 is said of 李明, 李家里没人 of no full name
        return int(first in _MAYBE_GIVEN and first not in _SELDOM_GIVEN_ALONE)
    two = bool(second) and _may_be_given(second) and plain[at + 1 : at + 3] not in _WORDS_AFTER_NAME
    if two and second in _MAYBE_GIVEN:
        two = _ends(plain, at + 2) or plain[at + 2] in _NEVER_GIVEN
    if first in _SELDOM_GIVEN_ALONE:
        return 2 if two else int(_ends(plain, at + 1))
    return 2 if two else 1


def _spoken_of(plain: str, start: int) -> bool:
    """Whether a person may be named at a place: nothing before it makes another word."""
    return start == 0 or plain[start - 1] not in _BEFORE.get(plain[start], ())


def _begins(plain: str, start: int) -> bool:
    """Whether a word begins at a place, as far as can be seen."""
    return (
        start == 0 or not plain[start - 1].isalpha() or plain[start - 1] in _LEADS or plain[start - 1] == _HELD_NUMBER
    )


def _full_name(plain: str, start: int, *, named: bool = False) -> int:
    """Where the full name that begins at a place ends; the place itself where none does.

    Args:
        plain: The folded text.
        start: Where a surname should stand.
        named: Whether a word before it says outright that a name follows: then 高峰 is one.
    """
    surname = _surname_length(plain, start)
    given = _given_length(plain, start + surname) if surname else 0
    end = start + surname + given
    if not given:
        return start
    if surname == 1 and plain[start : start + 2] in _WORDS:
        usual = given == 2 and plain[end - 1] in _OFTEN_GIVEN and plain[start] in _SURNAMES
        return end if usual or (named and _ends(plain, end)) else start
    if plain[start] in _DOUBTFUL_SURNAMES and surname == 1 and not named:
        return end if _ends(plain, end) or plain[end] in _SPEAKS else start
    return end


def _before_title(plain: str, start: int, end: int, title: str) -> bool:
    """Whether the characters before a title are a surname, with or without a given name."""
    surname = _surname_length(plain, start)
    given = plain[start + surname : end]
    if not surname or start + surname > end or len(given) > 2 or not _spoken_of(plain, start):
        return False
    if plain[start] in _DOUBTFUL_SURNAMES and surname == 1 and not _begins(plain, start):
        return False
    if not given:
        return surname == 2 or plain[start] in _SURNAMES or title not in _SHORT_TITLES
    if surname == 1 and plain[start : start + 2] in _WORDS:
        return len(given) == 2 and given[1] in _OFTEN_GIVEN and plain[start] in _SURNAMES
    return all(map(_may_be_given, given)) and (len(given) == 2 or given not in _MAYBE_GIVEN)


Span = tuple[int, int]
_Mark = tuple[int, int, str]
"""Start, end and kind."""


def _titled(plain: str) -> Iterator[Span]:
    for match in _TITLES.finditer(plain):
        end = match.start()
        if plain[end - 1 : end] in (_HELD, _HELD_NUMBER):
            continue
        for start in range(max(0, end - 4), end):  # the longest name first
            if plain[start] in _SURNAME_BEGINNINGS and _before_title(plain, start, end, match.group()):
                yield start, end
                break


def _nicknamed(plain: str) -> Iterator[Span]:
    for match in _NICKNAME.finditer(plain):
        start, end = match.start("surname"), match.end()
        surname = plain[start]
        if plain[start : start + 2] in _WORDS or match.group() in _NO_NICKNAMES:
            continue
        spoken = _ends(plain, end) or plain[end] in _SPEAKS
        if surname in _NICKNAMED or (surname in _NICKNAMED_WITH_VERB and _begins(plain, start - 1) and spoken):
            yield match.start(), end


def _introduced(plain: str) -> Iterator[Span]:
    for pattern, named in ((_NAMING, True), (_ROLE, False)):
        for match in pattern.finditer(plain):
            start = match.end()
            if match.group() == "叫" and plain[start : start + 1] in _DOUBTFUL_SURNAMES:
                continue
            yield start, _full_name(plain, start, named=named)
    for match in _SURNAMED.finditer(plain):
        if _surname_length(plain, match.start("it")):
            yield match.span("it")


def _acting(plain: str) -> Iterator[Span]:
    """Full names in front of what customers do, or after a word such as 给 and in front of what is done to them."""
    for pattern in (_CLAUSE_START, _DONE_TO):
        for match in pattern.finditer(plain):
            start, end = match.span("it")
            if plain[start] in _SURNAMES and _full_name(plain, start) == end:
                yield start, end


def _listed(plain: str) -> Iterator[Span]:
    """Two full names side by side: 张三和李四."""
    for match in _LIST.finditer(plain):
        first, last = match.span()
        end = _full_name(plain, last) if plain[last : last + 1] in _SURNAMES else last
        for start in range(max(0, first - 3), first - 1) if end > last else ():
            if plain[start] in _SURNAMES and _begins(plain, start) and _full_name(plain, start) == first:
                yield start, first
                yield last, end


def _beside_number(plain: str) -> Iterator[Span]:
    """Names next to a number that is masked, with a word such as 电话 between them or without."""
    for number in _HELD_NUMBERS.finditer(plain):
        if plain[number.end() : number.end() + 1] in _SURNAMES:
            yield number.end(), _full_name(plain, number.end())
        earliest = max(0, number.start() - 14)
        gap = _TO_NUMBER.search(plain[earliest : number.start()])
        end = earliest + gap.start() if gap else number.start()
        for start in range(max(0, end - 4), end - 1):
            if _begins(plain, start) and _full_name(plain, start, named=True) == end:
                yield start, end
                break


def _foreign(plain: str) -> Iterator[Span]:
    """Names with a dot inside, after a word that says that a name follows."""
    for pattern in (_NAMING, _ROLE):
        for match in pattern.finditer(plain):
            start = match.end()
            dotted = _DOTTED.match(plain, start)
            if dotted:
                yield dotted.span()


# ---------------------------------------------------------------- numbers


def _plausible_mobile(written: str) -> bool:
    """Whether separators look like those of one number, not of a list of readings or times."""
    separators = set(re.findall(r"[\W_]+", written))
    if len(separators) <= 1 or not any(set(separator) & set(":.%/~") for separator in separators):
        return True
    return [len(group) for group in re.findall(rf"{_D}+", written)][-3:] == [3, 4, 4]


def _plausible_groups(written: str) -> bool:
    """Whether groups of digits look like one number, not like years, round figures or a range."""
    groups = re.findall(rf"{_D}+", written)
    years = all(re.fullmatch("(?:19|20)[0-9]{2}", group) for group in groups)
    return not years and sum(map(len, groups)) >= 8 and not all(group.endswith("0") for group in groups)


def _always(_written: str) -> bool:
    return True


_RULES: tuple[tuple[re.Pattern[str], str, Callable[[str], bool]], ...] = (
    (_WECHAT, "微信", _always),
    (_QQ, "QQ", _always),
    (_IDENTITY, "证件号", _always),
    (_ID_CARD, "证件号", _always),
    (_CODE, "证件号", _always),
    (_PLATE, "车牌", _always),
    (_ACCOUNT, "户号", _always),
    (_METER, "表号", _always),
    (_CARD_LABELLED, "卡号", _always),
    (_TAIL, "尾号", _always),
    (_BANK_CARD, "卡号", _always),
    (_MOBILE, "电话", _plausible_mobile),
    (_LANDLINE, "电话", _always),
    (_LOCAL, "电话", _always),
    (_DOOR, "门牌", _always),
    (_LABELLED_DOOR, "门牌", _always),
    (_GROUPS, "号码", _plausible_groups),
    (_MOBILE_3_4_4, "电话", _always),
    (_STARRED, "电话", _always),
)
_NUMBER_MARKS = frozenset(("电话", "户号", "证件号", "卡号", "表号", "微信", "QQ", "号码"))
_WRITTEN_MARK = re.compile("〔(邮箱|微信|QQ|证件号|车牌|户号|表号|卡号|尾号|电话|门牌|号码|姓名|姓)〕")


class _Masking:
    """One text, what of it is masked, and the rest as the patterns see it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._marks: list[_Mark] = []
        self._plain = text.translate(_PLAIN)
        self._digits = self._plain.translate(_NUMERALS)
        self._hold((*match.span(), match[1]) for match in _WRITTEN_MARK.finditer(text))

    def result(self) -> str:
        """The text with its marks."""
        pieces, done = [], 0
        for start, end, kind in sorted(self._marks):
            pieces += [self._text[done:start], f"〔{kind}〕"]
            done = end
        return "".join([*pieces, self._text[done:]])

    def numbers(self) -> None:
        """Mask what is found by digits, and e-mail addresses."""
        self._hold((*match.span(), "邮箱") for match in _EMAIL.finditer(self._digits))
        if not _SOME_DIGIT.search(self._digits):
            return
        for pattern, kind, accept in _RULES:
            self._hold((start, end, kind) for start, end in _accepted(pattern, self._digits, accept))
        for pattern in (_RUN, _MIXED_RUN):
            self._hold((*match.span(), self._kind(match)) for match in pattern.finditer(self._digits))

    def names(self) -> None:
        """Mask names."""
        for find in (_foreign, _introduced, _nicknamed, _titled, _acting, _listed, _beside_number):
            self._hold(
                (start, end, "姓" if end - start == 1 else "姓名") for start, end in find(self._plain) if start < end
            )

    def _kind(self, run: re.Match[str]) -> str:
        length = run.end() - run.start()
        if length <= 8 and _PHONE_BEFORE.search(self._digits[max(0, run.start() - 12) : run.start()]):
            return "电话"
        if not re.match(_UNIT, self._digits[run.end() : run.end() + 2]):
            return "号码"
        if 8 <= length <= 13:
            return "户号"
        return "卡号" if 16 <= length <= 19 else "号码"

    def _hold(self, marks: Iterable[_Mark]) -> None:
        """Keep marks, and put letters that fit no pattern in their place; of two that overlap, the first or longer is kept."""
        kept, done = [], 0
        plain, digits = [], []
        for start, end, kind in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
            if start < done:
                continue
            held = (_HELD_NUMBER if kind in _NUMBER_MARKS else _HELD) * (end - start)
            plain += [self._plain[done:start], held]
            digits += [self._digits[done:start], held]
            kept.append((start, end, kind))
            done = end
        self._plain = "".join([*plain, self._plain[done:]])
        self._digits = "".join([*digits, self._digits[done:]])
        self._marks += kept


def _accepted(pattern: re.Pattern[str], digits: str, accept: Callable[[str], bool]) -> Iterator[Span]:
    """What a pattern finds and a closer look accepts; after a refusal the search goes on one character later."""
    at = 0
    while match := pattern.search(digits, at):
        start, end = _it(match)
        if accept(digits[start:end]):
            yield start, end
            at = end
        else:
            at = match.start() + 1


def _it(match: re.Match[str]) -> Span:
    """The part of a match that is to be masked: its named group, or all of it."""
    return match.span(match.lastgroup) if match.lastgroup else match.span()


_PASSES = 6
"""At the most: what a mask cuts off may be read anew; in nearly all texts the second pass finds nothing."""


def mask(text: str) -> str:
    """Replace what tells of a customer by marks such as 〔姓名〕 or 〔电话〕; the sense stays.

    Masking twice is masking once. The result is at most twice as long, plus 10 characters. No seven digits stay together,
    whichever way they are written. The time it takes grows with the length alone.

    Args:
        text: A question as typed; anything may be in it.
    """
    for _ in range(_PASSES):
        masking = _Masking(text)
        masking.numbers()
        masking.names()
        masked = masking.result()
        if masked == text:
            break
        text = masked
    return text
