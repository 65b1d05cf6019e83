// Times as a phone in China shows them.

const ZONE = "Asia/Shanghai";
const GAP_S = 300;
const clockFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const secondsFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, timeStyle: "medium", hour12: false });
const dayFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const dateFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, dateStyle: "long" });
const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

export const clock = (milliseconds) => clockFormat.format(milliseconds);
export const withSeconds = (seconds) => secondsFormat.format(seconds * 1000);
export const dateAndClock = (milliseconds) => `${dateFormat.format(milliseconds)} ${clock(milliseconds)}`;

// A time line stands before an entry if five minutes have passed since the one before.
export const needsLine = (entry, before) => !before || entry.at - before.at > GAP_S;

export function line(seconds, nowMilliseconds) {
  const then = seconds * 1000;
  if (dayKey.format(then) === dayKey.format(nowMilliseconds)) return clock(then);
  if (dayKey.format(then) === dayKey.format(nowMilliseconds - 86400000)) return `昨天 ${clock(then)}`;
  return `${dayFormat.format(then)} ${clock(then)}`;
}

export function span(seconds) {
  if (seconds <= 0) return "已过";
  if (seconds < 60) return `${seconds} 秒`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟`;
  return `${Math.floor(seconds / 3600)} 小时 ${Math.floor((seconds % 3600) / 60)} 分`;
}
