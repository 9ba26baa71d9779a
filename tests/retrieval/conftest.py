"""What only the library's tests need."""

from pathlib import Path

import pytest

BYSTANDERS = Path(__file__).parent / "fitting"
"""Records that nobody asks about, with questions on them, and more questions on the shipped knowledge."""
SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout that holds the seed text and the labels."""
    if not SHARED.is_dir():
        pytest.skip(f"there is no folder {SHARED.name} beside the checkout")
    return SHARED
