const SVG = "http://www.w3.org/2000/svg";

// Strokes on a field of 24 × 24.
const STROKES = {
  back: "M15 5l-7 7 7 7",
  send: "M12 19V5M6 11l6-6 6 6",
  done: "M5 13l5 5 9-11",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.3 8.3a1.7 1.7 0 0 1-2.4-2.4L14.500 7.300",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  reply: "M9 6l-5 5 5 5M4 11h9a7 7 0 0 1 7 7v1",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
  link: "M8 16L18 6M10 6h8v8",
  block: "M12 4a8 8 0 1 0 .01 0M6.500 6.500l11 11",
  fault: "M13 3L5 14h6l-1 7 8-11h-6z",
  auto: "M12 4a8 8 0 1 0 .01 0M12 4v16M12 8h5M12 12h7.500M12 16h5",
  light: "M12 8a4 4 0 1 0 .01 0M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600L19 19M19 5l-1.400 1.400M6.400 17.600L5 19",
  dark: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 4M15.500 8.500h.01",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v6",
};

/** A drawing that says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", STROKES[name]);
  svg.append(path);
  return svg;
}
