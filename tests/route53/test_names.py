r"""Owner names go to Route 53 with octal escapes and come back as the model has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.support.examples import examples
from zonesync.model.names import NameSyntaxError, join, octets
from zonesync_route53.names import from_native, to_native

any_name = st.lists(st.binary(min_size=1, max_size=63).map(bytes.lower), min_size=1, max_size=6).map(join)
fitting = any_name.filter(lambda name: octets(name) <= 255)


@pytest.mark.property
@given(fitting | strategies.names("example.com."))
@examples(300)
def test_any_owner_name_comes_back(name):
    assert from_native(to_native(name)) == name


@pytest.mark.property
@given(fitting)
@examples(100)
def test_a_spelled_name_has_nothing_but_plain_signs_and_escapes_and_fits_the_field(name):
    spelled = to_native(name)
    assert set(spelled) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.\\")
    assert len(spelled) <= 1024


@pytest.mark.parametrize(
    ("native", "name"),
    [
        (r"\052.example.com.", "*.example.com."),
        ("*.example.com.", "*.example.com."),
        ("WWW.Example.COM", "www.example.com."),
        (r"0\05725.2.0.192.in-addr.arpa.", "0/25.2.0.192.in-addr.arpa."),
        (r"a\056b.example.com.", r"a\.b.example.com."),
        (r"\134x.example.com.", r"\\x.example.com."),
        (r"\344.example.com.", r"\228.example.com."),
        (r"\101.example.com.", "a.example.com."),
        (r"\000\377.example.com.", r"\000\255.example.com."),
        (".", "."),
    ],
)
def test_names_are_read(native, name):
    assert from_native(native) == name


@pytest.mark.parametrize(
    "native", ["", "a..example.com.", ".example.com.", r"\8xx.example.com.", "\\05", r"\999.x.", "ä.example.", "a" * 64]
)
def test_what_is_no_name_is_refused(native):
    with pytest.raises(NameSyntaxError):
        from_native(native)
