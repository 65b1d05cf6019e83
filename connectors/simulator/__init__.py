"""A stand-in for the WeChat official-account platform, to develop and test a bot without one.

It answers the platform's API under /cgi-bin/, pushes to the bot as the platform does (signed, encrypted or plain, XML
or JSON, five seconds, up to three more deliveries of the same message), and shows phones in a browser at /.
It depends on nothing else of this project.

Point the bot's API base at http://127.0.0.1:8010 and set the same WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN,
WECHAT_AES_KEY and WECHAT_MODE for both.

Control API (JSON; refusals are {"error", "code"} with status 4xx)
  POST   /simulator/people                      {"name", "role": resident|mediator|other, "follow": bool} -> person
  GET    /simulator/people                      -> {"people": [person]}
  GET    /simulator/people/{openid}             -> person (follows, quota, consents, last_seq …)
  DELETE /simulator/people/{openid}
  POST   /simulator/people/{openid}/settings    {"name", "template_status": success |
                                                failed:user block | failed: system failed}
  GET    /simulator/people/{openid}/messages    ?after=SEQ&wait=SECONDS -> {"messages": [entry], "last_seq"}; answers
                                                as soon as there is something after SEQ
  POST   /simulator/people/{openid}/STEP        ?wait=0 not to wait -> {"msg_id", "entry", "push": {"result": replied |
                                                accepted | unavailable, "attempts", "reason", "reply": entry}}
Steps
  text {"text"} · tap {"title"} or {"content", "id"}, "without_id"
  photo {"sample"} or {"data": base64} or an image/* body · voice {"seconds", "recognition": text or null}
  location {"lat", "lng", "label"} · video · link {"title", "url"} · menu {"key"} or {"path": [0, 1]}
  follow {"scene"} · unfollow · scan {"scene"} or {"ticket"} · report_location {"lat", "lng"}
  consent {"template_id", "kind": one_time | long_term, "accept"} · withdraw_consent {"template_id"}
  raw {"fields", "shows"} (any message or event at all)
Entries
  {"seq", "at", "side": person|account|system,
  "kind": text|image|voice|video|location|link|news|template|handover|notice,
  "via": passive|custom|template|subscription, …}; texts of the account carry "segments" with their "tap" lines.
For engineers
  GET  /simulator/state · GET /simulator/events (server-sent events) · GET /simulator/exchanges?after=N
  GET|POST|DELETE /simulator/faults, DELETE /simulator/faults/{id}
       {"path": "/cgi-bin/message/custom/send" | "/cgi-bin/*" | "push", "kind": delay|errcode|status|cut|repeat,
       "ms" | "errcode", "errmsg" | "status" | "copies", "times": N or null}
  GET|POST /simulator/clock {"advance": seconds} | {"at": ISO time} | {"reset": true}
  GET|POST /simulator/templates {"template_id", "title", "content": "编号:{{character_string1.DATA}}"}; once one is
       registered, others are unknown (40037)
  POST /simulator/tokens/expire · POST /simulator/verify (the address check) · GET /healthz
"""
