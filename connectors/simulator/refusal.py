"""What the control API refuses, and why."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A request of the control API cannot be done; the sentence is Chinese, for the page."""

    def __init__(self, sentence: str, code: str = "invalid", status: int = 400) -> None:
        self.sentence = sentence
        self.code = code
        self.status = status
        super().__init__(sentence)
