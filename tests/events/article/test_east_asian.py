"""Dates of Korean, Japanese and Chinese sentences, seen from 2025-06-17."""

from __future__ import annotations

from datetime import date

import pytest

from eventfolio.events.article.east_asian import east_asian_dates


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("회사는 2025년 6월 16일 계약했다", ["2025-06-16"]),
        ("7월 3일까지 낸다", ["../2025-07-03"]),
        ("내년부터 들어온다", ["2026/.."]),
        ("지난달 팔았다", ["2025-05"]),
        ("同社は2025年6月16日に発表した", ["2025-06-16"]),
        ("令和8年3月に開業する", ["2026-03"]),
        ("昨日、来年３月", ["2025-06-16", "2026-03"]),
        ("公司2025年6月16日公告，项目将于2026年3月投产", ["2025-06-16", "2026-03"]),
        ("去年停产", ["2024"]),
        ("내년 2월 7일에 연다", ["2026-02-07"]),
        ("작년 12월 30일 닫았다", ["2024-12-30"]),
        ("公司去年11月2日停产", ["2024-11-02"]),
        ("来年の２月７日に開業", ["2026-02-07"]),
        ("다음 달 4일 연다", ["2025-07-04"]),
        ("来月4日に開業", ["2025-07-04"]),
        ("上月31日公告", ["2025-05-31"]),
        ("先月32日", []),
        ("13月1日", []),
        ("三个月", []),
    ],
)
def test_dates_are_read_with_the_side_that_is_open(text, windows):
    assert [mention.reading.window.text for mention in east_asian_dates(text, date(2025, 6, 17))] == windows
