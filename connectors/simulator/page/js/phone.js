// One phone: status line, head with the account's name, thread, composer; or the account's page before following.

import { fill, h } from "./dom.js";
import { Composer } from "./composer.js";
import { draw } from "./entries.js";
import { icon, seal } from "./icons.js";
import { now, on, world } from "./live.js";
import { quietly, step } from "./server.js";
import * as sheets from "./sheets.js";
import { clock } from "./times.js";

const NEAR_END = 120;

export class Phone {
  constructor(person, places) {
    this.person = person;
    this.places = places;
    this.follows = null;
    this.time = h("span", { class: "status-time" });
    this.screen = h("div", { class: "screen" });
    this.element = h("section", { class: "phone", "aria-label": `${person.name}的手机`, data: { openid: person.openid } }, this.statusLine(), this.screen);
    this.sticks = true;
    this.watcher = new ResizeObserver(() => this.sticks && this.toEnd());
    this.element.addEventListener("click", (event) => this.composer && !event.target.closest(".menu-group") && this.composer.closeMenus());
    this.refresh();
    this.tick();
  }

  statusLine() {
    const bars = h("span", { class: "status-signs" }, h("span", { class: "status-network" }, "5G"), h("span", { class: "battery" }));
    return h("div", { class: "status", "aria-hidden": "true" }, this.time, bars);
  }

  tick() {
    this.time.textContent = clock(now());
  }

  // The person's facts have changed.
  refresh() {
    this.element.setAttribute("aria-label", `${this.person.name}的手机`);
    if (this.follows !== this.person.follows) {
      this.follows = this.person.follows;
      this.element.classList.toggle("stranger", !this.follows);
      fill(this.screen, this.follows ? this.conversation() : this.profile());
      if (this.follows) this.fillThread();
    }
    if (this.follows) this.showTyping();
  }

  profile() {
    this.composer = null;
    const follow = quietly(() => step(this.person.openid, "follow", {}));
    return h(
      "div",
      { class: "profile" },
      h("div", { class: "profile-face" }, seal(world.account.name, 72)),
      h("h2", {}, world.account.name),
      h("p", {}, "服务号 · 关注以后就能和它说话"),
      h("button", { type: "button", class: "action wide", on: { click: follow } }, "关注服务号"),
      h("button", { type: "button", class: "plain-link", on: { click: () => sheets.scan(this.element, this.person) } }, "扫码关注"),
    );
  }

  conversation() {
    this.title = h("h2", { class: "head-title" }, world.account.name);
    this.thread = h("div", { class: "thread", role: "log", "aria-live": "polite", "aria-label": "聊天记录", tabindex: "0" });
    this.thread.addEventListener("scroll", () => (this.sticks = this.isNearEnd()), { passive: true });
    this.thread.addEventListener("load", () => this.sticks && this.toEnd(), true);
    this.watcher.disconnect();
    this.watcher.observe(this.thread);
    this.composer = new Composer(this.element, this.person, this.places);
    return [
      h(
        "header",
        { class: "head" },
        h("span", { class: "head-back", "aria-hidden": "true" }, icon("back", 24)),
        this.title,
        h("button", { type: "button", class: "head-more", "aria-label": "公众号资料", on: { click: () => sheets.account(this.element, this.person) } }, icon("person", 24)),
      ),
      this.thread,
      this.composer.element,
    ];
  }

  fillThread() {
    const entries = this.person.messages;
    fill(this.thread, entries.map((entry, index) => draw(this.person, entry, entries[index - 1])));
    requestAnimationFrame(() => this.toEnd());
  }

  add(entry) {
    if (!this.follows) return;
    const follows = this.sticks || entry.side === "person";
    const entries = this.person.messages;
    const before = entries[entries.indexOf(entry) - 1];
    for (const node of draw(this.person, entry, before)) if (node) this.thread.append(node);
    if (follows) this.toEnd();
  }

  isNearEnd() {
    return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < NEAR_END;
  }

  toEnd() {
    if (!this.follows) return;
    this.thread.scrollTop = this.thread.scrollHeight;
    this.sticks = true;
  }

  showTyping() {
    clearTimeout(this.typingTimer);
    const seconds = this.person.typing || 0;
    this.title.textContent = seconds > 0 ? "对方正在输入…" : world.account.name;
    if (seconds > 0) this.typingTimer = setTimeout(() => (this.title.textContent = world.account.name), seconds * 1000);
  }

  menuChanged() {
    if (this.composer) this.composer.draw();
  }
}

export function listen(phones) {
  on("message", ({ person, entry }) => phones.get(person.openid)?.add(entry));
  on("person", (person) => phones.get(person.openid)?.refresh());
  on("menu", () => phones.forEach((phone) => phone.menuChanged()));
  setInterval(() => phones.forEach((phone) => phone.tick()), 5000);
  on("clock", () => phones.forEach((phone) => phone.tick()));
}
