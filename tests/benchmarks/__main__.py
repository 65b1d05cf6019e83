"""`make bench`: prints one JSON line a figure; what is compared is measured side by side in this run.

Figures: turn.echo_ratio turn.flat turn.rasa_core_ratio turn.werobot_ratio turn.p99_ms gate.refusal_ms bot.rss_mb
backend.rss_mb booking.storm booking.per_s nlu.parse_ms nlu.parses_per_s nlu.start_s nlu.rss_mb nlu.disk_mb
demo.second_start_s. Names on the command line choose some of them.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import figures


def main() -> int:
    """Measure what is asked (all by default); 1 if a goal is missed."""
    asked = sys.argv[1:] or list(figures.FIGURES)
    missed = False
    for name in asked:
        with tempfile.TemporaryDirectory() as folder:
            for figure in figures.FIGURES[name](Path(folder)):
                print(json.dumps(figure.line(), ensure_ascii=False), flush=True)  # noqa: T201 - this is what the command is for
                missed |= not figure.reached
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
