"""The table of formats and the names that both sides of the wall know them by."""

from remote.imaging.formats import FORMATS
from remote.imaging.operations import OPERATIONS
from remote.jobs import JOBS, KINDS
from tests.samples import EVERY_FORMAT


def test_each_kind_has_one_row_in_the_same_place() -> None:
    assert tuple(format.kind for format in FORMATS) == KINDS


def test_what_can_be_answered_has_an_encoder() -> None:
    assert [format.encode is not None for format in FORMATS] == [kind.answered for kind in KINDS]


def test_each_job_has_an_operation() -> None:
    assert JOBS.keys() - {"attack"} == OPERATIONS.keys() - {"attack"}


def test_there_is_a_sample_of_each() -> None:
    assert EVERY_FORMAT.keys() == {kind.name for kind in KINDS}
