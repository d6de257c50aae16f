"""The composer: a template is written, looked at, filled, kept and handed on."""

from __future__ import annotations

from msgkit.studio.composer import completing, composing, copying, editing, files
from msgkit.studio.doors import Door

DOORS: tuple[Door, ...] = (*composing.DOORS, *copying.DOORS, *completing.DOORS, *editing.DOORS, *files.DOORS)
