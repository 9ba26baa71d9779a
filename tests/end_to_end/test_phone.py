"""What people see in the browser: the page, the local Telegram and the bot, with real HTTP between them."""

import re

import pytest
from playwright.async_api import expect

from bot.chat import talk
from bot.local_telegram import GROUP_ID
from tests.end_to_end.browser import NARROW, WIDE, Look, Phones
from tests.end_to_end.desk import Desk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # PTB would have us call a method that parses updates; the bot keeps them on disk before they are parsed.
    pytest.mark.filterwarnings("ignore:Please use .Bot.getUpdates"),
]

ELECTRICIAN, COLLEAGUE, STRANGER = 1001, 1002, 9001
QUESTION = "停人家的电要提前几天打招呼"
RULE = "在停电前三至七天内,将停电通知送达用户"
OTHER_QUESTION = "用户不在家，能进去修吗"
OTHER_RULE = "必须有本家在场方可进宅"
STORY = "送蜡烛那个好故事给我讲讲"
OFF_TOPIC = "红烧肉怎么做才香"
LONG = "五有第五条"
DARK = Look(390, 844, dark=True)

CONTRASTS = """() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const seen = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], a: a / 255 };
  };
  const over = (top, ground) => top.rgb.map((value, place) => value * top.a + ground[place] * (1 - top.a));
  const groundOf = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      layers.push(seen(getComputedStyle(at).backgroundColor));
      if (layers.at(-1).a === 1) break;
    }
    return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const root of document.querySelectorAll(".bubble, .keyboard")) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      const drawn = getComputedStyle(node, "::before").content;
      const words = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data);
      if (drawn !== "none" && drawn !== "normal") words.push(drawn);
      if (words.join("").trim() === "" || !node.checkVisibility({ visibilityProperty: true })) continue;
      const ground = groundOf(node);
      const ink = over(seen(getComputedStyle(node).color), ground);
      const [dim, bright] = [light(ink), light(ground)].sort((one, other) => one - other);
      found.push([words.join("").slice(0, 30), (bright + 0.05) / (dim + 0.05)]);
    }
  }
  return found;
}"""
"""Every text in bubbles and on buttons, and its contrast as WCAG 2 counts it, 1 to 21."""

TOO_WIDE = """() =>
  [...document.querySelectorAll(".stage, .stage *, .chat-pane, .chat-pane *")]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.matches(".offscreen"))
    .filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width > 0 && (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5);
    })
    .map((node) => node.outerHTML.slice(0, 120))"""
"""What sticks out of the window at its sides."""


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_an_electrician_asks_and_reads_the_whole_case_in_one_message(
    phones: Phones, desk: Desk, webhook: bool
) -> None:
    """A question gets takeaway, rule and case; the case is paged through and left again without another message."""
    tab = await phones.open(ELECTRICIAN)

    await tab.say(STORY)

    await expect(tab.answer_text).to_contain_text(re.compile("^📌 .+"))
    await expect(tab.answer_text).to_contain_text("📖 《供电营业规则》第六十七条")
    await expect(tab.answer_text).to_contain_text(RULE)
    await expect(tab.answer_text).to_contain_text("📂 正面案例")
    answer = await tab.answer_text.inner_text()
    number = await tab.answer.get_attribute("data-message-id")
    await tab.press("看全案")
    await expect(tab.answer_text).to_contain_text("第 1 页，共 2 页")
    first = await tab.answer_text.inner_text()
    await tab.press("下一页(2/2)▶")
    await expect(tab.answer_text).to_contain_text("第 2 页，共 2 页")
    await tab.press("◀ 上一页")
    await expect(tab.answer_text).to_have_text(first, use_inner_text=True)
    await tab.press("↩ 返回")
    await expect(tab.answer_text).to_have_text(answer, use_inner_text=True)
    await expect(tab.key("看全案")).to_be_visible()
    await expect(tab.answers).to_have_count(1)
    assert await tab.answer.get_attribute("data-message-id") == number
    assert ("getUpdates" in {method for method, _ in desk.telegram.calls}) is not webhook


async def test_a_stranger_is_refused_and_sees_his_id(phones: Phones) -> None:
    """Whoever is not let in gets no rule, but his number and the way in; and no group of the crew."""
    tab = await phones.open(STRANGER)

    await tab.say(QUESTION)

    await expect(tab.answer_text).to_contain_text("只给本所的同事用")
    await expect(tab.answer.locator("code")).to_have_text(str(STRANGER))
    await expect(tab.answer_text).not_to_contain_text("📖")
    await expect(tab.part(f"chat-{GROUP_ID}")).to_have_count(0)
    await tab.say("/start")
    await expect(tab.answers).to_have_count(2)
    await expect(tab.key("申请开通")).to_be_visible()
    await expect(tab.answer.locator("code")).to_have_text(str(STRANGER))


