"""The command line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.local_telegram import TOKEN
from bot.station.folders import DEFAULT_KNOWLEDGE

QUESTION = "停人家的电要提前几天打招呼"
TODAY = ("--today", "2026-11-23")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env and no settings of the developer's own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("POLICYBOT_")]:
        monkeypatch.delenv(name)


def test_ask_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """`ask` shows what Telegram would, without formatting."""
    assert main(["ask", QUESTION, *TODAY]) == 0

    printed = capsys.readouterr().out
    assert "📖 《供电营业规则》第六十七条 〔未核对〕" in printed
    assert "[看全案]" in printed
    assert "<b>" not in printed


def test_ask_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one object a line, with the keys that outside programs rely on."""
    assert main(["ask", "--json", QUESTION, *TODAY]) == 0

    (line,) = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    assert set(answer) == {"question", "tier", "clauses", "cases", "matched", "advice", "act", "reply", "ms"}
    clause, case = answer["clauses"][0], answer["cases"][0]
    assert set(clause) == {"id", "rule", "number", "text", "status", "verified", "replaced_by", "score"}
    assert set(case) == {"id", "title", "kind", "takeaway", "score"}
    assert clause["id"] == "supply-business-rules-1996#67"
    assert clause["number"] == "第六十七条"
    assert clause["status"] == "ended"
    assert clause["verified"] is False
    assert clause["replaced_by"] == "供电营业规则(2024年国家发展和改革委员会令第14号)"
    assert case["id"] == "arrears-disconnection-estate"
    assert answer["tier"] == "direct"
    assert answer["matched"]
    assert "停" in line, "Chinese is printed as it is"


def test_today_decides_on_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    """On the last day of its force the old rule is in force."""
    main(["ask", "--json", "--today", "2024-05-31", QUESTION])

    assert json.loads(capsys.readouterr().out)["clauses"][0]["status"] == "in_force"


