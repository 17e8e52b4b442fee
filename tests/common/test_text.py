from wufei_public.common.text import N_


def test_marking_changes_nothing() -> None:
    assert N_("您好。") == "您好。"
