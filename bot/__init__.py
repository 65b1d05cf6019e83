"""The WeChat host: webhook, conversation, calls, composition root."""
