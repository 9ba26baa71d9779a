"""A message in the light of what was said before."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answering.acts import Act, act_of
from retrieval.answering.answer import Answerer, Tier
from retrieval.answering.conversation import Talker
from retrieval.answering.turns import NOTHING_SAID, Conversation, Turn
from retrieval.model import KnowledgeBase
from retrieval.text import normalise

TODAY = date(2026, 11, 30)
ARREARS = "停人家的电要提前几天打招呼"
EMPTY_HOME = "户主不在家，能进屋修吗"


@pytest.fixture(scope="session")
def talker(knowledge: KnowledgeBase, cache: Path) -> Talker:
    """Talks from the repo's own knowledge."""
    return Talker(Answerer(knowledge, cache))


def play(talker: Talker, *messages: str) -> list[Turn]:
    """One person's messages, in order."""
    turns, conversation = [], NOTHING_SAID
    for message in messages:
        turn, conversation = talker.take(message, conversation, today=TODAY)
        turns.append(turn)
    return turns


def first_case(turn: Turn) -> str:
    """The id of the first case; empty where there is none."""
    return turn.answer.cases[0].record.id if turn.answer.cases else ""


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (
            Act.SOURCE,
            (
                "原文",
                "原文发我",
                "依据是啥",
                "依据呢",
                "哪条规定",
                "规定怎么说",
                "违反了哪条",
                "给我条文",
                "第几条",
                "还有效吗",
            ),
        ),
        (
            Act.MORE,
            (
                "详细点",
                "再详细一点",
                "具体怎么做",
                "全文",
                "展开说说",
                "谁负责",
                "什么处分",
                "后来怎么处理的",
                "最后咋样了",
                "谁被罚了",
            ),
        ),
        (Act.WHY, ("为啥", "为什么不行", "凭啥", "为啥要这样", "为什么呢", "咋就不行")),
        (Act.NEXT, ("下一条", "换一个", "还有吗", "还有别的吗", "再来一个", "换个试试", "另一个")),
        (Act.CASES, ("有案例吗", "有没有类似案例", "案例有吗", "给个例子", "有案例没", "对应的案例")),
        (Act.AGAIN, ("再发一遍", "重发一下", "复制给我", "转发给我", "再说一遍")),
        (Act.COMPLAINT, ("不对", "答非所问", "不是这个", "你没懂我意思", "搞错了", "没答到点子上", "都不是", "看不懂")),
    ],
)
def test_what_people_say_of_an_answer_is_heard(act: Act, words: tuple[str, ...]) -> None:
    """Each of these asks for something to be done with the answer, and is no question of its own."""
    assert {word: act_of(normalise(word)) for word in words} == dict.fromkeys(words, act)


@pytest.mark.parametrize(
    "question",
    [
        "抄错了怎么退",
        "客户不在家能进吗",
        "为什么电费突然高了这么多要查什么",
        "详细的欠费停电流程要几天通知",
        "不对外营业的窗口能收费吗",
        "停电通知贴门上算不算送到",
    ],
)
def test_a_question_is_no_act(question: str) -> None:
    """Words of acts inside a question of its own ask for nothing to be done."""
    assert act_of(normalise(question)) is None


def test_acts_are_done_with_the_answer_that_stands_there(talker: Talker) -> None:
    """Source, more, why and again keep the case; next shows the one behind it; none of them is a sure answer."""
    answered, *acts, following = play(talker, ARREARS, "原文", "详细点", "为啥", "再发一遍", "换一个")

    assert [turn.act for turn in acts] == [Act.SOURCE, Act.MORE, Act.WHY, Act.AGAIN]
    assert {first_case(turn) for turn in acts} == {first_case(answered)}
    assert all(turn.answer.tier is Tier.CHOOSE for turn in acts)
    assert first_case(following) == answered.answer.cases[1].record.id


def test_an_act_with_nothing_before_it_asks_what_it_is_about(talker: Talker) -> None:
    """The bot listens; it neither refuses nor makes something up."""
    for word in ("原文", "不对", "换一个", "请教个事"):
        (turn,) = play(talker, word)
        assert (turn.act, turn.answer.tier, turn.answer.cases) == (Act.LISTEN, Tier.NONE, ())


def test_a_complaint_gets_what_was_not_shown(talker: Talker) -> None:
    """The next candidates are offered, never the one that was wrong, and never as a sure answer."""
    answered, complaint = play(talker, ARREARS, "答非所问")

    assert complaint.act is Act.COMPLAINT
    assert complaint.answer.tier is Tier.CHOOSE
    assert complaint.answer.choices
    assert answered.answer.cases[0].record not in complaint.answer.choices


def test_a_choice_is_taken_by_its_number(talker: Talker) -> None:
    """第二个 after an offer is the second that was offered."""
    _, offered, picked = play(talker, ARREARS, "不对", "第二个")

    assert picked.act is Act.PICK
    assert first_case(picked) == offered.answer.choices[1].id