async def test_an_edited_question_changes_its_answer_in_place(phones: Phones) -> None:
    """Whoever mends a question sees its answer change, and no second one."""
    tab = await phones.open(ELECTRICIAN)
    await tab.say(OFF_TOPIC)
    await expect(tab.answer_text).to_contain_text("🔍")

    question = tab.said_by(ELECTRICIAN).last
    await question.hover()
    await question.get_by_test_id("message-menu").click()
    await tab.part("menu-edit").click()
    await expect(tab.part("composer-mode")).to_contain_text(OFF_TOPIC)
    await tab.say(QUESTION)

    await expect(tab.answer_text).to_contain_text(RULE)
    await expect(tab.answers).to_have_count(1)
    await expect(question.get_by_test_id("message-text")).to_have_text(QUESTION)
    await expect(question.get_by_test_id("edited")).to_be_visible()


async def test_a_group_is_answered_only_when_the_bot_is_meant(phones: Phones) -> None:
    """Ordinary talk stays without an answer; a mention and a reply to the bot are answered with a quote of the question."""
    tab = await phones.open(ELECTRICIAN, chat=GROUP_ID)
    await tab.say("今天几点收工？")
    await expect(tab.said_by(ELECTRICIAN)).to_have_count(1)

    composer = tab.part("composer")
    await composer.fill("@pol")
    await expect(tab.part("mention-policy_bot")).to_be_visible()
    await composer.press("Tab")
    await composer.press_sequentially(QUESTION)
    await composer.press("Enter")

    await expect(tab.answer_text).to_contain_text(RULE)
    await expect(tab.answer.get_by_test_id("reply-quote")).to_contain_text(QUESTION)
    await tab.answer.hover()
    await tab.answer.get_by_test_id("message-menu").click()
    await tab.part("menu-reply").click()
    await tab.say(OTHER_QUESTION)
    await expect(tab.answers).to_have_count(2)
    await expect(tab.answer_text).to_contain_text(OTHER_RULE)
    await expect(tab.answer.get_by_test_id("reply-quote")).to_contain_text(OTHER_QUESTION)


