"""Articles in the encodings that pages declare, by the WHATWG Encoding Standard, 4.2 (labels and what they mean)."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventfolio.events.article.read import read_article

PAGE = (
    '<html><head>{meta}<title>{title}</title><meta property="article:published_time" '
    'content="2025-06-17T17:55:00-04:00"></head><body><article><h1>{title}</h1><p>A contract for {title} was signed on '
    "June 10, 2025, officials said, and the work is to begin.</p></article></body></html>"
)


@pytest.mark.parametrize(
    ("label", "codec", "title"),
    [
        ("iso-8859-1", "cp1252", "Pier – €2bn"),
        ("ISO_8859-1:1987", "cp1252", "Pier – €2bn"),
        ("iso88591", "cp1252", "Pier – €2bn"),
        ("latin5", "cp1254", "İskele – €2"),
        ("tis-620", "cp874", "สัญญา – 2"),
        ("gb2312", "gbk", "合同镕"),
        ("big5", "cp950", "合約碁"),
        ("ksc5601", "cp949", "계약 뷁"),
        ("windows-31j", "cp932", "契約①"),
        ("macintosh", "mac_roman", "Quai – œuvre"),
        ("koi8-u", "koi8_u", "Договір ґ"),
    ],
)
def test_a_label_means_what_browsers_take_it_for(tmp_path: Path, label: str, codec: str, title: str) -> None:
    page = PAGE.format(meta=f'<meta charset="{label}">', title=title)
    (tmp_path / "page.html").write_bytes(page.encode(codec))
    assert read_article(str(tmp_path / "page.html")).title == title


def test_a_page_may_declare_its_encoding_as_xml_does(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="iso-8859-1"?>' + PAGE.format(meta="", title="Pier – €2bn")
    (tmp_path / "page.html").write_bytes(page.encode("cp1252"))
    assert read_article(str(tmp_path / "page.html")).title == "Pier – €2bn"


def test_a_page_in_utf_16_is_a_page(tmp_path: Path) -> None:
    page = PAGE.format(meta="", title="Pier – €2bn")
    (tmp_path / "page.html").write_bytes(page.encode("utf-16"))
    assert read_article(str(tmp_path / "page.html")).title == "Pier – €2bn"
