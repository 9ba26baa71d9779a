"""One person's chat: a message in the light of what was said before.

A message is an act on the last answer (原文, 下一个, 不对), a pick among the choices that were offered, a few friendly words, or a
question. A question is read alone and together with a topic that was talked of; which reading counts is decided by what each finds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from retrieval.answer import LIMIT, Answer, Answerer, Tier, is_courtesy
from retrieval.emergencies import find_advices
from retrieval.model import Case, Clause
from retrieval.search.hits import Hit
from retrieval.several import take_apart
from retrieval.text import normalise

_KEPT = 6
"""How many topics of a chat are remembered."""
_LONGEST_ACT = 18


class Act(StrEnum):
    """What a message asks for instead of asking a new question."""

    SOURCE = "source"
    MORE = "more"
    WHY = "why"
    NEXT = "next"
    CASES = "cases"
    AGAIN = "again"
    PICK = "pick"
    COMPLAINT = "complaint"
    ABOUT = "about"
    COURTESY = "courtesy"
    RELIEF = "relief"
    LISTEN = "listen"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A topic that was answered.

    Attributes:
        topic: What was asked, with what it leant on.
        cases: Ids of the cases that were found, best first.
        clauses: The same of clauses.
        offered: Ids of the records that were offered to choose from; empty where the answer was sure.
        shown: The id of the case that is shown, or of the clause where there is no case; empty where a choice was offered.
        by_number: Whether clauses were asked for by number.
        listed: Ids of what was shown as a list of which one may be named by its place: the clauses of a rule book, the answers to several
            questions.
    """

    topic: str
    cases: tuple[str, ...]
    clauses: tuple[str, ...]
    offered: tuple[str, ...] = ()
    shown: str = ""
    by_number: bool = False
    listed: tuple[str, ...] = ()

    def at_place(self, place: int) -> str:
        """The id of the record that was offered or listed at a place, from 1; empty where there is none."""
        records = self.offered or self.listed
        return records[place - 1] if 0 < place <= len(records) else ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is remembered of one person's chat.

    Attributes:
        exchanges: The latest last, at most `_KEPT`.
        said: The last message, whatever it was: danger may go on in the next one.
        begun: What was told without being answered yet: the beginning of a story.
        advice: What was advised at the last message; empty where it told of no danger to life.
    """

    exchanges: tuple[Exchange, ...] = ()
    said: str = ""
    begun: str = ""
    advice: tuple[str, ...] = ()


NOTHING_SAID = Conversation()


@dataclass(frozen=True, slots=True)
class Turn:
    """A message, answered.

    Attributes:
        answer: What is shown. After an act its first case (or clause, where there is no case) is the one that the act is about.
        act: What was asked for; None for a question.
        parts: Where several things were asked, the answers to the first two, each with its own question; else empty. `answer` holds what
            was found for both.
        left_out: How many more were asked.
    """

    answer: Answer
    act: Act | None = None
    parts: tuple[Answer, ...] = ()
    left_out: int = 0


_END = "(?:有没得|没得|有没有|[吗嘛么吧呢呀啊哈噻哦哟嘞了的一下没不,.!?。~\\s])*"
_PLEASE = "(?:请|麻烦|那|就|再|你|您|给我|帮我|把|能不能|可以|可不可以|来个?|发|看看?|我要|要|我想看|想看|说说?|给|有没有|有)*"
_THING = "(?:这个|这条|那条|它|刚才那个|刚才的|上面的|上面那个|第?[一二两三四五六七八九十0-9]+[款条项])?的?"
_ACTS: tuple[tuple[Act, re.Pattern[str]], ...] = tuple(
    (act, re.compile(f"{_PLEASE}{_THING}(?:{words}){_END}"))
    for act, words in (
        (
            Act.SOURCE,
            "(?:规定|条款|条文|规章)?(?:的)?(?:原文|原话|原条文|出处)(?:发我?看?|给我看|贴出来|是啥|是什么|怎么写的?|咋写的?|在哪|发来)*"
            "|(?:依据|根据|规定依据)(?:是啥|是什么|在哪|哪条|呢|什么|啥|有没有|发我?)*|(?:依据|根据)的?(?:哪|啥|什么)(?:一?条|规定)?"
            "|(?:哪|啥|什么)(?:一?条|个)?规定(?:不准|不让|说的|写的|要求|管的)*|规定(?:是)?(?:咋|怎么|如何|怎样)(?:说|写|讲|规定)"
            "|(?:违反|犯|违|触犯)(?:了|的)?(?:是)?(?:哪|什么|啥)(?:几|一|些)?(?:条|规定)(?:规定)?|(?:第几|哪)(?:一|几)?条|(?:这条)?(?:现在)?(?:还)?(?:算数|有效|管用|作废|失效|能用|适用|过期)|条文(?:发|给)?我?看?|规定(?:发|给)我看?|法条|红头文件|文件呢",
        ),
        (
            Act.MORE,
            "详细(?:点|些|一点|说|讲|内容|情况|经过)*|具体(?:点|些|一点|说|讲|咋办|怎么办|怎么做|咋做|经过|步骤|内容)*|全文|全部|完整的?|展开(?:说|讲|点)*|仔细(?:点|说)*"
            "|细说|多说(?:点|些|两句)|细节|说?清楚(?:点|些)|案例?全文|全案|看全案|(?:详细|具体)?(?:点|些)?(?:到底)?分几步|几步"
            "|(?:那|这)?(?:该|归|是)?(?:谁|哪个|啥人|什么人)(?:来)?(?:负责|担责|的责任|背锅|承担|管|挨罚|受罚)(?:任)?|(?:出了?事|出问题)(?:谁|哪个)(?:负责|担责|来担|背锅)"
            "|(?:会|要|该|受|挨|有|给)*(?:啥|什么|怎么|咋|哪些)(?:个)?(?:处分|处罚|处理|罚|后果|考核)(?:的)?(?:我们|他|人)?|(?:后来|最后|结果)(?:呢|怎么样|咋样|怎么处理的?|咋处理的?|怎么样了|怎样|咋了)*(?:处理|解决)?的?"
            "|(?:谁|哪个)(?:被|挨|受)?(?:罚|处分|处理|开除|撤职|扣钱)(?:了|的)?|(?:那个|这个)?(?:案例|事|人)?(?:后来|最后)(?:咋|怎么)(?:收场|了结|办|处理|样)的?"
            "|(?:他|那人|当事人|员工)?(?:后来|最后)(?:怎么|咋)(?:样|处理|处分|办)的?",
        ),
        (
            Act.WHY,
            "(?:这|那)?(?:是)?(?:为啥子?|为什么|为何|凭啥|凭什么|啥道理|什么道理|咋个回事|什么原因|啥原因|何解|点解)(?:不行|不能|不可以|不让|不准|要这样|这样|这么|呢|不够|算我们的?|要.{0,6}|不.{0,4}|得.{0,4}|是.{0,6})?"
            "|(?:咋|怎么)(?:就)?(?:不行|不能|不让|不准)",
        ),
        (
            Act.NEXT,
            "下一?(?:条|个|款|项|则|案例|页)|换(?:一|1)?(?:个|条|下)?(?:试试|看看)?|还有(?:吗|没|没有|没得|呢|别的|其他的?|另外的?|其它的?|么)*(?:没有|没得|吗|没)?(?:案例|规定|情况)?(?:吗|没|没有)?"
            "|(?:还有)?(?:别的|其他的?|另外的?|其它的?)(?:呢|案例|规定|吗|没|没得|有没有|有吗)*|再来一?(?:个|条)?|换(?:一|1)?个(?:案例|说法|规定)|(?:没有|有)?(?:类似|差不多)的|下面(?:一个|的)?|另(?:一|外一)个|后面(?:的|那个)",
        ),
        (
            Act.CASES,
            "个?(?:没有|无|类似|相关|同类|这样|这种|这类|违反这条|对应|配套)*的?(?:案例|例子|事例|先例|真事|实例)(?:有吗|有没有|有没得|没得|没有|看看?|发我|给我|呢|有)*"
            "|(?:出过|有过|以前有过)(?:这样的|这种|类似的)?(?:事|案例)(?:没|没有)?|(?:别人|别处)(?:出过|有过)(?:没|没有)?",
        ),
        (
            Act.AGAIN,
            "(?:再|重新)(?:发|说|来|讲|念)一?(?:遍|次|下|回)?(?:给?我)?|重发(?:一遍|一下)?|复制(?:一下|一份|发我|给我|下来)*|转发(?:一下|给我)?"
            "|(?:发|转)(?:我|给我|过来|一份)(?:一下|一份)?|(?:刚才|上面)(?:的|那个|那条)?(?:再)?(?:发|说)(?:一)?(?:遍|次)|没收到再发",
        ),
    )
)
_COPY = re.compile(
    "(?:再发|复制|转发|发给?我|重发|再说一遍).{0,4}[,，\\s]?(?:我|好|要)?.{0,2}(?:转|贴|发|存|抄|给)?.{0,8}"
)
_COMPLAINT = re.compile(
    "(?:这|你|您|完全|根本|都|好像|也|哎|唉|又|啊|看错了|错了|呀|哦|[,.!?。~\\s])*"
    "(?:不对|不是|不是这个(?:意思|事|问题)?|不是问这个|不是我(?:要|问|说)的(?:这个|意思)?|都?不是我(?:要|问)的|没?答非所问|答非所问|文不对题|牛头不对马嘴|驴唇不对马嘴|没(?:答|说|讲)到点子上?|没(?:听)?懂(?:我)?(?:的)?意思|你没(?:听|看)?懂(?:我)?(?:的)?(?:意思|话)?"
    "|理解错了?|搞错了?|弄错了?|看错了?|说错了?|答错了?|错了|瞎说|胡说|乱说|扯|没用|没帮助|不沾边|跑题了?|差得远|(?:说|讲|答)的?(?:啥|什么)(?:玩意|东西|呀)?|不是这个|都不是|没对上|对不上|唔系|不系|不着边际|看不懂|听不懂|没看懂|不明白|(?:啥|什么)?乱七八糟的?|(?:啥|什么)(?:玩意|鬼))"
    "(?:这个|那个|我(?:要|问)的|我(?:的)?意思|意思|呀|啊|嘛|哈|吧|了|的|啦|哦|嘞|噻|你|搞错|不对|换(?:一|1)?个(?:试试|看看)?|[,.!?。~\\s])*"
)
_LOOSER: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (Act.AGAIN, _COPY),
    (Act.SOURCE, re.compile(".{0,12}(?:的)?(?:条文|原文|依据)(?:给我|发我|发来|看看?|是啥|呢)*")),
    (Act.CASES, re.compile(".{0,8}(?:有|的)?(?:案例)(?:没得|没有|吗|有吗|有没有|呢)+")),
    (Act.WHY, re.compile("(?:那)?为(?:啥|什么).{0,8}")),
)
"""Tried after the others: the topic may be named too."""
_ABOUT = re.compile(
    "(?:你|您|这个?|请问|那|它|,|\\s)*(?:是谁|是(?:真|活)?人(?:还是|吗|不).*|是(?:个)?(?:啥|什么|机器人|ai|人工智能|做啥|干啥|干嘛|干什么).{0,6}|叫(?:啥|什么)(?:名字?)?|还?会(?:些|点)?(?:啥|什么|做什么|干什么|干啥|干嘛).{0,2}"
    "|(?:能|可以)(?:帮我)?(?:做|干|查|问|回答|帮我)?(?:些|点)?(?:啥|什么|哪些|嘛|什么问题|哪些问题).{0,4}|(?:怎么|咋|如何|咋个|点)(?:用|使用|使|操作|问你|问)|有(?:啥|什么|哪些)(?:用|功能|本事)|使用说明|用法|帮助|说明书|(?:怎么|咋)用你.*|功能介绍|介绍一?下?(?:你)?自己?|哪(?:个|家)(?:开发|做)的?|谁(?:开发|做|造)的?(?:你)?)"
    "(?:你|这个|子|呢|呀|啊|吗|的|[,.!?。~\\s])*"
)
_RELIEF = re.compile(
    ".*(?:没事|没伤|没受伤|没大碍|无大碍|虚惊|醒了|醒过来|清醒|缓过来|缓过劲|救过来|救回来|抢救过来|有气了|有气儿了|有呼吸了|有心跳了|平安|脱险|稳定了"
    "|处理好|处理完|控制住|灭了|扑灭|解除|消除了|恢复了|送医院了|到医院了|劝走|劝住|送走了|接走了|抬走了|拉走了"
    "|(?<![不没])(?:[抱救拉背抬扶劝爬拽弄]下来|[抱救拉背抬扶捞拽弄]上来|[抱救拉背抬扶拽弄跑]出来)了"
    "|(?:救护车|120|119|110|民警|警察|消防|大夫|医生|抢修|调度|物业).{0,8}(?:来了|到了|接走|拉走|带走|拉开|断了电|断电了|停电了|接手)).*"
)
_WORSE = re.compile("没气|没呼吸|没反应|没心跳|叫不醒|不动了|昏|摸不到气|吐血|抽")
_ASKS = re.compile(
    "[?？]|吗|么|呢$|怎么|咋|如何|怎样|能不能|可不可以|行不行|要不要|该不该|多少|几|谁|哪|什么|啥|为何|是不是|有没有|中不中|得不得|不$|没$"
)
_OPENER = re.compile(
    "(?:呃|额|那个|哎|师傅|老师|您好|你好|在吗|请?教?(?:你|您|问)?(?:个|一个|件|一下|点|你个|你件)?(?:事|问题)|问(?:个|你个|一个|你件|一下|点)(?:事|问题)|我?(?:想)?(?:说|问|咨询|请教|反映|汇报)(?:一?下|个事|件事|个情况|点事|个问题)?|(?:碰到|遇到|遇上|碰上|出了?|有)(?:个|一个|件|一件|点|了点|了个)?(?:奇葩|怪|麻烦|烦|头疼|新鲜|棘手|难办)?(?:的)?(?:事|情况|问题|客户|用户)(?:情)?|跟你说(?:个|件)?事|有个情况|是这样的?|听我说|情况是这样|[我啊哈嘛呀吧了的,.。!?~:、\\s])+"
)
_PICK = re.compile(
    "(?:那|就|我?选|我?要|点|看|是|按|应该是|我是|我说的是|的?第?)*(?:第)?([一二三四五六七八九十1-9])(?:个|条|种|项|号)?(?:吧|呢|的|那个|那种|嘛|哈|啊|看看|[,.!。\\s])*"
)
_PICK_BY_WORDS = re.compile(
    "(?:我说的|我问的|应该|就|选|我要)?(?:是|选)?.{2,18}(?:那个|那种|那条|的那个|那一个)[吧呢嘛啊,.!。\\s]*"
)
_ORDINALS = {character: place for place, character in enumerate("一二三四五六七八九十", 1)}
_ON_ONE = re.compile(
    "(?:那|就|把|算了|,|\\s)*第?([一二三四五六七八九十1-9])(?:个|条|种|项)(问题|案例|情况)?(?:的|,|\\s)*(.{2,12})"
)
_BACK = re.compile(
    "回到|刚刚?才?(?:说|问|讲|那个|的|提)|前面(?:说|问|那个|的)|之前(?:说|问|那个)|还是(?:说|问)?(?:刚才|前面|那个)|接着(?:刚才|前面|说)|话说回来|先前|开头(?:说|问|那个)"
)
_CORRECTION = re.compile(
    "[*＊✱]\\s*\\S+|(?:打错了?|写错了?|说错了?|更正|是)[,，:：]?\\s*(?:是|应该是|不是.{1,6}是)\\S+"
)
_MARKED = re.compile(
    "呢[,?。!]|也是?一样|一样的|^(?:那|要是|如果|假如|万一|换成|换了|可是|但是|可要|还要|还得|再说|光|就算|即使|要不|若|假设|比如|还有就是|另外)|(?:呢|也不行|也行|也要|也得|也算|也可以|一样不|一样吗|行不|算不)[吗么吧]?[?!。]*$"
)


class Talker:
    """Answers messages of conversations."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._knowledge = answerer.knowledge

    def take(self, message: str, before: Conversation, *, today: date) -> tuple[Turn, Conversation]:
        """Answer a message.

        Args:
            message: As typed.
            before: What was said before; `NOTHING_SAID` for nothing.
            today: The day for which it is asked.

        Returns:
            The answer, and what is to be remembered.
        """
        text = normalise(message)
        taken = self._take(message, text, before, today)
        turn, exchange, begun = taken.turn, taken.exchange, taken.begun
        advice = find_advices(self._knowledge.emergencies, text, normalise(before.said))
        if not advice and before.advice and self._goes_on(text, turn):
            advice = before.advice
        if advice and turn.act in (None, Act.LISTEN, Act.COMPLAINT):
            answer = self._answerer.answer(message, today=today)
            turn = Turn(replace(answer, advice=advice, tier=Tier.CHOOSE if answer.tier is Tier.DIRECT else answer.tier))
            exchange, begun = None, ""
        elif turn.answer.advice:
            exchange = None
        exchanges = before.exchanges
        for one in (*taken.beside, *([exchange] if exchange is not None else [])):
            exchanges = (*(kept for kept in exchanges if kept.topic != one.topic), one)[-_KEPT:]
        said = f"{before.said} {message}"[-200:] if turn.answer.advice and before.advice else message
        return turn, Conversation(exchanges, said, begun, turn.answer.advice)

    def _take(self, message: str, text: str, before: Conversation, today: date) -> "_Taken":
        last = before.exchanges[-1] if before.exchanges else None
        friendly = self._friendly(message, text, before, today)
        if friendly is not None:
            return _Taken(friendly, begun="" if before.advice else before.begun)
        picked = self._picked(text, last) if last is not None and (last.offered or last.listed) else ""
        if last is not None and picked:
            return self._show(message, last, picked, Act.PICK, today)
        one = self._act_on_one(message, text, before, today)
        if one is not None:
            return one
        act = act_of(text)
        if act is not None and last is not None and not (act is Act.SOURCE and _NUMBERED.search(text)):
            return self._act(message, text, act, before, today)
        if (act is not None and last is None) or (_OPENER.fullmatch(text) and len(text) <= _LONGEST_FOLLOW_UP):
            return _Taken(Turn(_nothing(message, today), Act.LISTEN), begun=before.begun)
        return self._ask(message, text, before, today)

    def _friendly(self, message: str, text: str, before: Conversation, today: date) -> Turn | None:
        """What is no question and no act: about the bot, a friendly word, relief after an alarm."""
        if _ABOUT.fullmatch(text) and len(text) <= _LONGEST_ACT:
            return Turn(_nothing(message, today), Act.ABOUT)
        relieved = (
            before.advice
            and len(text) <= _LONGEST_RELIEF
            and _RELIEF.fullmatch(text)
            and not _WORSE.search(text)
            and not _ASKS.search(text)
            and not find_advices(self._knowledge.emergencies, text, "")
        )
        if relieved:
            return Turn(_nothing(message, today), Act.RELIEF)
        if is_courtesy(text):
            return Turn(replace(_nothing(message, today), courtesy=True), Act.COURTESY)
        return None

    @staticmethod
    def _goes_on(text: str, turn: Turn) -> bool:
        """Whether what follows an alarm still tells of it: nothing that is a question with an answer, nor a friendly word."""
        if turn.act is Act.LISTEN or (turn.act is None and turn.answer.tier is Tier.NONE and not turn.answer.courtesy):
            return True
        return (
            turn.act is None and turn.answer.tier is Tier.CHOOSE and not turn.answer.follows and not _ASKS.search(text)
        )

    # ---- questions

    def _ask(self, message: str, text: str, before: Conversation, today: date) -> "_Taken":
        by_number = self._ask_by_number(message, text, before, today)
        if by_number is not None:
            return by_number
        several = self._ask_several(message, today)
        if several is not None:
            return several
        alone = self._answerer.answer(message, today=today)
        joint = self._read_together(message, text, alone, before, today)
        if joint is not None:
            return joint
        if alone.tier is not Tier.NONE:
            return _Taken(Turn(alone), _exchange(message, alone), message if alone.tier is Tier.CHOOSE else "")
        if self._answerer.names_nothing(message):
            return _Taken(Turn(alone, Act.LISTEN), begun=before.begun)
        told = "" if alone.foreign else f"{before.begun} {message}".strip()[-_LONGEST_TOPIC:]
        # The beginning of a story is listened to; it is refused only where it asks.
        is_told = bool(told) and not _ASKS.search(text) and len(text) <= _LONGEST_FOLLOW_UP
        return _Taken(Turn(alone, Act.LISTEN if is_told else None), begun=told)

    def _ask_several(self, message: str, today: date) -> "_Taken | None":
        """Answer the first two of several questions; None where it is one."""
        questions, apart = take_apart(message)
        if len(questions) < 2:
            return None
        parts: list[Answer] = []
        left_out = 0
        for question in questions:
            if len(parts) == _ANSWERED:
                left_out += 1
                continue
            answer = self._answerer.answer(question, today=today)
            if not parts or self._is_another(answer, parts[-1], apart, today):
                parts.append(answer)
        sure = sum(one.tier is Tier.DIRECT for one in parts)
        if len(parts) < _ANSWERED or (sure == 0 if apart else sure < len(parts)):
            return None
        held = [one for one in parts if one.tier is not Tier.NONE]
        cases = [one.cases[place] for place in range(LIMIT) for one in held if place < len(one.cases)]
        clauses = [one.clauses[place] for place in range(LIMIT) for one in held if place < len(one.clauses)]
        answer = Answer(
            message,
            today,
            Tier.DIRECT if sure == len(parts) else Tier.CHOOSE,
            tuple({hit.record.id: hit for hit in clauses}.values())[:LIMIT],
            tuple({hit.record.id: hit for hit in cases}.values())[:LIMIT],
            topic=message,
            fits=min(one.fits for one in parts),
            sure=min(one.sure for one in parts),
        )
        # The first question is what 原文 is asked of; the second can be named by its place or its words.
        first, *beside = [_exchange(one.question, one) for one in held]
        exchange = replace(first, listed=tuple(map(_lead, held)))
        return _Taken(Turn(answer, None, tuple(parts), left_out), exchange, beside=tuple(beside))

    def _is_another(self, answer: Answer, before: Answer, apart: bool, today: date) -> bool:
        """Whether a question is about something else than the one before it in the same message.

        Args:
            answer: To the question by itself.
            before: To the one before.
            apart: Whether the writer has set them apart.
            today: The day for which it is asked.
        """
        if answer.tier is Tier.NONE:
            return bool(answer.foreign)
        if _lead(answer) == _lead(before) or (answer.cases and _lead(before) in answer.cases[0].record.clause_ids):
            return False
        text = normalise(answer.question)
        if answer.tier is Tier.DIRECT or (apart and answer.fits >= _HELD_APART and _MARKED.search(text) is None):
            return True
        joint = self._answerer.answer(answer.question, today=today, previous=before.question, leaning=True)
        return _lead(joint) != _lead(before)

    def _ask_by_number(self, message: str, text: str, before: Conversation, today: date) -> "_Taken | None":
        """Answer a question for a clause by its number; of the rule book that was named last where it names none."""
        if _NUMBER.search(text) is None:
            return None
        named = next((one for one in reversed(before.exchanges) if one.by_number), None)
        answer = self._answerer.answer(message, today=today)
        topic = message
        if named is not None and not any(lookup.rules for lookup in answer.lookups):
            leaning = self._answerer.answer(message, today=today, previous=named.topic, leaning=True)
            if leaning.lookups:
                answer, topic = leaning, f"{named.topic} {message}"[-_LONGEST_TOPIC:]
        if not answer.lookups:
            return None
        return _Taken(Turn(answer), _exchange(topic, answer, by_number=True) if answer.clauses else None)

    def _read_together(
        self, message: str, text: str, alone: Answer, before: Conversation, today: date
    ) -> "_Taken | None":
        """Read a message together with what was said before; None where it is meant alone."""
        last = before.exchanges[-1] if before.exchanges else None
        back = self._meant_before(text, before) if _BACK.search(text) else self._named_before(message, text, before)
        context = back.topic if back else before.begun or (last.topic if last else "")
        if not context or alone.advice:
            return None
        joint = self._answerer.answer(message, today=today, previous=context, leaning=True)
        if not joint.cases and not joint.clauses:
            return None
        begun = bool(before.begun) and back is None
        if back is not None or _CORRECTION.fullmatch(text):
            leans = True
        elif begun:
            leans = alone.tier is not Tier.DIRECT and joint.fits >= alone.fits
        else:
            leans = last is not None and _leans(text, alone, joint, last)
        if not leans:
            return None
        joint = replace(joint, follows=not begun)
        return _Taken(Turn(joint), _exchange(f"{context} {message}"[-_LONGEST_TOPIC:], joint))

    def _meant_before(self, text: str, before: Conversation) -> Exchange | None:
        """The earlier topic that a message comes back to: the one with which it shares most, else the one before the last."""
        shares = [
            len(
                {text[at : at + 2] for at in range(len(text) - 1)}
                & {one.topic[at : at + 2] for at in range(len(one.topic) - 1)}
            )
            for one in before.exchanges
        ]
        if not shares:
            return None
        best = max(range(len(shares)), key=lambda place: (shares[place], -place))
        return before.exchanges[best]

    def _named_before(self, message: str, text: str, before: Conversation) -> Exchange | None:
        """The earlier topic of which a follow-up names a word, where the last one has none of its words: 那抄错的呢."""
        if not before.exchanges or len(text) > _LONGEST_ACT:
            return None
        if not before.exchanges[-1].listed and _MARKED.search(text) is None:
            return None
        words = [word for word in self._answerer.retriever.query(message)[1].topics if len(word) > 1]
        for one in reversed(before.exchanges):
            if any(word in normalise(one.topic) for word in words):
                return None if one is before.exchanges[-1] else one
        return None

    # ---- acts

    def _act(self, message: str, text: str, act: Act, before: Conversation, today: date) -> "_Taken":
        last = before.exchanges[-1]
        if _BACK.search(text):
            last = self._meant_before(text, before) or last
        if act is Act.COMPLAINT:
            return self._complain(message, last, today)
        if act is Act.NEXT:
            rest = [one for one in last.cases if one != last.shown] if last.shown else list(last.cases)
            after = last.cases[last.cases.index(last.shown) + 1 :] if last.shown in last.cases else tuple(rest)
            if after:
                return self._show(message, last, after[0], act, today)
            if len(last.clauses) > 1 and not last.cases:
                return self._show(message, last, last.clauses[1], act, today)
            return _Taken(Turn(_nothing(message, today), act))
        return self._show(message, last, last.shown or next(iter((*last.cases, *last.clauses)), ""), act, today)

    def _act_on_one(self, message: str, text: str, before: Conversation, today: date) -> "_Taken | None":
        """Do what is asked of one among several: 第一个再说清楚点; of an earlier question: 第一个问题再发我一遍."""
        found = _ON_ONE.fullmatch(text)
        act = act_of(found[3]) if found is not None else None
        if found is None or act in (None, Act.COMPLAINT) or not before.exchanges:
            return None
        place, last = _place(found[1]), before.exchanges[-1]
        if found[2] == "问题" and not last.listed:
            if place > len(before.exchanges):
                return None
            last = before.exchanges[place - 1]
            return self._show(message, last, last.shown or next(iter((*last.cases, *last.clauses)), ""), act, today)
        identifier = last.at_place(place)
        return self._show(message, last, identifier, act, today) if identifier else None

    def _complain(self, message: str, last: Exchange, today: date) -> "_Taken":
        """Offer what came next; of an answer that was a choice already, what was not offered."""
        shown = {*last.offered, *last.listed} or {last.shown}
        cases = tuple(
            self._knowledge.case_by_id[one]
            for one in last.cases
            if one not in shown and one in self._knowledge.case_by_id
        )
        choices: tuple[Case | Clause, ...] = cases[:3]
        answer = self._answer_of(message, today, last, cases)
        answer = replace(
            answer,
            tier=Tier.CHOOSE,
            choices=choices,
            situations=tuple(self._answerer.retriever.situation(last.topic, one) for one in cases[:3]),
        )
        exchange = replace(
            last, cases=tuple(one.id for one in cases), offered=tuple(one.id for one in choices), shown=""
        )
        return _Taken(Turn(answer, Act.COMPLAINT), exchange if cases else None)

    def _show(self, message: str, last: Exchange, identifier: str, act: Act, today: date) -> "_Taken":
        """The answer of an act: the record that it is about first."""
        case = self._knowledge.case_by_id.get(identifier)
        others = tuple(
            self._knowledge.case_by_id[one]
            for one in last.cases
            if one != identifier and one in self._knowledge.case_by_id
        )
        cases = (case, *others) if case is not None else others
        answer = self._answer_of(message, today, last, cases)
        clause = self._knowledge.clause_by_id.get(identifier)
        if clause is not None:
            hits = tuple(hit for hit in answer.clauses if hit.record is not clause)
            answer = replace(answer, clauses=(Hit(clause, 1.0, 0.0), *hits)[:LIMIT], by_clause=True)
        answer = replace(answer, tier=Tier.DIRECT if act is Act.PICK else Tier.CHOOSE)
        exchange = replace(last, shown=identifier, offered=() if act in (Act.PICK, Act.NEXT) else last.offered)
        return _Taken(Turn(answer, act), exchange)

    def _answer_of(self, message: str, today: date, last: Exchange, cases: Sequence[Case]) -> Answer:
        """What was found of the last topic, with other cases; clauses that belong to the first case come first."""
        clauses = [self._knowledge.clause_by_id[one] for one in last.clauses if one in self._knowledge.clause_by_id]
        if cases:
            own = [self._knowledge.clause_by_id[one] for one in cases[0].clause_ids]
            clauses = (
                [one for one in clauses if one in own]
                + [one for one in own if one not in clauses]
                + [one for one in clauses if one not in own]
            )
        return Answer(
            message,
            today,
            Tier.CHOOSE,
            tuple(Hit(one, 1.0, 0.0) for one in clauses[:LIMIT]),
            tuple(Hit(one, 1.0, 0.0) for one in cases[:LIMIT]),
            topic=last.topic,
            otherwise=(),
        )

    def _picked(self, text: str, last: Exchange) -> str:
        """The id of the record that a message picks among those that were offered; empty where it picks none."""
        found = _PICK.fullmatch(text)
        if found is not None:
            return last.at_place(_place(found[1]))
        if _PICK_BY_WORDS.fullmatch(text) is None:
            return ""
        cases = [self._knowledge.case_by_id[one] for one in last.offered if one in self._knowledge.case_by_id]
        scored = self._answerer.retriever.score_cases(text, cases)
        return scored[0][0].id if scored and scored[0][1] > 0 else ""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A turn, the topic that it adds to what is remembered, what is still to be told, and topics of their own within the message."""

    turn: Turn
    exchange: Exchange | None = None
    begun: str = ""
    beside: tuple[Exchange, ...] = ()


_ANSWERED = 2
"""How many questions of one message are answered."""


def _lead(answer: Answer) -> str:
    """The id of the record that an answer shows first; empty where it shows none."""
    found = answer.clauses if answer.by_clause or not answer.cases else answer.cases
    return found[0].record.id if found else ""


def _place(written: str) -> int:
    """The place that a numeral names, from 1."""
    return _ORDINALS.get(written) or int(written)


def _nothing(message: str, today: date) -> Answer:
    return Answer(message, today, Tier.NONE, (), ())


def _leans(text: str, alone: Answer, joint: Answer, last: Exchange) -> bool:
    """Whether a message goes on with the last topic.

    Args:
        text: Normalised.
        alone: What it finds by itself.
        joint: What it finds together with the last topic.
        last: That topic.
    """
    stays = bool(joint.cases) and joint.cases[0].record.id in last.cases[:1]
    same = bool(alone.cases) and alone.cases[0].record.id in last.cases[:1]
    marked = _MARKED.search(text) is not None
    if not stays or len(text) > _LONGEST_FOLLOW_UP or (alone.foreign and not marked):
        return False
    if alone.tier is Tier.DIRECT:  # sure alone means alone
        return marked and not same and alone.sure < _SURE_ALONE
    if alone.tier is Tier.NONE:
        return joint.fits >= _HELD_TOGETHER
    return marked or same or len(text) <= _SHORT


_LONGEST_TOPIC = 200
_LONGEST_RELIEF = 30
_NUMBER = re.compile("[0-9一二三四五六七八九十百零〇两]+\\s*[条款项()]|[0-9]|第[一二三四五六七八九十]")
_NUMBERED = re.compile("[0-9一二三四五六七八九十]+[条款]")
_SHORT = 8
_LONGEST_FOLLOW_UP = 24
_SURE_ALONE = 0.97
_HELD_TOGETHER = 0.3
_HELD_APART = 0.5


def act_of(text: str) -> Act | None:
    """The act that a message asks for; None where it is a question of its own.

    Args:
        text: Normalised.
    """
    if len(text) > _LONGEST_ACT:
        return None
    if _COMPLAINT.fullmatch(text):
        return Act.COMPLAINT
    return next((act for act, pattern in (*_ACTS, *_LOOSER) if pattern.fullmatch(text)), None)


def _exchange(topic: str, answer: Answer, *, by_number: bool = False) -> Exchange:
    cases = tuple(hit.record.id for hit in answer.cases)
    clauses = tuple(hit.record.id for hit in answer.clauses)
    offered = tuple(one.id for one in answer.choices) if answer.tier is Tier.CHOOSE else ()
    first = (clauses or cases) if answer.by_clause or by_number else (cases or clauses)
    is_list = any(lookup.whole for lookup in answer.lookups)
    listed = tuple(clause.id for clause in answer.asked) if is_list else ()
    return Exchange(topic, cases, clauses, offered, "" if offered else next(iter(first), ""), by_number, listed)
