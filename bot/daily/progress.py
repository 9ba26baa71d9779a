"""How a case that goes out is getting on."""

from bot.chat.reply import Reply
from bot.daily.rows import Plan
from bot.daily.service import DailyService
from bot.daily.words_progress import progress
from bot.storage.schema import DeliveryState


async def progress_reply(daily: DailyService, plan: Plan) -> Reply:
    """How a plan's case is getting on."""
    store = daily.store
    counts = await store.progress(plan.id)
    trouble = counts[DeliveryState.FAILED] or counts[DeliveryState.UNKNOWN]
    copies = await store.copies(plan.day, plan.day, plan_id=plan.id) if trouble else ()
    return progress(plan, daily.case(plan.case_id), counts, copies)
