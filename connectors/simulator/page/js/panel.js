// The engineers' panel: log, faults, quotas and time, codes, help.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { on } from "./live.js";
import { Codes } from "./panel_codes.js";
import { Faults } from "./panel_faults.js";
import { Help } from "./panel_help.js";
import { Log } from "./panel_log.js";
import { Quotas } from "./panel_quotas.js";

export class Panel {
  constructor(element, closed) {
    this.element = element;
    this.closed = closed;
    this.tabs = [
      ["往来", new Log()],
      ["故障", new Faults()],
      ["配额", new Quotas()],
      ["二维码", new Codes()],
      ["说明", new Help()],
    ];
    this.current = 0;
    this.body = h("div", { class: "panel-body", role: "tabpanel", tabindex: "0" });
    for (const kind of ["exchange", "faults", "person", "people", "clock", "codes"]) on(kind, (detail) => this.news(kind, detail));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  toggle() {
    this.element.hidden = this.isOpen;
    document.body.classList.toggle("with-panel", this.isOpen);
    if (this.isOpen) this.draw();
    else this.closed();
  }

  draw() {
    if (!this.isOpen) return;
    const buttons = this.tabs.map(([label], index) =>
      h(
        "button",
        { type: "button", role: "tab", "aria-selected": String(index === this.current), tabindex: index === this.current ? 0 : -1, on: { click: () => this.choose(index), keydown: (event) => this.key(event) } },
        label,
      ),
    );
    fill(
      this.element,
      h(
        "div",
        { class: "panel-head" },
        h("div", { class: "panel-tabs", role: "tablist", "aria-label": "工程面板" }, buttons),
        h("button", { type: "button", class: "plain", "aria-label": "关闭工程面板", on: { click: () => this.toggle() } }, icon("close", 22)),
      ),
      this.body,
    );
    fill(this.body, this.tabs[this.current][1].draw());
    this.body.setAttribute("aria-label", this.tabs[this.current][0]);
  }

  choose(index) {
    this.current = (index + this.tabs.length) % this.tabs.length;
    this.draw();
    this.element.querySelector("[aria-selected=true]").focus();
  }

  key(event) {
    if (event.key === "ArrowRight") this.choose(this.current + 1);
    if (event.key === "ArrowLeft") this.choose(this.current - 1);
  }

  // A tab says itself which news change it; it is drawn anew unless it can take the news in place.
  news(kind, detail) {
    const tab = this.tabs[this.current][1];
    if (!this.isOpen || !tab.hears.includes(kind)) return;
    if (tab.take) tab.take(kind, detail);
    else fill(this.body, tab.draw());
  }
}
