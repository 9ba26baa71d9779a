"""The command line: `policybot`."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from bot.arguments import read_arguments
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
    options = read_arguments(arguments)
    try:
        return _COMMANDS[options.command](options)
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


_COMMANDS: Mapping[str | None, Callable[[argparse.Namespace], int]] = {
    None: _default,
    "run": _run,
    "phone": _phone,
    "reload": _reload,
    "backup": _backup,
    "restore": _restore,
    "admin-code": _admin_code,
    "ask": _ask,
    "check": _check,
    "evaluate": _evaluate,
    "import": _import,
}