def test_a_follow_up_leans_and_a_fresh_question_does_not(talker: Talker) -> None:
    """What says only what is different goes on; what is complete by itself is answered by itself, whatever it begins with."""
    _, leaning = play(talker, EMPTY_HOME, "那要是他家老人在呢")
    _, fresh = play(talker, EMPTY_HOME, "客户家电表箱从墙上掉下来了怎么办")

    assert leaning.answer.follows
    assert first_case(leaning) == "entering-empty-home"
    assert not fresh.answer.follows
    assert first_case(fresh) == "loose-meter-box"


def test_the_first_topic_can_be_come_back_to(talker: Talker) -> None:
    """回到 names an earlier topic by its words."""
    *_, back = play(talker, EMPTY_HOME, "客户家电表箱从墙上掉下来了怎么办", "回到进屋那个，他电话里答应了算不算")

    assert first_case(back) == "entering-empty-home"


def test_a_story_is_listened_to_until_it_asks(talker: Talker) -> None:
    """The beginning of a story gets neither a refusal nor a sure answer; its end is read with what was told."""
    opening, _, end = play(talker, "问个事哈", "今天去三组催电费", "户主搬走了楼道灯还挂他表上，欠了半年能停吗")

    assert opening.act is Act.LISTEN
    assert first_case(end) == "corridor-light"


def test_danger_goes_on_until_there_is_relief(talker: Talker) -> None:
    """After an alarm what tells of it still rings; relief gets its own; then questions are questions again."""
    alarm, on, relief, after = play(talker, "师傅触电倒地了", "闸在哪找不到", "救护车来了，人醒了", EMPTY_HOME)

    assert alarm.answer.advice
    assert on.answer.advice
    assert (relief.act, relief.answer.advice) == (Act.RELIEF, ())
    assert after.answer.advice == ()
    assert first_case(after) == "entering-empty-home"


@pytest.mark.parametrize(
    "words",
    [
        "不对头 不是问这个",
        "你说的啥乱七八糟的",
        "案例不对",
        "我问的不是这个意思",
        "这都哪跟哪啊",
        "答的啥意思",
        "弄错了吧你",
    ],
)
def test_a_complaint_is_heard_by_the_words_it_names(talker: Talker, words: str) -> None:
    """However it is worded, a message of nothing but complaint gets other candidates."""
    turn = play(talker, ARREARS, words)[-1]

    assert turn.act is Act.COMPLAINT
    assert turn.answer.choices
    assert "arrears-disconnection-estate" not in [record.id for record in turn.answer.choices]


@pytest.mark.parametrize("words", ["好险 谢谢哈", "多亏你们了", "辛苦辛苦 我先去干活", "那谢了哈 走了"])
def test_thanks_among_other_words_are_thanks(talker: Talker, words: str) -> None:
    """Friendly words after an answer go on with nothing."""
    turn = play(talker, ARREARS, words)[-1]

    assert (turn.act, turn.answer.courtesy) == (Act.COURTESY, True)


def test_a_question_with_thanks_is_a_question(talker: Talker) -> None:
    """谢谢 in front of a question makes it no small talk."""
    assert first_case(play(talker, f"谢谢，{EMPTY_HOME}")[-1]) == "entering-empty-home"


def test_what_was_not_offered_is_no_pick(talker: Talker) -> None:
    """我说的是…那个 names what was offered, or is answered by itself."""
    *_, complaint, named = play(talker, ARREARS, "不对", "我说的是墙上打眼没商量那个")
    assert "drilling-without-consent" not in [record.id for record in complaint.answer.choices]

    assert first_case(named) == "drilling-without-consent"


def test_two_questions_of_which_neither_is_sure_are_both_offered(talker: Talker) -> None:
    """Set apart by the writer, each gets its own choice; where neither is held the refusal is one."""
    assert len(play(talker, "表抄错了钱咋退？装表要几天？")[0].parts) == 2
    refused = play(talker, "火锅店推荐哪家？光伏补贴多少钱？")[0]
    assert (refused.answer.tier, refused.parts) == (Tier.NONE, ())


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (Act.SOURCE, "别拐弯抹角的，书上咋印的就咋给我搬过来"),
        (Act.SOURCE, "逐字给我念念呗，一个字别改"),
        (Act.MORE, "这事儿的来龙去脉给我摆一摆嘛"),
        (Act.CASES, "你那儿存没存着真人真事让我开开眼"),
        (Act.NEXT, "这个我早晓得了，换个没听过的"),
        (Act.AGAIN, "手一滑给刷没了，麻烦再来一遍呗"),
        (Act.COMPLAINT, "听着全是官腔，老百姓哪听得进"),
    ],
)
def test_an_act_is_heard_in_words_of_ones_own(talker: Talker, act: Act, words: str) -> None:
    """What is said of an answer in no set phrase, and is about nothing that is held, is done; with nothing before it it is not."""
    _, turn = play(talker, EMPTY_HOME, words)
    assert turn.act is act
    assert play(talker, words)[0].act is not act


