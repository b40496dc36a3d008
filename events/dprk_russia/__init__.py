"""The packaged subject: the article on the North Korea-Russia axis, and the public record around it."""

from pathlib import Path

_HERE = Path(__file__).parent

CALENDAR = _HERE / "calendar.toml"
THEMES = _HERE / "themes.toml"
STUDY = _HERE / "study.toml"
