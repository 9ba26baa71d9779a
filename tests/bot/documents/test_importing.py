"""Documents that an admin sends to the bot: shown, taken in, asked about, taken back."""

import asyncio
import io
import json
import os
import re
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from bot.chat import talk
from bot.documents import words
from bot.documents.drafts import LARGEST_FILE, Drafts, clean_name
from bot.documents.shelf import KEPT, KeepingError
from bot.documents.ways import Way
from bot.generation.generations import Generation
from bot.library.handlers_history import editor
from bot.library.library import Library
from bot.people import words as people_words
from bot.people.roster import RosterRow
from bot.people.roster_sheet import roster_sheet
from bot.start.app import Parts, build, library_of
from bot.start.desk import copy_knowledge
from bot.station.config import Settings
from bot.station.roles import Role
from bot.storage.database import Database
from bot.transport.journal import Journal
from retrieval.importing import ImportingError
from tests.bot.conftest import ADMIN, STAFF, Telegram
from tests.bot.phone import Phone
from tests.bot.seam import TelegramRequest
from tests.clock import NOW, Clock, station
from tests.conftest import KNOWLEDGE
from tests.retrieval.importing.documents import CASES, QUESTION, TITLE, archive, pdf, sheet, with_part, word

WATCH = (
    "某供电所值班管理办法",
    "某电所〔2019〕3号",
    *(f"第{number}条　值班人员应当做好第{number}项工作。" for number in "一二三四五六七八九十"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With a knowledge folder of its own, and without acceptance questions: whether these are answered worse is another matter."""
    folder = copy_knowledge(KNOWLEDGE, tmp_path)
    (folder / "golden.jsonl").unlink()
    return settings.model_copy(update={"knowledge": folder})


@pytest.fixture
def library(settings: Settings, clock: Clock, generation: Generation) -> Library:
    """The copy, in use."""
    library = library_of(settings, clock)
    library.open(lambda _folder: generation)  # the same content, indexed once for all tests
    return library


@pytest.fixture
async def clerk(admin: Phone, phone: Phone) -> Phone:
    """The admin's phone; the electrician has started the bot, too."""
    await admin.deliver()
    await phone.says("/start")
    return admin


@pytest.fixture
def drafts(parts: Parts) -> Drafts:
    """What waits."""
    return parts.drafts


def files_of(library: Library) -> dict[str, bytes]:
    """Every file of the knowledge."""
    return {
        path.relative_to(library.folder).as_posix(): path.read_bytes()
        for path in library.folder.rglob("*")
        if path.is_file()
    }


def everything_in(folder: Path) -> set[Path]:
    """Every file and folder."""
    return set(folder.rglob("*"))


async def send(phone: Phone, telegram: Telegram, name: str, data: bytes) -> None:
    """Send a document to the bot."""
    telegram.sends_file(phone.chat.id, name, data)
    await phone.deliver()


def documents_in(phone: Phone, telegram: Telegram) -> dict[str, bytes]:
    """The files that the bot has sent, by their names."""
    found = {}
    for message in phone.shown:
        if "document" in message:
            file = telegram.file(message["document"]["file_id"])
            assert file is not None
            found[file.name] = file.data
    return found


# ---- the whole way


async def test_a_document_is_shown_taken_in_answered_with_and_taken_back(
    clerk: Phone, phone: Phone, telegram: Telegram, library: Library
) -> None:
    """Three cases of a .docx are seen first; taken in, they answer; taken back by /history, they don't."""
    before = files_of(library)
    await send(clerk, telegram, "案例汇编.docx", word(CASES))

    assert clerk.text.startswith("📄 案例汇编.docx")
    assert "案例 3 个" in clerk.text
    assert "引用：库里有的 1 处，库里没有的 1 处" in clerk.text
    assert f"· {TITLE}\n  📌 换表必须留下告知单" in clerk.text
    assert re.search(r"引用了、库里没有的（1）\n· 第 6 段：.*第九百条", clerk.text)
    assert re.search(r"· 第 2 段：案例一原文没有写全", clerk.text)
    assert "没有写进草稿的文字（1）\n· 第 1 段：分组的标题：某县供电公司服务案例汇编" in clerk.text
    assert clerk.text.count("cases/") == 3
    assert "3 个案例还没有问法" in clerk.text
    assert clerk.labels == ["✅ 采用", "丢弃", "让我看看文件"]
    assert files_of(library) == before
    await phone.says(QUESTION)
    assert TITLE not in phone.text

    await clerk.presses("✅ 采用")

    assert clerk.text.startswith("✅ 已启用")
    assert "➕ 新增案例：" in clerk.text
    assert clerk.labels == ["↩ 撤销"]
    assert len(files_of(library)) == len(before) + 3
    await phone.says(QUESTION)
    assert TITLE in phone.text

    await clerk.says("/history")
    await clerk.presses("1")
    await clerk.presses("退回到这一次")
    await clerk.presses("确定退回")

    assert clerk.text.startswith("✅ 已启用")
    assert files_of(library) == before
    await phone.says(QUESTION)
    assert TITLE not in phone.text


async def test_answers_that_got_worse_are_decided_on(
    clerk: Phone, telegram: Telegram, library: Library, settings: Settings
) -> None:
    """Where an acceptance question is answered worse, the import waits for a second yes, and a no puts all back."""
    golden = {
        "id": "1",
        "question": "换表没留换表告知单",
        "cases": ["estimated-reading"],
        "clauses": [],
        "answerable": True,
    }
    case = settings.knowledge / "cases" / "estimated-reading.md"
    case.write_text(
        case.read_text(encoding="utf-8").replace("## 问法\n", "## 问法\n- 换表没留换表告知单\n", 1), encoding="utf-8"
    )
    (settings.knowledge / "golden.jsonl").write_text(json.dumps(golden | {"style": "spoken"}) + "\n", encoding="utf-8")
    await clerk.says("/reload")
    before = files_of(library)
    text = case.read_text(encoding="utf-8").replace("- 换表没留换表告知单\n", "")
    await send(clerk, telegram, "estimated-reading.md", text.encode())
    await clerk.presses("替换原来的")

    assert clerk.text.startswith("⚠️ 还没有启用：有 1 个验收问题")
    await clerk.presses("不启用，文件也还原")
    assert files_of(library) == before


async def test_the_preview_comes_in_the_place_of_the_word_that_it_is_being_read(
    clerk: Phone, telegram: Telegram
) -> None:
    """One message: at once a word, then what was found."""
    count = len(clerk.shown)
    telegram.calls.clear()

    await send(clerk, telegram, "案例.docx", word(CASES))

    assert len(clerk.shown) == count + 1
    said = [parameters["text"] for method, parameters in telegram.calls if method in {"sendMessage", "editMessageText"}]
    assert said[0].startswith("⏳ 正在读“案例.docx”")
    assert "案例 3 个" in said[1]


async def test_a_rule_book_shows_what_it_says_of_itself(clerk: Phone, phone: Phone, telegram: Telegram) -> None:
    """Number of clauses, document number, edition; and what was not found."""
    await send(clerk, telegram, "值班.docx", word(WATCH))

    assert "《某供电所值班管理办法》 10 条" in clerk.text
    assert "文号 某电所〔2019〕3号" in clerk.text
    assert "没有找到：发文单位、施行" in clerk.text

    await clerk.presses("✅ 采用")
    assert "新增规章：《某供电所值班管理办法》" in clerk.text or "新增规章：某供电所值班管理办法" in clerk.text
    await phone.says("值班管理办法第三条")
    assert "值班人员应当做好第三项工作" in phone.text


async def test_a_list_of_questions_becomes_guidance(clerk: Phone, phone: Phone, telegram: Telegram) -> None:
    """An .xlsx of questions and answers says what becomes of it, and which of them are answered already; then it answers."""
    questions = sheet(
        ["服务常见问答"],
        ["序号", "问题", "答案"],
        [1, "停人家的电要提前几天打招呼", "三至七天。"],
        [2, "柜台上的共享雨伞怎么借", "登记姓名电话，押身份证以外的物品，三天内还。"],
    )
    await send(clerk, telegram, "问答.xlsx", questions)

    assert "问答 2 个" in clerk.text
    assert "员工会看到“不是正式规章”" in clerk.text
    assert "其中 1 个问题现在就答得出" in clerk.text
    assert "停人家的电要提前几天打招呼 → 《供电营业规则》第六十七条" in clerk.text

    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("✅ 已启用")
    await phone.says("柜台上的共享雨伞怎么借")
    assert "登记姓名电话" in phone.text
    assert "不是正式规章" in phone.text


async def test_a_question_bank_becomes_quizzes(
    clerk: Phone, phone: Phone, telegram: Telegram, library: Library
) -> None:
    """What is asked in an exam is not looked up: false statements and wrong options are shown to nobody who asks."""
    bank = sheet(
        ["服务知识题库"],
        ["题型", "题目", "选项A", "选项B", "答案", "依据"],
        ["单选", "柜台上的共享雨伞押什么", "身份证", "其他物品", "B", "《供电营业规则》第六十七条"],
        ["判断", "柜台上的共享雨伞可以借一年", None, None, "错误", None],
    )
    await send(clerk, telegram, "题库.xlsx", bank)

    assert "题库 2 道题" in clerk.text
    assert "题目只用来考，员工问不到" in clerk.text

    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("✅ 已启用")
    (held,) = library.knowledge.current.knowledge.banks
    assert (held.title, held.about) == ("服务知识题库", ("", "supply-business-rules-1996#67"))
    await phone.says("柜台上的共享雨伞能借多久")
    assert "借一年" not in phone.text
    await send(clerk, telegram, "题库.xlsx", bank)
    assert "库里有同名的" in clerk.text


async def test_a_zip_of_documents_is_one_draft(clerk: Phone, telegram: Telegram, library: Library) -> None:
    """Word and text in one archive: both are shown, both are written."""
    count = len(files_of(library))
    both = archive({"值班.docx": word(WATCH), "案例.txt": "\n".join(CASES).encode()})
    await send(clerk, telegram, "全部.zip", both)

    assert "规章 1 部 10 条" in clerk.text
    assert "案例 3 个" in clerk.text
    await clerk.presses("✅ 采用")
    assert len(files_of(library)) == count + 4


# ---- looking at the files, and mending them


async def test_the_files_can_be_looked_at(clerk: Phone, telegram: Telegram) -> None:
    """Up to three files come one by one, with the whole report, and with the buttons to decide."""
    await send(clerk, telegram, "案例汇编.docx", word(CASES))
    await clerk.presses("让我看看文件")

    files = documents_in(clerk, telegram)
    assert len(files) == 4
    assert sum(name.endswith(".md") for name in files) == 3
    report = files["案例汇编-报告.txt"].decode("utf-8-sig")
    assert "第 6 段" in report
    assert "可以用记事本改" in clerk.last["caption"]
    assert clerk.labels == ["✅ 采用", "丢弃", "让我看看文件"]

    below = clerk.last["message_id"]
    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("✅ 已启用")
    assert "reply_markup" not in clerk.chat.messages[below]


async def test_more_than_three_files_come_as_one_zip(clerk: Phone, telegram: Telegram) -> None:
    """So that nobody gets fifty messages."""
    await send(clerk, telegram, "全部.zip", archive({"a.docx": word(WATCH), "b.docx": word(CASES)}))
    await clerk.presses("让我看看文件")

    files = documents_in(clerk, telegram)
    assert set(files) == {"全部-草稿.zip", "全部-报告.txt"}
    with zipfile.ZipFile(io.BytesIO(files["全部-草稿.zip"])) as opened:
        assert len(opened.namelist()) == 4


async def test_a_file_that_was_mended_takes_its_place_in_the_draft(
    clerk: Phone, phone: Phone, telegram: Telegram, library: Library, drafts: Drafts
) -> None:
    """An .md sent back is shown, Problems by line; mended again, the whole draft goes in with it; the older preview is worth nothing."""
    await send(clerk, telegram, "案例汇编.docx", word(CASES))
    first = clerk.last
    await clerk.presses("让我看看文件")
    name, text = next(
        (name, data.decode())
        for name, data in documents_in(clerk, telegram).items()
        if b"\xe8\xa2\xab\xe5\x81\xb7" in data and name.endswith(".md")
    )

    await send(clerk, telegram, name, text.replace("kind: negative", "kind: 反面").encode())
    assert "草稿里换成了您改过的文件" in clerk.text
    assert f"📄 cases/{name}\n第 4 行：“kind”只能是" in clerk.text
    assert f"《{TITLE}》案例 1 个" in clerk.text
    assert "草稿还要改" in clerk.text
    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("❌ 没有启用")
    assert "第 4 行" in clerk.text
    assert "草稿还留着" in clerk.text

    mended = re.sub("takeaway: .*", "takeaway: 换表要当面交代，人不在就贴告知单。", text)
    await send(clerk, telegram, name, mended.replace("\n", "\r\n").encode())
    for _ in range(2):  # what is sent once more changes nothing
        assert len(clerk_drafts := drafts.waiting()) == 1
        assert len(clerk_drafts[0].paths) == 3
        await send(clerk, telegram, name, mended.replace("\n", "\r\n").encode())
    assert "处写法不对" not in clerk.text
    assert "草稿还要改" not in clerk.text  # the faults of the earlier one
    assert "📌 换表要当面交代" in clerk.text
    assert "案例汇编.docx" in clerk.text
    preview = clerk.last
    await clerk.presses("✅ 采用", first)
    assert telegram.alerts[-1] == words.STALE
    assert not (library.folder / "cases" / name).exists()

    await clerk.presses("✅ 采用", preview)
    assert len(list(library.folder.glob("cases/*.md"))) == len(list(KNOWLEDGE.glob("cases/*.md"))) + 3
    await phone.says(QUESTION)
    assert "📌 换表要当面交代" in phone.text


async def test_a_case_without_its_head_is_named_by_its_file(clerk: Phone, telegram: Telegram) -> None:
    """Where neither title nor takeaway can be read the list shows no empty lines."""
    await send(clerk, telegram, "a.md", b"---\nid: abc\ntakeaway x\ntitle: x\ntakeaway: y\n---\n## x\n\xe4\xb8\x80\n")

    assert "· （cases/abc.md，标题读不出）\n" in clerk.text
    assert "📌 \n" not in clerk.text


async def test_what_was_at_fault_before_is_not_the_documents_fault(
    clerk: Phone, telegram: Telegram, library: Library
) -> None:
    """Where a file saved by hand can't be read the admin is not sent to mend the draft; once it is mended the same button works."""
    await send(clerk, telegram, "案例汇编.docx", word(CASES))
    broken = library.folder / "rules" / "ten-donts.md"
    before = broken.read_bytes()
    broken.write_bytes(before.replace(b"kind: company", b"kind: x"))
    await clerk.presses("✅ 采用")

    assert clerk.text.startswith(
        "❌ 没有办成：知识文件夹里早先存下的文件有 1 处毛病，要先改好。您这次要改的还没有写进去。"
    )
    assert "rules/ten-donts.md\n第 7 行" in clerk.text
    assert "草稿还留着：上面那些改好以后" in clerk.text
    broken.write_bytes(before)
    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("✅ 已启用")


@pytest.mark.parametrize("way", ["替换原来的", "另存为新的"])
async def test_nothing_that_is_there_is_replaced_without_a_word(
    clerk: Phone, telegram: Telegram, library: Library, way: str
) -> None:
    """A file whose id is taken: the preview says so and how much is there; one button replaces it, another one keeps both."""
    name = "estimated-reading"
    old = (library.folder / "cases" / f"{name}.md").read_bytes()
    new = old.decode().replace("takeaway: ", "takeaway: 新的。", 1).encode()
    await send(clerk, telegram, f"{name}.md", new)

    assert "库里已经有的文件（1）" in clerk.text
    assert re.search(r"现在有 \d{2,3} 条问法", clerk.text)
    assert clerk.labels == ["替换原来的", "另存为新的", "丢弃", "让我看看文件"]

    await clerk.presses_data(f"ia{clerk.buttons()[0]['callback_data'][2:]}")
    assert "还没有采用" in clerk.text
    assert (library.folder / "cases" / f"{name}.md").read_bytes() == old

    await clerk.presses(way)
    held = (library.folder / "cases" / f"{name}.md").read_bytes()
    beside = library.folder / "cases" / f"{name}-2.md"
    assert held == (new if way == "替换原来的" else old)
    assert beside.exists() is (way == "另存为新的")
    if beside.exists():
        assert f"id: {name}-2\n".encode() in beside.read_bytes()


async def test_the_same_document_once_more_is_not_taken_in_twice(
    clerk: Phone, telegram: Telegram, library: Library
) -> None:
    """Titles that are held are named; only what is new is taken, and where nothing is new there is no such button."""
    await send(clerk, telegram, "案例.docx", word(CASES[:8]))
    await clerk.presses("✅ 采用")
    await send(clerk, telegram, "案例全.docx", word(CASES))

    assert "库里有同名的（1）" in clerk.text
    assert clerk.labels == ["同名的也加进去", "只采用库里没有的", "丢弃", "让我看看文件"]
    await clerk.presses("只采用库里没有的")
    assert clerk.text.startswith("✅ 已启用")
    assert len(list(library.folder.glob("cases/*.md"))) == len(list(KNOWLEDGE.glob("cases/*.md"))) + 3

    await send(clerk, telegram, "案例全.docx", word(CASES))
    assert clerk.labels == ["同名的也加进去", "丢弃", "让我看看文件"]


async def test_a_draft_whose_cases_were_taken_in_meanwhile_says_so(
    clerk: Phone, telegram: Telegram, library: Library
) -> None:
    """Two previews of the same cases: the second one is not simply taken in after the first."""
    await send(clerk, telegram, "甲.docx", word(CASES))
    one = clerk.last
    await send(clerk, telegram, "乙.docx", word([*CASES, "以上供学习。"]))
    other = clerk.last
    await clerk.presses("✅ 采用", one)
    count = len(files_of(library))

    await clerk.presses("✅ 采用", other)

    message = next(message for message in clerk.shown if message["message_id"] == other["message_id"])
    assert message["text"].startswith("⚠️ 还没有采用")
    assert len(files_of(library)) == count


async def test_the_same_document_sent_twice_waits_once(clerk: Phone, telegram: Telegram, drafts: Drafts) -> None:
    """The later preview counts, with the same names of files; the earlier one is worth nothing."""
    await send(clerk, telegram, "案例.docx", word(CASES))
    earlier = clerk.last
    (first,) = drafts.waiting()
    telegram.says(ADMIN, "/help")  # something in between
    data = telegram.file(next(m for m in clerk.chat.messages.values() if "document" in m)["document"]["file_id"])
    assert data is not None
    await send(clerk, telegram, "案例.docx", data.data)

    (second,) = drafts.waiting()
    assert second.ticket != first.ticket
    assert second.paths == first.paths
    await clerk.presses("✅ 采用", earlier)
    assert telegram.alerts[-1] == words.STALE


# ---- what can't be read


def _encrypted_pdf() -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(["第一条　值班。"]))))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _bomb(name: str) -> bytes:
    return with_part(word(CASES), name, bytes(30 * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("坏.docx", lambda: word(CASES)[:900], "已经损坏"),
        ("空.docx", lambda: word([]), "是空的"),
        ("空.txt", lambda: b" \r\n", "是空的"),
        ("炸弹.docx", lambda: _bomb("word/media/a.bin"), "压缩得不正常"),
        ("炸弹.zip", lambda: archive({"a.txt": bytes(40 * 1024 * 1024)}), "压缩得不正常"),
        ("图.docx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "是一张图片"),
        ("锁.pdf", _encrypted_pdf, "有密码"),
        ("锁.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "有密码"),
        ("老.doc", lambda: OLE, "老格式"),
        ("老.xls", lambda: OLE, "老格式"),
        ("宏.docm", lambda: word(CASES), "带宏"),
        ("藏着宏.docx", lambda: with_part(word(CASES), "word/vbaProject.bin", b"x"), "里有宏"),
        ("坏.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 8, "损坏"),
        ("坏.xlsx", lambda: b"PK\x03\x04" + bytes(range(256)), "损坏"),
        ("锁.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "有密码"),
        ("包.rar", lambda: b"Rar!" + bytes(100), "别的压缩格式"),
        ("声音.mp3", lambda: b"ID3" + bytes(100), "不认识是什么文件"),
        ("没有尾巴", lambda: b"abc", "不认识是什么文件"),
        ("读数.csv", "日期,读数\n1,2\n".encode, "不认识是什么文件"),
        ("聊天.txt", "今天天气不错，大家辛苦了。".encode, "没有能导入的内容"),
    ],
)
async def test_what_can_not_be_read_gets_one_clear_sentence(
    clerk: Phone, telegram: Telegram, drafts: Drafts, name: str, make: Callable[[], bytes], said: str
) -> None:
    """Damaged, empty, a bomb, a picture, locked, old, with macros, something else: said in a sentence, and nothing is kept."""
    await send(clerk, telegram, name, make())

    assert said in clerk.text
    assert name.rpartition(".")[0] in clerk.text
    assert "编号" not in clerk.text, "no trouble of the bot's own"
    assert clerk.labels == []
    assert drafts.waiting() == ()


async def test_a_big_file_is_refused_without_being_fetched(clerk: Phone, telegram: Telegram) -> None:
    """30 MB, and all above the limit, by what Telegram says of its size."""
    telegram.calls.clear()
    for size in (30 * 1024 * 1024, LARGEST_FILE + 1):
        await send(clerk, telegram, "大<b>.docx", bytes(size))
        assert "请分成几个文件" in clerk.text
        assert "大<b>.docx" in clerk.text
    assert "30.0 MB" in clerk.shown[-2]["text"]
    assert "getFile" not in {method for method, _ in telegram.calls}


async def test_a_file_that_does_not_come_through_may_be_sent_again(clerk: Phone, drafts: Drafts) -> None:
    """Where Telegram doesn't hand it out the admin reads so."""
    await clerk.sends(document={"file_id": "gone", "file_unique_id": "gone", "file_name": "案例.docx"})

    assert clerk.text == words.NOT_FETCHED.html
    assert drafts.waiting() == ()


async def test_too_much_text_is_refused(clerk: Phone, telegram: Telegram) -> None:
    """What would take minutes is to be sent in parts."""
    await send(clerk, telegram, "长.txt", "一".encode() * 1_500_001)

    assert "一次最多 150 万字" in clerk.text


async def test_names_show_as_they_are_and_lead_nowhere(
    clerk: Phone, telegram: Telegram, settings: Settings, tmp_path: Path
) -> None:
    """HTML, folders and control characters in a name, in titles and in texts do no harm."""
    before = everything_in(tmp_path)
    cases = [CASES[0], "案例一 换表<b>不留条&跑了", *CASES[2:]]
    await send(clerk, telegram, "..\\..\\../../../<i>案例&amp;\u202egnp.docx", word(cases))

    assert "📄 <i>案例&amp;gnp.docx" in clerk.text
    assert "换表<b>不留条&跑了" in clerk.text
    await clerk.presses("让我看看文件")
    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("✅ 已启用")
    new = everything_in(tmp_path) - before
    assert new
    assert all(path.is_relative_to(settings.knowledge) or path.is_relative_to(settings.data) for path in new)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\文件\\a.docx", "a.docx"),
        ("a\x00\n\u202eb.md", "ab.md"),
        ("", "文件"),
        ("长" * 200 + ".docx", "长" * 54 + "….docx"),
    ],
)
def test_a_name_is_cleaned(given: str, clean: str) -> None:
    """Folders and what can't be printed are dropped; long ones keep their ending."""
    assert clean_name(given) == clean
    assert len(clean_name(given)) <= 60


# ---- pages


async def test_a_long_preview_has_pages(clerk: Phone, telegram: Telegram) -> None:
    """Forty cases are turned over page by page, every page within Telegram's limits, none of them lost."""
    lines = [
        line
        for number in range(1, 41)
        for line in (
            f"案例{number} 第{number}件事情的经过",
            "【事件过程】",
            f"某日发生第{number}件事。" * 5,
            "【案例点评】",
            f"第{number}件事要先问清楚再办。",
        )
    ]
    await send(clerk, telegram, "汇编.docx", word(lines))
    assert "（第 1 页，共" in clerk.text
    seen = clerk.text
    while "下一页 ▶" in clerk.labels:
        await clerk.presses("下一页")
        seen += clerk.text
    assert all(f"第{number}件事情的经过" in seen for number in range(1, 41))
    assert clerk.labels == ["◀ 上一页", "✅ 采用", "丢弃", "让我看看文件"]
    await clerk.presses_data(clerk.buttons()[0]["callback_data"].partition(".")[0] + ".999")
    assert clerk.labels[0] == "◀ 上一页"


async def test_no_text_is_too_long_to_be_shown(clerk: Phone, telegram: Telegram) -> None:
    """Titles, values and wrong values of thousands of characters are cut; every page arrives."""
    long = "<&😀”" * 1500
    text = f"---\nid: long\ntitle: '{long}'\nkind: '{long}'\ncategory: x\nsource: x\ntakeaway: '{long}'\n---\n## 经过\n{long}\n"
    await send(clerk, telegram, "long.md", text.encode())

    assert "❌ 有 2 处写法不对" in clerk.text
    assert "“kind”只能是" in clerk.text
    while "下一页 ▶" in clerk.labels:
        await clerk.presses("下一页")
    assert clerk.labels[-1] == "让我看看文件"


# ---- taps


async def test_two_quick_taps_take_it_in_once(clerk: Phone, telegram: Telegram, library: Library) -> None:
    """The second tap finds nothing to do; the history has one step."""
    await send(clerk, telegram, "案例.docx", word(CASES))
    message, data = clerk.last, clerk.buttons()[0]["callback_data"]
    telegram.presses(ADMIN, message["message_id"], data)
    telegram.presses(ADMIN, message["message_id"], data)
    await clerk.deliver()

    assert telegram.alerts[-1] == words.STALE
    assert [entry.why for entry in library.history()] == ["导入 案例.docx", "第一次启动"]


async def test_two_admins_at_the_same_moment_take_it_in_once(
    clerk: Phone, telegram: Telegram, parts: Parts, library: Library
) -> None:
    """Also where both are dealt with side by side."""
    await send(clerk, telegram, "案例.docx", word(CASES))
    (held,) = parts.drafts.waiting()
    by = await editor(parts.people, ADMIN)
    both = await asyncio.gather(*(parts.drafts.take_in(held.ticket, by, Way.PLAIN) for _ in range(2)))

    assert sum(taken is not None for taken in both) == 1
    assert len(library.history()) == 2


@pytest.mark.usefixtures("clerk")
async def test_one_document_is_read_at_a_time(phone: Phone, parts: Parts, telegram: Telegram) -> None:
    """Who sends a second one meanwhile is told that he waits, and gets his preview all the same."""
    await parts.people.set_role(STAFF, Role.ADMIN, ADMIN, NOW)
    turn = parts.drafts._turn
    await turn.acquire()
    telegram.sends_file(STAFF, "案例.docx", word(CASES))
    waiting = asyncio.create_task(phone.deliver())
    async with asyncio.timeout(10):
        while "前面还有一份" not in phone.text:  # noqa: ASYNC110 - Telegram has no event to wait for
            await asyncio.sleep(0)
    turn.release()
    await waiting

    assert "案例 3 个" in phone.text


async def test_thrown_away_is_gone(clerk: Phone, telegram: Telegram, drafts: Drafts, library: Library) -> None:
    """丢弃 leaves nothing on the disk, and its other buttons are worth nothing."""
    before = files_of(library)
    await send(clerk, telegram, "案例.docx", word(CASES))
    (held,) = drafts.waiting()
    await clerk.presses("丢弃")

    assert clerk.text == words.DROPPED.html
    await clerk.presses_data(f"ia{held.ticket}")
    assert telegram.alerts[-1] == words.STALE
    assert files_of(library) == before


async def test_forged_buttons_of_staff_do_nothing(
    clerk: Phone, phone: Phone, telegram: Telegram, drafts: Drafts, library: Library
) -> None:
    """Every button of the import, pressed by somebody who is no admin, and by a former one; then data that is none of ours."""
    before = files_of(library)
    await send(clerk, telegram, "案例.docx", word(CASES))
    (held,) = drafts.waiting()
    count = len(phone.shown)
    for action in "arbndf":
        await phone.presses_data(f"i{action}{held.ticket}")
        assert telegram.alerts[-1] == people_words.NOT_YOUR_ROLE
    assert len(phone.shown) == count
    assert drafts.waiting() == (held,)

    for data in ("ia" + "0" * 16, f"ia{held.ticket}x", f"ip{held.ticket}.9999", f"ia{held.ticket}/../x"):
        await clerk.presses_data(data)
        assert telegram.alerts[-1] == words.STALE
    assert files_of(library) == before


@pytest.mark.usefixtures("clerk")
async def test_a_role_that_is_lost_between_preview_and_tap(
    phone: Phone, parts: Parts, telegram: Telegram, library: Library
) -> None:
    """A former admin's tap changes nothing."""
    people = parts.people
    await people.set_role(STAFF, Role.ADMIN, ADMIN, NOW)
    await send(phone, telegram, "案例.docx", word(CASES))
    before = files_of(library)
    await people.set_role(STAFF, Role.STAFF, ADMIN, NOW)

    await phone.presses("✅ 采用")

    assert telegram.alerts[-1] == people_words.NOT_YOUR_ROLE
    assert files_of(library) == before


async def test_nobody_but_admins_gets_a_document_read(phone: Phone, telegram: Telegram, drafts: Drafts) -> None:
    """A document of anybody else is answered as ever, and is not fetched."""
    await phone.says("/start")
    telegram.calls.clear()
    await send(phone, telegram, "案例.docx", word(CASES))

    assert phone.text == talk.NO_FILE.html
    assert "getFile" not in {method for method, _ in telegram.calls}
    assert drafts.waiting() == ()


async def test_a_list_of_people_stays_a_list_of_people(clerk: Phone, telegram: Telegram, drafts: Drafts) -> None:
    """An .xlsx with the heading of a list is none of the import's business."""
    data = await asyncio.to_thread(roster_sheet, [RosterRow(0, 4711, "钱多多", "抄表班", "staff", False)])
    await send(clerk, telegram, "表.xlsx", data)

    assert "新增 1 人" in clerk.text
    assert drafts.waiting() == ()


async def test_help_tells_admins_how(clerk: Phone, phone: Phone) -> None:
    """One line more than for others."""
    await clerk.says("/help")
    await phone.says("/help")

    assert "直接发给我，就能导入" in clerk.text
    assert "导入" not in phone.text


# ---- the disk


async def test_a_restart_between_preview_and_tap_loses_nothing(
    clerk: Phone, telegram: Telegram, settings: Settings, library: Library, request_seam: TelegramRequest, clock: Clock
) -> None:
    """Another process on the same folders shows and takes in what the first one has drafted."""
    await send(clerk, telegram, "案例.docx", word(CASES))
    message = clerk.last

    library.close()
    again = library_of(settings, clock)
    again.open()
    database = Database("sqlite+aiosqlite://")
    parts = build(settings, again, lambda _pool: request_seam, Journal(None), database, clock=clock)
    await parts.journal.open(clock())
    await database.open(clock())
    await parts.people.open()
    async with parts.application:
        other = Phone(parts.application, telegram, ADMIN)
        await other.presses("✅ 采用", message)
        assert other.text.startswith("✅ 已启用")
    await database.close()
    await parts.journal.close()
    assert TITLE in {case.title for case in again.knowledge.current.knowledge.cases}


async def test_a_disk_that_takes_nothing_is_told_of(clerk: Phone, telegram: Telegram, settings: Settings) -> None:
    """Where drafts can't be kept the admin reads so, and may try again once there is room."""
    place = settings.data / "drafts"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where a folder should be")
    await send(clerk, telegram, "案例.docx", word(CASES))

    assert clerk.text.startswith("❌ 草稿存不下")
    assert clerk.labels == []
    place.unlink()
    await send(clerk, telegram, "案例.docx", word(CASES))
    assert "✅ 采用" in clerk.labels


async def test_a_folder_that_takes_nothing_leaves_the_draft(
    clerk: Phone, telegram: Telegram, library: Library, settings: Settings
) -> None:
    """Where the knowledge can't be written nothing changes, the admin reads why, and the draft can be taken in later."""
    await send(clerk, telegram, "案例.docx", word(CASES))
    before = files_of(library)
    contents = settings.data / "knowledge" / "restoring.json"
    contents.mkdir()  # the note without which nothing may be written
    await clerk.presses("✅ 采用")

    assert clerk.text.startswith("❌ 没有办成")
    assert files_of(library) == before
    contents.rmdir()
    await clerk.presses("✅ 采用")
    assert clerk.text.startswith("✅ 已启用")


@pytest.fixture
def shelf(library: Library, tmp_path: Path, clock: Clock) -> Drafts:
    """Drafts without a bot around them."""
    return Drafts(tmp_path / "shelf", library, station(clock))


def rules(number: int) -> Sequence[str]:
    """A rule book of its own."""
    return [f"第{number}号供电所值班办法", *WATCH[2:]]


async def test_the_oldest_drafts_go(shelf: Drafts, clock: Clock, tmp_path: Path) -> None:
    """Thirty are kept, for thirty days; what was never finished goes, too."""
    (tmp_path / "shelf" / ("f" * 16)).mkdir(parents=True)
    for number in range(KEPT + 2):
        clock.go_on(minutes=1)
        await shelf.make(f"{number}.docx", word(rules(number)), ADMIN)
    assert [held.name for held in shelf.waiting()] == [f"{number}.docx" for number in range(2, KEPT + 2)]
    assert len(list((tmp_path / "shelf").iterdir())) == KEPT

    (old, *_) = shelf.waiting()
    clock.go_on(days=30)
    assert shelf.get(old.ticket) is None
    await shelf.make("新.docx", word(rules(99)), ADMIN)
    assert [held.name for held in shelf.waiting()] == ["新.docx"]
    assert len(list((tmp_path / "shelf").iterdir())) == 1


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """Inside, no file may become larger than so many bytes; not even the one to which a test's outcome is written, so be quick."""
    resource = pytest.importorskip("resource", reason="this system has no limit for the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 1024], ids=["the document", "what is checked"])
async def test_a_draft_is_kept_whole_or_not_at_all(shelf: Drafts, tmp_path: Path, size: int) -> None:
    """Where the disk refuses a file in the middle the sender reads so, and nothing is left of the draft."""
    data = with_part(word(rules(1)), "word/media/image.bin", os.urandom(3 * 1024 * 1024))
    with pytest.raises(KeepingError, match="草稿存不下"), small_disk(size):
        await shelf.make("值班.docx", data, ADMIN)

    assert everything_in(tmp_path / "shelf") == set()


async def test_an_id_that_no_file_can_have_is_refused(shelf: Drafts) -> None:
    """It is the sender's to mend, not the disk's."""
    text = f"---\nid: {'a' * 300}\ntitle: 长\nkind: company\nverified: no\nsource: x\n---\n## 第一条\n值班。\n"
    with pytest.raises(ImportingError, match="id 太长"):
        await shelf.make("a.md", text.encode(), ADMIN)


async def test_what_takes_too_long_is_given_up(library: Library, tmp_path: Path, clock: Clock) -> None:
    """Then nothing is kept, also when the reading comes to its end later, and the next document is read."""
    shelf = Drafts(tmp_path / "shelf", library, station(clock), patience=0.0)
    with pytest.raises(ImportingError, match="读了很久还没有读完"):
        await shelf.make("值班.docx", word(rules(1)), ADMIN)
    for thread in threading.enumerate():
        if thread.name == "drafting":
            await asyncio.to_thread(thread.join)

    assert not shelf.is_reading
    assert shelf.waiting() == ()


async def test_drafts_that_wait_share_no_id(shelf: Drafts) -> None:
    """Two documents of one title get files of their own."""
    one = await shelf.make("甲.docx", word(rules(1)), ADMIN)
    other = await shelf.make("乙.docx", word([*rules(1), "第十一条　另有规定的除外。"]), STAFF)

    assert not set(one.paths) & set(other.paths)


async def test_what_one_admin_sends_takes_nothing_from_another(shelf: Drafts) -> None:
    """The same document, or a mended file, of another admin's stands beside his draft."""
    document = word(rules(1))
    one = await shelf.make("甲.docx", document, ADMIN)
    other = await shelf.make("甲.docx", document, STAFF)
    assert {held.ticket for held in shelf.waiting()} == {one.ticket, other.ticket}
    (path,) = one.paths
    mended = await shelf.make(Path(path).name, shelf.texts(one)[path].encode(), STAFF)
    assert mended.mends == ""
    assert shelf.get(one.ticket) == one
