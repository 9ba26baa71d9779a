/**
 * A phone with Telegram on it, in the browser.
 *
 * Hooks for tests, all `data-testid` (messages, buttons and quotes have the text that is shown as their text content,
 * letter for letter):
 *
 *   user-switch, me-name, me-role; people, user-<id>      who one is, and the choice (also on the first page: chooser)
 *   chat-list, chat-<id> > chat-title, chat-last, unread  the list of chats
 *   chat-pane, chat-header, back, chat-name, chat-status  the open chat; chat-status also says “正在输入…”
 *   chat-menu > block-toggle                              ⋮ of a private chat; blocked-bar, unblock below the messages
 *   messages, scroller, to-end, earlier, empty, start-button
 *   message-<id>                                          a message; data-mine="true|false", data-message-id, data-sender
 *     bubble, sender, forwarded, reply-quote, message-text, edited, message-time, service-text
 *     quote, quote-toggle (aria-expanded), spoiler (class open), command, mention
 *     keyboard, keyboard-button (data-callback; aria-busy="true" while the bot has not answered)
 *     poll (data-settled, data-kind), poll-question, poll-option-<n> (data-chosen, data-right, data-wrong once settled),
 *     poll-percent, poll-vote, poll-verdict, poll-explanation, poll-count
 *     photo, document, document-name, voice and other kinds by their name
 *   message-menu → menu: menu-reply, menu-edit, menu-copy, menu-delete, menu-retract
 *   composer, send, attach, attach-input (file input), composer-mode, mode-cancel, composer-count
 *   attach-dialog: caption, as-photo, attach-send, attach-cancel; drop-cover; lightbox, lightbox-close
 *   command-menu, suggestions: command-<name>, mention-<username>
 *   toast; dialog: dialog-text, dialog-ok, dialog-cancel
 *   banner (shown while the line to the server is down), banner-retry
 *   fault-button, fault-count, fault-panel, fault-state, fault-clear, fault-close, fault-<kind> (switch, aria-checked),
 *     fault-<kind>-probability|times|methods|retry_after|seconds, fault-<kind>-state
 *   theme-toggle
 *
 * `document.documentElement.dataset.ready` is "true" once the state of the server is on the page.
 */

import { Account } from "./account.js";
import { acceptDrops, sendFiles } from "./attachments.js";
import { avatarOf, drawChatList } from "./chat_list.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { button, element } from "./element.js";
import { FaultPanel } from "./faults.js";
import { icon } from "./icons.js";
import { Presses } from "./keyboard.js";
import { readLink } from "./links.js";
import { openMenu } from "./menu.js";
import { confirmed, say, toast } from "./notices.js";
import { closePeople, drawChooser, drawSwitch, openPeople, personAddress } from "./people.js";
import { actionName, nameOf } from "./wording.js";

const TYPING = 5000;
const ANYBODY = 1001;
const NARROW = window.matchMedia("(max-width: 720px)");

/** Everything on the page for one person; another person gets another one. */
class Phone {
  constructor() {
    this._account = new Account();
    this._connection = null;
    this._openId = null;
    this._typing = new Map();
    this._typingTimers = new Map();
    this._main = document.getElementById("phone");
    this._switch = document.getElementById("user-switch");
    this._banner = document.getElementById("banner");
    this._list = document.getElementById("chat-list");
    this._chooser = document.getElementById("chooser");
    this._faults = new FaultPanel(
      document.getElementById("fault-panel"),
      document.getElementById("fault-button"),
      (faults) => this._tell({ type: "faults", faults }),
    );
    this._presses = new Presses(() => this._conversation.markPresses());
    this._composer = new Composer(this._account, {
      send: (text, replyTo) => this._send(text, replyTo),
      edit: (message, text) =>
        this._tell({ type: "edit", chat_id: this._openId, message_id: message.message_id, text }),
      attach: (files) => this._attach(files),
      command: (command) => this._command(command),
    });
    this._conversation = new Conversation(this._account, this._messageActions(), this._presses);
    this._buildChatPane();
    this._buildTools();
    window.addEventListener("popstate", () => this._follow());
    document.addEventListener("visibilitychange", () => this._markRead());
    NARROW.addEventListener("change", () => this._follow());
    document.addEventListener("keydown", (event) => this._key(event));
    this._follow();
  }

  // ---- where one is: ?user=1001&chat=-100…

  get _place() {
    const query = new URLSearchParams(location.search);
    const number = (name) => (/^-?\d+$/.test(query.get(name) ?? "") ? Number(query.get(name)) : null);
    return { user: number("user"), chat: number("chat") };
  }