def test_words_of_an_act_in_a_question_of_its_own_are_no_act(talker: Talker) -> None:
    """A question that says 后来 or 处理 and is sure by itself is answered by itself."""
    _, turn = play(talker, EMPTY_HOME, "抄表抄错了多收了人家的钱，后来该怎么处理")
    assert (turn.act, first_case(turn)) == (None, "misread-meter")


@pytest.mark.parametrize(
    ("words", "over"),
    [
        ("眼睛睁开了，救护车也进村了", True),
        ("到县医院了，大夫说没啥，观察一晚上", True),
        ("能说话了，也能坐起来了", True),
        ("120到了，人还没醒", False),
        ("不会说话了", False),
        ("到医院了，没抢救过来", False),
    ],
)
def test_the_danger_is_over_only_where_all_is_well(talker: Talker, words: str, over: bool) -> None:
    """Good news ends an alarm; good news with bad news beside it does not."""
    _, turn = play(talker, "师傅从杆上摔下来不动了", words)
    assert (turn.act is Act.RELIEF) is over


def test_relief_gets_a_word_of_its_own(talker: Talker) -> None:
    """After an alarm, that all are safe is no new alarm, no question and no small talk; without an alarm it is none."""
    for relief in ("人拉出来了 没伤着", "抱下来了 没事", "救护车到了", "醒过来了"):
        assert play(talker, "有人触电了", relief)[-1].act is Act.RELIEF
    assert play(talker, "有人触电了", "人还没拉出来")[-1].act is not Act.RELIEF
    assert play(talker, "有人触电了", "救护车来了要先说什么？")[-1].act is not Act.RELIEF
    assert play(talker, ARREARS, "救护车到了")[-1].act is not Act.RELIEF


@pytest.mark.parametrize(
    "message",
    [
        f"{ARREARS}？{EMPTY_HOME}？",
        f"{ARREARS}\n{EMPTY_HOME}",
        f"1. {ARREARS} 2. {EMPTY_HOME}",
        f"两件事哈：一是{ARREARS}，二是{EMPTY_HOME}",
        f"{ARREARS} 另外{EMPTY_HOME}",
        f"{ARREARS}，{EMPTY_HOME}",
    ],
)
def test_two_questions_get_two_answers(talker: Talker, message: str) -> None:
    """However they are set apart, each is answered with its own question above; the second can be picked, and then acted on."""
    both, second, source = play(talker, message, "第二个", "原文")

    assert [part.cases[0].record.id for part in both.parts] == ["arrears-disconnection-estate", "entering-empty-home"]
    assert both.answer.tier is Tier.DIRECT
    assert both.left_out == 0
    assert first_case(second) == first_case(source) == "entering-empty-home"


def test_a_third_question_is_said_to_be_left_out(talker: Talker) -> None:
    """Two are answered; who asks more is told how many are left."""
    turn = play(talker, f"1、{ARREARS} 2、{EMPTY_HOME} 3、工作忙这话能不能跟客户讲")[0]

    assert len(turn.parts) == 2
    assert turn.left_out == 1


@pytest.mark.parametrize(
    "message",
    [
        "户主不在家。他婆婆让我们进。能进去修吗？",
        "能不能进屋修，要不要等户主回来",
        "他家欠费三个月了，能停电吗？要停的话提前几天？",
        "客户喝多了骂我，我能不能停他的电",
    ],
)
def test_a_story_is_one_question(talker: Talker, message: str) -> None:
    """Sentences that tell of one thing are read as one question."""
    turn = play(talker, message)[0]

    assert turn.parts == ()
    assert turn.answer.cases


def test_one_of_several_is_acted_on_by_its_place(talker: Talker) -> None:
    """第一个再说清楚点 after two answers, 第三个 after a list of rules, 第一个问题再发一遍 after two questions."""
    assert (
        first_case(play(talker, f"{ARREARS}？{EMPTY_HOME}？", "第1个再说清楚点")[-1]) == "arrears-disconnection-estate"
    )
    listed = play(talker, "五有是什么", "第三个说详细点")[-1]
    assert listed.answer.clauses[0].record.id == "five-haves#3"
    again = play(talker, ARREARS, EMPTY_HOME, "第一个问题再发我一遍")[-1]
    assert (again.act, first_case(again)) == (Act.AGAIN, "arrears-disconnection-estate")


