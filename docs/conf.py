"""Sphinx configuration."""

import msgkit

project = "msgkit"
author = "The msgkit developers"
copyright = f"2026, {author}"  # noqa: A001 - the name that Sphinx reads
release = msgkit.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"msgkit {release}"
exclude_patterns = ["_build"]
myst_heading_anchors = 3  # links to headings, as code hosts have them

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
default_role = "code"
napoleon_use_ivar = True
