import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { authorOf, nameOf, summary } from "./wording.js";

const LIMIT = 4096;
const LINES = 5;

/** The input below the messages, with replies, edits, commands, mentions and attachments. */
export class Composer {
  /**
   * @param {object} account
   * @param {{send: (text: string, replyTo: number|null) => boolean, edit: (message: object, text: string) => boolean,
   *   attach: (files: File[], asPhoto: boolean) => void}} actions Both senders give false where the line is down; then
   *   the text stays.
   */
  constructor(account, actions) {
    this._account = account;
    this._actions = actions;
    this._chat = null;
    this._drafts = new Map();
    this._reply = null;
    this._edit = null;
    this._options = [];
    this._picked = -1;
    this._allCommands = false;
    this._build();
  }

  /** Turns to a chat; what was begun in the one before is kept for it. */
  open(chat) {
    this._keepDraft();
    this._chat = chat;
    const draft = this._drafts.get(chat.id) ?? { text: "", reply: null, edit: null };
    this._reply = draft.reply;
    this._edit = draft.edit;
    this._input.value = draft.text;
    this.refresh();
  }

  /** Forgets everything: another person has the phone. */
  forget() {
    this._drafts.clear();
    this._chat = null;
    this._reply = null;
    this._edit = null;
    this._input.value = "";
  }

  /** Draws what depends on the account anew: the mode, commands, whether there is anything to attach. */
  refresh() {
    const chat = this._chat && this._account.chats.get(this._chat.id);
    if (!chat) return;
    this._chat = chat;
    if (this._edit && !chat.messages.has(this._edit.message_id)) this._leaveMode();
    if (this._reply && !chat.messages.has(this._reply.message_id)) this._reply = null;
    this._commandButton.hidden = this._account.commandsOf(chat).length === 0;
    this._attachButton.hidden = this._edit !== null;
    this._drawMode();
    this._changed();
  }

  replyTo(message) {
    if (this._edit) this._leaveMode();
    this._reply = message;
    this.refresh();
    this._input.focus();
  }

  editMessage(message) {
    if (!this._edit) this._begun = this._input.value;
    this._edit = message;
    this._reply = null;
    this._input.value = message.text ?? message.caption ?? "";
    this.refresh();
    this._input.focus();
    this._input.setSelectionRange(this._input.value.length, this._input.value.length);
  }

  /** Puts words where the cursor is. */
  insert(words) {
    const { selectionStart, selectionEnd } = this._input;
    this._input.setRangeText(words, selectionStart, selectionEnd, "end");
    this._changed();
    this._input.focus();
  }

  focus() {
    this._input.focus({ preventScroll: true });
  }

  _build() {
    this._input = element("textarea", {
      id: "composer",
      testid: "composer",
      rows: "1",
      placeholder: "输入消息",
      "aria-label": "消息",
      autocomplete: "off",
      enterkeyhint: "send",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": "suggestions",
      on: {
        input: () => {
          this._allCommands = false;
          this._changed();
        },
        keydown: (event) => this._key(event),
        click: () => this._suggest(),
        paste: (event) => this._paste(event),
        blur: () => this._closeSuggestionsSoon(),
      },
    });
    this._sendButton = button(
      { class: "round send", testid: "send", "aria-label": "发送", on: { click: () => this._submit() } },
      icon("send"),
    );
    this._commandButton = button(
      {
        class: "round slash",
        testid: "command-menu",
        "aria-label": "命令菜单",
        "aria-expanded": "false",
        on: { click: () => this._toggleCommands() },
      },
      "/",
    );
    this._attachButton = button(
      { class: "round", testid: "attach", "aria-label": "添加图片或文件", on: { click: () => this._files.click() } },
      icon("attach"),
    );
    this._files = element("input", {
      type: "file",
      multiple: true,
      class: "offscreen",
      testid: "attach-input",
      tabindex: "-1",
      "aria-hidden": "true",
      on: {
        change: () => {
          const files = [...this._files.files];
          this._files.value = "";
          if (files.length > 0) this._actions.attach(files);
        },
      },
    });
    this._count = element("span", { class: "count", testid: "composer-count", "aria-live": "polite" });
    this._mode = element("div", { class: "mode", testid: "composer-mode", hidden: true });
    this._suggestions = element("div", {
      class: "suggestions",
      id: "suggestions",
      testid: "suggestions",
      role: "listbox",
      "aria-label": "命令和名字",
      hidden: true,
    });
    this.root = element(
      "div",
      { class: "composer" },
      this._suggestions,
      this._mode,
      element(
        "div",
        { class: "composer-row" },
        this._commandButton,
        element("div", { class: "field" }, this._input, this._count, this._attachButton),
        this._sendButton,
      ),
      this._files,
    );
  }

