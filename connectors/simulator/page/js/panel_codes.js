// The QR codes that the bot has made.

import { h } from "./dom.js";
import { world } from "./live.js";
import { dateAndClock } from "./times.js";

export class Codes {
  constructor() {
    this.hears = ["codes"];
  }

  draw() {
    if (!world.codes.length) return h("p", { class: "empty" }, "机器人还没有生成二维码。用手机的“扫一扫”也可以直接填场景值。");
    return h(
      "ul",
      { class: "codes" },
      [...world.codes].reverse().map((code) =>
        h(
          "li",
          {},
          h("img", { src: `/cgi-bin/showqrcode?ticket=${encodeURIComponent(code.ticket)}`, alt: `场景 ${code.scene} 的二维码`, width: 120, height: 120, loading: "lazy" }),
          h("strong", {}, code.scene),
          h("small", {}, code.ends === null ? "永久" : `到 ${dateAndClock(code.ends * 1000)}`),
        ),
      ),
    );
  }
}
