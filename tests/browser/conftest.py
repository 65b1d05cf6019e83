"""What the browser tests share: the Chromium that each is given."""

from tests.browser.test_simulator_page import chromium

__all__ = ["chromium"]
