// Who may still be written to, the simulated time, tokens, the address check.

import { h, toast } from "./dom.js";
import { now, world } from "./live.js";
import { post, quietly } from "./server.js";
import { dateAndClock, span } from "./times.js";

const MOVES = [["过 1 分钟", 60], ["过 1 小时", 3600], ["过 1 天", 86400], ["过 49 小时", 49 * 3600]];
const STATUSES = [["success", "送达"], ["failed:user block", "用户拒收"], ["failed: system failed", "系统失败"]];

export class Quotas {
  constructor() {
    this.hears = ["person", "people", "clock"];
  }

  draw() {
    return [h("h3", {}, "客服消息还能发几条"), [...world.people.values()].map((person) => this.person(person)), h("h3", {}, "时间"), this.time(), h("h3", {}, "令牌和地址"), this.checks()];
  }

  person(person) {
    const { after_message: message, after_click: click } = person.quota;
    const choose = quietly((event) => post(`/people/${person.openid}/settings`, { template_status: event.target.value }));
    const statuses = STATUSES.map(([value, label]) => h("option", { value, selected: person.template_status === value }, label));
    return h(
      "section",
      { class: "quota", "aria-label": person.name },
      h("h4", {}, person.name, h("small", {}, person.follows ? "" : " 没有关注")),
      meter("说话后 48 小时", message, 5),
      meter("点菜单后 1 分钟", click, 3),
      h("label", { class: "quota-status" }, "模板消息", h("select", { on: { change: choose } }, statuses)),
      h("code", { class: "openid" }, person.openid),
    );
  }

  time() {
    const move = (seconds) => quietly(() => post("/clock", { advance: seconds }));
    return [
      h("p", { class: "simulated" }, dateAndClock(now()), world.clock.moved_by ? h("small", {}, ` 比实际快 ${span(Math.round(world.clock.moved_by))}`) : null),
      h("div", { class: "chips" }, MOVES.map(([label, seconds]) => h("button", { type: "button", class: "chip", on: { click: move(seconds) } }, label)), h("button", { type: "button", class: "chip", on: { click: quietly(() => post("/clock", { reset: true })) } }, "回到现在")),
    ];
  }

  checks() {
    const expire = quietly(async () => { await post("/tokens/expire"); toast("所有令牌都失效了。"); });
    const verify = quietly(async () => { const { ok } = await post("/verify"); toast(ok ? "机器人答对了地址检查。" : "地址检查没有通过,看“往来”。"); });
    return [
      h("div", { class: "chips" }, h("button", { type: "button", class: "chip", on: { click: expire } }, "让令牌全部失效"), h("button", { type: "button", class: "chip", on: { click: verify } }, "检查机器人地址")),
      h("p", { class: "small" }, `${world.bot.urls.join("、")} · ${world.bot.encrypted ? "安全模式" : "明文模式"} · ${world.format.toUpperCase()}`),
    ];
  }
}

function meter(label, window, most) {
  const dots = Array.from({ length: most }, (_, index) => h("span", { class: index < window.left ? "dot full" : "dot" }));
  const rest = window.seconds > 0 ? `${window.left} 条 · ${span(window.seconds)}` : "不能发";
  return h("div", { class: "meter" }, h("span", {}, label), h("span", { class: "dots", "aria-hidden": "true" }, dots), h("span", {}, rest));
}
