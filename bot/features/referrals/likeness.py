"""What a referral says of its child that tells whether another is about the same one."""

from datetime import date

from bot.features.referrals.child import ReferChild
from bot.kit.forms import DONT_KNOW, Form
from storage.keys import folded
from storage.records import Agree


def told_of_the_child(form: Form) -> dict[Agree, tuple[str, ...]]:
    """Nothing without both: of the same name, or the same age, there are many children."""
    if not isinstance(form, ReferChild) or not isinstance(form.born, date):
        return {}
    if form.child_name == DONT_KNOW or not folded(form.child_name):
        return {}
    return {Agree.NAME_AND_BIRTH: (form.child_name, form.born.isoformat())}
