"""Who has learnt what."""
