/**
 * Makes an element. Strings among the children become text nodes, never markup.
 *
 * @param {string} tag
 * @param {Object<string, any>} attributes `testid` is data-testid; `on` holds listeners by event name; `data` holds
 *   data attributes; `true` sets an empty attribute; `false`, `null` and `undefined` set none.
 * @param {...(Node|string|null|undefined|false|Array)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, datum] of Object.entries(value)) made.dataset[key] = String(datum);
    } else if (name === "testid") {
      made.dataset.testid = value;
    } else if (name === "value") {
      made.value = value;
    } else {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A `<button type="button">`; arguments as of `element`. */
export function button(attributes = {}, ...children) {
  return element("button", { type: "button", ...attributes }, ...children);
}
