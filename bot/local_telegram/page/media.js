import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { enlarge } from "./notices.js";
import { fileSize, kindName, kindOf } from "./wording.js";

const THUMBNAIL = 320;
const TALLEST = 360;

/** Where the server hands out a file. */
export function fileAddress(fileId) {
  return `/phone/file/${encodeURIComponent(fileId)}`;
}

/** Draws what a message carries besides text and poll, or null. */
export function drawMedia(message) {
  const kind = kindOf(message);
  if (kind === undefined) return null;
  if (kind === "photo") return drawPhoto(message);
  if (kind === "document") return drawDocument(message.document);
  const content = message[kind];
  const details = [
    content.emoji,
    content.title ?? content.file_name ?? content.first_name,
    content.phone_number,
    content.address,
    content.latitude === undefined ? null : `${content.latitude}，${content.longitude}`,
    content.duration === undefined ? null : `${content.duration} 秒`,
    typeof content.value === "number" ? `${content.value} 点` : null,
    content.file_size === undefined ? null : fileSize(content.file_size),
  ];
  return element(
    "p",
    { class: "other-kind", testid: kind },
    element("strong", {}, kindName(kind)),
    ` ${details.filter(Boolean).join(" · ")}`,
  );
}

function drawPhoto(message) {
  const sizes = [...message.photo].sort((one, other) => (one.width ?? 0) - (other.width ?? 0));
  const small = sizes.find((size) => (size.width ?? 0) >= THUMBNAIL) ?? sizes.at(-1);
  const large = sizes.at(-1);
  // The room is known before the picture is there, so that nothing jumps when it comes.
  const scale = Math.min(1, TALLEST / (small.height || TALLEST));
  const image = element("img", {
    src: fileAddress(small.file_id),
    alt: message.caption ?? "图片",
    width: small.width ? Math.round(small.width * scale) : null,
    height: small.height ? Math.round(small.height * scale) : null,
    loading: "lazy",
    decoding: "async",
    on: {
      error: (event) => {
        event.currentTarget.closest(".photo").classList.add("broken");
      },
    },
  });
  return button(
    {
      class: "photo",
      testid: "photo",
      "aria-label": "放大图片",
      on: { click: () => enlarge(fileAddress(large.file_id), message.caption ?? "") },
    },
    image,
  );
}

function drawDocument(content) {
  const name = content.file_name ?? "文件";
  return element(
    "a",
    {
      class: "document",
      testid: "document",
      href: fileAddress(content.file_id),
      download: name,
      "aria-label": `下载 ${name}`,
    },
    element("span", { class: "document-icon" }, icon("file")),
    element(
      "span",
      { class: "document-words" },
      element("span", { class: "document-name", testid: "document-name" }, name),
      element("span", { class: "document-size" }, [fileSize(content.file_size), "下载"].filter(Boolean).join(" · ")),
    ),
  );
}