def test_a_case_is_shown_by_its_number_in_its_book(talker: Talker) -> None:
    """农村案例之五 is the fifth of that book, 之七呢 after it the seventh; of two books with such a number one can choose."""
    fifth, seventh = play(talker, "农村案例之五讲啥", "之七呢")
    assert (fifth.answer.tier, first_case(fifth)) == (Tier.DIRECT, "refused-indoor-repair")
    assert first_case(seventh) == "unrestored-site"
    assert play(talker, "案例五")[0].answer.tier is Tier.CHOOSE
    assert play(talker, "农村案例之九十九")[0].answer.tier is Tier.NONE
    assert play(talker, "之七呢")[0].answer.tier is not Tier.DIRECT


def test_a_clause_is_said_again_by_its_number(talker: Talker) -> None:
    """第二款再发一遍 is of the article named before, and cases asked for then are those of that clause."""
    *_, again, cases = play(talker, "服务规范第四条第二款", "第五款呢", "把第二款再发一遍", "违反这条的案例有吗")

    assert (again.act, again.answer.clauses[0].record.id) == (Act.AGAIN, "service-code-2003#4(2)")
    assert "service-code-2003#4(2)" in cases.answer.cases[0].record.clause_ids


@pytest.mark.parametrize("opening", ["", "那", "要是", "客户说", "另外"])
def test_a_fresh_question_is_answered_by_itself(talker: Talker, opening: str) -> None:
    """What is sure alone means alone, whatever it begins with and whatever was talked of before."""
    turn = play(talker, EMPTY_HOME, f"{opening}电费收了两回要不要退钱")[-1]

    assert first_case(turn) == "double-charging"
    assert not turn.answer.follows


def test_two_readings_that_disagree_are_both_offered(talker: Talker) -> None:
    """Where a message may go on or be of its own, nothing is sure."""
    turn = play(talker, "楼道灯那家搬走欠费，能不能停", "新来的房主说他不认这个账")[-1]

    assert turn.answer.tier is Tier.CHOOSE
    assert turn.answer.follows
    assert len({record.id for record in turn.answer.choices}) > 1


def test_a_follow_up_goes_on_with_the_one_of_several_that_it_names(talker: Talker) -> None:
    """After two answers a follow-up that names a word of the second one leans on that."""
    turn = play(talker, f"{ARREARS}？{EMPTY_HOME}？", "那进屋要是老人同意呢")[-1]

    assert first_case(turn) == "entering-empty-home"


@pytest.mark.parametrize("word", ["好的谢谢😊", "👍", "谢了哥", "要得", "妥了", "收到收到", "😂😂"])
def test_a_friendly_word_is_no_question(talker: Talker, word: str) -> None:
    """Thanks and pictures get a friendly word, and leave the topic where it was."""
    _, thanks, source = play(talker, ARREARS, word, "原文")

    assert thanks.act is Act.COURTESY
    assert first_case(source) == "arrears-disconnection-estate"


@pytest.mark.parametrize("word", ["你是谁", "你会什么", "怎么用", "你是真人还是机器人", "能问哪些问题"])
def test_who_it_is_and_what_it_can_do(talker: Talker, word: str) -> None:
    """These are about the bot."""
    assert play(talker, word)[0].act is Act.ABOUT


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    ARREARS,
                    EMPTY_HOME,
                    "原文",
                    "不对",
                    "换一个",
                    "第二个",
                    "67条",
                    "那83条呢",
                    "触电了",
                    "谢谢",
                    "呢",
                    "*打洞",
                ]
            ),
            st.text(max_size=12),
        ),
        max_size=9,
    )
)
def test_no_row_of_messages_breaks_it(talker: Talker, messages: list[str]) -> None:
    """Whatever is said, each message is answered, at most six topics are kept, and no act or complaint is a sure answer."""
    conversation: Conversation = NOTHING_SAID
    for message in messages:
        turn, conversation = talker.take(message, conversation, today=TODAY)
        assert len(conversation.exchanges) <= 6
        assert turn.act in (None, Act.PICK) or turn.answer.tier is not Tier.DIRECT


def test_what_is_gone_after_a_reload_is_passed_over(talker: Talker, knowledge: KnowledgeBase, cache: Path) -> None:
    """A conversation speaks of records by their ids: one that the new knowledge lacks is not shown, and nothing breaks."""
    _, conversation = talker.take(ARREARS, NOTHING_SAID, today=TODAY)
    fewer = KnowledgeBase(
        rules=knowledge.rules,
        clauses=knowledge.clauses,
        cases=tuple(case for case in knowledge.cases if case.id != conversation.exchanges[-1].cases[0]),
        lexicon=knowledge.lexicon,
    )
    after = Talker(Answerer(fewer, cache))

    for word in ("原文", "详细点", "不对", "换一个"):
        turn, _ = after.take(word, conversation, today=TODAY)
        assert first_case(turn) != conversation.exchanges[-1].cases[0]
