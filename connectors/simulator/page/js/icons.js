// Drawn signs and faces; all are decoration, the words beside them say what they mean.

import { svg } from "./dom.js";

const PATHS = {
  back: "M15 4l-8 8 8 8",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4.500 20.500c.6-4.200 3.600-6.500 7.500-6.500s6.900 2.300 7.500 6.500z",
  plus: "M12 7v10M7 12h10M12 2.800a9.200 9.200 0 100 18.400 9.200 9.200 0 000-18.400z",
  smile: "M12 2.800a9.200 9.200 0 100 18.400 9.200 9.200 0 000-18.400zM8 14c1 1.700 2.300 2.500 4 2.500s3-.8 4-2.500M9 9.500h.01M15 9.500h.01",
  voice: "M12 2.800a9.200 9.200 0 100 18.400 9.200 9.200 0 000-18.400zM9.500 13.200a2 2 0 000-2.400M12 15a4.600 4.600 0 000-6M14.600 16.800a8 8 0 000-9.600",
  keyboard: "M3 6.500h18v11H3zM6.500 10h.01M9.500 10h.01M12.500 10h.01M15.500 10h.01M17.800 10h.01M8 14.200h8",
  lines: "M5 8h14M5 12h14M5 16h14",
  picture: "M3.500 5h17v14h-17zM3.500 16l5-5 4.500 4.500 2.500-2.500 5 5M15.500 9.500h.01",
  sample: "M4 7h3l1.500-2.500h7L17 7h3v12H4zM12 16a3.300 3.300 0 100-6.600 3.300 3.300 0 000 6.600z",
  place: "M12 21.500c4.700-4.700 7-8.300 7-11.200A7 7 0 005 10.300c0 2.900 2.300 6.500 7 11.200zM12 12.800a2.600 2.600 0 100-5.200 2.600 2.600 0 000 5.200z",
  microphone: "M12 3a2.800 2.800 0 00-2.800 2.800v5.400a2.800 2.800 0 005.600 0V5.800A2.800 2.800 0 0012 3zM6 11a6 6 0 0012 0M12 17v4M8.500 21h7",
  scan: "M4 8.500V4h4.500M15.500 4H20v4.500M20 15.500V20h-4.500M8.500 20H4v-4.500M4 12h16",
  link: "M10 14a4 4 0 005.700 0l3-3A4 4 0 0013 5.300l-1 1M14 10a4 4 0 00-5.700 0l-3 3a4 4 0 005.700 5.700l1-1",
  close: "M6 6l12 12M18 6L6 18",
  wrench: "M20 6.500l-3.200 3.200-2.500-2.500L17.500 4a5 5 0 00-6.300 6.300L4 17.500 6.500 20l7.200-7.200A5 5 0 0020 6.500z",
  bell: "M6 17V11a6 6 0 0112 0v6l1.500 2h-15zM10 21h4",
};

export function icon(name, size = 24) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true" },
    svg("path", { d: PATHS[name] }),
  );
}

// The account's face: a seal with the first character of its name.
export function seal(name, size = 40) {
  return svg(
    "svg",
    { viewBox: "0 0 40 40", width: size, height: size, class: "face", "aria-hidden": "true" },
    svg("rect", { width: 40, height: 40, fill: "#b23a2e" }),
    svg("rect", { x: 3.5, y: 3.5, width: 33, height: 33, rx: 3, fill: "none", stroke: "#f6dfc4", "stroke-width": 1.2 }),
    svg("text", { x: 20, y: 28, "text-anchor": "middle", class: "seal-character" }, [...name][0] || "号"),
  );
}

const GROUNDS = ["#8fb3d9", "#d9a58f", "#9cc29b", "#c9a6c7", "#d8bf78", "#86bfc0"];

function resident() {
  return [
    svg("path", { d: "M4 40c1-9 7.500-13 16-13s15 4 16 13z", fill: "#7b4f6b" }),
    svg("circle", { cx: 20, cy: 8.5, r: 4, fill: "#77706c" }),
    svg("path", { d: "M9.500 18C9 10 14 7.500 20 7.500S31 10 30.500 18c-.3 4-21 4-21 0z", fill: "#8b8480" }),
    svg("ellipse", { cx: 20, cy: 19.5, rx: 8, ry: 9, fill: "#f2cfb0" }),
    svg("path", { d: "M12 17c2-4.500 5-6 8-6s6 1.500 8 6c-2-2-5-3-8-3s-6 1-8 3z", fill: "#8b8480" }),
  ];
}

function mediator() {
  return [
    svg("path", { d: "M4 40c1-9 7.500-13 16-13s15 4 16 13z", fill: "#27466e" }),
    svg("path", { d: "M15 28l5 5 5-5-5 12z", fill: "#fff" }),
    svg("circle", { cx: 29, cy: 34, r: 2.6, fill: "#d43c2f" }),
    svg("ellipse", { cx: 20, cy: 18.5, rx: 8, ry: 9.5, fill: "#efc8a4" }),
    svg("path", { d: "M11.500 18C10.500 9.500 15 6.500 20.500 6.500S30 10 28.500 18c-.8-4-2.500-6-5-6.500-4 .6-8 .3-9.500-.5-1.500 1.500-2.200 4-2.500 7z", fill: "#2d2622" }),
  ];
}

export function face(person, size = 40) {
  return svg(
    "svg",
    { viewBox: "0 0 40 40", width: size, height: size, class: "face", "aria-hidden": "true" },
    svg("rect", { width: 40, height: 40, fill: GROUNDS[person.number % GROUNDS.length] }),
    person.role === "mediator" ? mediator() : resident(),
  );
}

// A small drawn map, different for each place.
export function map(lat, lng) {
  const shift = Math.round((lat * 977 + lng * 631) % 40);
  return svg(
    "svg",
    { viewBox: "0 0 240 110", class: "map", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    svg("rect", { width: 240, height: 110, fill: "#eef0ea" }),
    svg("path", { d: `M-10 ${90 - shift}Q80 ${60 + shift} 130 ${100 - shift}T260 70v60H-10z`, fill: "#bfe0ee" }),
    svg("rect", { x: 20 + shift, y: 8, width: 46, height: 30, rx: 4, fill: "#cfe6c4" }),
    svg("path", { d: `M-5 ${40 + shift / 2}H245M${70 + shift} -5V115M${170 - shift} -5L${200 - shift} 115`, stroke: "#fff", "stroke-width": 9, fill: "none" }),
    svg("path", { d: `M-5 ${40 + shift / 2}H245`, stroke: "#f5d88b", "stroke-width": 5, fill: "none" }),
    svg("ellipse", { cx: 120, cy: 66, rx: 8, ry: 3, fill: "#000", opacity: 0.18 }),
    svg("path", { d: "M120 65c9-10 13-16 13-22a13 13 0 00-26 0c0 6 4 12 13 22z", fill: "#07c160" }),
    svg("circle", { cx: 120, cy: 43, r: 5, fill: "#fff" }),
  );
}
