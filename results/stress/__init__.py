"""Stress of a stored run, from its own tables: a session later, higher costs, the events behind its drawdowns."""
