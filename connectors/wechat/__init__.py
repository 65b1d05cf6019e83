"""The WeChat adapter: what the platform pushes becomes messages, what the bot says becomes replies and API calls."""
