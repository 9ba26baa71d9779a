import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { hue, initial, nameOf } from "./wording.js";

/** The page as seen by a person. */
export function personAddress(id) {
  return `/?user=${id}`;
}

function personLinks(people, meId, pick) {
  return people.map((person) => {
    const choose = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      pick(person.id);
    };
    return element(
      "div",
      { class: "person" },
      element(
        "a",
        {
          href: personAddress(person.id),
          testid: `user-${person.id}`,
          "aria-current": person.id === meId ? "true" : null,
          on: { click: choose },
        },
        element("span", { class: `avatar hue-${hue(person.id)}`, "aria-hidden": "true" }, initial(nameOf(person))),
        element(
          "span",
          { class: "person-words" },
          element("strong", {}, nameOf(person)),
          element("span", { class: "role" }, person.role || `编号 ${person.id}`),
        ),
      ),
      element(
        "a",
        {
          class: "round",
          href: personAddress(person.id),
          target: "_blank",
          rel: "noopener",
          "aria-label": `在新标签页里当${nameOf(person)}`,
          title: "在新标签页里打开",
        },
        icon("link"),
      ),
    );
  });
}

/** The button at the top that says who one is. */
export function drawSwitch(control, me, open) {
  const name = me ? nameOf(me) : "……";
  control.replaceChildren(
    element("span", { class: `avatar tiny hue-${hue(me?.id ?? 0)}`, "aria-hidden": "true" }, initial(name)),
    element("span", { class: "who-name", testid: "me-name" }, name),
    me?.role ? element("span", { class: "role", testid: "me-role" }, me.role) : "",
    icon("down"),
  );
  control.setAttribute("aria-label", me ? `我是${name}${me.role ? `（${me.role}）` : ""}，换个人` : "换个人");
  control.onclick = open;
}

/**
 * Opens the choice of people below the switch.
 *
 * @param {HTMLElement} control The switch; gets the focus back.
 * @param {(id: number) => void} pick
 */
export function openPeople(control, people, meId, pick) {
  document.querySelector(".people")?.remove();
  const close = (refocus) => {
    panel.remove();
    document.removeEventListener("pointerdown", away, true);
    control.setAttribute("aria-expanded", "false");
    if (refocus) control.focus();
  };
  const away = (event) => {
    if (!panel.contains(event.target) && !control.contains(event.target)) close(false);
  };
  const panel = element(
    "div",
    {
      class: "people",
      role: "dialog",
      "aria-label": "换个人",
      testid: "people",
      on: {
        keydown: (event) => {
          if (event.key === "Escape") close(true);
        },
      },
    },
    element("p", { class: "people-title" }, "我是谁？"),
    personLinks(people, meId, (id) => {
      close(true);
      pick(id);
    }),
  );
  document.body.append(panel);
  document.addEventListener("pointerdown", away, true);
  control.setAttribute("aria-expanded", "true");
  (panel.querySelector('[aria-current="true"]') ?? panel.querySelector("a"))?.focus();
}

/** Whether the choice of people is open; if so, it is closed. */
export function closePeople(control) {
  const panel = document.querySelector(".people");
  panel?.remove();
  if (panel) control.setAttribute("aria-expanded", "false");
  return panel !== null;
}

/** Fills the page for those who have not yet said who they are. */
export function drawChooser(root, people, failed, pick, retry) {
  root.replaceChildren(
    element(
      "div",
      { class: "chooser-card" },
      element("img", { src: "/static/icon.svg", alt: "", width: "56", height: "56" }),
      element("h1", {}, "你想当谁？"),
      element(
        "p",
        {},
        "这是一台只在本机里的手机，用来试机器人：不要令牌，不上网。选一个人，就用他的身份聊天；几个标签页可以当几个人。",
      ),
      people.length > 0
        ? element("div", { class: "chooser-people" }, personLinks(people, null, pick))
        : element("p", { class: "waiting", role: "status" }, failed ? "连不上本机的服务，请看看它还开着没有。" : "正在连接……"),
      people.length === 0 && failed ? button({ class: "primary", on: { click: retry } }, "再试一次") : null,
    ),
  );
}
