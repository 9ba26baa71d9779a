"""The library: a folder of Markdown in, an answer out.

Synchronous and pure: it knows no Telegram, no SQL, no network and no clock. Read it from the bottom up:
`model` (what a rule and a case are), `content` (the folder), `search` (question to hits), `answer` (hits to an answer).
"""
