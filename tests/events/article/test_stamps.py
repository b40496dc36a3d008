"""Times of publication in the forms that headers have; instants worked out by hand from each zone's offset."""

from __future__ import annotations

import pytest

from eventfolio.events.article.stamps import stamp_in


@pytest.mark.parametrize(
    ("line", "moment", "zone"),
    [
        ("Published: 2025/06/18 06:55 KST", "2025-06-18T06:55:00+09:00", "Asia/Seoul"),
        ("Published: 2025-06-17 21:55 UTC", "2025-06-17T21:55:00+00:00", "UTC"),
        ("March 3, 2025, updated 10:15 AM EST", "2025-03-03T10:15:00-05:00", "America/New_York"),
        ("March 3, 2025, updated March 4, 2025 10:15 AM EST", "2025-03-04T10:15:00-05:00", "America/New_York"),
        ("17 June 2025 21:55 UTC", "2025-06-17T21:55:00+00:00", "UTC"),
        ("5:55 p.m. ET, Tuesday, June 17, 2025", "2025-06-17T17:55:00-04:00", "America/New_York"),
        ("2025.06.18 06:55 (KST)", "2025-06-18T06:55:00+09:00", "Asia/Seoul"),
        ("June 17, 2025 at 9:00 AM GMT+8", "2025-06-17T09:00:00+08:00", "Etc/GMT-8"),
        ("2025-06-17 15:05 Beijing time", "2025-06-17T15:05:00+08:00", "Asia/Shanghai"),
        ("17 Jun 2025 08.30 BST", "2025-06-17T08:30:00+01:00", "Europe/London"),
        ("14 August 2023, 6:40 pm IST (GMT+5:30)", "2023-08-14T18:40:00+05:30", "Asia/Kolkata"),
        ("14 August 2023 18:40 IST+05:30", "2023-08-14T18:40:00+05:30", "Asia/Kolkata"),
        ("2023-08-14T01:40:00+05:30", "2023-08-14T01:40:00+05:30", "Asia/Kolkata"),
        ("2023-08-14T01:40:00+05:45", "2023-08-14T01:40:00+05:45", "Asia/Kathmandu"),
        ("February 3, 2025 14:20 EAT", "2025-02-03T14:20:00+03:00", "Africa/Nairobi"),
        ("3 February 2025, 9:20 am NZDT", "2025-02-03T09:20:00+13:00", "Pacific/Auckland"),
        ("Feb 3, 2025 10:20 AM CT", "2025-02-03T10:20:00-06:00", "America/Chicago"),
        ("17.06.2025 23:55 CEST", "2025-06-17T23:55:00+02:00", "Europe/Brussels"),
        ("06/17/2025 5:55 PM ET", "2025-06-17T17:55:00-04:00", "America/New_York"),
        ("17/06/2025, 21:55 UTC", "2025-06-17T21:55:00+00:00", "UTC"),
        ("06/06/2025 9:30 AM ET", "2025-06-06T09:30:00-04:00", "America/New_York"),
        ("06.07.2025 9:30 CEST", "2025-07-06T09:30:00+02:00", "Europe/Brussels"),
        ("Results as of 03/31/2025 | Published 05/18/2025 7:00 AM ET", "2025-05-18T07:00:00-04:00", "America/New_York"),
        ("12:10 AM ET June 17, 2025", "2025-06-17T00:10:00-04:00", "America/New_York"),
    ],
)
def test_a_header_line_gives_this_instant(line, moment, zone):
    stamp = stamp_in(line)
    assert (stamp.moment.isoformat(), stamp.zone, stamp.assumed) == (moment, zone, False)


@pytest.mark.parametrize(
    ("line", "language", "moment", "zone"),
    [
        ("입력 2025.06.17 오후 5:55", "ko", "2025-06-17T17:55:00+09:00", "Asia/Seoul"),
        ("입력 2025.06.17 09:00 수정 2025.06.18 10:00", "ko", "2025-06-17T09:00:00+09:00", "Asia/Seoul"),
        ("2025年6月17日 15時05分", "ja", "2025-06-17T15:05:00+09:00", "Asia/Tokyo"),
        ("2025年6月17日 下午3:05", "zh", "2025-06-17T15:05:00+08:00", "Asia/Shanghai"),
    ],
)
def test_a_language_of_one_zone_gives_the_zone_and_says_so(line, language, moment, zone):
    stamp = stamp_in(line, language)
    assert (stamp.moment.isoformat(), stamp.zone, stamp.assumed) == (moment, zone, True)


@pytest.mark.parametrize(
    "line",
    [
        "Sun 17 Aug 2025",
        "17 June 2025 10:00",
        "17 June 2025 10:00 CST",
        "2025-13-40 10:00 UTC",
        "Jun 17, 2025 13:00 pm ET",
        "06/05/2025 5:55 PM ET",
        "06.07.2025 9:30 AM ET",
        "Results as of 03/31/2025 | Published 05/08/2025 7:00 AM ET",
        "Stand 31.03.2025, veröffentlicht am 8. Mai 2025 um 7:00 CET",
        "Published 06/07/2025 9:30 AM ET, updated 06/17/2025 4:00 PM ET",
    ],
)
def test_what_has_no_zone_or_is_no_time_is_no_stamp(line):
    assert stamp_in(line) is None
