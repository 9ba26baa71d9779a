import { button, element } from "./element.js";
import { icon } from "./icons.js";

const KINDS = [
  { kind: "429", name: "发得太快（429）", words: "服务器说太快了，过几秒再来。", number: "retry_after", label: "要等几秒", start: 3 },
  { kind: "502", name: "网关出错（502）", words: "请求没有办，回来一页错误网页。" },
  { kind: "reset", name: "连接断开", words: "请求还没办，连接就断了。" },
  { kind: "lost", name: "办了没回音", words: "请求办了，回答丢在路上。" },
  { kind: "stall", name: "卡住不动", words: "一直没有回答，过一阵才断。", number: "seconds", label: "卡几秒", start: 30 },
  { kind: "truncated", name: "回答残缺", words: "请求办了，回答只有半截，或者缺内容。" },
  { kind: "unparsable", name: "读不懂的更新", words: "取更新时夹进一条机器人读不懂的。" },
];

const METHODS = [
  "sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery", "getUpdates", "sendPhoto",
  "sendDocument", "sendPoll", "sendChatAction", "deleteMessage", "pinChatMessage", "setMyCommands", "getMe", "getFile",
];

/** The drawer that breaks the bot's line to Telegram on purpose. */
export class FaultPanel {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} control Opens and closes the drawer, and shows how many faults are on.
   * @param {(faults: object[]) => void} change Replaces all faults.
   */
  constructor(root, control, change) {
    this._root = root;
    this._control = control;
    this._change = change;
    this._faults = [];
    this._settings = new Map(KINDS.map((each) => [each.kind, this._fresh(each)]));
    this._switches = new Map();
    this._build();
    control.addEventListener("click", () => (root.hidden ? this.open() : this.close()));
  }

  open() {
    this._root.hidden = false;
    this._control.setAttribute("aria-expanded", "true");
    this._root.querySelector("button, input")?.focus();
  }

  close() {
    this._root.hidden = true;
    this._control.setAttribute("aria-expanded", "false");
    this._control.focus();
  }

  /** Takes over what the server says is on; someone else may have switched. */
  show(faults) {
    this._faults = faults;
    for (const { kind } of KINDS) {
      const active = faults.find((fault) => fault.kind === kind);
      const row = this._switches.get(kind);
      row.toggle.setAttribute("aria-checked", String(active !== undefined));
      row.root.classList.toggle("on", active !== undefined);
      row.left.textContent = active ? said(active) : "";
      if (active && !row.root.contains(document.activeElement)) {
        this._settings.set(kind, { ...active, methods: active.methods ?? [] });
        row.fill();
      }
    }
    const several = faults.length > 0;
    this._control.replaceChildren(
      icon("fault"),
      element("span", { class: "tool-name" }, "线路故障"),
      several ? element("span", { class: "badge", testid: "fault-count" }, String(faults.length)) : "",
    );
    this._control.classList.toggle("on", several);
    this._control.setAttribute("aria-label", several ? `线路故障，${faults.length} 种开着` : "线路故障");
    const names = faults.map((fault) => nameOfKind(fault.kind)).join("、");
    this._state.textContent = several ? `现在开着 ${faults.length} 种：${names}` : "现在线路正常。";
    this._clear.disabled = !several;
  }

  _fresh({ kind, number, start }) {
    return { kind, methods: [], probability: 1, times: null, retry_after: 3, seconds: 30, ...(number ? { [number]: start } : {}) };
  }

  _build() {
    this._state = element("p", { class: "fault-state", testid: "fault-state", role: "status" });
    const clear = () => {
      // The button is about to be switched off, and would take the focus with it.
      this._root.querySelector("button").focus();
      this._change([]);
    };
    this._clear = button({ testid: "fault-clear", on: { click: clear } }, "全部关掉");
    this._root.append(
      element(
        "header",
        {},
        element("h2", {}, "线路故障"),
        button({ class: "round", testid: "fault-close", "aria-label": "关上", on: { click: () => this.close() } }, icon("close")),
      ),
      element("p", { class: "fault-about" }, "机器人和 Telegram 之间的线路，打开哪一种就出哪一种毛病，看机器人怎么应付。这一页和服务之间不受影响。"),
      element("div", { class: "fault-now" }, this._state, this._clear),
      ...KINDS.map((each) => this._row(each)),
      element("datalist", { id: "fault-methods" }, METHODS.map((name) => element("option", { value: name }))),
    );
    document.addEventListener("keydown", (event) => {
      const taken = event.defaultPrevented || document.querySelector("dialog[open], .menu, .people");
      if (event.key === "Escape" && !this._root.hidden && !taken) this.close();
    });
    this.show([]);
  }

  _row(each) {
    const { kind } = each;
    const field = (name, label, attributes) => {
      const input = element("input", { testid: `fault-${kind}-${name}`, ...attributes });
      input.addEventListener("change", () => this._edited(kind));
      return { input, root: element("label", {}, element("span", {}, label), input) };
    };
    const probability = field("probability", "概率 %", { type: "number", min: "1", max: "100", step: "1", inputmode: "numeric" });
    const times = field("times", "次数", { type: "number", min: "1", step: "1", placeholder: "不限", inputmode: "numeric" });
    const amount = each.number
      ? field(each.number, each.label, { type: "number", min: "0", step: "any", inputmode: "decimal" })
      : null;
    const methods = field("methods", "只对方法", {
      type: "text",
      placeholder: "全部",
      title: "方法名，多个用逗号隔开；不写就是全部",
      list: "fault-methods",
      autocomplete: "off",
      spellcheck: "false",
    });
    methods.root.classList.add("wide");
    const toggle = button(
      {
        class: "switch",
        role: "switch",
        "aria-checked": "false",
        "aria-label": each.name,
        testid: `fault-${kind}`,
        on: { click: () => this._toggle(kind) },
      },
      element("span", {}),
    );
    const left = element("span", { class: "fault-left", testid: `fault-${kind}-state` });
    const root = element(
      "section",
      { class: "fault", "aria-label": each.name },
      element(
        "div",
        { class: "fault-head" },
        element("div", {}, element("h3", {}, each.name), element("p", {}, each.words), left),
        toggle,
      ),
      element("div", { class: "fault-fields" }, [probability, times, amount, methods].filter(Boolean).map((one) => one.root)),
    );
    const fill = () => {
      const settings = this._settings.get(kind);
      probability.input.value = String(Math.round(settings.probability * 100));
      times.input.value = settings.times ?? "";
      methods.input.value = settings.methods.join(", ");
      if (amount) amount.input.value = String(settings[each.number]);
    };
    const read = () => ({
      kind,
      probability: bounded(probability.input.value, 1, 100, 100) / 100,
      times: times.input.value === "" ? null : bounded(times.input.value, 1, 1_000_000, 1),
      methods: methods.input.value.split(/[\s,，、]+/).filter(Boolean),
      retry_after: each.number === "retry_after" ? Math.round(bounded(amount.input.value, 1, 3600, 3)) : 3,
      seconds: each.number === "seconds" ? bounded(amount.input.value, 0, 3600, 30) : 30,
    });
    this._switches.set(kind, { root, toggle, left, fill, read });
    fill();
    return root;
  }

  _toggle(kind) {
    const others = this._faults.filter((fault) => fault.kind !== kind);
    const on = others.length < this._faults.length;
    this._change(on ? others : [...others, this._switches.get(kind).read()]);
  }

  _edited(kind) {
    const row = this._switches.get(kind);
    this._settings.set(kind, row.read());
    row.fill();
    if (!this._faults.some((fault) => fault.kind === kind)) return;
    this._change([...this._faults.filter((fault) => fault.kind !== kind), row.read()]);
  }
}

function bounded(written, least, most, otherwise) {
  const number = Number(written);
  return written === "" || !Number.isFinite(number) ? otherwise : Math.min(most, Math.max(least, number));
}

function nameOfKind(kind) {
  return KINDS.find((each) => each.kind === kind)?.name ?? kind;
}

function said(fault) {
  const parts = [`${Math.round((fault.probability ?? 1) * 100)}%`];
  parts.push(fault.times === null || fault.times === undefined ? "不限次数" : `还有 ${fault.times} 次`);
  parts.push((fault.methods ?? []).length > 0 ? fault.methods.join("、") : "全部方法");
  return `开着：${parts.join(" · ")}`;
}
