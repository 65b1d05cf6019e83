"""The bot's commands: serve, chat, check, understand, train."""

import argparse
import importlib
import sys

from bot import config

COMMANDS = {
    "serve": ("bot.serve", "the host that WeChat calls"),
    "chat": ("bot.chat", "talk in the terminal; needs no Redis, backend or Rasa"),
    "check": ("bot.check", "problems in the dialogs, and their conversation tests"),
    "understand": ("bot.understanding", "one message a line in, what it means as JSON out"),
    "train": ("bot.train", "train the NLU model"),
}
"""Each command's module, loaded only when it is asked for, and what it does. Each has main(arguments) -> exit code."""


def main() -> int:
    """Hand over to the command named first."""
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {what}" for name, (_, what) in COMMANDS.items())
    variables = "\n".join(f"  {name}: {what}" for name, what in config.VARIABLES.items())
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        usage="python -m bot <command> [options]",
        epilog=f"commands:\n{commands}\n\nenvironment of serve:\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="one of the commands below")
    command = parser.parse_args(sys.argv[1:2]).command
    return int(importlib.import_module(COMMANDS[command][0]).main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
