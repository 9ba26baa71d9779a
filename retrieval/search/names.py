"""Names of who, where, when and with what in a question, found by how they are built."""

import re
from collections.abc import Callable, Iterator

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊陆郝孔崔康毛邱秦江史顾侯邵孟万段雷钱汤尹黎易常乔贺赖龚"
_KIN = (
    "爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|伯伯|伯父|伯母|大伯|叔叔|婶子|婶婶|姑姑|姑妈|姑父|姑丈|姨妈|姨夫|姨父|舅舅|舅妈|舅母|嫂子|哥哥|弟弟|弟媳妇?|弟妹|姐姐|姐夫"
    "|妹妹|妹夫|侄子|侄女|侄儿|外甥女?|外孙女?|孙子|孙女|儿子|女儿|闺女|儿媳妇?|女婿|丈人|丈母娘|岳父|岳母|亲家[母公]?|连襟|妯娌|小舅子|小姨子|大姑子|小叔子|老伴|媳妇"
    "|爹|娘|妈|爸|叔|婶|姑|姨|舅|嫂|哥|弟|姐|妹|爷|伯"
)
_TITLES = "老板娘?|师傅|大爷|大妈|大娘|大叔|大婶|大姐|大哥|老师|医生|大夫|会计|书记|支书|村长|主任|经理|寡妇|婆婆|奶奶|爷爷|阿姨|婶|叔|嫂|哥|姐|总(?!表|闸|开关)|某某?"
_NUMBER = "[0-9一二三四五六七八九十两]"
_PEOPLE = (
    rf"(?:我|俺|咱|你|他|她)?(?:们|的)?(?:[大二三四五六小老表堂亲干]|远房|隔壁)*(?:{_KIN})(?:他们|她们)?(?:家里?(?!电器|用电|用|属|装|具))?"
    rf"|(?:隔壁|楼上|楼下|对门|村[东西南北]头?|我们?|俺)?的?(?:[老小]?[{_SURNAMES}](?:{_TITLES})|[老小][{_SURNAMES}](?=家|的|说|问|,|欠|电|要|$)|老?[{_SURNAMES}]家)(?:家里?(?!电器|用电|用|属|装|具))?"
)
_TIMES = (
    rf"(?:大?年|腊月|正月|[一二三四五六七八九十冬]月)?(?:三十|二十[一二三四五六七八九]?|廿[一二三四五六七八九]|初{_NUMBER}|十五)(?:晚上|那天|早上)(?:里|的时候)?"
    rf"|大年三十|大年初一|(?:农历)?(?:正月|腊月|冬月)(?:初?{_NUMBER}+|里)?|初{_NUMBER}(?!步|级|次)"
    rf"|(?:凌晨|清晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜)?{_NUMBER}+点(?:半|钟|多|整)*(?!以?内|之内|[0-9])"
    "|大清早|一大早|清早|清晨|早晨|大中午|大晌午|晌午|傍晚|黄昏|天(?:还|都|刚|快)?(?:没|不|蒙蒙)?(?:亮|黑)(?:了|时|的时候)?|半晌|后晌|前晌"
    f"|(?:上|下|这)?个?(?:礼拜|星期|周)(?:{_NUMBER}|日|天|末)(?:晚上|早上|上午|下午)?|大?(?:春天|夏天|秋天|冬天|春季|夏季|秋季|冬季|春上|入冬|入夏|入秋|开春)(?:里|后)?"
    "|(?:立春|雨水|惊蛰|春分|清明|谷雨|立夏|小满|芒种|夏至|小暑|大暑|立秋|处暑|白露|秋分|寒露|霜降|立冬|小雪|大雪|冬至|小寒|大寒)(?:那天|前后|时节|的时候|节)"
    "|(?:元旦|春节|元宵|清明|五一|端午|七夕|中元|中秋|重阳|国庆|腊八|小年|除夕|圣诞|妇女|儿童|建军|教师|劳动)节?(?:期间|前后|那天|晚上|假期|长假|前夕|前|后)?"
    "|(?:过年|过节|放假|暑假|寒假|农忙|农闲|秋收|麦收|春耕|割稻|开学|赶集|赶场|庙会)(?:期间|那天|前后|的时候|时候|时|里)"
)
_WEATHER = (
    "(?:这|那|刚|正|又|外头|外面|昨晚|天上)*(?:下|刮|打|起|飘|落|闹)(?:着|了|过|起|完)?(?:大|小|暴|阵|毛毛|瓢泼大|鹅毛大|冰)?(?:雨|雪|风|雷|雾|霜|雹子|雹|沙子|沙尘暴)(?:天|的?时候|时)?(?:了|呢)?"
    "|天(?:气)?(?:这么|那么|太|很|好|特别)?(?:冷|热|阴|晴|干|闷|寒)(?:了|得很|的时候|的)?|[三数]伏天|数九(?:天|寒天)?|[阴晴雨雪雾霜](?:天|雪天气)"
)
_NOT_OURS = "[^,.!?;:\\s的了着过电表线费闸杆箱灯数抄票单证损补]"
_TRADES = f"(?:开|卖|做|搞|养|种|跑|收|杀|贩|炸|磨|酿|弹|教|倒腾|修|打|放|压|烤|炒|送|拉|织|编|捞|榨|烧|钓|唱|贴|刻|配|印)(?:了|着|个|家)?(?P<trade>{_NOT_OURS}{{1,4}})的(?:人家|那家|那户|老板|客户|用户|农户|师傅|人|户)?"
_THINGS = f"(?:骑|开|牵|赶|抱|拄|扛|背|提|戴|拿|带|推|坐|拉|穿|放|停|养|摆|堆|挂|种|蹲|站|躺|领|披|叼|端|挎)(?:着|了|有)?(?:[一两几三四五][头个辆台只条群把袋堆口匹张])?(?P<thing>{_NOT_OURS}{{1,4}}?)(?:来|的|上|里|边|时|,|$)"
_WHERE = f"(?:站|坐|蹲|躺|跪|靠|等|堵)?在(?:自家|自己|家里)?(?P<where>{_NOT_OURS}{{1,4}}?)(?:门口|群里|[上里边口前外旁下]头?)"
_MANNERS = (
    "(?:(?<=[,.!? ])|^)[^,.!?]{1,6}?(?:的时候|期间|那天|那会儿?|前后)"
    "|(?:给\\S)?(?:发|打|写|托|捎)(?:着|了|个|来)?(?:短信|微信|电话|信|传真|邮件|语音|视频|人)(?:过来|来|(?=问|说))"
    "|(?:用|拿)(?:着|了)?(?:手机|相机|摄像机|平板)(?:拍照?|录像?|录音|拍视频)"
    "|当着[^,.!?]{1,5}的?面|(?:刚|才|从|打)?(?:从|打)[^,.!?]{1,4}(?:回来|过来|来)"
)
_BUILT = re.compile("|".join(f"(?:{one})" for one in (_MANNERS, _PEOPLE, _TIMES, _WEATHER)))
_DOING = re.compile(f"{_TRADES}|{_THINGS}|{_WHERE}")
_SUFFIX = "店铺馆厂坊摊场院局庙寺吧城园社厅站楼所行"
_PROFESSIONS = "医匠师贩农员"
_PLACE_WORDS = frozenset(
    [
        "中心",
        "公司",
        "超市",
        "商行",
        "车行",
        "工作室",
        "俱乐部",
        "合作社",
        "门市",
        "大厦",
        "小学",
        "中学",
        "大学",
        "基地",
        "管理处",
        "管理站",
        "服务部",
        "门市部",
        "经营部",
        "协会",
        "大棚",
        "网点",
    ]
)
_MAYBE_PLACE = re.compile(f"[{_SUFFIX}{_PROFESSIONS}]|{'|'.join(sorted(_PLACE_WORDS))}")


