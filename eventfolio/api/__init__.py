"""What `from eventfolio import …` gives: the packages joined for Python, as eventfolio.cli joins them for a shell."""
