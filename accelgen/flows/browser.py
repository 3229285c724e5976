"""The browser of the person at this machine."""

from __future__ import annotations

import webbrowser

__all__ = ["open_page"]


def open_page(url: str) -> bool:
    """Show a page in a browser with windows; return False if there is none."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    # A browser without windows would take over the terminal.
    if isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    ):
        return False
    return browser.open(url)
