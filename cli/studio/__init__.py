"""The studio: a page on which one moves a strategy's numbers and sees what comes of it.

    page (static/) ── POST play, explain, compare, heat, keep ──► app.py ──► guard.py lets it in
         ▲                                                          │
         │ answers, and events from stream.py                       ▼
         └───────── answers.py ◄── engine.search.workbench ◄── stage.py (the study kept warm, read anew on each save)

One process, five threads beside the server's: one plays classes of parts, one those with code of their own, one keeps
runs and draws heat maps, one watches files, one ends what is endless in a strategy's own code (watchdog.py).
"""
