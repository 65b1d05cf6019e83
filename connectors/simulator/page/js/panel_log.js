// The log: every push with the bot's answer, every API call; newest first, each opens to its raw text.

import { fill, h } from "./dom.js";
import { world } from "./live.js";
import { withSeconds } from "./times.js";

const SHOWN = 120;

export class Log {
  constructor() {
    this.hears = ["exchange"];
    this.wanted = "all";
  }

  draw() {
    this.root = h("div", { class: "log" }, this.parts());
    return this.root;
  }

  parts() {
    const shown = world.exchanges.filter((one) => this.fits(one)).slice(-SHOWN).reverse();
    this.list = h("ol", { class: "exchanges" }, shown.map((one) => this.item(one)));
    const empty = shown.length ? null : h("p", { class: "empty" }, "还没有往来。");
    return [h("div", { class: "chips", role: "group", "aria-label": "筛选" }, this.filters()), empty, this.list];
  }

  filters() {
    const options = [["all", "全部"], ["push", "推送"], ["api", "接口"], ["bad", "出错"]];
    const choose = (value) => () => {
      this.wanted = value;
      fill(this.root, this.parts());
    };
    return options.map(([value, label]) => h("button", { type: "button", class: "chip", "aria-pressed": String(this.wanted === value), on: { click: choose(value) } }, label));
  }

  fits(one) {
    if (this.wanted === "all") return true;
    return this.wanted === "bad" ? isBad(one) : one.direction === this.wanted;
  }

  take(kind, one) {
    if (!this.fits(one)) return;
    this.root.querySelector(".empty")?.remove();
    this.list.prepend(this.item(one));
    if (this.list.children.length > SHOWN) this.list.lastElementChild.remove();
  }

  item(one) {
    const who = world.people.get(one.openid || (/"touser": ?"([^"]+)"/.exec(one.request || "") || [])[1]);
    const title = one.direction === "push" ? pushTitle(one) : one.target.replace("/cgi-bin/", "");
    const details = h("details", { class: isBad(one) ? "bad" : "" });
    details.append(
      h(
        "summary",
        {},
        h("span", { class: `way ${one.direction}` }, one.direction === "push" ? "推送" : "接口"),
        h("span", { class: "exchange-title" }, title, who ? h("small", {}, ` ${who.name}`) : null, h("small", {}, said(one)), one.attempt > 1 ? h("small", { class: "again" }, ` 第 ${one.attempt} 次`) : null),
        h("span", { class: "exchange-result" }, result(one)),
        h("time", {}, withSeconds(one.at)),
      ),
    );
    details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(...raw(one)));
    return h("li", {}, details);
  }
}

const isBad = (one) => Boolean(one.problem) || Boolean(one.errcode) || (one.status && one.status !== 200);

function result(one) {
  if (one.problem) return "✗";
  if (one.errcode) return String(one.errcode);
  return one.ms === undefined ? "" : `${one.ms} ms`;
}

function pushTitle(one) {
  const text = one.request || "";
  const event = /<Event><!\[CDATA\[(\w+)|"Event": "(\w+)"/.exec(text);
  const kind = /<MsgType><!\[CDATA\[(\w+)|"MsgType": "(\w+)"/.exec(text);
  const found = event || kind;
  return found ? found[1] || found[2] : "推送";
}

function said(one) {
  const found = /<Content><!\[CDATA\[([^\]]*)|"[cC]ontent": ?"([^"]*)|<EventKey><!\[CDATA\[([^\]]*)|"EventKey": ?"([^"]*)/.exec(one.request || "");
  const text = found ? found.slice(1).find(Boolean) : "";
  return text ? ` ${text.slice(0, 30)}` : "";
}

function raw(one) {
  const parts = [];
  if (one.problem) parts.push(h("p", { class: "problem" }, one.problem));
  parts.push(h("p", { class: "address" }, [one.method, one.target, one.query ? `?${one.query}` : ""].filter(Boolean).join(" ")));
  if (one.request) parts.push(h("h4", {}, "请求"), h("pre", { tabindex: "0" }, pretty(one.request)));
  if (one.answer) parts.push(h("h4", {}, "回答"), h("pre", { tabindex: "0" }, pretty(one.answer)));
  return parts;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.replace(/^<xml>(?!\n)/, "<xml>\n").replace(/>(?=<(?!\/|!))/g, ">\n");
  }
}
