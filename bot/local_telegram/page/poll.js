import { button, element } from "./element.js";
import { richText } from "./rich_text.js";

/** Draws a poll or a quiz: options to choose from, or the result where the person has voted or it is closed. */
export function drawPoll(message, context) {
  const poll = message.poll;
  const chosen = poll.chosen ?? [];
  const quiz = poll.type === "quiz";
  const right = poll.correct_option_ids ?? (Number.isInteger(poll.correct_option_id) ? [poll.correct_option_id] : []);
  const settled = chosen.length > 0 || poll.is_closed;
  const kind = `${poll.is_anonymous === false ? "公开" : "匿名"}${quiz ? "测验" : "投票"}`;
  return element(
    "div",
    { class: "poll", testid: "poll", data: { settled, kind: quiz ? "quiz" : "regular" } },
    element("p", { class: "poll-kind" }, poll.is_closed ? `${kind}（已结束）` : kind),
    element("p", { class: "poll-question", testid: "poll-question" }, richText(poll.question, poll.question_entities, context)),
    settled ? results(poll, chosen, right, context) : choices(message, poll, context),
    quiz && chosen.length > 0 && right.length > 0 ? verdict(chosen, right) : null,
    settled && poll.explanation
      ? element(
          "div",
          { class: "poll-explanation", testid: "poll-explanation" },
          element("strong", {}, "解析 "),
          richText(poll.explanation, poll.explanation_entities, context),
        )
      : null,
    element("p", { class: "poll-count", testid: "poll-count" }, count(poll, quiz)),
  );
}

function count(poll, quiz) {
  const voters = poll.total_voter_count ?? 0;
  if (voters === 0) return quiz ? "还没有人作答" : "还没有人投票";
  return quiz ? `${voters} 人已作答` : `${voters} 人已投票`;
}

function verdict(chosen, right) {
  const correct = chosen.length === right.length && chosen.every((option) => right.includes(option));
  return element(
    "p",
    { class: `poll-verdict ${correct ? "right" : "wrong"}`, testid: "poll-verdict", role: "status" },
    correct ? "✓ 答对了" : "✗ 答错了",
  );
}

function choices(message, poll, context) {
  const several = poll.allows_multiple_answers === true;
  const picked = new Set();
  const send = (options) => {
    const root = group.closest(".poll");
    if (root.getAttribute("aria-busy") === "true") return;
    root.setAttribute("aria-busy", "true");
    // Where the vote is lost on the way, the person may try again.
    setTimeout(() => root.setAttribute("aria-busy", "false"), 3000);
    context.actions.vote(message, options);
  };
  const confirm = several
    ? button({ class: "poll-vote", testid: "poll-vote", disabled: true, on: { click: () => send([...picked].sort()) } }, "投票")
    : null;
  const pick = (place, option) => {
    if (!several) {
      send([place]);
      return;
    }
    if (picked.has(place)) picked.delete(place);
    else picked.add(place);
    option.setAttribute("aria-checked", String(picked.has(place)));
    confirm.disabled = picked.size === 0;
  };
  const options = poll.options.map((one, place) =>
    button(
      {
        class: `poll-choice ${several ? "several" : "single"}`,
        testid: `poll-option-${place}`,
        role: several ? "checkbox" : null,
        "aria-checked": several ? "false" : null,
        on: { click: (event) => pick(place, event.currentTarget) },
      },
      element("span", { class: "poll-box", "aria-hidden": "true" }),
      element("span", {}, richText(one.text, one.text_entities, context)),
    ),
  );
  const group = element("div", { class: "poll-choices", role: "group", "aria-label": "选项" }, options, confirm);
  return group;
}

function results(poll, chosen, right, context) {
  const total = poll.total_voter_count ?? 0;
  return element(
    "ul",
    { class: "poll-results" },
    poll.options.map((one, place) => {
      const percent = total === 0 ? 0 : Math.round((100 * (one.voter_count ?? 0)) / total);
      const isRight = right.includes(place);
      const isMine = chosen.includes(place);
      const mark = right.length > 0 ? (isRight ? "✓" : isMine ? "✗" : "") : isMine ? "✓" : "";
      const said = [isMine ? "你选的" : "", isRight ? "正确答案" : ""].filter(Boolean).join("，");
      const bar = element("span", { class: "poll-bar", "aria-hidden": "true" }, element("span", {}));
      bar.firstElementChild.style.width = `${percent}%`;
      return element(
        "li",
        {
          testid: `poll-option-${place}`,
          data: { chosen: isMine, right: isRight, wrong: right.length > 0 && isMine && !isRight },
        },
        element("span", { class: "poll-percent", testid: "poll-percent" }, `${percent}%`),
        element("span", { class: "poll-words" }, richText(one.text, one.text_entities, context)),
        element("span", { class: "poll-mark", title: said, role: said ? "img" : null, "aria-label": said || null }, mark),
        bar,
      );
    }),
  );
}