def test_a_batch_is_answered_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Plain lines and objects mix; each is answered in its place, with its id where it has one."""
    batch = tmp_path / "questions.txt"
    batch.write_text(f'{QUESTION}\n\n{{"id": "a", "question": "十个不准第4条"}}\n红烧肉怎么做\n', encoding="utf-8")

    assert main(["ask", "--json", "--batch", str(batch), *TODAY]) == 0

    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert "id" not in first
    assert second["id"] == "a"
    assert second["clauses"][0]["id"] == "ten-donts#4"
    assert third["tier"] == "none"
    assert third["clauses"] == third["cases"] == []


def test_a_bad_batch_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that is neither a question nor an object with one ends with exit code 2 and its number."""
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"question": "一"}\n{"q": 1}\n', encoding="utf-8")

    with pytest.raises(SystemExit) as caught:
        main(["ask", "--batch", str(batch), *TODAY])

    assert caught.value.code == 2
    assert "questions.jsonl:2:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["ask", "--today", "gestern"], ["ask", "--batch", "nowhere.txt"], ["nonsense"], ["ask", "--loud"]]
)
def test_bad_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Bad usage is said on stderr and ends with 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_check_lists_problems_with_their_places(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clean folder exits 0; a fault is printed as path:line: message and exits 1."""
    assert main(["check", str(folder)]) == 0
    (folder / "cases" / "broken.md").write_text("---\nid: broken\n", encoding="utf-8")

    assert main(["check", str(folder)]) == 1

    assert "cases/broken.md:1: " in capsys.readouterr().out


def test_ask_with_a_broken_folder_lists_the_problems(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ask` doesn't answer from a broken folder, and shows no traceback."""
    (folder / "rules" / "ten-donts.md").write_text("不是规章", encoding="utf-8")

    assert main(["ask", "--knowledge", str(folder), QUESTION, *TODAY]) == 1

    assert "rules/ten-donts.md:1: " in capsys.readouterr().err


def test_run_without_a_token_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """`run` without a token ends with one line and exit code 1."""
    assert main(["run"]) == 1

    assert "BotFather" in capsys.readouterr().err


def test_a_wrong_setting_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A malformed setting is named in one line."""
    monkeypatch.setenv("POLICYBOT_TOKEN", TOKEN)
    monkeypatch.setenv("POLICYBOT_PROXY", "nonsense")

    assert main(["run"]) == 1

    error = capsys.readouterr().err
    assert error.startswith("设置 POLICYBOT_PROXY 不对：")
    assert error.count("\n") == 1


def test_the_knowledge_setting_is_heeded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """POLICYBOT_KNOWLEDGE names the folder that is answered from."""
    for case in (folder / "cases").glob("*.md"):
        case.unlink()
    monkeypatch.setenv("POLICYBOT_KNOWLEDGE", str(folder))

    assert main(["ask", "--json", QUESTION, *TODAY]) == 0

    assert json.loads(capsys.readouterr().out)["cases"] == []


def test_evaluate_prints_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`evaluate` counts what is right, and lists what isn't."""
    questions = tmp_path / "questions.jsonl"
    right = {
        "question": QUESTION,
        "cases": ["arrears-disconnection-estate"],
        "clauses": ["supply-business-rules-1996#67"],
    }
    wrong = {"id": "w", "question": QUESTION, "cases": ["two-candles"], "clauses": []}
    questions.write_text("\n".join(map(json.dumps, (right, wrong))), encoding="utf-8")

    assert main(["evaluate", "--questions", str(questions), "--json", *TODAY]) == 0
    assert json.loads(capsys.readouterr().out)["case_first"] == 0.5
    assert main(["evaluate", "--questions", str(questions), *TODAY]) == 0
    assert f"w [direct] {QUESTION}" in capsys.readouterr().out


def test_evaluate_tries_imported_cases_and_bystanders(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The case without its alternate questions, and the folder beside it, each have their shares; without a folder it says so."""
    questions = tmp_path / "questions.jsonl"
    item = {"question": "送蜡烛的案例", "cases": ["two-candles"], "clauses": []}
    questions.write_text(json.dumps(item), encoding="utf-8")
    beside = tmp_path / "beside"
    (beside / "cases").mkdir(parents=True)
    bystander = (folder / "cases" / "corridor-light.md").read_text(encoding="utf-8")
    text = re.sub(
        r"^(cites|related): .*\n", r"\1: []\n", bystander.replace("corridor-light", "bystander"), flags=re.MULTILINE
    )
    (beside / "cases" / "bystander.md").write_text(text, encoding="utf-8")

    assert main(["evaluate", "--questions", str(questions), "--beside", str(beside), "--json", *TODAY]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["imported"]["in_turn"]["questions"] == figures["imported"]["halves"]["questions"] == 1
    assert figures["bystanders"]["without"]["first"] == figures["bystanders"]["beside"]["first"] == 1.0
    assert main(["evaluate", "--questions", str(questions), *TODAY]) == 0
    assert "bystanders: not tried" in capsys.readouterr().out


def test_check_says_in_a_line_what_has_no_alternate_question(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cases, and clauses that a case cites, are counted and the first three named; it is no Problem, and other clauses don't count."""
    bare = [
        folder / "cases" / f"{name}.md" for name in ("bypassed-rcd", "corridor-light", "loose-meter-box", "two-candles")
    ]
    for case in bare:
        text = case.read_text(encoding="utf-8")
        case.write_text(re.sub(r"^## 问法\n.*?(?=^## |\Z)", "", text, flags=re.MULTILINE | re.DOTALL), encoding="utf-8")
    statute = (
        "---\nid: law\ntitle: 某法\nkind: guidance\nverified: no\nsource: 试验\n---\n## 第一条\n略。\n## 第二条\n略。\n"
    )
    (folder / "rules" / "law.md").write_text(statute, encoding="utf-8")

    assert main(["check", str(folder)]) == 0

    (notice,) = [line for line in capsys.readouterr().err.splitlines() if "问法" in line]
    assert notice.startswith("还有 4 条没写问法：“")
    assert notice.count("“") == 3
    assert "某法" not in notice


def test_evaluate_prints_the_shares_of_alarms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Alarms that are heard and look-alikes that ring are two shares; those that are judged wrong are listed."""
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"id": str(number), "question": question, "cases": [], "clauses": [], "answerable": False, "alarm": alarm}
        for number, (question, alarm) in enumerate([("有人触电了", True), ("没什么", True), ("着火了", False)])
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    assert main(["evaluate", "--questions", str(questions), *TODAY]) == 0

    printed = capsys.readouterr().out
    assert "alarms_heard                 50.0%" in printed
    assert "look_alikes_ringing         100.0%" in printed
    assert "1 没什么 (an alarm, not heard)" in printed
    assert "2 着火了 (no alarm)" in printed
    assert "有人触电了" not in printed


def test_evaluate_compares_two_folders(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--against` lists each question that is answered worse than from the other folder."""
    questions = tmp_path / "questions.jsonl"
    item = {"id": "candles", "question": "送蜡烛的案例", "cases": ["two-candles"], "clauses": []}
    questions.write_text(json.dumps(item), encoding="utf-8")
    (folder / "cases" / "two-candles.md").unlink()

    folders = ("--knowledge", str(folder), "--against", str(DEFAULT_KNOWLEDGE))
    assert main(["evaluate", "--questions", str(questions), *folders, *TODAY]) == 0

    assert "worse: candles" in capsys.readouterr().out


def test_a_batch_line_may_hold_the_question_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`previous` gives a follow-up its topic."""
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"question": "居民的呢", "previous": "工厂验收合格后几个工作日要装表接电"}\n', encoding="utf-8")

    assert main(["ask", "--json", "--batch", str(batch), *TODAY]) == 0

    assert json.loads(capsys.readouterr().out)["cases"][0]["id"] == "late-connection"


def test_it_runs_as_a_module_in_a_plain_locale(tmp_path: Path, cache: Path) -> None:
    """`python -m bot` prints Chinese even where the locale knows none."""
    environment = os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0", "XDG_CACHE_HOME": str(cache)}

    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", "ask", "--knowledge", str(DEFAULT_KNOWLEDGE), QUESTION],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    assert "第六十七条" in done.stdout.decode("utf-8")
