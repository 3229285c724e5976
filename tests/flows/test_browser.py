import webbrowser

import pytest

from accelgen.flows.browser import open_page


class Window(webbrowser.BackgroundBrowser):
    """A browser with windows that notes what it is to show."""

    def __init__(self):
        super().__init__("window")
        self.shown = []

    def open(self, url, new=0, autoraise=True):
        self.shown.append(url)
        return True


def test_a_page_is_shown(monkeypatch):
    window = Window()
    monkeypatch.setattr(webbrowser, "get", lambda: window)
    assert open_page("http://127.0.0.1:1/") and window.shown == ["http://127.0.0.1:1/"]


def missing():
    raise webbrowser.Error("no browser")


@pytest.mark.parametrize("found", [missing, lambda: webbrowser.GenericBrowser("false")])
def test_without_a_browser_that_has_windows_nothing_is_opened(monkeypatch, found):
    monkeypatch.setattr(webbrowser, "get", found)
    assert not open_page("http://127.0.0.1:1/")
