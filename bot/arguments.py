"""Arguments of the command line."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; `command` is the name of the command, None without one.

    Raises:
        SystemExit: For bad usage and for --help.
    """
    return make_parser().parse_args(arguments)


def make_parser() -> argparse.ArgumentParser:
    """What the command line takes, a sub-parser for each command."""
    parser = argparse.ArgumentParser(prog="policybot", description="供电服务规定和案例问答（以案说规）")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    commands.add_parser("run", help="run the Telegram bot (needs POLICYBOT_TOKEN)")
    _add_phone(commands)
    _add_reload(commands)
    _add_backup(commands)
    _add_restore(commands)
    commands.add_parser("admin-code", help="a one-time code that makes whoever sends it to the bot an admin")
    _add_ask(commands)
    _add_check(commands)
    _add_evaluate(commands)
    _add_import(commands)
    return parser


def _add_phone(commands: "_Commands") -> None:
    phone = commands.add_parser(
        "phone", help="try the bot on a local Telegram: a phone in the browser, without a token"
    )
    phone.add_argument("--port", type=int, default=None, metavar="N", help="of the page; default: 8765, or a free one")


def _add_reload(commands: "_Commands") -> None:
    reload = commands.add_parser("reload", help="have the running bot read its knowledge folder anew")
    reload.add_argument("--worse", action="store_true", help="also where acceptance questions are answered worse")


def _add_backup(commands: "_Commands") -> None:
    backup = commands.add_parser("backup", help="copy everything that is kept into a file, while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE")


def _add_restore(commands: "_Commands") -> None:
    restore = commands.add_parser(
        "restore", help="put a backup in the place of everything that is kept; stop the bot first"
    )
    restore.add_argument("file", type=_existing_file, metavar="FILE")
    restore.add_argument("--yes", action="store_true", help="don't ask")


def _add_ask(commands: "_Commands") -> None:
    ask = commands.add_parser("ask", help="answer a question; without one, an interactive prompt")
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--json", action="store_true", help="one JSON object a line")
    ask.add_argument("--batch", type=_existing_file, metavar="FILE", help="one question a line, plain text or JSON")
    ask.add_argument(
        "--today", type=_day, default=None, metavar="YYYY-MM-DD", help="the day for which rules are in force"
    )
    _knowledge_option(ask)


def _add_check(commands: "_Commands") -> None:
    check = commands.add_parser("check", help="list every Problem of a knowledge folder; exit 1 if there is any")
    check.add_argument("folder", nargs="?", type=Path, default=None, metavar="DIR")


def _add_evaluate(commands: "_Commands") -> None:
    evaluate = commands.add_parser("evaluate", help="how well labelled questions are answered")
    evaluate.add_argument(
        "--questions",
        type=_existing_file,
        default=None,
        metavar="FILE",
        help="JSON lines; default: golden.jsonl of the folder",
    )
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument(
        "--against", type=Path, default=None, metavar="DIR", help="list what is answered better or worse than from DIR"
    )
    evaluate.add_argument(
        "--fit",
        type=Path,
        default=None,
        metavar="FILE",
        help="fit the ranker and the tiers to the questions, write them",
    )
    evaluate.add_argument(
        "--beside",
        type=_existing_folder,
        default=None,
        metavar="DIR",
        help="records that nobody asks about, laid beside the knowledge",
    )
    evaluate.add_argument("--today", type=_day, default=None, metavar="YYYY-MM-DD")
    _knowledge_option(evaluate)


def _add_import(commands: "_Commands") -> None:
    importing = commands.add_parser("import", help="Markdown drafts from Word, PDF, Excel or text, and what to look at")
    importing.add_argument("files", nargs="+", type=_existing_file, metavar="FILE")
    importing.add_argument(
        "--out", type=Path, default=Path("drafts"), metavar="DIR", help="gets rules/ and cases/; default: drafts"
    )
    _knowledge_option(importing)


def _knowledge_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--knowledge",
        type=Path,
        default=None,
        metavar="DIR",
        help="default: POLICYBOT_KNOWLEDGE, else the one that comes along",
    )


def _existing_file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        message = f"没有这个文件：{text}"
        raise argparse.ArgumentTypeError(message)
    return path


def _existing_folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        message = f"没有这个文件夹：{text}"
        raise argparse.ArgumentTypeError(message)
    return path


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"要写成 2024-06-01 这样的日期，不是 {text}"
        raise argparse.ArgumentTypeError(message) from None
