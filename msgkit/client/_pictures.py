"""Where the pictures that were uploaded are kept: the platform does not give them back."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from urllib.parse import quote

from msgkit._apiv3.calls import Upload
from msgkit.client._certificate_file import write_private
from msgkit.errors import ConfigurationError

logger = logging.getLogger("msgkit")

_LONGEST_NAME = 200  # characters; many file systems take 255 bytes
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/bmp": ".bmp"}


class PictureFolder:
    """A folder of pictures by their media ids.

    Args:
        folder: Where it is; made, for its owner alone (0700), where it is missing.

    Raises:
        ConfigurationError: It is no path.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        path = os.fspath(folder) if isinstance(folder, (str, os.PathLike)) else ""
        # What only shows when a picture is kept would come too late: its media_id would be lost.
        if not isinstance(path, str) or not path or "\0" in path:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("pictures must be the path of a folder")
        self._folder = Path(path)

    def path(self, media_id: str) -> Path:
        """Return where a picture lies, but for its ending, whatever is in its id."""
        name = quote(media_id, safe="")
        if name.startswith(".") or len(name) > _LONGEST_NAME:
            name = hashlib.sha256(media_id.encode()).hexdigest()
        return self._folder / name

    def keep(self, media_id: str, upload: Upload) -> None:
        """Keep a picture. That it was uploaded counts more: where it cannot be kept, the log says so."""
        path = self.path(media_id)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path.with_name(path.name + _ENDINGS[upload.media_type]), upload.content)
        except OSError as error:
            logger.warning("the picture cannot be kept in %s: %s", self._folder, error.strerror)
