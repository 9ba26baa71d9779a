"""An office clerk brings a Word file in, in the browser: looks at it, takes it in, asks, takes it back; and sends what can't be read."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.start.desk import copy_knowledge
from tests.conftest import KNOWLEDGE
from tests.end_to_end.browser import NARROW, Phones
from tests.end_to_end.desk import Desk
from tests.retrieval.importing.documents import CASES, QUESTION, TITLE, archive, word

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # PTB would have us call a method that parses updates; the bot keeps them on disk before they are parsed.
    pytest.mark.filterwarnings("ignore:Please use .Bot.getUpdates"),
]

ELECTRICIAN, ADMIN = 1001, 3001
WORD_FILE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def folder_in_use(tmp_path: Path) -> Path:
    """A copy, without acceptance questions: whether these are answered worse is another matter."""
    folder = copy_knowledge(KNOWLEDGE, tmp_path)
    (folder / "golden.jsonl").unlink()
    return folder


@pytest.fixture(autouse=True)
def _introduced(desk: Desk) -> None:
    desk.introduce(ELECTRICIAN, ADMIN)


def names_in(folder: Path) -> set[str]:
    """Its cases."""
    return {path.name for path in folder.glob("cases/*.md")}


async def test_a_clerk_brings_cases_in_and_takes_them_back(phones: Phones, tmp_path: Path, folder_in_use: Path) -> None:
    """A .docx by the paper clip is shown with what to look at; taken in, an electrician gets its case; rolled back, he doesn't."""
    path = tmp_path / "案例汇编.docx"
    path.write_bytes(word(CASES))
    admin, staff = await phones.open(ADMIN, NARROW), await phones.open(ELECTRICIAN)

    await admin.send_files(path)
    await expect(admin.answer_text).to_contain_text("案例 3 个")
    await expect(admin.answer_text).to_contain_text(TITLE)
    await expect(admin.answer_text).to_contain_text("第 6 段：《供电营业规则》第九百条")
    await expect(admin.answers).to_have_count(1)
    await admin.press("让我看看文件")
    await expect(admin.answers).to_have_count(5)
    await expect(admin.answer.get_by_test_id("document")).to_contain_text("案例汇编-报告.txt")
    await admin.press("✅ 采用")
    await expect(admin.answer_text).to_contain_text("✅ 已启用")
    await expect(admin.answer_text).to_contain_text("新增案例")

    await staff.say(QUESTION)
    await expect(staff.answer_text).to_contain_text(f"📂 反面案例：{TITLE}")
    await expect(staff.answer_text).to_contain_text("📌 换表必须留下告知单")

    await admin.take_up()
    await admin.say("/history")
    await expect(admin.answer_text).to_contain_text("导入 案例汇编.docx")
    await admin.press("1")
    await admin.press("退回到这一次")
    await admin.press("确定退回")
    await expect(admin.answer_text).to_contain_text("✅ 已启用")
    assert names_in(folder_in_use) == names_in(KNOWLEDGE)

    await staff.say(QUESTION)
    await expect(staff.answers).to_have_count(2)
    await expect(staff.answer_text).not_to_contain_text(TITLE)


async def test_what_can_not_be_read_is_said_in_a_sentence(phones: Phones, tmp_path: Path, desk: Desk) -> None:
    """A damaged file, 30 MB, a bomb, a picture that is called .docx: each gets one clear sentence, and nothing is kept."""
    admin = await phones.open(ADMIN)
    sent = (
        ("坏.docx", word(CASES)[:900], "“坏.docx”已经损坏，打不开"),
        ("大.docx", bytes(30 * 1024 * 1024), "“大.docx”有 30.0 MB，最多 10 MB：请分成几个文件"),
        ("炸弹.zip", archive({"a.txt": bytes(40 * 1024 * 1024)}), "“炸弹.zip”压缩得不正常，像是压缩炸弹，没有打开"),
        ("图.docx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "“图.docx”是一张图片，不是文档"),
    )
    for name, data, said in sent:
        (tmp_path / name).write_bytes(data)
        await admin.send_files(tmp_path / name)
        await expect(admin.answer_text).to_contain_text(said)
    await expect(admin.answers).to_have_count(len(sent))
    assert desk.parts.drafts.waiting() == ()
