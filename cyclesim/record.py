"""Named tuples that cost nothing until they are used.

`typing.NamedTuple` checks every annotation and `collections.namedtuple` compiles a constructor for every class; with
fifty small values that is a quarter of the start-up of a small estimate (measured with -X importtime). Type checkers
see `typing.NamedTuple`; Python makes the same kind of class and compiles its constructor at first use.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from _collections import _tuplegetter

    class _Maker(type):
        def __new__(maker, name, bases, namespace):
            if not bases:
                return super().__new__(maker, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            getters = {field: _tuplegetter(number, None) for number, field in enumerate(fields)}
            own = {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            return type(name, (tuple,), {**SHARED, **own, **getters, **namespace})

    class NamedTuple(metaclass=_Maker):
        """Base of a class whose annotated names are its fields; methods and properties stay."""

    def _compile_constructor(cls, *values, **named):
        """Stands in as the constructor until the first call, then puts the compiled one in its place."""
        arguments = ", ".join(cls._fields)
        constructor = eval(f"lambda _cls, {arguments}: _new(_cls, ({arguments},))", {"_new": tuple.__new__})
        constructor.__defaults__ = tuple(cls._field_defaults.values())
        cls.__new__ = constructor
        return constructor(cls, *values, **named)

    def _make(cls, values):
        return cls(*values)

    def _replace(self, /, **changes):
        values = [changes.pop(field, value) for field, value in zip(self._fields, self, strict=True)]
        if changes:
            raise ValueError(f"{type(self).__name__} has no field {next(iter(changes))!r}")
        return tuple.__new__(type(self), values)

    def _asdict(self):
        return dict(zip(self._fields, self, strict=True))

    def _describe(self):
        values = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({values})"

    SHARED = {
        "__new__": _compile_constructor,
        "__repr__": _describe,
        "__getnewargs__": lambda self: tuple(self),
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
    }


__all__ = ["NamedTuple"]
