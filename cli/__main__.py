"""`python -m cli` is `eventfolio`."""

from cli import main

main()
