import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { openDialog, toast } from "./notices.js";
import { fileSize } from "./wording.js";

/**
 * Shows files, asks for a caption and sends them.
 *
 * @param {File[]} files
 * @param {{user: number, chatId: number, caption: string}} target The caption to begin with.
 * @returns {Promise<boolean>} Whether they were sent.
 */
export async function sendFiles(files, target) {
  const pictures = files.every((file) => file.type.startsWith("image/") && file.type !== "image/svg+xml");
  const addresses = [];
  const previews = files.map((file) => {
    if (!pictures) return fileLine(file);
    const address = URL.createObjectURL(file);
    addresses.push(address);
    return element("img", { src: address, alt: file.name });
  });
  const caption = element("textarea", {
    testid: "caption",
    rows: "2",
    maxlength: "1024",
    placeholder: "说明（可以不写）",
    "aria-label": "说明",
    value: target.caption,
    on: {
      keydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        dialog.close("send");
      },
    },
  });
  const asPhoto = element("input", { type: "checkbox", testid: "as-photo", checked: true });
  const { dialog, closed } = openDialog(
    { label: "发送文件", testid: "attach-dialog", class: "attach-dialog" },
    element("h2", {}, files.length === 1 ? (pictures ? "发送图片" : "发送文件") : `发送 ${files.length} 个文件`),
    element("div", { class: `previews${pictures ? " pictures" : ""}` }, previews),
    pictures ? element("label", { class: "check" }, asPhoto, "作为图片发送（不勾就是文件，不压缩）") : null,
    caption,
    element(
      "div",
      { class: "dialog-buttons" },
      button({ testid: "attach-cancel", on: { click: () => dialog.close("") } }, "取消"),
      button({ class: "primary", testid: "attach-send", on: { click: () => dialog.close("send") } }, "发送"),
    ),
  );
  caption.focus();
  const answer = await closed;
  for (const address of addresses) URL.revokeObjectURL(address);
  if (answer !== "send") return false;
  const kind = pictures && asPhoto.checked ? "photo" : "document";
  return upload(files, kind, { ...target, caption: caption.value.trim() });
}

function fileLine(file) {
  return element(
    "p",
    { class: "document" },
    element("span", { class: "document-icon" }, icon("file")),
    element(
      "span",
      { class: "document-words" },
      element("span", { class: "document-name" }, file.name),
      element("span", { class: "document-size" }, fileSize(file.size)),
    ),
  );
}

/** Sends files in one go: several of them make an album. */
async function upload(files, kind, target) {
  const called = files.length === 1 ? files[0].name : `这 ${files.length} 个文件`;
  const form = new FormData();
  form.append("user", String(target.user));
  form.append("chat_id", String(target.chatId));
  form.append("caption", target.caption);
  form.append("kind", kind);
  for (const file of files) form.append("file", file, file.name);
  try {
    const response = await fetch("/phone/upload", { method: "POST", body: form });
    if (response.ok) return true;
    toast(`没能发送 ${called}：${(await reason(response)).slice(0, 200)}`, "error");
  } catch {
    toast(`没能发送 ${called}：连不上`, "error");
  }
  return false;
}

/** Why the server did not take a file: its own words where it sent some, as text or as JSON. */
async function reason(response) {
  const body = await response.text();
  try {
    const answer = JSON.parse(body);
    return String(answer.text ?? answer.description ?? answer.error ?? response.status);
  } catch {
    return body || String(response.status);
  }
}

/** Takes files that are dragged onto a part of the page. @param {(files: File[]) => void} take */
export function acceptDrops(root, take) {
  const cover = element("div", { class: "drop-cover", testid: "drop-cover", hidden: true }, "松开就发送");
  root.append(cover);
  let depth = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (step) => {
    depth = step === 0 ? 0 : Math.max(0, depth + step);
    cover.hidden = depth === 0;
  };
  root.addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) show(1);
  });
  root.addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) show(-1);
  });
  root.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    show(0);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (files.length > 0) take(files);
  });
}
