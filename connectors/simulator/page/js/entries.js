// What stands on a screen: each kind of entry as WeChat would show it.

import { h, svg } from "./dom.js";
import { face, map, seal } from "./icons.js";
import { now, world } from "./live.js";
import { quietly, step } from "./server.js";
import { line, needsLine } from "./times.js";

const SHORTEST_VOICE = 68;
const VOICE_GROWTH = 2.4;

export function draw(person, entry, before) {
  const lineBefore = needsLine(entry, before) ? h("p", { class: "time" }, line(entry.at, now())) : null;
  return [lineBefore, entry.side === "system" ? note(entry) : row(person, entry)];
}

function row(person, entry) {
  if (entry.kind === "handover") return note(entry);
  const own = entry.side === "person";
  const wide = entry.kind === "template" || entry.kind === "news";
  const body = (BODIES[entry.kind] || unknown)(entry, person);
  const picture = own ? face(person) : seal(world.account.name);
  const speaker = h("span", { class: "unseen" }, own ? `${person.name}:` : `${world.account.name}:`);
  return h(
    "div",
    { class: `row ${own ? "own" : "other"} ${wide ? "wide" : ""}`, data: { kind: entry.kind, seq: entry.seq, via: entry.via || "" } },
    h("div", { class: "avatar" }, picture),
    h("div", { class: "body" }, speaker, body),
  );
}

const note = (entry) => h("p", { class: "note", data: { kind: entry.kind } }, h("span", {}, entry.text));

const BODIES = { text, image, voice, video, location, link, news, template };

function text(entry, person) {
  const pieces = entry.segments || [{ text: entry.text }];
  return h("div", { class: "bubble text" }, pieces.map((piece) => segment(piece, person)));
}

function segment(piece, person) {
  if (piece.tap) {
    const tap = quietly(() => step(person.openid, "tap", { content: piece.tap.content, id: piece.tap.id }));
    return h("button", { type: "button", class: "tap", on: { click: tap } }, piece.text);
  }
  return piece.href ? outward(piece.href, {}, piece.text) : piece.text;
}

// Only addresses of the web open, in a window that knows nothing of this one.
function outward(address, properties, ...children) {
  if (!/^https?:\/\//i.test(address)) return h("span", properties, children);
  return h("a", { ...properties, href: address, target: "_blank", rel: "noopener noreferrer" }, children);
}

function image(entry) {
  return h("a", { class: "picture", href: entry.url, target: "_blank", rel: "noopener" }, h("img", { src: entry.url, alt: "图片", loading: "lazy" }));
}

function waves() {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: 26, height: 26, class: "icon waves", "aria-hidden": "true" },
    svg("path", { d: "M8 13.800a2.600 2.600 0 000-3.600M11.500 16.500a6.400 6.400 0 000-9M15 19.200a10.200 10.200 0 000-14.400" }),
  );
}

function voice(entry) {
  const seconds = entry.seconds || 3;
  const width = `${SHORTEST_VOICE + seconds * VOICE_GROWTH}px`;
  const recognised = typeof entry.recognition === "string" ? h("div", { class: "recognised" }, entry.recognition) : null;
  return [
    h("div", { class: "bubble voice", style: { width } }, h("span", {}, `${seconds}″`), waves(), h("span", { class: "unseen" }, "语音")),
    recognised,
  ];
}

function video() {
  return h("div", { class: "bubble film" }, h("span", { class: "play" }), h("span", {}, "视频"));
}

function location(entry) {
  const label = entry.label || "位置";
  return h(
    "div",
    { class: "card place" },
    h("div", { class: "place-name" }, label),
    h("div", { class: "place-point" }, `${entry.lat}, ${entry.lng}`),
    map(entry.lat, entry.lng),
  );
}

function link(entry) {
  return outward(
    entry.url,
    { class: "card link" },
    h("span", { class: "link-title" }, entry.title),
    h("span", { class: "link-text" }, entry.description || entry.url),
  );
}

function news(entry) {
  return entry.articles.map((article) =>
    outward(
      article.url,
      { class: "card article" },
      article.picurl ? h("img", { src: article.picurl, alt: "", loading: "lazy" }) : null,
      h("span", { class: "article-title" }, article.title),
      article.description ? h("span", { class: "article-text" }, article.description) : null,
    ),
  );
}

function template(entry) {
  const rows = entry.fields.map((field) => h("div", { class: "field" }, h("dt", {}, field.label), h("dd", {}, field.value)));
  const address = /^https?:\/\//i.test(entry.url || "") ? entry.url : "";
  return h(
    "section",
    { class: "card notice", "aria-label": entry.title },
    h("h3", {}, entry.title),
    h("dl", {}, rows),
    address ? outward(address, { class: "details" }, h("span", {}, "查看详情"), h("span", { "aria-hidden": "true" }, "›")) : null,
  );
}

function unknown(entry) {
  return h("div", { class: "bubble text" }, `[${entry.kind}]`);
}
