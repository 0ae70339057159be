"""Giving each agency its own codeword for a case."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.kit.codewords import new_codeword
from storage.queries.cases import codewords_of
from storage.records import Case, CaseAtAgency


def name_to(session: Session, case: Case, agencies: Iterable[int]) -> None:
    """To those agencies that have none for it yet: from the moment they are asked for something about it."""
    known = {one.agency_id for one in case.agencies}
    for agency_id in dict.fromkeys(one for one in agencies if one not in known):
        codeword = new_codeword(codewords_of(session, agency_id))
        case.agencies.append(CaseAtAgency(agency_id=agency_id, codeword=codeword))
    session.flush()


def rename(session: Session, case: Case) -> None:
    """After a leak: other words for everybody."""
    for one in case.agencies:
        one.codeword = new_codeword(codewords_of(session, one.agency_id))
