"""The pages hold together: links lead somewhere, names exist, and the README stays one page."""

import re

import pytest

from accelgen.cli.commands import COMMANDS
from tests.documents.examples import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "models").glob("*/card.md"),
        ROOT / "rtl_out" / "README.md",
    ]
)
WRITTEN = [
    page for page in PAGES if page.name not in ("card.md", "refusals.md", "commands.md", "CHANGELOG.md")
]
README = (ROOT / "README.md").read_text()
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def prose(path):
    """Return a page without its blocks of code."""
    return FENCE.sub("", path.read_text())


def anchors(path):
    """Return the anchors of a page's headings, as GitHub and Sphinx make them."""
    heads = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", head)) for head in heads]
    return {head.lower().replace(" ", "-") for head in plain}


def broken(path):
    """Return the links of a page that lead nowhere."""
    found = []
    for link in LINK.findall(prose(path)):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        place = path.parent / target if target else path
        if not place.exists() or (anchor and anchor not in anchors(place)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_and_anchors_lead_somewhere(page):
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path):
    (tmp_path / "a.md").write_text("# One head\n[a](a.md#one-head) [b](b.md) [c](#two) [d](https://x.org/)\n")
    assert broken(tmp_path / "a.md") == ["b.md", "#two"]


def test_every_page_of_the_docs_is_in_the_contents_and_reached_from_the_readme():
    index = (ROOT / "docs" / "index.md").read_text()
    listed = set(re.findall(r"^([a-z-]+)$", index, re.MULTILINE))
    pages = {page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"}
    assert pages <= listed
    assert pages - {link.rpartition("/")[2].removesuffix(".md") for link in LINK.findall(README)} <= {
        "environment"
    }


def test_the_readme_is_one_page_with_one_table_of_results():
    lines = README.splitlines()
    assert len(lines) <= 150
    assert max(len(line) for line in lines if not line.startswith(("|", "!["))) <= 120
    heads = [before for before, rule in zip(lines, lines[1:], strict=False) if rule.startswith("| ---")]
    assert len([head for head in heads if "accuracy" in head]) == 1
    assert all(head.count("|") - 1 <= 8 for head in heads)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_pages_name_every_command(command):
    assert f"`accelgen {command.name}`" in (ROOT / "docs" / "commands.md").read_text()


def test_every_make_target_of_the_pages_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in WRITTEN:
        text = " ".join(re.findall(r"`make [^`]*`|^(?:\$ )?make .*$", page.read_text(), re.MULTILINE))
        assert set(re.findall(r"\bmake ([a-z]+)\b", text)) <= targets, name_of(page)


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_no_sentence_opens_with_of(page):
    assert not re.findall(r"(?:^|[.:;] |^- |\*\*)Of [a-z]", prose(page), re.MULTILINE)


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_no_line_of_prose_is_wider_than_a_screen(page):
    text = re.sub(r"<!-- [^\n]*written by.*?<!-- end of[^\n]*", "", prose(page), flags=re.DOTALL)
    wide = [line for line in text.splitlines() if len(line) > 130 and not line.startswith(("|", "!["))]
    assert not wide
