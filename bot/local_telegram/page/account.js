import { nameOf, serviceText } from "./wording.js";

/** What the server has told of one person's Telegram: chats, messages, commands, faults; and what was read of it. */
export class Account {
  constructor() {
    this.me = null;
    this.people = [];
    this.bot = {};
    /** @type {Map<number, {id: number, type: string, title: string, blocked: boolean, messages: Map<number, object>}>} */
    this.chats = new Map();
    this.commands = new Map();
    this.faults = [];
    this._read = new Map();
  }

  /** Takes in one event of the server; alerts, typing and errors change nothing here. */
  apply(event) {
    const chat = this.chats.get(event.chat_id);
    switch (event.type) {
      case "state":
        this.me = event.me;
        this.people = event.people ?? [];
        this.bot = event.bot ?? {};
        this.chats = new Map((event.chats ?? []).map((each) => [each.id, heldChat(each)]));
        this.commands = new Map(Object.entries(event.commands ?? {}).map(([id, list]) => [Number(id), list]));
        this.faults = event.faults ?? [];
        this._loadRead();
        break;
      case "chat":
        this.chats.set(event.chat.id, heldChat(event.chat));
        break;
      case "message":
        chat?.messages.set(event.message.message_id, event.message);
        break;
      case "deleted":
        chat?.messages.delete(event.message_id);
        break;
      case "commands":
        this.commands.set(event.chat_id, event.commands);
        break;
      case "blocked":
        if (chat) chat.blocked = event.blocked;
        break;
      case "faults":
        this.faults = event.faults;
        break;
      default:
        break;
    }
  }

  isMine(message) {
    return message.from?.id === this.me?.id;
  }

  /** The chat with the bot, which has the person's own id. */
  get privateChatId() {
    return this.me?.id;
  }

  titleOf(chat) {
    return chat.type === "private" ? nameOf(this.bot) : chat.title;
  }

  /** Messages in the order of their ids. */
  messagesOf(chat) {
    return [...chat.messages.values()].sort((one, other) => one.message_id - other.message_id);
  }

  lastMessage(chat) {
    return this.messagesOf(chat).at(-1);
  }

  /** The id of the supergroup that a group has become, or undefined. */
  successorOf(chat) {
    const ids = this.messagesOf(chat).map((message) => message.migrate_to_chat_id);
    return ids.findLast((id) => id !== undefined && this.chats.has(id));
  }

  /** Chats, the latest message first; a group that has become a supergroup is shown as that alone. */
  chatsByTime() {
    const latest = (chat) => this.lastMessage(chat)?.date ?? 0;
    const chats = [...this.chats.values()].filter((chat) => this.successorOf(chat) === undefined);
    return chats.sort((one, other) => latest(other) - latest(one) || other.id - one.id);
  }

  commandsOf(chat) {
    return this.commands.get(chat.id) ?? [];
  }

  /** How many messages of others came after the last one that was seen or answered. */
  unreadOf(chat) {
    const messages = this.messagesOf(chat);
    const own = messages.findLast((message) => this.isMine(message) && !serviceText(message))?.message_id ?? 0;
    const seen = Math.max(this._read.get(chat.id) ?? 0, own);
    return messages.filter((message) => message.message_id > seen && !this.isMine(message) && !serviceText(message)).length;
  }

  markRead(chat) {
    const last = this.lastMessage(chat)?.message_id ?? 0;
    if ((this._read.get(chat.id) ?? 0) === last) return;
    this._read.set(chat.id, last);
    try {
      localStorage.setItem(this._readKey, JSON.stringify([...this._read]));
    } catch {
      // Storage may be switched off; then unread counts last as long as the page.
    }
  }

  get _readKey() {
    return `phone.read.${this.me.id}`;
  }

  _loadRead() {
    try {
      this._read = new Map(JSON.parse(localStorage.getItem(this._readKey) ?? "[]"));
    } catch {
      this._read = new Map();
    }
    for (const [id, seen] of this._read) {
      // A server that was started anew counts its messages from the beginning.
      const chat = this.chats.get(id);
      if (!chat || seen > (this.lastMessage(chat)?.message_id ?? 0)) this._read.delete(id);
    }
  }
}

function heldChat(chat) {
  return { ...chat, messages: new Map((chat.messages ?? []).map((message) => [message.message_id, message])) };
}
