/** What dates, sizes, people and messages are called on the page. */

const two = (number) => String(number).padStart(2, "0");

/** Hours and minutes, local. @param {number} seconds Unix time. */
export function clockTime(seconds) {
  const date = new Date(seconds * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A day as a heading between messages. */
export function dayName(seconds, now = Date.now()) {
  const date = new Date(seconds * 1000);
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  const days = Math.round((midnight(new Date(now)) - midnight(date)) / 86_400_000);
  if (days === 0) return "今天";
  if (days === 1) return "昨天";
  const year = date.getFullYear() === new Date(now).getFullYear() ? "" : `${date.getFullYear()}年`;
  return `${year}${date.getMonth() + 1}月${date.getDate()}日`;
}

/** A moment as the chat list shows it: the time today, else the day. */
export function listTime(seconds) {
  const day = dayName(seconds);
  return day === "今天" ? clockTime(seconds) : day;
}

/** A moment in full. */
export function fullTime(seconds) {
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日 ${clockTime(seconds)}`;
}

/** A file's size. @param {number} bytes */
export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

/** A Telegram user's or chat's name. */
export function nameOf(who) {
  return [who?.first_name, who?.last_name].filter(Boolean).join(" ") || who?.title || "（没有名字）";
}

/** The name under which a message was sent: a chat's where it was sent as that chat. */
export function authorOf(message) {
  return nameOf(message.sender_chat ?? message.from);
}

/** The one character of a name that stands in its avatar. */
export function initial(name) {
  return [...name.trim()][0] ?? "？";
}

/** One of seven colours, always the same one for the same id. */
export function hue(id) {
  return Math.abs(Number(id)) % 7;
}

const KINDS = {
  photo: "🖼 图片",
  animation: "🎞 动图",
  document: "📎 文件",
  voice: "🎤 语音",
  audio: "🎵 音频",
  video: "🎬 视频",
  video_note: "🎬 视频",
  sticker: "😀 贴纸",
  location: "📍 位置",
  venue: "📍 地点",
  contact: "👤 名片",
  dice: "🎲 骰子",
};

/** The kind of a message that is neither text nor poll, or undefined. */
export function kindOf(message) {
  return Object.keys(KINDS).find((kind) => message[kind] !== undefined);
}

/** What a kind of message is called. */
export function kindName(kind) {
  return KINDS[kind] ?? "（这种消息看不了）";
}

/** What a service message says, or undefined where the message is no service message. */
export function serviceText(message) {
  const actor = authorOf(message);
  if (message.pinned_message) return `${actor}置顶了“${shortened(summary(message.pinned_message), 30)}”`;
  if (message.new_chat_members) {
    const names = message.new_chat_members.map(nameOf).join("、");
    const self = message.new_chat_members.length === 1 && message.new_chat_members[0].id === message.from?.id;
    return self || !message.from ? `${names}进了群` : `${actor}把${names}拉进了群`;
  }
  if (message.left_chat_member) {
    const name = nameOf(message.left_chat_member);
    return message.left_chat_member.id === message.from?.id || !message.from ? `${name}退了群` : `${actor}把${name}移出了群`;
  }
  if (message.migrate_to_chat_id) return "这个群升级成了超级群，点这里去新群";
  if (message.migrate_from_chat_id) return "这个群由普通群升级而来";
  if (message.group_chat_created || message.supergroup_chat_created) return `${actor}建了这个群`;
  if (message.new_chat_title) return `${actor}把群名改成了“${message.new_chat_title}”`;
  if (message.new_chat_photo) return `${actor}换了群头像`;
  if (message.delete_chat_photo) return `${actor}删了群头像`;
  if (message.write_access_allowed) return "已允许机器人发消息";
  return undefined;
}

/** A message in one line. */
export function summary(message) {
  const service = serviceText(message);
  if (service) return service;
  const words = covered(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities ?? []);
  const line = words.replace(/\s+/g, " ").trim();
  if (message.poll) return `📊 ${message.poll.question}`;
  const kind = kindOf(message);
  if (kind === "document" && !line) return `📎 ${message.document.file_name ?? "文件"}`;
  if (kind) return line ? `${kindName(kind)} ${line}` : kindName(kind);
  return line || "（这种消息看不了）";
}

/** A text with its spoilers painted over. */
function covered(text, entities) {
  return entities
    .filter((entity) => entity.type === "spoiler")
    .reduce((words, { offset, length }) => words.slice(0, offset) + "▒".repeat(length) + words.slice(offset + length), text);
}

/** At most so many characters, with … where cut. */
export function shortened(text, limit) {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("")}…`;
}

const ACTIONS = {
  upload_photo: "正在发图片",
  record_photo: "正在发图片",
  upload_document: "正在发文件",
  choose_sticker: "正在挑贴纸",
  find_location: "正在找位置",
};

/** What a chat action is called. */
export function actionName(action) {
  return `${ACTIONS[action] ?? "正在输入"}…`;
}
