"""Errors of a study, its prices or its run; all are the user's to mend (exit status 2)."""

from eventfolio.events.errors import InputError


class StudyError(InputError):
    """A study file, or an option that overrides it, cannot be played as it stands."""


class PriceError(InputError):
    """A price file is missing, malformed or says what no market could."""


class AuditError(Exception):
    """A fill used what was not known before it or left its bar, or the books do not follow: the run is worthless."""
