import { button, element } from "./element.js";
import { icon } from "./icons.js";

let closeOpen = () => {};

/**
 * Opens a small menu.
 *
 * @param {string} label What a screen reader calls it.
 * @param {{x: number, y: number}} point Where, in the window; the menu keeps inside the window.
 * @param {Array<{label: string, icon: string, testid: string, run: () => void, danger?: boolean}>} items
 */
export function openMenu(label, point, items) {
  closeOpen();
  const before = document.activeElement;
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label, testid: "menu" });
  const away = (event) => {
    if (!menu.contains(event.target)) close(false);
  };
  const close = (refocus = true) => {
    menu.remove();
    document.removeEventListener("pointerdown", away, true);
    window.removeEventListener("resize", close);
    closeOpen = () => {};
    if (refocus) before?.focus?.({ preventScroll: true });
  };
  const choices = items.map((item) =>
    button(
      {
        role: "menuitem",
        tabindex: "-1",
        testid: item.testid,
        class: item.danger ? "danger" : null,
        on: {
          click: () => {
            close();
            item.run();
          },
        },
      },
      icon(item.icon),
      element("span", {}, item.label),
    ),
  );
  menu.append(...choices);
  menu.addEventListener("contextmenu", (event) => event.preventDefault());
  menu.addEventListener("keydown", (event) => {
    const at = choices.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      choices[(steps[event.key] + choices.length) % choices.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  document.body.append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(point.x, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, point.y + height > window.innerHeight - 8 ? point.y - height : point.y)}px`;
  document.addEventListener("pointerdown", away, true);
  window.addEventListener("resize", close);
  closeOpen = close;
  choices[0]?.focus({ preventScroll: true });
}
