"""Messages with variables: `Template`, its `Variable`, and `Library`, a folder of template files."""

from msgkit.templates._library import Library
from msgkit.templates._template import Template, Variable

__all__ = ["Library", "Template", "Variable"]
