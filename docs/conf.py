"""Sphinx's settings for the pages of docs/: `make docs` builds them into build/docs."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from docs.generators.write import write  # noqa: E402

write()

project = "eventfolio"
author = "the eventfolio authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "eventfolio"
html_copy_source = False
html_extra_path = ["llms.txt"]
exclude_patterns = ["generated"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4  # the slugs that GitHub makes too
autodoc_member_order = "bysource"
autodoc_typehints = "none"
nitpicky = False


def setup(app):
    """Put each page's Markdown beside its HTML, where llms.txt points."""

    def copy(app, exception):
        if exception is None and app.builder.name == "html":
            for path in [*HERE.glob("*.md"), *HERE.glob("generated/*.md")]:
                target = Path(app.outdir) / path.relative_to(HERE)
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, target)

    app.connect("build-finished", copy)
