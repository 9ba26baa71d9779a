import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { authorOf, hue, initial, listTime, serviceText, shortened, summary } from "./wording.js";

/** A chat's round picture. */
export function avatarOf(chat, account, size = "") {
  const title = account.titleOf(chat);
  const look = chat.type === "private" ? "bot" : `hue-${hue(chat.id)}`;
  return element(
    "span",
    { class: `avatar ${look} ${size}`, "aria-hidden": "true" },
    chat.type === "private" ? initial(title) : icon("group"),
  );
}

/**
 * Draws the list of chats, the latest first.
 *
 * @param {HTMLElement} list
 * @param {object} account
 * @param {{openId: number|null, typing: Map<number, string>, open: (id: number) => void}} view
 */
export function drawChatList(list, account, view) {
  const focused = document.activeElement?.closest?.("[data-chat-id]")?.dataset.chatId;
  list.replaceChildren(...account.chatsByTime().map((chat) => drawLine(chat, account, view)));
  if (focused) list.querySelector(`[data-chat-id="${focused}"]`)?.focus({ preventScroll: true });
}

function drawLine(chat, account, view) {
  const last = account.lastMessage(chat);
  const unread = account.unreadOf(chat);
  const typing = view.typing.get(chat.id);
  const title = account.titleOf(chat);
  return element(
    "li",
    {},
    button(
      {
        class: "chat-line",
        testid: `chat-${chat.id}`,
        data: { chatId: chat.id, type: chat.type },
        "aria-current": chat.id === view.openId ? "true" : null,
        on: { click: () => view.open(chat.id) },
      },
      avatarOf(chat, account),
      element(
        "span",
        { class: "chat-words" },
        element(
          "span",
          { class: "chat-head" },
          element("strong", { testid: "chat-title" }, title),
          chat.blocked ? element("span", { class: "mark" }, "已屏蔽") : null,
          last ? element("time", {}, listTime(last.date)) : null,
        ),
        element(
          "span",
          { class: "chat-tail" },
          element("span", { class: `chat-last${typing ? " typing" : ""}`, testid: "chat-last" }, typing ?? lastLine(last, chat, account)),
          unread > 0
            ? element("span", { class: "badge", testid: "unread", "aria-label": `${unread} 条未读` }, unread > 99 ? "99+" : String(unread))
            : null,
        ),
      ),
    ),
  );
}

function lastLine(last, chat, account) {
  if (!last) return chat.type === "private" ? "点开始聊" : "还没有消息";
  const words = shortened(summary(last), 60);
  if (serviceText(last)) return words;
  if (account.isMine(last)) return `我：${words}`;
  return chat.type === "private" ? words : `${authorOf(last)}：${words}`;
}
