import { drawMessage } from "./bubble.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { markBusy } from "./keyboard.js";
import { measureQuotes } from "./rich_text.js";
import { dayName, initial, nameOf, serviceText } from "./wording.js";

const WINDOW = 200;
const NEAR_END = 60;
const TOGETHER = 300;
const SETTLING = 1000;

/** The messages of the open chat, drawn so that what has not changed stays as it is. */
export class Conversation {
  /**
   * @param {object} account
   * @param {object} actions What bubbles and keyboards ask for.
   * @param {object} presses Which buttons wait.
   */
  constructor(account, actions, presses) {
    this._account = account;
    this._actions = { ...actions, jump: (id) => this.jump(id) };
    this._presses = presses;
    this._chat = null;
    this._rows = new Map();
    this._opened = new Map();
    this._shown = WINDOW;
    this._atEnd = true;
    this._fresh = 0;
    this._newest = 0;
    this._list = element("div", {
      class: "messages",
      testid: "messages",
      role: "log",
      "aria-label": "消息",
      "aria-live": "polite",
      "aria-relevant": "additions",
      tabindex: "0",
    });
    this._scroller = element("div", { class: "scroller", testid: "scroller" }, this._list);
    this._badge = element("span", { class: "badge", hidden: true });
    this._downButton = button(
      { class: "to-end", testid: "to-end", "aria-label": "到最新消息", hidden: true, on: { click: () => this.toEnd(true) } },
      icon("down"),
      this._badge,
    );
    this.root = element("div", { class: "conversation" }, this._scroller, this._downButton);
    this._scroller.addEventListener("scroll", () => this._noteScroll(), { passive: true });
    // The keyboard of a phone or a growing input takes room away; who was at the end stays there.
    new ResizeObserver(() => {
      if (this._atEnd) this.toEnd();
    }).observe(this._scroller);
    // What was just drawn may still grow, by a quote's control or a picture without size; opening a quote later is no reason to move.
    new ResizeObserver(() => {
      if (this._atEnd && performance.now() < this._settled) this.toEnd();
    }).observe(this._list);
    this._settled = 0;
    for (const name of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      this._scroller.addEventListener(name, () => (this._settled = 0), { passive: true });
    }
  }

  /** Opens a chat at its end. */
  open(chat) {
    this._chat = chat;
    this._newest = 0;
    this._rows.clear();
    this._opened.clear();
    this._shown = WINDOW;
    this._list.replaceChildren();
    this._atEnd = true;
    this.draw();
    this.toEnd();
    this._settled = performance.now() + SETTLING;
  }

  /** Brings the view up to date with the account. */
  draw() {
    const chat = this._account.chats.get(this._chat?.id);
    if (!chat) return;
    this._chat = chat;
    const first = this._rows.size === 0;
    const anchor = first ? null : this._anchor();
    const focused = this._focused();
    const { changed, added } = this._reconcile(this._items(chat));
    // Older ones, which were asked for, are added at the top; they are no news.
    const news = added.filter((message) => message.message_id > this._newest);
    // Not the greatest ever: a server that was started anew counts from the beginning.
    this._newest = this._account.lastMessage(chat)?.message_id ?? 0;
    // At once, not when the browser reports their size: the place of the view is set below.
    measureQuotes(changed.flatMap((key) => [...this._rows.get(key).node.querySelectorAll("blockquote.expandable")]));
    markBusy(this._list, chat.id, this._presses);
    this._refocus(focused);
    if (first) return;
    this._settled = 0;
    const mine = news.some((message) => this._account.isMine(message));
    if (mine) this.toEnd();
    else if (this._atEnd && changed.length > 0) this._show(changed[0]);
    else if (anchor) this._restore(anchor);
    if (!this._atEnd) this._fresh += news.length;
    this._noteScroll();
  }

  /** Marks the buttons that wait. */
  markPresses() {
    if (this._chat) markBusy(this._list, this._chat.id, this._presses);
  }

  get isAtEnd() {
    return this._atEnd;
  }

