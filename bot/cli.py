"""The command line: `policybot`."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from bot.station.clock import local_today, utc_now
from bot.station.folders import DEFAULT_KNOWLEDGE
from bot.storage.errors import AnotherProcessError
from retrieval.errors import KnowledgeError, PolicybotError, Problem
from retrieval.model import KnowledgeBase

USAGE_ERROR = 2
ALREADY_RUNNING = 3

_NAMED = 3
"""How many records a notice names before it breaks off."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        The exit code: 0 done, 1 the knowledge has Problems or a setting is wrong, 2 bad usage, 3 another process is at it.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8"
            )  # Windows consoles and LANG=C would fail at the first Chinese character
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        print(f"知识文件夹有 {len(error.problems)} 处要改。", file=sys.stderr)
        return 1
    except PolicybotError as error:
        print(error, file=sys.stderr)
        return ALREADY_RUNNING if isinstance(error, AnotherProcessError) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `policybot ask … | head`
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="policybot", description="供电服务规定和案例问答（以案说规）")
    parser.set_defaults(command=_default)
    commands = parser.add_subparsers(metavar="COMMAND")

    run = commands.add_parser("run", help="run the Telegram bot (needs POLICYBOT_TOKEN)")
    run.set_defaults(command=_run)

    phone = commands.add_parser(
        "phone", help="try the bot on a local Telegram: a phone in the browser, without a token"
    )
    phone.add_argument("--port", type=int, default=None, metavar="N", help="of the page; default: 8765, or a free one")
    phone.set_defaults(command=_phone)

    reload = commands.add_parser("reload", help="have the running bot read its knowledge folder anew")
    reload.add_argument("--worse", action="store_true", help="also where acceptance questions are answered worse")
    reload.set_defaults(command=_reload)

    backup = commands.add_parser("backup", help="copy everything that is kept into a file, while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser(
        "restore", help="put a backup in the place of everything that is kept; stop the bot first"
    )
    restore.add_argument("file", type=_existing_file, metavar="FILE")
    restore.add_argument("--yes", action="store_true", help="don't ask")
    restore.set_defaults(command=_restore)

    code = commands.add_parser("admin-code", help="a one-time code that makes whoever sends it to the bot an admin")
    code.set_defaults(command=_admin_code)

    ask = commands.add_parser("ask", help="answer a question; without one, an interactive prompt")
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--json", action="store_true", help="one JSON object a line")
    ask.add_argument("--batch", type=_existing_file, metavar="FILE", help="one question a line, plain text or JSON")
    ask.add_argument(
        "--today", type=_day, default=None, metavar="YYYY-MM-DD", help="the day for which rules are in force"
    )
    _knowledge_option(ask)
    ask.set_defaults(command=_ask)

    check = commands.add_parser("check", help="list every Problem of a knowledge folder; exit 1 if there is any")
    check.add_argument("folder", nargs="?", type=Path, default=None, metavar="DIR")
    check.set_defaults(command=_check)

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
    evaluate.set_defaults(command=_evaluate)

    importing = commands.add_parser("import", help="Markdown drafts from Word, PDF, Excel or text, and what to look at")
    importing.add_argument("files", nargs="+", type=_existing_file, metavar="FILE")
    importing.add_argument(
        "--out", type=Path, default=Path("drafts"), metavar="DIR", help="gets rules/ and cases/; default: drafts"
    )
    _knowledge_option(importing)
    importing.set_defaults(command=_import)
    return parser


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


def _default(options: argparse.Namespace) -> int:
    from bot.station.config import load_settings  # noqa: PLC0415 - pydantic costs a fifth of the start of `ask`

    if load_settings().token is not None:
        return _run(options)
    print("没有设置 POLICYBOT_TOKEN，先在本机试用。接上真的 Telegram，办法见 README 的 “Connect a real Telegram bot”。")
    return _phone(options)


def _phone(options: argparse.Namespace) -> int:
    from bot.start.desk import PORT, run_on_desk  # noqa: PLC0415 - Telegram costs half a second that `ask` has no use for
    from bot.station.config import load_settings  # noqa: PLC0415 - as above
    from bot.station.logs import set_up_logging  # noqa: PLC0415 - as above

    settings = load_settings()
    set_up_logging(settings.log_level)
    port = getattr(options, "port", None)
    run_on_desk(settings, PORT if port is None else port)
    return 0


