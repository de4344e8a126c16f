"""Enrolment: what is asked, compared, decided, printed and handed over."""

from bienestar.operations.enrolment.actions.asking import ask_eligibility, ask_eligibility_by_token
from bienestar.operations.enrolment.actions.batches import (
    Progress,
    close_batch,
    drop_batch,
    make_batch,
    print_batch,
    receive_batch,
    return_pieces,
    ship_batch,
    spoil_pieces,
)
from bienestar.operations.enrolment.actions.comparing import MatchError
from bienestar.operations.enrolment.actions.counter import activate, cancel, deliver, replace, revoke
from bienestar.operations.enrolment.actions.deaths import note_death
from bienestar.operations.enrolment.actions.eligibility import (
    EligibilityError,
    check_eligibility,
    contest_eligibility,
    settle_eligibility,
)
from bienestar.operations.enrolment.actions.enrol import Enrolled, enrol, request_at_nearest
from bienestar.operations.enrolment.actions.keys import compromise_key, make_key, retire_key
from bienestar.operations.enrolment.actions.match import MatchAnswer, match
from bienestar.operations.enrolment.actions.modules import close_module, open_module
from bienestar.operations.enrolment.actions.requests import (
    Validated,
    request_at_module,
    request_many,
    validate_requests,
)
from bienestar.operations.enrolment.actions.review import (
    AlreadyDecided,
    BulkDecided,
    ReviewError,
    decide_pair,
    decide_pairs,
    undo_decision,
)
from bienestar.operations.enrolment.actions.stock import (
    Scan,
    begin_count,
    count_stock,
    finish_count,
    scan_arrival,
    scan_stock,
    unscan_arrival,
    unscan_stock,
)

__all__ = [
    "AlreadyDecided",
    "BulkDecided",
    "EligibilityError",
    "Enrolled",
    "MatchAnswer",
    "MatchError",
    "Progress",
    "ReviewError",
    "Scan",
    "Validated",
    "activate",
    "ask_eligibility",
    "ask_eligibility_by_token",
    "begin_count",
    "cancel",
    "check_eligibility",
    "close_batch",
    "close_module",
    "compromise_key",
    "contest_eligibility",
    "count_stock",
    "decide_pair",
    "decide_pairs",
    "deliver",
    "drop_batch",
    "enrol",
    "finish_count",
    "make_batch",
    "make_key",
    "match",
    "note_death",
    "open_module",
    "print_batch",
    "receive_batch",
    "replace",
    "request_at_module",
    "request_at_nearest",
    "request_many",
    "retire_key",
    "return_pieces",
    "revoke",
    "scan_arrival",
    "scan_stock",
    "settle_eligibility",
    "ship_batch",
    "spoil_pieces",
    "undo_decision",
    "unscan_arrival",
    "unscan_stock",
    "validate_requests",
]
