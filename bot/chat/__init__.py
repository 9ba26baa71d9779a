"""What every feature speaks with: replies, buttons, sending, errors."""
