import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { readLink } from "./links.js";
import { copy, toast } from "./notices.js";

const PATIENCE = 30_000;

/** Which callback buttons wait for the bot's answer. */
export class Presses {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this._onChange = onChange;
    this._waiting = new Map();
  }

  isBusy(chatId, messageId, data) {
    return this._waiting.has(`${chatId}/${messageId}/${data}`);
  }

  /** A button starts to wait; after half a minute it rests by itself. */
  add(chatId, messageId, data) {
    const key = `${chatId}/${messageId}/${data}`;
    clearTimeout(this._waiting.get(key));
    this._waiting.set(
      key,
      setTimeout(() => {
        this._waiting.delete(key);
        this._onChange();
      }, PATIENCE),
    );
    this._onChange();
  }

  /** The waiting buttons of a chat, or of all chats, rest: an answer does not say which press it belongs to. */
  rest(chatId = null) {
    for (const [key, timer] of this._waiting) {
      if (chatId !== null && !key.startsWith(`${chatId}/`)) continue;
      clearTimeout(timer);
      this._waiting.delete(key);
    }
    this._onChange();
  }
}

/** Draws the inline keyboard below a message, or null where it has none. */
export function drawKeyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  return element(
    "div",
    { class: "keyboard", testid: "keyboard", role: "group", "aria-label": "消息下面的按钮" },
    rows.map((row) =>
      element("div", { class: "keyboard-row" }, row.map((one) => drawButton(message, one, context))),
    ),
  );
}

/** Marks the buttons that wait. @param {ParentNode} root Holds keyboards of one chat. */
export function markBusy(root, chatId, presses) {
  for (const one of root.querySelectorAll(".keyboard button[data-callback]")) {
    const busy = presses.isBusy(chatId, Number(one.dataset.message), one.dataset.callback);
    one.classList.toggle("busy", busy);
    one.setAttribute("aria-busy", String(busy));
  }
}

function drawButton(message, one, context) {
  const data = { message: message.message_id };
  if (one.callback_data !== undefined) {
    const press = (event) => {
      if (!event.currentTarget.classList.contains("busy")) context.actions.press(message, one.callback_data);
    };
    data.callback = one.callback_data;
    return button({ testid: "keyboard-button", data, on: { click: press } }, element("span", {}, one.text));
  }
  if (one.url !== undefined) {
    const open = () => {
      const link = readLink(one.url, context.botUsername);
      if (link) context.actions.link(link);
      else toast("这个链接打不开", "error");
    };
    return button(
      { testid: "keyboard-button", title: one.url, data, on: { click: open } },
      element("span", {}, one.text),
      icon("link"),
    );
  }
  if (one.copy_text !== undefined) {
    return button(
      { testid: "keyboard-button", data, on: { click: () => copy(one.copy_text.text) } },
      element("span", {}, one.text),
      icon("copy"),
    );
  }
  const sorry = () => toast("这台电话用不了这种按钮", "error");
  return button({ testid: "keyboard-button", data, on: { click: sorry } }, element("span", {}, one.text));
}
