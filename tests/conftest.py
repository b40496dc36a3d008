"""No test asks Yahoo: those that need one ask the server of `yahoo_server`, which lifts this for itself."""

import os

os.environ["EVENTFOLIO_OFFLINE"] = "1"
