import pytest

from zawiya.study.measure.records import Figure
from zawiya.study.measure.view import figures_view, share


def figure(label="favor", value=0.24, low=0.13, high=0.38, **more):
    return Figure("stance", more.pop("group", {}), label, 50, 12, 5, value, low, high, **more)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (figure(), "24 (13–38)"),
        (figure(method="corrected"), "24* (13–38)"),
        (figure(low=None, high=None), "24"),
        (figure("net", -0.13, -0.22, -0.04), "-13 (-22 to -4)"),
        (figure("net", -0.001, -0.1, 0.1), "0 (-10 to 10)"),
    ],
)
def test_a_share_is_in_hundredths_with_its_interval(given, said):
    assert share(given).plain == said


def test_what_is_left_to_the_file_is_counted():
    figures = [figure(group={"outlet": str(n)}) for n in range(26)]
    more = [figure("against", group={"outlet": str(n)}) for n in range(26)]
    assert (
        "and 1 more group and 1 more label: --to"
        in figures_view("stances", [*figures, *more], width=46).renderables[1].plain
    )
    assert "and 1 more group: --to" in figures_view("stances", figures, width=100).renderables[1].plain
