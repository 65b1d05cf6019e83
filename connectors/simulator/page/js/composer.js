// The bar at the bottom of a phone: the account's menu, the line to type in, the tray behind the plus.

import { fill, h, toast } from "./dom.js";
import { icon } from "./icons.js";
import { world } from "./live.js";
import { quietly, step } from "./server.js";
import * as sheets from "./sheets.js";

const LONGEST_TEXT = 2000;
const FACES = ["😊", "😂", "😭", "😡", "😔", "😮", "🙏", "👍", "👌", "❤️", "🌹", "💧", "🏠", "📞", "✅", "❌"];
const LARGEST_PICTURE = 10 * 1024 * 1024;

export class Composer {
  constructor(phone, person, places) {
    this.phone = phone;
    this.person = person;
    this.places = places;
    this.typing = false;
    this.element = h("footer", { class: "composer" });
    this.draw();
  }

  draw() {
    const draft = this.input ? this.input.value : "";
    if (world.menu.length && !this.typing) fill(this.element, this.menuBar());
    else fill(this.element, this.inputBar(draft), this.tray);
  }

  menuBar() {
    const toggle = this.tool("keyboard", "改用键盘", () => {
      this.typing = true;
      this.draw();
      this.input.focus();
    });
    const tops = world.menu.map((button, index) => this.topButton(button, index));
    return h("nav", { class: "menu", "aria-label": "公众号菜单" }, toggle, tops);
  }

  topButton(button, index) {
    if (!button.sub_button.length) {
      return h("button", { type: "button", class: "menu-top", on: { click: () => this.press(button, [index]) } }, button.name);
    }
    const list = h(
      "div",
      { class: "menu-sub", role: "menu", "aria-label": button.name, hidden: true },
      button.sub_button.map((child, place) =>
        h("button", { type: "button", role: "menuitem", on: { click: () => { this.closeMenus(); this.press(child, [index, place]); } } }, child.name),
      ),
    );
    const top = h("button", { type: "button", class: "menu-top has-sub", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("lines", 13), button.name);
    top.addEventListener("click", () => this.toggleMenu(top, list));
    const group = h("div", { class: "menu-group" }, top, list);
    group.addEventListener("keydown", (event) => event.key === "Escape" && (this.closeMenus(), top.focus()));
    return group;
  }

  toggleMenu(top, list) {
    const opens = list.hidden;
    this.closeMenus();
    list.hidden = !opens;
    top.setAttribute("aria-expanded", String(opens));
    if (opens) list.querySelector("button").focus();
  }

  closeMenus() {
    for (const list of this.element.querySelectorAll(".menu-sub")) list.hidden = true;
    for (const top of this.element.querySelectorAll(".has-sub")) top.setAttribute("aria-expanded", "false");
  }

  press(button, path) {
    const send = quietly((more) => step(this.person.openid, "menu", { path, ...more }));
    if (button.type.startsWith("scancode")) sheets.result(this.phone, button.name, (result) => send({ result }));
    else if (button.type.startsWith("pic")) send({}).then(() => sheets.samplePictures(this.phone, this.person));
    else if (button.type === "location_select") send({}).then(() => sheets.place(this.phone, this.person, this.places));
    else send({});
    if (button.type === "view" && /^https?:\/\//i.test(button.url)) window.open(button.url, "_blank", "noopener");
  }

  inputBar(draft) {
    this.tray = h("div", { class: "tray", hidden: true });
    this.input = h("textarea", {
      rows: 1,
      maxlength: LONGEST_TEXT,
      class: "line-input",
      "aria-label": `${this.person.name}要说的话`,
      enterkeyhint: "send",
      value: draft,
      on: { input: () => this.resize(), keydown: (event) => this.key(event), focus: () => this.showTray(null) },
    });
    this.send = h("button", { type: "button", class: "send", hidden: true, on: { click: () => this.say() } }, "发送");
    this.plus = this.tool("plus", "更多功能", () => this.showTray("more"));
    const left = world.menu.length
      ? this.tool("lines", "改用菜单", () => { this.typing = false; this.draw(); })
      : this.tool("voice", "语音", () => sheets.talk(this.phone, this.person));
    const bar = h("div", { class: "inputs" }, left, this.input, this.tool("smile", "表情", () => this.showTray("faces")), this.plus, this.send);
    queueMicrotask(() => this.resize());
    return bar;
  }

  tool(name, label, click) {
    return h("button", { type: "button", class: "tool", "aria-label": label, title: label, on: { click } }, icon(name, 28));
  }

  resize() {
    const full = this.input.value.trim() !== "";
    this.send.hidden = !full;
    this.plus.hidden = full;
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 110)}px`;
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  say() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.resize();
    this.input.focus();
    quietly(step)(this.person.openid, "text", { text });
  }

  showTray(kind) {
    const same = this.tray.dataset.kind === kind && !this.tray.hidden;
    this.tray.hidden = kind === null || same;
    this.tray.dataset.kind = kind || "";
    if (!this.tray.hidden) fill(this.tray, kind === "faces" ? this.faces() : this.abilities());
  }

  faces() {
    const add = (sign) => () => {
      this.input.value += sign;
      this.resize();
    };
    return h("div", { class: "faces" }, FACES.map((sign) => h("button", { type: "button", "aria-label": `表情 ${sign}`, on: { click: add(sign) } }, sign)));
  }

  abilities() {
    const file = h("input", { type: "file", accept: "image/*", class: "unseen", tabindex: -1, "aria-label": "选择照片", on: { change: quietly(() => this.photo(file)) } });
    const abilities = [
      ["picture", "照片", () => file.click()],
      ["sample", "示例图片", () => sheets.samplePictures(this.phone, this.person)],
      ["place", "位置", () => sheets.place(this.phone, this.person, this.places)],
      ["microphone", "语音", () => sheets.talk(this.phone, this.person)],
      ["scan", "扫一扫", () => sheets.scan(this.phone, this.person)],
      ["link", "链接", () => sheets.link(this.phone, this.person)],
    ];
    const buttons = abilities.map(([name, label, click]) =>
      h("button", { type: "button", class: "ability", on: { click } }, h("span", { class: "ability-icon" }, icon(name, 28)), h("span", {}, label)),
    );
    return h("div", { class: "abilities" }, buttons, file);
  }

  async photo(input) {
    const [picture] = input.files;
    input.value = "";
    if (!picture) return;
    if (picture.size > LARGEST_PICTURE) toast("照片不能超过 10 MB。");
    else await step(this.person.openid, "photo", picture);
  }
}
