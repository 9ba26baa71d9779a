"""Documents on disk to drafts on disk, for the command line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.documents.office import find_converter
from retrieval.content import load_folder
from retrieval.importing import Draft, ImportingError, draft, read_document, report


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file.

    Attributes:
        text: What to tell the person, in Chinese.
        failed: Whether the file could not be read, or a draft could not be written.
    """

    text: str
    failed: bool = False


def import_files(files: Sequence[Path], out: Path, knowledge: Path) -> Iterator[Imported]:
    """Write drafts of documents, and say file by file what was found.

    A draft never takes the place of a file that exists.

    Args:
        files: Word, PDF, Excel or text, or archives of these.
        out: Gets `rules/*.md` and `cases/*.md`; is made where it isn't there.
        knowledge: The folder whose clauses are cited and whose ids are taken.

    Raises:
        KnowledgeError: Where that folder has Problems.
    """
    held = load_folder(knowledge)
    taken = {path.stem for part in ("rules", "cases", "quizzes") for path in (out / part).glob("*.md")}
    convert = find_converter()
    for path in files:
        try:
            sources = read_document(path.name, path.read_bytes(), convert)
        except ImportingError as error:
            yield Imported(str(error), failed=True)
            continue
        except OSError as error:
            yield Imported(f"打不开 {path}：{error.strerror or error}", failed=True)
            continue
        for source in sources:
            made = draft(source, held, taken)
            taken |= {file.path.stem for file in made.files}
            yield _write(made, out)


def _write(made: Draft, out: Path) -> Imported:
    lines = [report(made)]
    failed = False
    for file in made.files:
        target = out / file.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(file.text)
        except FileExistsError:
            failed = True
            lines.append(f"没有写 {target}：已经有这个文件，请先移走")
        except OSError as error:
            failed = True
            lines.append(f"写不了 {target}：{error.strerror or error}")
        else:
            lines.append(f"写好了 {target}")
    return Imported("\n".join(lines), failed)
