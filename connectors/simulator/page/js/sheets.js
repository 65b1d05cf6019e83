// Sheets that rise from the bottom of a phone: a dialog with a title, a form, a way out.

import { fill, h, newId } from "./dom.js";
import { icon, map } from "./icons.js";
import { world } from "./live.js";
import { quietly, step } from "./server.js";

const SAMPLE_NAMES = { leak: "楼上漏水", crack: "墙面开裂", note: "手写欠条" };
const TALKS = ["我家楼上漏水漏了半年,物业一直不管", "查一下我的事办到哪儿了", "转人工"];

// Opens a sheet in a phone; `content` is given a function that closes it.
export function open(phone, title, content) {
  const opener = document.activeElement;
  const heading = newId("sheet");
  const close = () => {
    veil.remove();
    if (opener instanceof HTMLElement) opener.focus();
  };
  const sheet = h(
    "div",
    { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": heading },
    h(
      "div",
      { class: "sheet-head" },
      h("h3", { id: heading }, title),
      h("button", { type: "button", class: "plain", "aria-label": "关闭", on: { click: close } }, icon("close", 22)),
    ),
    content(close),
  );
  const veil = h("div", { class: "veil", on: { click: (event) => event.target === veil && close(), keydown: (event) => keys(event, sheet, close) } }, sheet);
  phone.append(veil);
  const first = sheet.querySelector("input:not([type=file]):not([type=range]), textarea, .first") || sheet.querySelector("button");
  first.focus();
  return close;
}

function keys(event, sheet, close) {
  if (event.key === "Escape") close();
  if (event.key !== "Tab") return;
  const stops = [...sheet.querySelectorAll("button, input, textarea, select, a[href]")].filter((element) => !element.disabled);
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
}

function form(close, work, ...children) {
  const submit = quietly(async (event) => {
    event.preventDefault();
    await work(new FormData(event.target));
    close();
  });
  return h("form", { class: "sheet-form", on: { submit } }, children);
}

const sendButton = (words = "发送") => h("button", { type: "submit", class: "action" }, words);

function field(label, properties) {
  return h("label", { class: "labelled" }, h("span", {}, label), h("input", properties));
}

export function place(phone, person, places) {
  open(phone, "选择位置", (close) => {
    const picture = h("div", { class: "sheet-map" }, map(places[0].lat, places[0].lng));
    const label = field("名称", { name: "label", value: places[0].label, maxlength: 100, required: true });
    const lat = field("纬度", { name: "lat", type: "number", step: "any", min: -90, max: 90, value: places[0].lat, required: true });
    const lng = field("经度", { name: "lng", type: "number", step: "any", min: -180, max: 180, value: places[0].lng, required: true });
    const choose = (chosen) => {
      label.querySelector("input").value = chosen.label;
      lat.querySelector("input").value = chosen.lat;
      lng.querySelector("input").value = chosen.lng;
      fill(picture, map(chosen.lat, chosen.lng));
    };
    const choices = places.map((one, index) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: "place", checked: index === 0, on: { change: () => choose(one) } }), h("span", {}, one.label)),
    );
    const send = (data) => step(person.openid, "location", { lat: Number(data.get("lat")), lng: Number(data.get("lng")), label: data.get("label") });
    return form(close, send, picture, h("fieldset", { class: "choices" }, h("legend", { class: "unseen" }, "地点"), choices), label, h("div", { class: "pair" }, lat, lng), sendButton("发送位置"));
  });
}

export function talk(phone, person) {
  open(phone, "说一段话", (close) => {
    const words = h("textarea", { name: "words", rows: 3, maxlength: 500, placeholder: "说的是什么", "aria-label": "说的话" }, "");
    words.value = TALKS[0];
    const without = h("label", { class: "check" }, h("input", { type: "checkbox", name: "without" }), h("span", {}, "不带识别结果(机器人只收到录音)"));
    const ready = TALKS.map((talk) => h("button", { type: "button", class: "chip", on: { click: () => (words.value = talk) } }, talk));
    const send = (data) => {
      const said = data.get("words").trim();
      const seconds = Math.min(60, Math.max(1, Math.round(said.length / 4)));
      return step(person.openid, "voice", { seconds, recognition: data.get("without") ? null : said });
    };
    return form(close, send, h("div", { class: "chips" }, ready), words, without, sendButton("发送语音"));
  });
}

export function samplePictures(phone, person) {
  open(phone, "示例图片", (close) => {
    const send = (name) => quietly(async () => {
      await step(person.openid, "photo", { sample: name });
      close();
    });
    const pictures = world.samples.map((name, index) =>
      h(
        "button",
        { type: "button", class: `thumb ${index ? "" : "first"}`, on: { click: send(name) } },
        h("img", { src: `/page/samples/${name}.jpg`, alt: "" }),
        h("span", {}, SAMPLE_NAMES[name] || name),
      ),
    );
    return h("div", { class: "thumbs" }, pictures);
  });
}

export function scan(phone, person) {
  open(phone, "扫一扫", (close) => {
    const known = world.codes.slice(-6).reverse().map((code) =>
      h(
        "button",
        { type: "button", class: "thumb", on: { click: quietly(async () => { await step(person.openid, "scan", { ticket: code.ticket }); close(); }) } },
        h("img", { src: `/cgi-bin/showqrcode?ticket=${encodeURIComponent(code.ticket)}`, alt: "" }),
        h("span", {}, code.scene),
      ),
    );
    const scene = field("场景值", { name: "scene", maxlength: 64, required: true, placeholder: "例如 village-12" });
    const send = (data) => step(person.openid, "scan", { scene: data.get("scene") });
    return [known.length ? h("div", { class: "thumbs" }, known) : null, form(close, send, scene, sendButton("扫描"))];
  });
}

export function link(phone, person) {
  open(phone, "发送链接", (close) => {
    const title = field("标题", { name: "title", maxlength: 60, required: true });
    const url = field("网址", { name: "url", type: "url", maxlength: 500, required: true, placeholder: "http://" });
    const send = (data) => step(person.openid, "link", { title: data.get("title"), url: data.get("url") });
    return form(close, send, title, url, sendButton());
  });
}

export function result(phone, title, send) {
  open(phone, title, (close) => form(close, (data) => send(data.get("result")), field("扫到的内容", { name: "result", maxlength: 500, required: true }), sendButton("确定")));
}

// The account's page behind the button at the top right.
export function account(phone, person) {
  open(phone, world.account.name, (close) => {
    const act = (name, body) => quietly(async () => { await step(person.openid, name, body); close(); });
    const consent = (kind) => quietly(async (template) => { await step(person.openid, "consent", { template_id: template, kind }); close(); });
    const templates = world.templates.map((one) =>
      h(
        "li",
        {},
        h("span", {}, one.title),
        h("button", { type: "button", class: "chip", on: { click: () => consent("one_time")(one.template_id) } }, "同意一次"),
        h("button", { type: "button", class: "chip", on: { click: () => consent("long_term")(one.template_id) } }, "长期同意"),
      ),
    );
    return h(
      "div",
      { class: "sheet-list" },
      h("button", { type: "button", class: "line first", on: { click: () => { close(); scan(phone, person); } } }, "扫一扫"),
      h("button", { type: "button", class: "line", on: { click: act("report_location", { lat: 36.52, lng: 116.21 }) } }, "上报地理位置(进入会话时)"),
      templates.length ? h("ul", { class: "consents", "aria-label": "订阅通知" }, templates) : null,
      h("button", { type: "button", class: "line danger", on: { click: act("unfollow", {}) } }, "不再关注"),
    );
  });
}
