"""Reading one template, and the files that it was made of."""

from __future__ import annotations

from pathlib import Path

import attrs

from msgkit.errors import TemplateError, ValidationError
from msgkit.templates._folder import Folder, UnreadableError, name_of
from msgkit.templates._includes import FolderShelf, Includes, shelf_for
from msgkit.templates._source import load
from msgkit.templates._template import Template, template_from

NotTakenError = UnreadableError | ValidationError


@attrs.frozen(eq=False)
class Loaded:
    """What came of reading a template: also where that failed, it tells which files decided it.

    Attributes:
        outcome: The template; or why there is none.
        files: All files that were looked at, the template's own first. Reading again comes out the same as long as
            none of them changes.
    """

    outcome: Template | NotTakenError
    files: tuple[Path, ...]

    @property
    def template(self) -> Template:
        """The template.

        Raises:
            TemplateError: A file cannot be read, or is no JSON or YAML.
            ValidationError: What it holds is no template; with all problems, each with its JSON Pointer and its place.
        """
        if isinstance(self.outcome, Template):
            return self.outcome
        if isinstance(self.outcome, UnreadableError):
            raise TemplateError(str(self.outcome))
        raise self.outcome


def load_template(path: Path, folder: Folder | None = None) -> Loaded:
    """Read a template file; it raises nothing, `Loaded.template` does.

    Args:
        path: The file.
        folder: The folder that it was found in, out of which it must not lead now either.
    """
    try:
        source = load(path, folder)
    except UnreadableError as error:
        return Loaded(error, (path,))
    shelf = shelf_for(source) if folder is None else FolderShelf(folder)
    file, files = Includes(shelf).read(source, name_of(path, folder))
    try:
        return Loaded(template_from(Template, file), files)
    except ValidationError as error:
        return Loaded(source.refusal(error.problems), files)
