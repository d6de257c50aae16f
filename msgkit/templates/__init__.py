"""Messages with variables: `Template`, its `Variable`, and `Library`, a folder of template files."""

from typing import TYPE_CHECKING

from msgkit._later import later
from msgkit.templates._template import Template, Variable

if TYPE_CHECKING:
    from msgkit.templates._library import Library
else:  # with it comes what reads files, which takes longer than all the rest
    __getattr__, __dir__ = later(__name__, {"Library": "_library"})

__all__ = ["Library", "Template", "Variable"]
