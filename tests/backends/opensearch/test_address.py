"""What is an address, what it says, and which folders stay folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine.backends.opensearch.address import MAX_NAME_BYTES, Address, is_address
from searchengine.errors import InputError


@pytest.mark.parametrize(
    ("text", "hosts", "name", "secure"),
    [
        ("opensearch://localhost:9200/tin", ("localhost:9200",), "tin", False),
        ("opensearch://node-1/tin", ("node-1:9200",), "tin", False),
        ("opensearchs://a.vn:443/tin", ("a.vn:443",), "tin", True),
        ("opensearch://h1:9201,h2,10.0.0.3/tin", ("h1:9201", "h2:9200", "10.0.0.3:9200"), "tin", 0),
        ("opensearch://[::1]/tin", ("[::1]:9200",), "tin", False),
        ("opensearch://[fe80::1]:9201,h2/tin", ("[fe80::1]:9201", "h2:9200"), "tin", False),
        ("opensearch://h1,H1:9200/tin", ("h1:9200",), "tin", False),
        ("OpenSearch://h/tin", ("h:9200",), "tin", False),
        ("opensearch://h/tin-2024.phường_a", ("h:9200",), "tin-2024.phường_a", False),
        ("opensearch://h/" + "a" * MAX_NAME_BYTES, ("h:9200",), "a" * MAX_NAME_BYTES, False),
    ],
)
def test_what_an_address_says(text: str, hosts: tuple[str, ...], name: str, secure: bool) -> None:
    assert is_address(text)
    assert Address.parse(text) == Address(hosts, name, bool(secure))


@pytest.mark.parametrize("text", ["opensearch://[::1]:9201,h2/tin", "opensearchs://h/tin"])
def test_an_address_that_is_written_out_says_the_same(text: str) -> None:
    address = Address.parse(text)
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://h:9200/tin", "no index is reached by http://"),
        ("elasticsearch://h:9200/tin", "no index is reached by elasticsearch://"),
        ("opensearch:/h:9200/tin", "with two slashes"),
        (str(Path("opensearch://h:9200/tin")), "with two slashes"),
        ("opensearch:h", "with two slashes"),
        ("opensearch://h:9200", "names no index"),
        ("opensearch://h:9200/", "names no index"),
        ("opensearch:///tin", "is no host"),
        ("opensearch://h1,,h2/tin", "is no host"),
        ("opensearch://h:0/tin", "is no host"),
        ("opensearch://h:65536/tin", "is no host"),
        ("opensearch://h:/tin", "is no host"),
        ("opensearch://::1/tin", "is no host"),
        ("opensearch://[::g]/tin", "is no host"),
        ("opensearch://a b/tin", "is no host"),
        ("opensearch://h/Tin", "has capitals"),
        ("opensearch://h/Đại", "has capitals"),
        ("opensearch://h/_tin", "begins with '_'"),
        ("opensearch://h/-tin", "begins with '-'"),
        ("opensearch://h/+tin", "begins with '+'"),
        ("opensearch://h/..", "begins with '.'"),
        ("opensearch://h/tin/2024", "has '/' in it"),
        ("opensearch://h/tin 2024", "has ' ' in it"),
        ("opensearch://h/tin\n", "has '\\n' in it"),
        ("opensearch://h/tin*", "has '*' in it"),
        ("opensearch://h/tin?a=1", "has '?' in it"),
        ("opensearch://h/" + "ế" * (MAX_NAME_BYTES // 2), "is longer than"),
    ],
)
def test_what_is_no_address_is_told_with_the_next_step(text: str, said: str) -> None:
    assert is_address(text)
    with pytest.raises(InputError) as error:
        Address.parse(text)
    assert said in str(error.value)
    assert ": " in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://an:mat-khau@h:9200/tin",
        "opensearch://an:mat/khau@h/tin",
        "https://an:mat-khau@h/tin",
        "opensearch:/an:mat-khau@h/tin",
    ],
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError, match="SEARCHENGINE_OPENSEARCH_PASSWORD") as error:
        Address.parse(text)
    assert "khau" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["index", "", ".", "/var/lib/index", "a:b", "C:\\x", "C:/x", "c://x", "./opensearch:", "/a://b",
     "opensearch", "thư mục://tin"],
)  # fmt: skip
def test_folders_stay_folders(text: str) -> None:
    assert not is_address(text)
