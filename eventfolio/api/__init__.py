"""The Python interface, `from eventfolio import …`, as eventfolio.cli is that of the shell."""
