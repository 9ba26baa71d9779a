"""Words about a case that a trainer sends at once."""

from bot.replies.message import Reply


def already_sent(progress: Reply) -> Reply:
    """Say that the same case went to the same people earlier today, and how that is getting on."""
    words = "ℹ️ 这个案例今天已经发给他们了，没有再发一遍。那一次的情况：\n\n"
    return Reply(words + progress.html, progress.keyboard)
