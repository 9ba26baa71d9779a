import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { drawKeyboard } from "./keyboard.js";
import { drawMedia } from "./media.js";
import { openMenu } from "./menu.js";
import { copy } from "./notices.js";
import { drawPoll } from "./poll.js";
import { richText } from "./rich_text.js";
import { authorOf, clockTime, fullTime, hue, initial, nameOf, serviceText, shortened, summary } from "./wording.js";

const LONG_PRESS = 500;

/**
 * Draws a message: a bubble with its keyboard, or a line in the middle for a service message.
 *
 * @param {object} message Of the Bot API.
 * @param {{account: object, chat: object, actions: object, opened: Set<string>}} context
 */
export function drawMessage(message, context) {
  const service = serviceText(message);
  return service === undefined ? drawBubble(message, context) : drawService(message, service, context);
}

function drawService(message, words, context) {
  const run = message.pinned_message
    ? () => context.actions.jump(message.pinned_message.message_id)
    : message.migrate_to_chat_id
      ? () => context.actions.openChat(message.migrate_to_chat_id)
      : null;
  return element(
    "div",
    { class: "service", testid: `message-${message.message_id}`, data: { kind: "service", messageId: message.message_id } },
    run
      ? button({ class: "chip", testid: "service-text", on: { click: run } }, words)
      : element("span", { class: "chip", testid: "service-text" }, words),
  );
}

function drawBubble(message, context) {
  const { account, chat, actions } = context;
  const mine = account.isMine(message);
  const sender = authorOf(message);
  const inGroup = chat.type !== "private";
  const drawing = {
    ...context,
    botUsername: account.bot.username ?? "",
    onCommand: actions.command,
    onMention: actions.mention,
    onLink: actions.link,
  };
  const words = message.text ?? message.caption;
  const entities = message.text === undefined ? message.caption_entities : message.entities;
  const media = message.poll ? drawPoll(message, drawing) : drawMedia(message);
  const keyboard = drawKeyboard(message, drawing);
  const openAt = (x, y) => openMenu("消息菜单", { x, y }, menuItems(message, context));
  const more = button(
    {
      class: "more",
      testid: "message-menu",
      "aria-label": "消息菜单",
      "aria-haspopup": "menu",
      on: {
        click: (event) => {
          const box = event.currentTarget.getBoundingClientRect();
          openAt(box.left, box.bottom + 4);
        },
      },
    },
    icon("more"),
  );
  const bubble = element(
    "div",
    { class: "bubble", testid: "bubble" },
    inGroup && !mine ? element("p", { class: `sender hue-${hue(message.from?.id ?? 0)}`, testid: "sender" }, sender) : null,
    drawOrigin(message),
    drawReply(message, context),
    media,
    words === undefined
      ? media
        ? null
        : element("span", { class: "words unknown" }, summary(message))
      : element("span", { class: "words", testid: "message-text" }, richText(words, entities, drawing)),
    drawMeta(message),
  );
  // At the foot of the bubble, not of the keyboard below it.
  const avatar = inGroup && !mine
    ? element("span", { class: `avatar small ${avatarLook(message, account)}`, "aria-hidden": "true" }, initial(sender))
    : null;
  const looks = [
    mine ? "mine" : "theirs",
    keyboard && "with-keyboard",
    avatar && "with-avatar",
    words === undefined && "wordless",
  ];
  const row = element(
    "article",
    {
      class: `message ${looks.filter(Boolean).join(" ")}`,
      testid: `message-${message.message_id}`,
      "aria-label": `${mine ? "我" : sender}，${clockTime(message.date)}`,
      data: { mine, messageId: message.message_id, sender: message.from?.id ?? "" },
    },
    element("div", { class: "stack" }, element("div", { class: "spoken" }, bubble, avatar), keyboard),
    more,
  );
  listenForMenu(bubble, openAt);
  return row;
}

function avatarLook(message, account) {
  return message.from?.id === account.bot.id ? "bot" : `hue-${hue(message.from?.id ?? 0)}`;
}

function drawMeta(message) {
  return element(
    "span",
    { class: "meta", title: fullTime(message.date) },
    message.edit_date ? element("span", { testid: "edited" }, "已编辑 ") : null,
    element("time", { datetime: new Date(message.date * 1000).toISOString(), testid: "message-time" }, clockTime(message.date)),
  );
}

function drawOrigin(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user_name ?? nameOf(origin.sender_user ?? origin.sender_chat ?? origin.chat);
  return element("p", { class: "origin", testid: "forwarded" }, `转发自 ${name}`);
}

function drawReply(message, context) {
  const original = message.reply_to_message;
  if (!original) return null;
  const held = context.chat.messages.get(original.message_id) ?? original;
  const words = message.quote?.text ?? summary(held);
  return button(
    {
      class: "reply-quote",
      testid: "reply-quote",
      "aria-label": `回复${authorOf(held)}：${shortened(words, 60)}`,
      on: { click: () => context.actions.jump(original.message_id) },
    },
    element("span", { class: "reply-name" }, context.account.isMine(held) ? "我" : authorOf(held)),
    element("span", { class: "reply-words" }, words),
  );
}

function menuItems(message, { account, chat, actions }) {
  const mine = account.isMine(message);
  const words = message.text ?? message.caption;
  const chosen = message.poll?.chosen ?? [];
  return [
    { label: "回复", icon: "reply", testid: "menu-reply", run: () => actions.reply(message) },
    mine && words !== undefined
      ? { label: "编辑", icon: "edit", testid: "menu-edit", run: () => actions.edit(message) }
      : null,
    words ? { label: "复制", icon: "copy", testid: "menu-copy", run: () => copy(words) } : null,
    message.poll?.type === "regular" && chosen.length > 0 && !message.poll.is_closed
      ? { label: "撤回投票", icon: "back", testid: "menu-retract", run: () => actions.vote(message, []) }
      : null,
    mine || chat.type === "private"
      ? { label: "删除", icon: "remove", testid: "menu-delete", danger: true, run: () => actions.remove(message) }
      : null,
  ].filter(Boolean);
}

/** Right click, and a long press where the browser makes no right click of it. */
function listenForMenu(bubble, openAt) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  bubble.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    stop();
    openAt(event.clientX, event.clientY);
  });
  bubble.addEventListener("pointerdown", (event) => {
    stop();
    if (event.pointerType !== "touch") return;
    timer = setTimeout(() => {
      // The lift of the finger must not press what lies below it.
      bubble.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => bubble.removeEventListener("click", swallow, { capture: true }), 1000);
      openAt(event.clientX, event.clientY);
    }, LONG_PRESS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove", "pointerleave"]) bubble.addEventListener(name, stop);
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
