"""Where things are found."""

from pathlib import Path

import platformdirs

DEFAULT_KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
"""The knowledge that comes with the project; beside the packages in a checkout as in an installed wheel."""

CACHE = Path(platformdirs.user_cache_dir("policybot"))
"""What may be deleted at any time; the next start then takes a few seconds longer."""

DATA = Path(platformdirs.user_data_dir("policybot"))
"""What must not be lost, unless POLICYBOT_DATA names another place."""
