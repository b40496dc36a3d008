"""`python -m eventfolio` is the command `eventfolio`."""

from eventfolio.cli import main

main()
