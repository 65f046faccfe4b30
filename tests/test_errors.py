"""The tree of errors: each says what, where, what to do, and never a person's value."""

import inspect

import pytest

from panah import errors

ALL = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, errors.PanahError)]
CODES = {
    errors.Unreadable: 2, errors.Refused: 1, errors.NotVerified: 1, errors.NotOpened: 1,
    errors.NotEstimable: 1, errors.NotConfigured: 2, errors.MissingExtra: 2,
}  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
def test_the_docstring_tree_is_complete(kind: type[errors.PanahError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind is not errors.PanahError])
def test_every_error_has_the_exit_code_of_its_branch(kind: type[errors.PanahError]) -> None:
    branch = next(branch for branch in CODES if issubclass(kind, branch))
    assert kind.exit_code == CODES[branch]


def test_one_line_names_the_place_and_not_the_value() -> None:
    error = errors.BadRow("not a date", where="list_b.csv, row 812, column date", hint="write 2019-02", value="Canary")
    assert str(error) == "list_b.csv, row 812, column date: not a date; write 2019-02"
    assert "Canary" not in repr(error) + str(error) + str(error.args)
    assert error.value == "Canary"
