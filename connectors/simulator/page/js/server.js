// Talks to the control API; a refusal is shown as a sentence and thrown.

import { toast } from "./dom.js";

async function call(method, path, body) {
  const picture = body instanceof Blob;
  const headers = picture ? { "Content-Type": body.type } : { "Content-Type": "application/json" };
  let response;
  try {
    response = await fetch(`/simulator${path}`, {
      method,
      headers: body === undefined ? {} : headers,
      body: body === undefined || picture ? body : JSON.stringify(body),
    });
  } catch (error) {
    toast("连不上模拟器,它还在运行吗?");
    throw error;
  }
  const answer = await response.json();
  if (!response.ok) {
    toast(answer.error || "模拟器没有受理。");
    throw new Error(answer.code);
  }
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

// A step of a person. The answer of the bot comes by the live feed, so nobody waits here.
export const step = (openid, name, body) => post(`/people/${encodeURIComponent(openid)}/${name}?wait=0`, body);

// For event handlers: what was refused has been shown already.
export function quietly(work) {
  return (...values) => Promise.resolve(work(...values)).catch(() => undefined);
}