def _run(_options: argparse.Namespace) -> int:
    from bot.start.running import run_bot  # noqa: PLC0415 - Telegram costs half a second that `ask` has no use for
    from bot.station.config import ConfigError, load_settings  # noqa: PLC0415 - as above
    from bot.station.logs import set_up_logging  # noqa: PLC0415 - as above

    settings = load_settings()
    if settings.token is None:
        message = "没有设置 POLICYBOT_TOKEN。向 @BotFather 要一个令牌，写进环境变量或 .env 文件；不接 Telegram 可以用 policybot ask"
        raise ConfigError(message)
    set_up_logging(settings.log_level)
    run_bot(settings)
    return 0


def _backup(options: argparse.Namespace) -> int:
    from bot.start import upkeep  # noqa: PLC0415 - each command pays for what it uses
    from bot.station.config import load_settings  # noqa: PLC0415 - as above

    counts = upkeep.back_up(load_settings(), options.file, utc_now())
    print(f"备份写好了：{options.file}（{counts}）")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot.start import upkeep  # noqa: PLC0415 - each command pays for what it uses
    from bot.station.config import load_settings  # noqa: PLC0415 - as above

    if not options.yes:
        print("恢复会用备份换掉现在的人员、每日一案和提问记录（现在的会先另存一份）。机器人要先停下。")
        if input("确定的话输入 yes：").strip().lower() != "yes":
            print("没有改动。")
            return 1
    counts, kept = upkeep.restore(load_settings(), options.file, utc_now())
    print(f"恢复好了（{counts}）。" + (f"恢复以前的内容存在 {kept}。" if kept else ""))
    return 0


def _reload(options: argparse.Namespace) -> int:
    from bot.start import upkeep  # noqa: PLC0415 - each command pays for what it uses
    from bot.station.config import load_settings  # noqa: PLC0415 - as above

    in_use, text = upkeep.reload(load_settings(), accept=options.worse)
    print(text)
    return 0 if in_use else 1


def _admin_code(_options: argparse.Namespace) -> int:
    from bot.chat import talk  # noqa: PLC0415 - as above
    from bot.start import upkeep  # noqa: PLC0415 - each command pays for what it uses
    from bot.station.config import load_settings  # noqa: PLC0415 - as above

    print(talk.first_admin(upkeep.new_admin_code(load_settings(), utc_now())))
    return 0


def _folder(given: Path | None) -> Path:
    if given is not None:
        return given
    # The whole of the settings needs pydantic, which this one value doesn't.
    if Path(".env").exists() or "POLICYBOT_KNOWLEDGE" in os.environ:
        from bot.station.config import load_settings  # noqa: PLC0415 - as above

        return load_settings().knowledge
    return DEFAULT_KNOWLEDGE


def _check(options: argparse.Namespace) -> int:
    from retrieval.content import read_folder  # noqa: PLC0415 - each command pays for what it uses

    folder = _folder(options.folder)
    knowledge, problems = read_folder(folder)
    for problem in problems:
        print(problem)
    for notice in (*knowledge.notices, *_untaught(knowledge)):
        print(notice, file=sys.stderr)
    if problems:
        print(f"共 {len(problems)} 处要改。", file=sys.stderr)
        return 1
    print(
        f"没有问题：{len(knowledge.rules)} 部规章 {len(knowledge.clauses)} 条，{len(knowledge.cases)} 个案例。",
        file=sys.stderr,
    )
    return 0


def _untaught(knowledge: KnowledgeBase) -> Iterator[str]:
    """Say which records would be found better with alternate questions: cases, and clauses that a case cites."""
    cited = dict.fromkeys(clause for case in knowledge.cases for clause in case.cites)
    clauses = [knowledge.clause_by_id[clause] for clause in cited if clause in knowledge.clause_by_id]
    names = [f"“{case.title}”" for case in knowledge.cases if not case.questions]
    names += [f"《{clause.rule.title}》{clause.label}" for clause in clauses if not clause.questions]
    if names:
        first = "、".join(names[:_NAMED]) + (" 等" if len(names) > _NAMED else "")
        yield f"还有 {len(names)} 条没写问法：{first}。每条写上五种大家平常的问法，会更容易问到。"
    bare = [f"“{case.title}”" for case in knowledge.cases if not case.takeaway]
    if bare:
        first = "、".join(bare[:_NAMED]) + (" 等" if len(bare) > _NAMED else "")
        yield f"还有 {len(bare)} 个案例没写一句话教训（takeaway）：{first}。它是回答的第一行，写“该怎么做”。"