  _key(event) {
    // Enter also confirms a word of the input method; then it must not send. Safari tells by key code 229 only.
    if (event.isComposing || event.keyCode === 229) return;
    const open = !this._suggestions.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this._picked === -1 && step === -1 ? 0 : this._picked;
      this._pick((from + step + this._options.length) % this._options.length);
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this._options[Math.max(0, this._picked)].complete();
    } else if (open && event.key === "Enter" && this._picked >= 0) {
      event.preventDefault();
      this._options[this._picked].run();
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      this._closeSuggestions();
    } else if (event.key === "Escape" && (this._edit || this._reply)) {
      event.preventDefault();
      this._leaveMode();
      this.refresh();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this._submit();
    } else if (event.key === "ArrowUp" && this._input.value === "" && !this._edit) {
      const own = this._account
        .messagesOf(this._chat)
        .findLast((message) => this._account.isMine(message) && message.text !== undefined);
      if (own) {
        event.preventDefault();
        this.editMessage(own);
      }
    }
  }

  _submit() {
    const text = this._input.value.trim();
    if (!text || !this._chat) return;
    if (this._edit) {
      if (text !== (this._edit.text ?? this._edit.caption) && !this._actions.edit(this._edit, text)) return;
      this._leaveMode();
    } else {
      for (const piece of pieces(text)) {
        if (!this._actions.send(piece, this._reply?.message_id ?? null)) return;
        this._reply = null;
      }
      this._input.value = "";
    }
    this.refresh();
    this._input.focus();
  }

  _leaveMode() {
    if (this._edit) this._input.value = this._begun ?? "";
    this._begun = "";
    this._edit = null;
    this._reply = null;
  }

  _keepDraft() {
    if (!this._chat) return;
    if (this._edit) this._leaveMode();
    this._drafts.set(this._chat.id, { text: this._input.value, reply: this._reply, edit: null });
  }

  _drawMode() {
    const about = this._edit ?? this._reply;
    this._mode.hidden = about === null;
    if (about === null) {
      this._mode.replaceChildren();
      return;
    }
    const title = this._edit ? "编辑消息" : `回复${this._account.isMine(about) ? "自己" : authorOf(about)}`;
    const leave = () => {
      this._leaveMode();
      this.refresh();
      this._input.focus();
    };
    this._mode.replaceChildren(
      icon(this._edit ? "edit" : "reply"),
      element("span", { class: "mode-words" }, element("strong", {}, title), element("span", {}, summary(about))),
      button({ class: "round", testid: "mode-cancel", "aria-label": "取消", on: { click: leave } }, icon("close")),
    );
  }

  _changed() {
    const input = this._input;
    input.style.height = "auto";
    const style = getComputedStyle(input);
    const most = Number.parseFloat(style.lineHeight) * LINES + Number.parseFloat(style.paddingTop) * 2;
    input.style.height = `${Math.min(input.scrollHeight, most)}px`;
    input.style.overflowY = input.scrollHeight > most + 1 ? "auto" : "hidden";
    const length = input.value.trim().length;
    this._sendButton.disabled = length === 0;
    this._sendButton.replaceChildren(icon(this._edit ? "done" : "send"));
    this._sendButton.setAttribute("aria-label", this._edit ? "存下修改" : "发送");
    const near = length > LIMIT - 200;
    this._count.textContent = near ? (length > LIMIT && !this._edit ? `${length} 字，会分成几条` : String(LIMIT - length)) : "";
    this._suggest();
  }

  _toggleCommands() {
    const open = this._allCommands && !this._suggestions.hidden;
    this._allCommands = !open;
    this._suggest();
    this._input.focus({ preventScroll: true });
  }

  _suggest() {
    if (!this._chat) return;
    const text = this._input.value;
    const before = text.slice(0, this._input.selectionStart ?? text.length);
    const command = /^\/([a-z0-9_]*)$/i.exec(text);
    const mention = this._chat.type === "private" ? null : /(?:^|[^\w])@(\w*)$/.exec(before);
    if (this._allCommands) this._offer(this._commandOptions(""));
    else if (command) this._offer(this._commandOptions(command[1].toLowerCase()));
    else if (mention) this._offer(this._mentionOptions(mention[1].toLowerCase()));
    else this._offer([]);
  }

  _commandOptions(start) {
    return this._account
      .commandsOf(this._chat)
      .filter((each) => each.command.startsWith(start))
      .map((each) => ({
        testid: `command-${each.command}`,
        head: `/${each.command}`,
        tail: each.description,
        run: () => {
          this._allCommands = false;
          if (!this._actions.command(`/${each.command}`)) return;
          if (/^\/\w*$/.test(this._input.value)) this._input.value = "";
          this._changed();
        },
        complete: () => {
          this._allCommands = false;
          this._input.value = `/${each.command} `;
          this._changed();
        },
      }));
  }

  _mentionOptions(start) {
    const others = [this._account.bot, ...this._account.people].filter(
      (each) => each.username && each.id !== this._account.me?.id && each.username.toLowerCase().startsWith(start),
    );
    return others.map((each) => {
      const put = () => {
        const at = this._input.selectionStart;
        const head = this._input.value.slice(0, at).replace(/@\w*$/, `@${each.username} `);
        this._input.value = head + this._input.value.slice(at);
        this._input.setSelectionRange(head.length, head.length);
        this._changed();
        this._input.focus();
      };
      return { testid: `mention-${each.username}`, head: `@${each.username}`, tail: nameOf(each), run: put, complete: put };
    });
  }

  _offer(options) {
    this._options = options;
    this._picked = -1;
    const open = options.length > 0;
    this._suggestions.hidden = !open;
    this._input.setAttribute("aria-expanded", String(open));
    this._input.removeAttribute("aria-activedescendant");
    this._commandButton.setAttribute("aria-expanded", String(open && this._allCommands));
    this._suggestions.replaceChildren(
      ...options.map((option, place) =>
        button(
          {
            role: "option",
            id: `suggestion-${place}`,
            testid: option.testid,
            tabindex: "-1",
            "aria-selected": "false",
            on: {
              // Keeps the focus in the input, so that the phone's keyboard stays.
              pointerdown: (event) => event.preventDefault(),
              click: option.run,
            },
          },
          element("strong", {}, option.head),
          element("span", {}, option.tail),
        ),
      ),
    );
  }

  _pick(place) {
    this._picked = place;
    for (const [at, option] of [...this._suggestions.children].entries()) {
      option.setAttribute("aria-selected", String(at === place));
      if (at === place) option.scrollIntoView({ block: "nearest" });
    }
    this._input.setAttribute("aria-activedescendant", `suggestion-${place}`);
  }

  _closeSuggestions() {
    this._allCommands = false;
    this._offer([]);
  }

  _closeSuggestionsSoon() {
    setTimeout(() => {
      if (!this.root.contains(document.activeElement)) this._closeSuggestions();
    }, 150);
  }

  _paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this._actions.attach(files);
  }
}

/** A text in pieces that each fit into a message; cut at the end of a line where there is one, never inside a character. */
export function pieces(text) {
  const cut = [];
  let rest = text;
  while (rest.length > LIMIT) {
    let end = rest.lastIndexOf("\n", LIMIT);
    if (end < LIMIT / 2) end = LIMIT;
    if (/[\uD800-\uDBFF]/.test(rest[end - 1])) end -= 1;
    cut.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...cut, rest].filter(Boolean);
}