  _go(user, chat, { replace = false } = {}) {
    const address = chat === null ? personAddress(user) : `${personAddress(user)}&chat=${chat}`;
    history[replace ? "replaceState" : "pushState"]({ fromList: this._openId === null && chat !== null }, "", address);
    this._follow();
  }

  /** Brings the page to the place that the address names. */
  _follow() {
    const { user, chat } = this._place;
    this._chooser.hidden = user !== null;
    if (user !== this._user || this._connection === null) this._connect(user);
    if (this._account.me && this._account.me.id === user) this._open(chat);
  }

  _connect(user) {
    this._connection?.close();
    this._user = user;
    this._known = false;
    this._banner.hidden = true;
    this._openId = null;
    this._composer.forget();
    this._presses.rest();
    for (const timer of this._typingTimers.values()) clearTimeout(timer);
    this._typing.clear();
    document.documentElement.dataset.ready = "false";
    // Without a person the line serves to learn who there is.
    if (user === null) drawChooser(this._chooser, [], false, () => {}, () => {});
    this._connection = new Connection(
      user ?? ANYBODY,
      (event) => this._hear(event),
      (status) => this._lineChanged(status),
    );
  }

  _choose(id) {
    this._go(id, null);
  }

  // ---- what the server says

  _hear(event) {
    if (this._user === null) {
      if (event.type !== "state") return;
      drawChooser(this._chooser, event.people, false, (id) => this._choose(id), () => {});
      document.documentElement.dataset.ready = "true";
      return;
    }
    this._account.apply(event);
    switch (event.type) {
      case "state":
        this._showState();
        break;
      case "message":
        if (!this._account.chats.has(event.chat_id)) this._tell({ type: "refresh" });
        if (!this._account.isMine(event.message)) this._stopTyping(event.chat_id);
        this._showChat(event.chat_id);
        break;
      case "deleted":
      case "blocked":
      case "commands":
        this._showChat(event.chat_id);
        break;
      case "chat":
        // A new chat comes without its commands.
        if (!this._account.commands.has(event.chat.id)) this._tell({ type: "refresh" });
        this._showChat(event.chat.id);
        break;
      case "typing":
        this._startTyping(event.chat_id, event.action);
        break;
      case "alert":
        this._answerPress(event);
        break;
      case "faults":
        this._faults.show(event.faults);
        break;
      case "error":
        toast(event.text, "error");
        break;
      default:
        break;
    }
  }

  _showState() {
    const account = this._account;
    drawSwitch(this._switch, account.me, () => {
      if (!closePeople(this._switch)) openPeople(this._switch, account.people, account.me.id, (id) => this._choose(id));
    });
    this._faults.show(account.faults);
    this._presses.rest();
    const again = this._openId;
    this._open(this._place.chat);
    if (again !== null && again === this._openId) this._showChat(again);
    document.documentElement.dataset.ready = "true";
  }

  /** Opens the chat of that id; on a wide page there is always one open. */
  _open(wished) {
    const account = this._account;
    const known = account.chats.has(wished) ? wished : null;
    const id = known ?? (NARROW.matches ? null : account.privateChatId);
    this._main.dataset.view = id === null ? "list" : "chat";
    const chat = account.chats.get(id);
    if (chat && this._openId !== id) {
      this._openId = id;
      this._conversation.open(chat);
      this._composer.open(chat);
      if (!NARROW.matches) this._composer.focus();
    }
    if (!chat) this._openId = null;
    this._showChat(id);
  }

  _showChat(id) {
    const open = this._account.chats.get(this._openId);
    const successor = open && this._account.successorOf(open);
    if (successor !== undefined) {
      this._go(this._user, successor, { replace: true });
      return;
    }
    if (id === this._openId && id !== null) {
      this._conversation.draw();
      this._composer.refresh();
      this._markRead();
      this._drawHeader();
    }
    this._drawList();
  }

