"""stub"""

from __future__ import annotations

from msgkit.studio.doors import Door

DOORS: tuple[Door, ...] = ()
