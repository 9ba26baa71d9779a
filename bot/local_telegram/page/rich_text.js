import { button, element } from "./element.js";
import { readLink } from "./links.js";

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };

/**
 * Draws a text with Telegram's entities. The text content of what comes out is the text itself, letter for letter.
 *
 * @param {string} text
 * @param {Array<object>|undefined} entities Offsets and lengths in UTF-16 units, as JavaScript counts, too. Broken
 *   ones are clipped to the text.
 * @param {{
 *   opened: Set<string>, onCommand: (command: string) => void, onMention: (mention: string) => void,
 *   onLink: (link: object) => void, botUsername: string,
 * }} context `opened` remembers, across drawings, which spoilers and quotes the reader has opened.
 * @returns {DocumentFragment}
 */
export function richText(text, entities, context) {
  const sorted = (entities ?? [])
    .map((entity) => ({ ...entity, end: Math.min(entity.offset + entity.length, text.length) }))
    .filter((entity) => entity.offset >= 0 && entity.end > entity.offset)
    .sort(outerFirst);
  const fragment = document.createDocumentFragment();
  fragment.append(...draw(text, 0, text.length, sorted, context));
  return fragment;
}

function outerFirst(one, other) {
  const block = (entity) => (BLOCKS.has(entity.type) ? 0 : 1);
  return one.offset - other.offset || other.end - one.end || block(one) - block(other);
}

function draw(text, start, end, entities, context) {
  const nodes = [];
  const queue = [...entities];
  let position = start;
  while (queue.length > 0) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, position);
    const to = Math.min(entity.end, end);
    if (to <= from) continue;
    if (from > position) nodes.push(text.slice(position, from));
    const inner = [];
    while (queue.length > 0 && queue[0].offset < to) {
      const child = queue.shift();
      inner.push({ ...child, offset: Math.max(child.offset, from), end: Math.min(child.end, to) });
      // Entities that cross are cut in two; Telegram does the same.
      if (child.end > to) queue.push({ ...child, offset: to });
    }
    queue.sort(outerFirst);
    nodes.push(drawEntity(entity, text.slice(from, to), draw(text, from, to, inner, context), context));
    position = to;
    if (BLOCKS.has(entity.type) && text[position] === "\n") {
      // The block ends the line already; kept out of sight so that the text content stays whole.
      nodes.push(element("span", { class: "swallowed" }, "\n"));
      position += 1;
    }
  }
  if (position < end) nodes.push(text.slice(position, end));
  return nodes;
}

function drawEntity(entity, words, children, context) {
  switch (entity.type) {
    case "spoiler":
      return spoiler(`spoiler:${words}`, children, context);
    case "pre":
      return element("pre", { data: { language: entity.language ?? "" } }, element("code", {}, children));
    case "blockquote":
      return element("blockquote", { testid: "quote" }, element("span", { class: "quote-text" }, children));
    case "expandable_blockquote":
      return expandableQuote(`quote:${words}`, children, context);
    case "text_link":
    case "url":
      return anchor(entity.url ?? words, children, context);
    case "email":
      return anchor(`mailto:${words}`, children, context);
    case "phone_number":
      return anchor(`tel:${words.replace(/[^+\d]/g, "")}`, children, context);
    case "bot_command":
      return textButton("command", () => context.onCommand(words), children);
    case "mention":
      return textButton("mention", () => context.onMention(words), children);
    case "text_mention":
      return element("span", { class: "mention" }, children);
    case "hashtag":
    case "cashtag":
      return element("span", { class: "tag" }, children);
    default:
      return element(TAGS[entity.type] ?? "span", {}, children);
  }
}

function textButton(kind, run, children) {
  return button({ class: `text-button ${kind}`, testid: kind, on: { click: run } }, children);
}

function anchor(address, children, context) {
  const link = readLink(address, context.botUsername);
  if (link === null) return element("span", {}, children);
  const attributes = { href: link.href, target: "_blank", rel: "noopener noreferrer", title: link.href };
  const made = element("a", attributes, children);
  if (link.kind !== "web") {
    made.addEventListener("click", (event) => {
      event.preventDefault();
      context.onLink(link);
    });
  }
  return made;
}

function spoiler(key, children, context) {
  const made = element("span", { class: "spoiler", testid: "spoiler" }, element("span", {}, children));
  const show = (open) => {
    made.classList.toggle("open", open);
    if (open) {
      for (const name of ["role", "tabindex", "aria-label"]) made.removeAttribute(name);
    } else {
      made.setAttribute("role", "button");
      made.setAttribute("tabindex", "0");
      made.setAttribute("aria-label", "遮住的文字，点一下显示");
    }
  };
  const open = (event) => {
    if (made.classList.contains("open")) return;
    event.preventDefault();
    event.stopPropagation();
    context.opened.add(key);
    show(true);
  };
  made.addEventListener("click", open, { capture: true });
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") open(event);
  });
  show(context.opened.has(key));
  return made;
}

function expandableQuote(key, children, context) {
  const words = element("span", { class: "quote-text" }, children);
  // The label is drawn by the style sheet, so that it is no part of the message's text.
  const toggle = button({ class: "quote-toggle", testid: "quote-toggle" });
  const quote = element("blockquote", { class: "expandable", testid: "quote" }, words, toggle);
  const show = (open) => {
    quote.classList.toggle("open", open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.setAttribute("aria-label", open ? "收起引文" : "展开引文");
  };
  toggle.addEventListener("click", () => {
    const open = !quote.classList.contains("open");
    if (open) context.opened.add(key);
    else context.opened.delete(key);
    show(open);
  });
  show(context.opened.has(key));
  // How many lines there are depends on the width, so each change is looked at.
  new ResizeObserver(() => measureQuotes([quote])).observe(words);
  return quote;
}

/** Takes the control from quotes of three lines or fewer. @param {Iterable<Element>} quotes On the page, expandable. */
export function measureQuotes(quotes) {
  const closed = [...quotes].filter((quote) => !quote.classList.contains("open"));
  // Reading all before writing any spares the browser a layout for each.
  const short = closed.map(({ firstElementChild: words }) => words.scrollHeight <= words.clientHeight + 1);
  closed.forEach((quote, place) => quote.classList.toggle("short", short[place]));
}