  toEnd(smoothly = false) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this._scroller.scrollTo({ top: this._scroller.scrollHeight, behavior: smoothly && !calm ? "smooth" : "instant" });
    this._noteScroll();
  }

  /** Shows a message and lights it up for a moment. */
  jump(messageId) {
    if (!this._chat.messages.has(messageId)) return;
    if (!this._rows.has(`m${messageId}`)) {
      this._shown = Infinity;
      this.draw();
    }
    const row = this._rows.get(`m${messageId}`)?.node;
    row?.scrollIntoView({ block: "center" });
    row?.classList.add("lit");
    setTimeout(() => row?.classList.remove("lit"), 1500);
  }

  _items(chat) {
    const all = this._account.messagesOf(chat);
    const items = [];
    if (all.length === 0) items.push({ key: "empty", signature: this._emptySignature(chat), make: () => this._empty(chat) });
    if (all.length > this._shown) {
      const more = () => {
        this._shown += WINDOW;
        this.draw();
      };
      items.push({
        key: "earlier",
        signature: "",
        make: () => element("div", { class: "service" }, button({ class: "chip", testid: "earlier", on: { click: more } }, "更早的消息")),
      });
    }
    let previous = null;
    for (const message of all.slice(-this._shown)) {
      const day = dayName(message.date);
      if (!previous || dayName(previous.date) !== day) {
        items.push({
          key: `d${message.message_id}`,
          signature: day,
          make: () => element("div", { class: "service day" }, element("span", { class: "chip" }, day)),
        });
        previous = null;
      }
      const service = serviceText(message) !== undefined;
      const joined =
        previous !== null &&
        !service &&
        serviceText(previous) === undefined &&
        previous.from?.id === message.from?.id &&
        message.date - previous.date < TOGETHER;
      if (joined) items.at(-1).flags.last = false;
      items.push({
        key: `m${message.message_id}`,
        signature: this._signature(message, chat),
        message,
        flags: { first: !joined, last: true },
        make: () =>
          drawMessage(message, { account: this._account, chat, actions: this._actions, opened: this._openedOf(message) }),
      });
      previous = message;
    }
    return items;
  }

  _signature(message, chat) {
    const original = chat.messages.get(message.reply_to_message?.message_id);
    // A quote follows the edits of what it quotes.
    return JSON.stringify(original ? [message, original.text ?? original.caption] : message);
  }

  _openedOf(message) {
    if (!this._opened.has(message.message_id)) this._opened.set(message.message_id, new Set());
    return this._opened.get(message.message_id);
  }

  _reconcile(items) {
    const changed = [];
    const added = [];
    const keys = new Set(items.map((item) => item.key));
    for (const [key, row] of this._rows) {
      if (!keys.has(key)) {
        row.node.remove();
        this._rows.delete(key);
      }
    }
    let place = this._list.firstElementChild;
    for (const item of items) {
      const row = this._rows.get(item.key);
      let node = row?.node;
      if (row?.signature !== item.signature) {
        node = item.make();
        if (row) {
          if (place === row.node) place = node;
          row.node.replaceWith(node);
        } else if (item.message) {
          added.push(item.message);
        }
        if (item.message) changed.push(item.key);
        this._rows.set(item.key, { node, signature: item.signature });
      }
      if (item.flags) {
        node.classList.toggle("first", item.flags.first);
        node.classList.toggle("last", item.flags.last);
      }
      if (node === place) place = place.nextElementSibling;
      else this._list.insertBefore(node, place);
    }
    return { changed, added };
  }

  /** The first message in sight and where it stands. */
  _anchor() {
    const top = this._scroller.getBoundingClientRect().top;
    for (const [key, { node }] of this._rowsInOrder()) {
      if (!key.startsWith("m")) continue;
      const box = node.getBoundingClientRect();
      if (box.bottom > top + 1) return { key, offset: box.top - top };
    }
    return null;
  }

  *_rowsInOrder() {
    const keys = new Map([...this._rows].map(([key, row]) => [row.node, key]));
    for (const node of this._list.children) if (keys.has(node)) yield [keys.get(node), { node }];
  }

  _restore({ key, offset }) {
    const node = this._rows.get(key)?.node;
    if (!node) return;
    const top = this._scroller.getBoundingClientRect().top;
    this._scroller.scrollTop += node.getBoundingClientRect().top - top - offset;
  }

  /** Scrolls down to the end, but never so far that the beginning of the row is out of sight: long answers are read from the top. */
  _show(key) {
    const scroller = this._scroller;
    const node = this._rows.get(key).node;
    const top = scroller.scrollTop + node.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 10;
    const end = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = Math.max(scroller.scrollTop, Math.min(end, top));
  }

  _noteScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this._scroller;
    this._atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this._atEnd) this._fresh = 0;
    this._downButton.hidden = this._atEnd;
    this._badge.hidden = this._fresh === 0;
    this._badge.textContent = String(this._fresh);
  }

  /** Which control has the focus, so that it does not fall off the page when its message is drawn anew. */
  _focused() {
    const at = document.activeElement;
    const row = at?.closest?.("[data-message-id]");
    if (!row || !this._list.contains(row)) return null;
    return { key: `m${row.dataset.messageId}`, node: row, index: [...row.querySelectorAll("button, a")].indexOf(at) };
  }

  _refocus(focused) {
    const node = focused && this._rows.get(focused.key)?.node;
    if (!node || node === focused.node) return;
    const controls = [...node.querySelectorAll("button, a")];
    (controls[Math.min(focused.index, controls.length - 1)] ?? this._list).focus({ preventScroll: true });
  }

  _emptySignature(chat) {
    return JSON.stringify([chat.id, chat.blocked, this._account.bot]);
  }

  _empty(chat) {
    const bot = this._account.bot;
    if (chat.type !== "private") return element("p", { class: "empty" }, "还没有消息。@ 机器人，或者回复它，它才看得到。");
    return element(
      "div",
      { class: "empty", testid: "empty" },
      element("span", { class: "avatar large bot", "aria-hidden": "true" }, initial(nameOf(bot))),
      element("h2", {}, nameOf(bot)),
      element("p", {}, bot.description || "现场遇到什么事，用平常的话发过去，它会回规定原文和案例。"),
      button({ class: "primary", testid: "start-button", on: { click: () => this._actions.command("/start") } }, "开始"),
    );
  }
}
