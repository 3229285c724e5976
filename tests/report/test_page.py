import re

from accelgen.report.page import Block, Page, Section, Table, Tile, render
from accelgen.report.svg import drawing

TABLE = Table(["name", "value"], [["<b>", "1,234"], ["c", Block(picture="<code>x</code>")]])
PAGE = Page(
    "mine <1>",
    "accelgen, test",
    "About & so on",
    [Tile("99 %", "accuracy", "of all")],
    [Section("one", "First", "Words.", [Block("A caption", drawing("shape", 10, []), TABLE, wide=True)])],
    "made by hand",
)


def test_what_people_wrote_is_text_and_what_we_drew_is_a_picture():
    text = render(PAGE)
    assert "<h1>mine &lt;1&gt;</h1>" in text and "About &amp; so on" in text
    assert "&lt;b&gt;" in text and '<td class="n">1,234</td>' in text and "<code>x</code></td>" in text
    assert "<svg viewBox=" in text and "<figcaption>A caption</figcaption>" in text
    assert '<a href="#one">First</a>' in text and '<section id="one">' in text


def test_a_page_needs_nothing_else():
    text = render(PAGE)
    assert "<script" not in text and "http://" not in text and "https://" not in text
    assert (
        re.findall(r'(?:src|href)="(?!#|data:)', text) == [] and "@import" not in text and "url(" not in text
    )
    assert "default-src 'none'" in text


def test_the_same_page_is_the_same_bytes():
    assert render(PAGE) == render(PAGE)
