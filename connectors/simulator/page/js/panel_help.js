// Help: how to drive the simulator by hand and by script.

import { h } from "./dom.js";
import { world } from "./live.js";

const PATHS = [
  ["POST /simulator/people", '{"name":"张阿姨","role":"resident","follow":true} → openid'],
  ["POST /simulator/people/{openid}/text", '{"text":"楼上漏水"},等机器人答完才返回;加 ?wait=0 不等'],
  ["POST /simulator/people/{openid}/tap", '{"title":"1 邻里"},点屏幕上的一行'],
  ["POST …/menu · photo · voice", '{"key":"HELP"} · {"sample":"leak"} · {"seconds":4,"recognition":"…"}'],
  ["POST …/location · scan · follow · unfollow", '{"lat":36.51,"lng":116.19,"label":"阳光小区"} · {"scene":"village-12"}'],
  ["GET /simulator/people/{openid}/messages", "?after=序号&wait=秒数,有新消息就返回"],
  ["GET /simulator/events", "实时事件(SSE)"],
  ["POST /simulator/faults", '{"path":"/cgi-bin/message/*","kind":"errcode","errcode":45009,"times":2}'],
  ["POST /simulator/clock", '{"advance":172800},把时间往前拨'],
  ["POST /simulator/templates", '{"template_id":"T1","title":"新案件提醒","content":"编号:{{character_string1.DATA}}"}'],
];

export class Help {
  constructor() {
    this.hears = [];
  }

  draw() {
    return h(
      "div",
      { class: "help" },
      h("p", {}, `机器人的接口地址写 ${window.location.origin},消息会送到 ${world.bot.urls.join("、")}。公众号原始 ID 是 ${world.account.id}。`),
      h("p", {}, "手机上:点消息里的蓝字、底部菜单或加号里的功能;右上角的人像里有扫一扫和不再关注。机器人 5 秒不答,会再送 3 次,还不答就显示“暂时无法提供服务”。"),
      h("h3", {}, "用脚本控制"),
      h("dl", { class: "paths" }, PATHS.map(([path, text]) => [h("dt", {}, h("code", {}, path)), h("dd", {}, text)])),
      h("p", { class: "small" }, "全部接口写在 connectors/simulator 的说明里:python -m connectors.simulator --help。"),
    );
  }
}
