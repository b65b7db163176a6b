"""The evidence ratio as tables show it."""

from dataworth.ledger.evidence import weigh


def test_a_finding_that_shows_in_neither_world_has_no_ratio():
    shown = [str(weigh((true, 12), (lot, 12))) for true, lot in ((0, 0), (12, 0), (6, 2))]
    assert shown[0] == "none (0.0 to ∞)"
    assert shown[1].startswith("∞ (")
    assert shown[2].startswith("3.0 (")
