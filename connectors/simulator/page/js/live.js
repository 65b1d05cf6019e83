// The page's picture of the simulator: read once, then kept up to date by server-sent events.

import { get } from "./server.js";

const KEPT_EXCHANGES = 300;

export const world = {
  account: { name: "", id: "" },
  bot: { urls: [], encrypted: true },
  format: "xml",
  people: new Map(),
  menu: [],
  codes: [],
  faults: [],
  templates: [],
  exchanges: [],
  samples: [],
  clock: { now: 0, moved_by: 0 },
  connected: false,
};

const news = new EventTarget();
let source = null;
let lastNumber = 0;

// A phone's number in order of arrival gives its owner's picture its colour.
function arrived(person) {
  person.number = lastNumber;
  lastNumber += 1;
  world.people.set(person.openid, person);
}

export function on(kind, handler) {
  news.addEventListener(kind, (event) => handler(event.detail));
}

function tell(kind, detail) {
  news.dispatchEvent(new CustomEvent(kind, { detail }));
}

// How far the simulated time is ahead of this machine's, in milliseconds.
let ahead = 0;

// The simulated time, in milliseconds.
export const now = () => Date.now() + ahead;

function setClock(clock) {
  world.clock = clock;
  ahead = clock.now * 1000 - Date.now();
}

const handlers = {
  message({ openid, entry }) {
    const person = world.people.get(openid);
    if (!person || person.messages.some((known) => known.seq === entry.seq)) return;
    person.messages.push(entry);
    tell("message", { person, entry });
  },
  person(given) {
    const known = world.people.get(given.openid);
    const person = Object.assign(known || { messages: [] }, given);
    if (!known) arrived(person);
    tell(known ? "person" : "people", person);
  },
  gone({ openid }) {
    world.people.delete(openid);
    tell("people", null);
  },
  menu({ buttons }) {
    world.menu = buttons;
    tell("menu", buttons);
  },
  codes({ codes }) {
    world.codes = codes;
    tell("codes", codes);
  },
  faults({ faults }) {
    world.faults = faults;
    tell("faults", faults);
  },
  exchange(exchange) {
    world.exchanges.push(exchange);
    if (world.exchanges.length > KEPT_EXCHANGES) world.exchanges.shift();
    tell("exchange", exchange);
  },
  clock(clock) {
    setClock(clock);
    tell("clock", clock);
  },
  reset() {
    begin();
  },
};

function connected(value) {
  if (world.connected === value) return;
  world.connected = value;
  tell("connection", value);
}

export async function begin() {
  if (source) source.close();
  const state = await get("/state");
  const { people, feed, ...rest } = state;
  Object.assign(world, rest);
  setClock(state.clock);
  world.people.clear();
  lastNumber = 0;
  people.forEach(arrived);
  tell("everything", world);
  source = new EventSource(`/simulator/events?after=${feed}`);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
  for (const [kind, handler] of Object.entries(handlers)) {
    source.addEventListener(kind, (event) => {
      if (event.data) handler(JSON.parse(event.data));
    });
  }
}
