"""The studio: a page on which one moves a strategy's numbers and sees what comes of it.

    page (static/) ── POST play, explain, compare, heat, keep ──► app.py ──► guard.py lets it in
         ▲                                                          │
         │ answers, and events from stream.py                       ▼
         └───────── answers.py ◄── engine.search.workbench ◄── stage.py (the study kept warm, read anew on each save)

One process, three threads beside the server's: one plays, one keeps runs and draws heat maps, one watches files.
"""
