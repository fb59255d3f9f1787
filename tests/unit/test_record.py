"""`record.NamedTuple` is what `typing.NamedTuple` is, field for field."""

from __future__ import annotations

import pickle

import pytest

from cyclesim.record import NamedTuple


class Point(NamedTuple):
    """A place."""

    x: int
    y: int = 2

    @property
    def total(self) -> int:
        return self.x + self.y

    def __str__(self) -> str:
        return f"at {self.x}"


def test_fields_come_by_name_and_by_position():
    point = Point(1)
    assert (point.x, point.y, point[0], tuple(point), point.total) == (1, 2, 1, (1, 2), 3)
    assert Point(y=5, x=4) == (4, 5)
    assert str(point) == "at 1"
    assert repr(point) == "Point(x=1, y=2)"


def test_values_are_frozen_and_hashable():
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 3  # type: ignore[misc]
    assert {point: 1}[Point(1, 2)] == 1


def test_a_changed_copy_names_its_fields():
    assert Point(1)._replace(y=9) == Point(1, 9)
    assert Point(1)._asdict() == {"x": 1, "y": 2}
    with pytest.raises(ValueError, match="no field 'z'"):
        Point(1)._replace(z=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("arguments", [(), (1, 2, 3)])
def test_a_wrong_number_of_values_is_refused(arguments: tuple[int, ...]):
    with pytest.raises(TypeError):
        Point(*arguments)


def test_it_survives_pickling_and_matching():
    assert pickle.loads(pickle.dumps(Point(3, 4))) == Point(3, 4)
    match Point(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)
    assert Point._make([5, 6]) == Point(5, 6)
    assert Point.__doc__ == "A place."
