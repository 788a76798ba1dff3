from hypothesis import given
from hypothesis import strategies as st

from zawiya.study.report.utf16 import Utf16


@given(st.text(), st.data())
def test_positions_count_as_javascript_does(text, data):
    place = data.draw(st.integers(0, len(text)))
    assert Utf16(text)[place] == len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
