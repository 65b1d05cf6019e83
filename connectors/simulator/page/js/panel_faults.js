// Faults: what shall go wrong, where, how often.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { world } from "./live.js";
import { post, quietly, remove } from "./server.js";

const TARGETS = [
  ["/cgi-bin/message/custom/send", "客服消息"],
  ["/cgi-bin/message/template/send", "模板消息"],
  ["/cgi-bin/message/subscribe/bizsend", "订阅通知"],
  ["/cgi-bin/stable_token", "取令牌"],
  ["/cgi-bin/media/get", "下载文件"],
  ["/cgi-bin/*", "所有接口"],
  ["push", "推送给机器人"],
];
const CODES = [[40001, "令牌无效"], [42001, "令牌过期"], [-1, "系统繁忙"], [45009, "到日上限"], [45011, "到分钟上限"], [45015, "超出时间"], [45047, "条数用完"], [48001, "没有权限"], [40164, "IP 不在名单"]];
const READY = [
  ["机器人的回答丢一次", { path: "push", kind: "cut", times: 1 }],
  ["下一条消息同时送三次", { path: "push", kind: "repeat", copies: 3, times: 1 }],
  ["令牌一直无效 40001", { path: "/cgi-bin/message/*", kind: "errcode", errcode: 40001, times: null }],
  ["系统繁忙两次 -1", { path: "/cgi-bin/*", kind: "errcode", errcode: -1, times: 2 }],
  ["所有接口慢 3 秒", { path: "/cgi-bin/*", kind: "delay", ms: 3000, times: null }],
];
const VALUES = { delay: ["毫秒", 3000], status: ["状态码", 500], repeat: ["份数", 3] };
const KINDS = { errcode: "错误码", delay: "延迟", status: "HTTP 状态", cut: "断开", repeat: "重复送达" };

export class Faults {
  constructor() {
    this.hears = ["faults"];
  }

  draw() {
    const ready = READY.map(([label, fault]) => h("button", { type: "button", class: "chip", on: { click: quietly(() => post("/faults", fault)) } }, label));
    return [h("h3", {}, "常用"), h("div", { class: "chips" }, ready), h("h3", {}, "自己设"), this.form(), h("h3", {}, "正在生效"), this.list()];
  }

  form() {
    const submit = quietly((event) => {
      event.preventDefault();
      return post("/faults", fault(new FormData(event.target)));
    });
    const code = h("label", {}, "错误码", h("select", { name: "errcode" }, CODES.map(([value, label]) => h("option", { value }, `${value} ${label}`))));
    const unit = h("span");
    const number = h("input", { name: "value", type: "number", min: 1, max: 60000 });
    const value = h("label", {}, unit, number);
    const path = h("select", { name: "path", on: { change: () => offer() } }, TARGETS.map(([target, label]) => h("option", { value: target }, label)));
    const kind = h("select", { name: "kind", on: { change: () => ask() } });
    const ask = () => {
      const [label, usual] = VALUES[kind.value] || ["", 1];
      code.hidden = kind.value !== "errcode";
      value.hidden = !label;
      unit.textContent = label;
      number.value = usual;
    };
    const offer = () => {
      const kinds = path.value === "push" ? ["cut", "repeat", "delay"] : ["errcode", "delay", "status", "cut"];
      fill(kind, kinds.map((one) => h("option", { value: one }, KINDS[one])));
      ask();
    };
    offer();
    return h(
      "form",
      { class: "grid", on: { submit } },
      h("label", {}, "对象", path),
      h("label", {}, "故障", kind),
      code,
      value,
      h("label", {}, "次数(空=一直)", h("input", { name: "times", type: "number", value: 1, min: 1 })),
      h("button", { type: "submit", class: "action" }, "设上"),
    );
  }

  list() {
    if (!world.faults.length) return h("p", { class: "empty" }, "没有故障,一切正常。");
    const items = world.faults.map((one) =>
      h(
        "li",
        {},
        h("span", {}, `${targetName(one.path)}:${KINDS[one.kind]}${one.value ? ` ${one.value}` : ""}`),
        h("small", {}, one.times === null ? "一直" : `还有 ${one.times} 次`),
        h("button", { type: "button", class: "plain", "aria-label": "取消这个故障", on: { click: quietly(() => remove(`/faults/${one.id}`)) } }, icon("close", 16)),
      ),
    );
    return [h("ul", { class: "set-faults" }, items), h("button", { type: "button", class: "chip", on: { click: quietly(() => remove("/faults")) } }, "全部清除")];
  }
}

const targetName = (path) => (TARGETS.find(([value]) => value === path) || [path, path])[1];

function fault(data) {
  const kind = data.get("kind");
  const value = Number(data.get("value"));
  const times = data.get("times") === "" ? null : Number(data.get("times"));
  const detail = { delay: { ms: value }, status: { status: value }, repeat: { copies: value }, errcode: { errcode: Number(data.get("errcode")) }, cut: {} }[kind];
  return { path: data.get("path"), kind, times, ...detail };
}
