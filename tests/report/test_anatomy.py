import xml.etree.ElementTree as ET

import numpy as np

from accelgen.report.anatomy import MOST_COLUMNS, blocks_kept, pixels_read, strengths
from tests.tiny_networks import block_sparse


def drawn(svg):
    return [part for part in ET.fromstring(svg).findall(".//rect") if part.attrib["class"] == "s0"]


def test_what_is_kept_is_drawn_where_it_is():
    weights = block_sparse(np.random.default_rng(0), 12, 40, kept=3)
    shares = strengths(weights)
    assert (~np.isnan(shares)).sum() == weights.index.size and np.nanmax(shares) <= 1
    places = {(int(part.attrib["y"]), int(part.attrib["x"])) for part in drawn(blocks_kept("t", weights))}
    assert places == {(row, int(block)) for row, line in enumerate(weights.index) for block in line}


def test_very_many_blocks_are_drawn_together():
    weights = block_sparse(np.random.default_rng(0), 8, 784, block_out=1, block_in=1, kept=20)
    svg = blocks_kept("t", weights)
    assert float(ET.fromstring(svg).attrib["viewBox"].split()[2]) <= MOST_COLUMNS
    assert 8 <= len(drawn(svg)) <= 160


def test_pixels_are_read_by_the_rows_that_keep_their_block():
    weights = block_sparse(np.random.default_rng(1), 8, 16, kept=1)
    svg = pixels_read("t", weights)
    told = {part[0].text for part in drawn(svg)}
    uses = np.bincount(weights.index.ravel(), minlength=weights.input_blocks) / weights.block_rows
    assert told == {f"{share:.0%} of the block rows" for share in uses if share}


def test_inputs_that_are_no_square_have_no_image():
    assert pixels_read("t", block_sparse(np.random.default_rng(0), 12, 40)) is None