def _import(options: argparse.Namespace) -> int:
    from bot.documents.files import import_files  # noqa: PLC0415 - each command pays for what it uses

    failed = False
    for imported in import_files(options.files, options.out, _folder(options.knowledge)):
        failed |= imported.failed
        print(imported.text, file=sys.stderr if imported.failed else sys.stdout)
    return 1 if failed else 0


def _ask(options: argparse.Namespace) -> int:
    folder = _folder(options.knowledge)
    today = options.today or local_today()
    if options.batch is not None:
        questions = list(_batch(options.batch))
        return _answer_all(folder, questions, today, as_json=options.json)
    if options.question is None:
        return _converse(folder, today, as_json=options.json)
    # In a locale that knows no Chinese the bytes of the argument come as surrogates.
    question = os.fsencode(options.question).decode("utf-8", errors="replace")
    return _answer_all(folder, [{"question": question}], today, as_json=options.json)


def _batch(path: Path) -> Iterator[dict[str, Any]]:
    from retrieval.content.textfile import read_text_file  # noqa: PLC0415 - each command pays for what it uses

    file = read_text_file(path.parent, PurePath(path.name))
    if isinstance(file, Problem):
        raise KnowledgeError([file])
    for number, line in enumerate(file.lines, 1):
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            yield {"question": line.strip()}
            continue
        try:
            item = json.loads(line)
            if not isinstance(item.get("question"), str):
                raise TypeError  # noqa: TRY301 - one answer to every way in which a line can be wrong
        except (ValueError, TypeError):
            print(f'{path}:{number}: 这一行要写成一个问题，或者 {{"question": "……"}}', file=sys.stderr)
            raise SystemExit(USAGE_ERROR) from None
        yield item


def _answer_all(folder: Path, questions: Sequence[dict[str, Any]], today: date, *, as_json: bool) -> int:
    """Answer questions; those of one `chat` are one person's conversation, the others stand by themselves."""
    from bot.start.console import Console  # noqa: PLC0415 - each command pays for what it uses
    from retrieval.answering.turns import NOTHING_SAID  # noqa: PLC0415 - as above

    console = Console(folder)
    chats = {str(item["chat"]): NOTHING_SAID for item in questions if item.get("chat")}
    for item in questions:
        start = time.perf_counter()
        if item.get("chat"):
            turn, chats[str(item["chat"])] = console.take(item["question"], chats[str(item["chat"])], today)
        elif item.get("previous"):
            _, before = console.take(str(item["previous"]), NOTHING_SAID, today)
            turn, _ = console.take(item["question"], before, today)
        else:
            turn, _ = console.take(item["question"], NOTHING_SAID, today)
        elapsed = time.perf_counter() - start
        print(console.as_json(turn, elapsed, item.get("id")) if as_json else console.as_text(turn))
        if len(questions) > 1 and not as_json:
            print("─" * 40)
    return 0


def _converse(folder: Path, today: date, *, as_json: bool) -> int:
    from bot.start.console import Console  # noqa: PLC0415 - each command pays for what it uses
    from retrieval.answering.turns import NOTHING_SAID  # noqa: PLC0415 - as above

    console = Console(folder)
    interactive = sys.stdin.isatty()
    conversation = NOTHING_SAID
    if interactive:
        print("用平常的话问；答完可以接着说“原文”“换一个”，或者打选项的数字。直接回车或者 /quit 退出。")
    while True:
        try:
            question = input("问> " if interactive else "").strip()
        except EOFError:
            return 0
        if question == "/quit" or (not question and interactive):
            return 0
        if not question:
            continue
        start = time.perf_counter()
        turn, conversation = console.take(question, conversation, today)
        print(console.as_json(turn, time.perf_counter() - start, None) if as_json else console.as_text(turn) + "\n")


def _evaluate(options: argparse.Namespace) -> int:
    from bot.start import figures  # noqa: PLC0415 - each command pays for what it uses

    folder = _folder(options.knowledge)
    today = options.today or local_today()
    questions = options.questions or folder / "golden.jsonl"
    if not questions.is_file():
        print(f"没有这个文件：{questions}", file=sys.stderr)
        return USAGE_ERROR
    if options.fit is not None:
        start = time.perf_counter()

        def progress(text: str) -> None:
            print(f"{time.perf_counter() - start:6.0f} s  {text}", file=sys.stderr)

        print(figures.fit(folder, questions, options.beside, options.fit, progress))
        return 0
    evaluation = figures.evaluate(folder, questions, today, beside=options.beside)
    against = None
    if options.against is not None:
        against = figures.evaluate(options.against, questions, today, trials=False)
    print(figures.as_json(evaluation, against) if options.json else figures.as_text(evaluation, against))
    return 0
