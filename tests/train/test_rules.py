"""Rules without weights: what they take for granted of sums, and what they hand to an export."""

import pytest
import torch

from accelgen.train.rules import Requantiser, Rule, Scorer


def test_a_requantiser_turns_sums_into_activations_by_its_start_values():
    rule = Requantiser(3, 4).eval()
    acc = torch.randint(-500, 900, (200, 3), generator=torch.Generator().manual_seed(0)).float()
    rule.scale_to(acc)
    wanted = ((acc + rule.start_values()) // 2 ** int(rule.shift)).clamp(0, 15)
    assert torch.equal(rule.activations(acc), wanted) and rule.step == 2 ** int(rule.shift)
    assert wanted.unique().numel() > 8


def test_scores_have_whole_start_values():
    rule = Scorer(2)
    rule.scale_to(torch.tensor([[0.0, 40.0], [80.0, 120.0]]))
    with torch.no_grad():
        rule.beta.copy_(torch.tensor([0.1, -1.0]))
    spread = torch.tensor([0.0, 40, 80, 120]).std()
    assert rule.start_values().tolist() == [round(0.1 * float(spread)), round(-float(spread))]


def test_a_rule_of_no_kind_has_no_start_values():
    with pytest.raises(NotImplementedError):
        Rule(1).start_values()
