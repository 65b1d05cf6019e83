"""The command line of Rasa's NLU server with the model that training put to use."""

from pathlib import Path

RASA = Path(".venv-nlu") / "bin" / "rasa"
MODEL = Path(".models") / "current.tar.gz"
QUIET = ("RASA_TELEMETRY_ENABLED=false", "TF_CPP_MIN_LOG_LEVEL=3", "LOG_LEVEL=WARNING", "PYTHONWARNINGS=ignore")
"""Nothing is told to Rasa's makers, and no warnings of old libraries about older ones fill the log."""


def command(port: int) -> list[str]:
    """The command line of a server on 127.0.0.1:`port`."""
    serve = [str(RASA), "run", "--enable-api", "-m", str(MODEL), "-i", "127.0.0.1", "-p", str(port)]
    return ["env", *QUIET, *serve]
