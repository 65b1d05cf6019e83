// The page: top line, the phones side by side (or one at a time on a small screen), the engineers' panel.

import { fill, h, toast } from "./dom.js";
import { face, icon } from "./icons.js";
import { begin, on, world } from "./live.js";
import { Panel } from "./panel.js";
import { listen, Phone } from "./phone.js";
import { post, quietly, remove, step } from "./server.js";
import * as sheets from "./sheets.js";

const ROLES = { resident: "居民", mediator: "调解员", other: "其他人" };
const top = document.getElementById("top");
const stage = document.getElementById("stage");
const phones = new Map();
let places = [];
let chosen = "";

const panel = new Panel(document.getElementById("panel"), () => drawTop());

function drawTop() {
  const state = h("span", { class: `connection ${world.connected ? "on" : ""}`, role: "status" }, world.connected ? "已连接" : "连接中…");
  const tabs = [...world.people.values()].map((person) =>
    h(
      "button",
      { type: "button", class: "person-tab", "aria-pressed": String(person.openid === chosen), on: { click: () => choose(person.openid) } },
      face(person, 24),
      h("span", {}, person.name),
      h("span", { class: "unread", hidden: !person.unread }, h("span", { class: "unseen" }, "有新消息")),
    ),
  );
  const open = () => {
    panel.toggle();
    drawTop();
  };
  fill(
    top,
    h("h1", {}, h("img", { src: "/page/icon.svg", alt: "", width: 26, height: 26 }), h("span", {}, "微信模拟器")),
    state,
    h("div", { class: "person-tabs", role: "group", "aria-label": "选择手机" }, tabs),
    h("button", { type: "button", class: "top-button", on: { click: () => addPhone() } }, icon("plus", 20), h("span", {}, "添加手机")),
    h("button", { type: "button", class: "top-button", "aria-expanded": String(panel.isOpen), "aria-controls": "panel", on: { click: open } }, icon("wrench", 20), h("span", {}, "工程面板")),
  );
}

function choose(openid) {
  chosen = openid;
  const person = world.people.get(openid);
  if (person) person.unread = false;
  for (const [known, phone] of phones) phone.element.parentElement.classList.toggle("chosen", known === openid);
  phones.get(openid)?.toEnd();
  drawTop();
}

function drawStage() {
  for (const openid of phones.keys()) if (!world.people.has(openid)) phones.delete(openid);
  for (const person of world.people.values()) if (!phones.has(person.openid)) phones.set(person.openid, new Phone(person, places));
  if (!world.people.has(chosen)) chosen = world.people.keys().next().value || "";
  if (world.people.size) fill(stage, [...phones.values()].map(stand));
  else fill(stage, welcome());
  choose(chosen);
}

function stand(phone) {
  const { person } = phone;
  // Whoever puts a phone away for good also leaves the account, so that nothing is sent to nobody.
  const leave = quietly(async () => {
    if (person.follows) await step(person.openid, "unfollow", {});
    await remove(`/people/${person.openid}`);
  });
  return h(
    "div",
    { class: "stand" },
    h(
      "div",
      { class: "stand-head" },
      face(person, 28),
      h("span", { class: "stand-name" }, person.name),
      h("span", { class: `role ${person.role}` }, ROLES[person.role]),
      h("button", { type: "button", class: "plain", "aria-label": `收起${person.name}的手机`, title: "收起这部手机", on: { click: leave } }, icon("close", 18)),
    ),
    phone.element,
  );
}

const newPhone = (name, role, follow = false) => post("/people?wait=0", { name, role, follow });

function welcome() {
  const both = quietly(async () => {
    await newPhone("张阿姨", "resident");
    await newPhone("王调解员", "mediator");
  });
  return h(
    "div",
    { class: "welcome" },
    h("img", { src: "/page/icon.svg", alt: "", width: 72, height: 72 }),
    h("h2", {}, "还没有手机"),
    h("p", {}, "先放两部:一部给反映事情的居民,一部给调解员。"),
    h("button", { type: "button", class: "action wide", on: { click: both } }, "放两部手机"),
    h("button", { type: "button", class: "plain-link", on: { click: () => addPhone() } }, "自己起名字"),
  );
}

function addPhone() {
  sheets.open(document.body, "添加手机", (close) => {
    const submit = quietly(async (event) => {
      event.preventDefault();
      const data = new FormData(event.target);
      const person = await newPhone(data.get("name"), data.get("role"), data.get("follow") !== null);
      close();
      choose(person.openid);
    });
    return h(
      "form",
      { class: "sheet-form", on: { submit } },
      h("label", { class: "labelled" }, h("span", {}, "名字"), h("input", { name: "name", maxlength: 20, required: true, value: `居民${world.people.size + 1}` })),
      h(
        "fieldset",
        { class: "choices across" },
        h("legend", {}, "谁的手机"),
        Object.entries(ROLES).map(([role, label], index) =>
          h("label", { class: "choice" }, h("input", { type: "radio", name: "role", value: role, checked: index === 0 }), h("span", {}, label)),
        ),
      ),
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "follow", checked: true }), h("span", {}, "已经关注服务号")),
      h("button", { type: "submit", class: "action" }, "添加"),
    );
  });
}

on("everything", () => {
  document.title = `微信模拟器 · ${world.account.name}`;
  phones.clear();
  drawStage();
  panel.draw();
});
on("people", (person) => {
  if (person && !world.people.has(chosen)) chosen = person.openid;
  drawStage();
});
on("message", ({ person, entry }) => {
  if (person.openid === chosen || entry.side === "person") return;
  person.unread = true;
  drawTop();
});
on("connection", (connected) => {
  drawTop();
  if (!connected) toast("和模拟器断开了,正在重新连接…");
});
listen(phones);

places = await (await fetch("/page/places.json")).json();
await begin();