  _drawList() {
    if (!this._account.me) return;
    drawChatList(this._list, this._account, {
      openId: this._openId,
      typing: this._typing,
      open: (id) => {
        if (id === this._openId) return;
        this._go(this._user, id, { replace: !NARROW.matches });
        if (NARROW.matches) this._chatName.focus({ preventScroll: true });
      },
    });
    const unread = [...this._account.chats.values()].reduce((sum, chat) => sum + this._account.unreadOf(chat), 0);
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${nameOf(this._account.me)} · 本地手机`;
  }

  _markRead() {
    const chat = this._account.chats.get(this._openId);
    if (!chat || document.visibilityState !== "visible") return;
    this._account.markRead(chat);
    this._drawList();
  }

  _startTyping(chatId, action) {
    clearTimeout(this._typingTimers.get(chatId));
    this._typing.set(chatId, actionName(action));
    this._typingTimers.set(chatId, setTimeout(() => this._stopTyping(chatId), TYPING));
    this._showTyping(chatId);
  }

  _stopTyping(chatId) {
    clearTimeout(this._typingTimers.get(chatId));
    if (this._typing.delete(chatId)) this._showTyping(chatId);
  }

  _showTyping(chatId) {
    if (chatId === this._openId) this._drawHeader();
    this._drawList();
  }

  _answerPress(event) {
    this._presses.rest(event.chat_id);
    if (event.url) {
      const link = readLink(event.url, this._account.bot.username);
      if (link) this._openLink(link);
    }
    if (!event.text) return;
    if (event.show_alert) say(event.text, nameOf(this._account.bot));
    else toast(event.text);
  }

  _lineChanged({ open, failures }) {
    if (open) {
      this._known = true;
      this._banner.hidden = true;
      return;
    }
    this._presses.rest();
    if (this._user === null) {
      drawChooser(this._chooser, [], true, () => {}, () => this._connection.retry());
      return;
    }
    if (!this._known && failures === 1) this._checkPerson(this._user);
    this._showBanner(failures < 4 ? "连接断了，正在重新连接……" : "连不上本机的服务，请看看它还开着没有；还在一直试。");
  }

  /** Where the server answers but gives this person no line, there is no such person. */
  async _checkPerson(user) {
    try {
      const response = await fetch("/static/icon.svg", { method: "HEAD", cache: "no-store" });
      if (!response.ok || this._known || this._user !== user) return;
    } catch {
      return;
    }
    this._connection.close();
    this._showBanner(`这里没有编号 ${user} 这个人。`);
  }

  _showBanner(words) {
    if (!this._banner.hidden && this._banner.firstElementChild.textContent === words) return;
    this._banner.hidden = false;
    this._banner.replaceChildren(
      element("span", {}, words),
      button({ testid: "banner-retry", on: { click: () => this._connection.retry() } }, "马上重连"),
      element("a", { href: "/" }, "换个人"),
    );
  }

  // ---- what the person does

  /** Says something to the server. @returns {boolean} False where the line is down. */
  _tell(event) {
    const said = this._connection?.send(event) ?? false;
    if (!said) toast("连接断了，没有发出去", "error");
    return said;
  }

  _send(text, replyTo = null, chatId = this._openId) {
    return this._tell({ type: "send", chat_id: chatId, text, ...(replyTo === null ? {} : { reply_to: replyTo }) });
  }

  /** Sends a command to the open chat; in a group with the bot's name, so that it knows who is meant. */
  _command(command) {
    const chat = this._account.chats.get(this._openId);
    const named = chat.type === "private" || command.includes("@") ? command : `${command}@${this._account.bot.username}`;
    return this._send(named);
  }

  _messageActions() {
    const here = (message) => ({ chat_id: this._openId, message_id: message.message_id });
    return {
      command: (command) => this._command(command),
      mention: (mention) => this._composer.insert(`${mention} `),
      link: (link) => this._openLink(link),
      press: (message, data) => {
        if (this._tell({ type: "press", ...here(message), data })) {
          this._presses.add(this._openId, message.message_id, data);
        }
      },
      vote: (message, options) => this._tell({ type: "vote", ...here(message), options }),
      reply: (message) => this._composer.replyTo(message),
      edit: (message) => this._composer.editMessage(message),
      remove: async (message) => {
        const place = here(message);
        if (await confirmed("删除这条消息？", "删除")) this._tell({ type: "delete", ...place });
      },
      openChat: (id) => this._go(this._user, id, { replace: !NARROW.matches }),
    };
  }

  _openLink(link) {
    if (link.kind === "start" || link.kind === "bot") {
      const home = this._account.privateChatId;
      if (this._openId !== home) this._go(this._user, home, { replace: !NARROW.matches });
      if (link.kind === "start") this._send(`/start ${link.payload}`, null, home);
    } else if (link.kind === "telegram") {
      toast("这个链接要在真的 Telegram 里打开");
    } else {
      window.open(link.href, "_blank", "noopener,noreferrer");
    }
  }

  async _attach(files) {
    const chat = this._account.chats.get(this._openId);
    if (!chat || chat.blocked) return;
    await sendFiles(files, { user: this._user, chatId: chat.id, caption: "" });
    this._composer.focus();
  }

  _setBlocked(blocked) {
    this._tell({ type: "block", chat_id: this._openId, blocked });
  }

  _key(event) {
    // Typing anywhere in the open chat goes into the input, as in other messengers.
    const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ";
    const free = document.activeElement === document.body || document.activeElement?.matches(".messages, .chat-name");
    if (plain && free && this._openId !== null) this._composer.focus();
  }

  // ---- the frame

  _buildChatPane() {
    const back = () => {
      if (history.state?.fromList) history.back();
      else this._go(this._user, null, { replace: true });
    };
    this._chatName = element("h2", { class: "chat-name", testid: "chat-name", tabindex: "-1" });
    this._chatStatus = element("p", { class: "chat-status", testid: "chat-status", "aria-live": "polite" });
    this._avatarPlace = element("span", { class: "avatar-place" });
    this._menuButton = button(
      {
        class: "round",
        testid: "chat-menu",
        "aria-label": "聊天菜单",
        "aria-haspopup": "menu",
        on: {
          click: (event) => {
            const box = event.currentTarget.getBoundingClientRect();
            openMenu("聊天菜单", { x: box.right - 180, y: box.bottom + 4 }, this._chatMenu());
          },
        },
      },
      icon("more"),
    );
    this._blockedBar = element(
      "div",
      { class: "blocked-bar", testid: "blocked-bar", hidden: true },
      element("span", {}, "你屏蔽了这个机器人，它发不过来。"),
      button({ class: "primary", testid: "unblock", on: { click: () => this._setBlocked(false) } }, "解除屏蔽"),
    );
    const pane = document.getElementById("chat-pane");
    pane.append(
      element(
        "header",
        { class: "chat-header", testid: "chat-header" },
        button({ class: "round back", testid: "back", "aria-label": "返回聊天列表", on: { click: back } }, icon("back")),
        this._avatarPlace,
        element("div", { class: "chat-words" }, this._chatName, this._chatStatus),
        this._menuButton,
      ),
      this._conversation.root,
      this._blockedBar,
      this._composer.root,
    );
    acceptDrops(pane, (files) => this._attach(files));
  }

  _chatMenu() {
    const chat = this._account.chats.get(this._openId);
    return [
      chat.type === "private"
        ? {
            label: chat.blocked ? "解除屏蔽" : "屏蔽机器人",
            icon: "block",
            testid: "block-toggle",
            danger: !chat.blocked,
            run: () => this._setBlocked(!chat.blocked),
          }
        : null,
      { label: "到最新消息", icon: "down", testid: "menu-to-end", run: () => this._conversation.toEnd() },
      { label: "重新读取", icon: "reply", testid: "menu-refresh", run: () => this._tell({ type: "refresh" }) },
    ].filter(Boolean);
  }

  _drawHeader() {
    const account = this._account;
    const chat = account.chats.get(this._openId);
    if (!chat) return;
    const isPrivate = chat.type === "private";
    const typing = this._typing.get(chat.id);
    this._chatName.textContent = account.titleOf(chat);
    this._chatStatus.textContent = typing
      ? isPrivate ? typing : `${nameOf(account.bot)}${typing}`
      : isPrivate ? (chat.blocked ? "已屏蔽" : "机器人") : "群聊";
    this._chatStatus.classList.toggle("typing", typing !== undefined);
    this._avatarPlace.replaceChildren(avatarOf(chat, account));
    this._blockedBar.hidden = !(isPrivate && chat.blocked);
    this._composer.root.hidden = isPrivate && chat.blocked === true;
  }

  _buildTools() {
    const toggle = document.getElementById("theme-toggle");
    const choices = { auto: ["跟随系统", "light"], light: ["浅色", "dark"], dark: ["深色", "auto"] };
    const draw = () => {
      const [name] = choices[window.phoneTheme.choice] ?? choices.auto;
      toggle.replaceChildren(icon(window.phoneTheme.choice), element("span", { class: "tool-name" }, name));
      toggle.setAttribute("aria-label", `颜色：${name}，点一下换`);
    };
    toggle.addEventListener("click", () => {
      window.phoneTheme.choice = (choices[window.phoneTheme.choice] ?? choices.auto)[1];
      draw();
    });
    draw();
    drawSwitch(this._switch, null, () => {});
  }
}

new Phone();