class NameFinder:
    """Finds the names in a question: spans that say who, where, when or with what."""

    def __init__(
        self,
        cut: Callable[[str], list[str]],
        is_word: Callable[[str], bool],
        is_ours: Callable[[str], bool],
        is_name: Callable[[str], bool],
    ) -> None:
        """Make a finder.

        Args:
            cut: Cuts a text into words.
            is_word: Whether a word is in the dictionary and neither only asks nor only connects.
            is_ours: Whether a word is one of the station's trade: a question may be about it.
            is_name: Whether the lexicon says of a word that it names a circumstance.
        """
        self._cut = cut
        self._is_word = is_word
        self._is_ours = is_ours
        self._is_name = is_name

    def find(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of names, which may overlap, each as start and end.

        Args:
            text: Normalised.
        """
        spans = [found.span() for found in _BUILT.finditer(text) if found.end() > found.start()]
        spans += [
            (found.start(), found.end("thing") if found["thing"] else found.end())
            for found in _DOING.finditer(text)
            if self._is_thing(found["trade"] or found["thing"] or found["where"])
        ]
        spans += self._places(text)
        return [(start, end) for start, end in spans if not self._holds_ours(text[start:end])]

    def _is_thing(self, text: str) -> bool:
        """Whether a text is made of dictionary words, one of which has two characters or is the only one."""
        words = self._cut(text)
        return all(map(self._is_word, words)) and (len(words) == 1 or any(len(word) > 1 for word in words))

    def _holds_ours(self, name: str) -> bool:
        return any(len(word) > 1 and self._is_ours(word) for word in self._cut(name))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of shops, offices and the like, and those of the lexicon's circumstances."""
        if not _MAYBE_PLACE.search(text):
            return
        end = 0
        before: list[tuple[str, int]] = []
        for word in self._cut(text):
            start, end = end, end + len(word)
            if word in _PLACE_WORDS or (word[-1:] in _SUFFIX and (len(word) > 2 or self._is_name(word))):
                yield self._from(before, start), end
            elif len(word) > 1 and word[-1] in _PROFESSIONS and self._is_word(word):
                yield start, end
            elif word[-1:] in _SUFFIX and word and before:
                last, _ = before[-1]
                if len(word) == 1 and self._is_word(last) and not self._is_ours(last):
                    yield self._from(before, start), end
                elif len(word) == 2 and self._is_word(last) and not self._is_ours(last) and len(last) <= 2:
                    yield before[-1][1], end
            before.append((word, start))

    def _from(self, before: list[tuple[str, int]], start: int) -> int:
        """Return where a name starts whose last word starts at `start`: its first words may be unknown ones."""
        for word, place in reversed(before[-2:]):
            if len(word) < 2 or not self._is_word(word) or self._is_ours(word):
                break
            start = place
        return start
