import { button, element } from "./element.js";
import { icon } from "./icons.js";

/** Says something that goes away by itself. @param {"plain"|"error"} kind */
export function toast(text, kind = "plain") {
  const area = document.getElementById("toasts");
  const made = element("div", { class: `toast ${kind}`, testid: "toast" }, element("span", {}, text));
  area.append(made);
  while (area.children.length > 3) area.firstElementChild.remove();
  // Long enough to read: four seconds, and more for a long text.
  setTimeout(() => made.remove(), 4000 + Math.min(6000, text.length * 60));
}

/**
 * Opens a modal dialog.
 *
 * @param {{label: string, testid: string, class?: string}} settings
 * @param {...Node} children
 * @returns {{dialog: HTMLDialogElement, closed: Promise<string>}} `closed` gives what the dialog was closed with.
 */
export function openDialog(settings, ...children) {
  const dialog = element(
    "dialog",
    { "aria-label": settings.label, testid: settings.testid, class: settings.class },
    element("div", { class: "dialog-body" }, children),
  );
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  // A press beside the dialog closes it; the body covers the rest.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, closed };
}

/** Shows a text until it is confirmed. */
export async function say(text, label = "以案说规") {
  const { dialog, closed } = openDialog(
    { label, testid: "dialog" },
    element("h2", {}, label),
    element("p", { testid: "dialog-text" }, text),
    element(
      "div",
      { class: "dialog-buttons" },
      button({ class: "primary", testid: "dialog-ok", autofocus: true, on: { click: () => dialog.close("ok") } }, "知道了"),
    ),
  );
  await closed;
}

/** Asks for a yes. @returns {Promise<boolean>} */
export async function confirmed(question, yes) {
  const { dialog, closed } = openDialog(
    { label: question, testid: "dialog" },
    element("p", { testid: "dialog-text" }, question),
    element(
      "div",
      { class: "dialog-buttons" },
      button({ testid: "dialog-cancel", on: { click: () => dialog.close("") } }, "取消"),
      button({ class: "primary danger", testid: "dialog-ok", autofocus: true, on: { click: () => dialog.close("ok") } }, yes),
    ),
  );
  return (await closed) === "ok";
}

/** Shows a picture large. */
export function enlarge(address, caption) {
  const { dialog } = openDialog(
    { label: caption || "图片", testid: "lightbox", class: "lightbox" },
    element("img", { src: address, alt: caption || "图片", on: { click: () => dialog.close() } }),
    caption ? element("p", {}, caption) : null,
    element(
      "div",
      { class: "lightbox-tools" },
      element("a", { class: "round", href: address, download: "图片.jpg", "aria-label": "下载图片" }, icon("download")),
      button({ class: "round", "aria-label": "关上", testid: "lightbox-close", on: { click: () => dialog.close() } }, icon("close")),
    ),
  );
}

/** Puts a text on the clipboard and says so. */
export async function copy(text) {
  toast((await written(text)) ? "已复制" : "没能复制，请长按选字", "plain");
}

async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without permission or a secure origin the old way is left.
    const area = element("textarea", { value: text, class: "offscreen", readonly: true, "aria-hidden": "true" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