async def test_a_dark_phone_is_dark_fits_and_can_be_read(phones: Phones) -> None:
    """On a phone that is set to dark the ground is dark, nothing is wider than the screen, and all text stands out."""
    tab = await phones.open(ELECTRICIAN, DARK)

    await tab.say(QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)

    ground = await tab.look_up("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(ground[:3]) < 64
    assert await tab.look_up("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert await tab.look_up(TOO_WIDE) == []
    contrasts = await tab.look_up(CONTRASTS)
    assert {QUESTION, "看全案"} <= {words for words, _ in contrasts}
    assert [(words, ratio) for words, ratio in contrasts if ratio < 4.5] == []


@pytest.mark.parametrize("look", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_light_page_fits_and_can_be_read(phones: Phones, look: Look) -> None:
    """In daylight, too, nothing sticks out and all text has its contrast; in a group names are among it."""
    tab = await phones.open(ELECTRICIAN, look, chat=GROUP_ID)

    await tab.say(f"@policy_bot {QUESTION}")
    await expect(tab.answer_text).to_contain_text(RULE)

    assert await tab.look_up(TOO_WIDE) == []
    contrasts = await tab.look_up(CONTRASTS)
    assert "以案说规" in {words for words, _ in contrasts}
    assert [(words, ratio) for words, ratio in contrasts if ratio < 4.5] == []


@pytest.mark.parametrize("look", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_nothing_lies_over_an_answer_in_a_group(phones: Phones, look: Look) -> None:
    """The bot's picture stands at the foot of its bubble, not of the buttons; the way to the end lies beside the bubble."""
    tab = await phones.open(ELECTRICIAN, look, chat=GROUP_ID)
    for count in (1, 2):
        await tab.say(f"@policy_bot {QUESTION}")
        await expect(tab.answers).to_have_count(count)
    await tab.part("scroller").evaluate("node => (node.scrollTop = 0)")
    await expect(tab.part("to-end")).to_be_visible()

    bubble = await tab.answer.get_by_test_id("bubble").bounding_box()
    avatar = await tab.answer.locator(".avatar").bounding_box()
    button = await tab.part("to-end").bounding_box()

    assert bubble is not None
    assert avatar is not None
    assert button is not None
    assert avatar["y"] + avatar["height"] == pytest.approx(bubble["y"] + bubble["height"], abs=1)
    assert avatar["x"] + avatar["width"] <= bubble["x"]
    assert button["x"] >= bubble["x"] + bubble["width"]


async def test_a_long_quote_opens_and_closes(phones: Phones) -> None:
    """A rule of more than three lines is shown cut, whole after a touch, and cut again after another one."""
    tab = await phones.open(ELECTRICIAN, NARROW)
    await tab.say(LONG)
    toggle, words = tab.answer.get_by_test_id("quote-toggle"), tab.answer.locator(".quote-text")
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    hidden = "node => node.scrollHeight - node.clientHeight"
    assert await words.evaluate(hidden) > 20

    await toggle.click()

    await expect(toggle).to_have_attribute("aria-expanded", "true")
    assert await words.evaluate(hidden) <= 1
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    assert await words.evaluate(hidden) > 20


async def test_a_button_of_knowledge_that_is_gone_says_so_in_a_dialog(phones: Phones, desk: Desk) -> None:
    """A press of a button that names no record any more opens a dialog, and the button rests after it."""
    tab = await phones.open(ELECTRICIAN)
    await tab.say(QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)
    stale = {"inline_keyboard": [[{"text": "看全案", "callback_data": "c000abcd0" + "gone__"}]]}
    await desk.telegram.call("sendMessage", {"chat_id": ELECTRICIAN, "text": "去年的回答", "reply_markup": stale})
    await expect(tab.answer_text).to_have_text("去年的回答")

    await tab.press("看全案")

    await expect(tab.part("dialog-text")).to_have_text(talk.STALE_BUTTON)
    await tab.part("dialog-ok").click()
    await expect(tab.part("dialog")).to_have_count(0)
    await expect(tab.answer_text).to_have_text("去年的回答")
    await expect(tab.key("看全案")).to_have_attribute("aria-busy", "false")


async def test_two_tabs_are_two_people(phones: Phones) -> None:
    """What two people ask at the same time in two tabs is answered to each alone; what one asks in the group both see."""
    one, other = await phones.open(ELECTRICIAN), await phones.open(COLLEAGUE)
    await one.say(QUESTION)
    await other.say(OTHER_QUESTION)
    await expect(one.answer_text).to_contain_text(RULE)
    await expect(other.answer_text).to_contain_text(OTHER_RULE)
    await expect(one.answers).to_have_count(1)
    await expect(other.answers).to_have_count(1)

    await one.open_chat(GROUP_ID)
    await one.say(f"@policy_bot {QUESTION}")
    await expect(one.answer_text).to_contain_text(RULE)

    await expect(other.part(f"chat-{GROUP_ID}").get_by_test_id("unread")).to_have_text("2")
    await other.open_chat(GROUP_ID)
    await expect(other.said_by(ELECTRICIAN).last.get_by_test_id("sender")).to_have_text("王师傅")
    await expect(other.answer_text).to_contain_text(RULE)
    await expect(other.part(f"chat-{GROUP_ID}").get_by_test_id("unread")).to_have_count(0)


async def test_the_one_tab_can_change_hands(phones: Phones) -> None:
    """Who switches to another person sees that person's chats and nothing of the first one's."""
    tab = await phones.open(ELECTRICIAN)
    await tab.say(QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)

    await tab.part("user-switch").click()
    await tab.part(f"user-{COLLEAGUE}").click()

    await expect(tab.part("me-name")).to_have_text("李师傅")
    await expect(tab.answers).to_have_count(0)
    await tab.part("start-button").click()
    await expect(tab.answer_text).to_contain_text("李师傅，您好")


async def test_a_bot_that_was_blocked_answers_again_after_it_is_unblocked(phones: Phones, desk: Desk) -> None:
    """Blocking takes the input away and the bot gives the person up; after unblocking a question is answered."""
    tab = await phones.open(ELECTRICIAN)
    await tab.say(QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)

    await tab.part("chat-menu").click()
    await tab.part("block-toggle").click()

    await expect(tab.part("blocked-bar")).to_be_visible()
    await expect(tab.part("composer")).to_be_hidden()
    await expect(tab.part("chat-status")).to_have_text("已屏蔽")
    assert desk.telegram.chats[ELECTRICIAN].blocked
    await tab.part("unblock").click()
    await expect(tab.part("blocked-bar")).to_be_hidden()
    await tab.say(OTHER_QUESTION)
    await expect(tab.answers).to_have_count(2)
    await expect(tab.answer_text).to_contain_text(OTHER_RULE)


async def test_two_bad_gateways_delay_an_answer_and_do_not_lose_it(phones: Phones) -> None:
    """With 502 switched on for two calls in the page's panel the answer comes, once, and the panel says that all is well."""
    tab = await phones.open(ELECTRICIAN)
    await tab.part("fault-button").click()
    await tab.part("fault-502-times").fill("2")
    await tab.part("fault-502-methods").fill("sendMessage")
    await tab.part("fault-502").click()
    await expect(tab.part("fault-502")).to_have_attribute("aria-checked", "true")
    await expect(tab.part("fault-502-state")).to_contain_text("还有 2 次")
    await expect(tab.part("fault-count")).to_have_text("1")

    await tab.say(QUESTION)

    await expect(tab.answer_text).to_contain_text(RULE)
    await expect(tab.answers).to_have_count(1)
    await expect(tab.part("fault-502")).to_have_attribute("aria-checked", "false")
    await expect(tab.part("fault-state")).to_have_text("现在线路正常。")


async def test_a_lost_receipt_is_told_and_the_answer_can_be_had_again(phones: Phones) -> None:
    """Where nobody knows whether an answer went out, the person is told, and one press brings it."""
    tab = await phones.open(ELECTRICIAN)
    await tab.part("fault-button").click()
    await tab.part("fault-lost-times").fill("1")
    await tab.part("fault-lost-methods").fill("sendMessage")
    await tab.part("fault-lost").click()
    await expect(tab.part("fault-lost")).to_have_attribute("aria-checked", "true")
    await tab.part("fault-close").click()

    await tab.say(QUESTION)

    await expect(tab.answers).to_have_count(2)
    await expect(tab.answers.first.get_by_test_id("message-text")).to_contain_text(RULE)
    await expect(tab.answer_text).to_have_text(talk.MAYBE_LOST.html)
    await expect(tab.answer.get_by_test_id("reply-quote")).to_contain_text(QUESTION)
    await tab.press("重新回答")
    await expect(tab.answer_text).to_contain_text(RULE)
    await expect(tab.answers).to_have_count(2)


async def test_the_page_says_that_its_line_is_down_and_recovers(phones: Phones, desk: Desk) -> None:
    """While the server is away a banner says so and nothing that was typed is lost; when it is back the bot answers."""
    phones.forgive("ERR_CONNECTION_REFUSED")  # Chromium itself writes of each try into the console
    tab = await phones.open(ELECTRICIAN)
    await tab.say(QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)

    await desk.server.stop()

    await expect(tab.part("banner")).to_be_visible()
    await expect(tab.part("banner-retry")).to_be_visible()
    await tab.say(OTHER_QUESTION)
    await expect(tab.part("toast").last).to_have_text("连接断了，没有发出去")
    await expect(tab.part("composer")).to_have_value(OTHER_QUESTION)
    await desk.server.start()
    await expect(tab.part("banner")).to_be_hidden()
    await tab.part("send").click()
    await expect(tab.answers).to_have_count(2)
    await expect(tab.answer_text).to_contain_text(OTHER_RULE)


async def test_a_slash_offers_the_commands(phones: Phones) -> None:
    """Typing / lists the bot's commands with what they do; one is chosen by keys or by a touch, and carried out."""
    tab = await phones.open(ELECTRICIAN)
    await expect(tab.part("command-menu")).to_be_visible()
    composer = tab.part("composer")

    await composer.press_sequentially("/")

    for name, description in (("start", "开始"), ("help", "怎么问、怎么看")):
        await expect(tab.part(f"command-{name}")).to_have_text(f"/{name}{description}")
    await composer.press_sequentially("he")
    await expect(tab.part("command-start")).to_have_count(0)
    await composer.press("ArrowDown")
    await composer.press("Enter")
    await expect(tab.answer_text).to_contain_text("怎么问")
    await expect(composer).to_have_value("")
    await tab.part("command-menu").click()
    await tab.part("command-start").click()
    await expect(tab.answer_text).to_contain_text("王师傅，您好")
    await tab.press(talk.EXAMPLES[0])
    await expect(tab.answer_text).to_contain_text(RULE)
