"""How are questions asked that every page asks? As querysets of a fixed shape, brought into SQL once in each process.

Building a queryset and bringing it into SQL takes several times what the database needs to answer it. A statement
does both once for each shape (who is asking counts by the numbers of circles and organisations, a list by its length);
after that only values are put in. What comes back is what the queryset itself would yield.
"""

import copy
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import BigIntegerField, Expression, Field, QuerySet

if TYPE_CHECKING:
    from people.viewers import Viewer

_KEPT = 64  # shapes of one statement
_LENGTHS = (1, 2, 4, 8, 12, 20, 40)  # lists are filled up to one of these by their last value


class Slot(Expression):
    """The place of a value in a compiled statement: its own parameter, until the value is put in."""

    def __init__(self, name: str, number: int, field: Field[Any, Any]) -> None:
        """Keep which value of which name belongs here, and the field that brings it into the database's form."""
        super().__init__(output_field=field)
        self.name, self.number = name, number

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Return a placeholder with this slot in it."""
        return "%s", (self,)


@dataclass(frozen=True)
class _Compiled:
    """A queryset in SQL."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]

    def rows(self, values: dict[str, list[Any]]) -> list[Any]:
        """Return what the queryset yields with these values."""
        connection = connections[self.queryset.db]
        params = tuple(
            param.output_field.get_db_prep_value(values[param.name][param.number], connection)
            if isinstance(param, Slot)
            else param
            for param in self.params
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (self.sql, params)
        queryset = self.queryset._chain()  # type: ignore[attr-defined]  # a queryset's own way to begin anew
        queryset.query.get_compiler = lambda *_args, **_options: compiler
        return list(queryset)


class Statement:
    """A question whose queryset `build` makes of slots; `fields` bring the values of each name into the database."""

    def __init__(self, build: Callable[..., QuerySet[Any]], **fields: Field[Any, Any]) -> None:
        """Keep how the queryset is made; it is made with the first question."""
        self.build = build
        self.fields = fields
        self._compiled: dict[Hashable, _Compiled] = {}

    def __call__(self, viewer: "Viewer | None" = None, **given: Any) -> list[Any]:
        """Return the rows for these values: one value of a name, or a list of them, which may not be empty.

        A list of more than 40 values is asked as it is, without keeping the statement.
        """
        many = {name for name, value in given.items() if isinstance(value, list | tuple)}
        values = {name: _filled(value) if name in many else [value] for name, value in given.items()}
        scope: Hashable = None
        if viewer is not None:
            values |= {"circles": _filled(viewer.circles), "organisations": _filled(viewer.organisations)}
            scope = (viewer.member, viewer.partner, len(values["circles"]), len(values["organisations"]))
        using = connections["default"]
        shape = (using.vendor, scope, *((name, len(values[name])) for name in sorted(many)))
        compiled = self._compiled.get(shape)
        if compiled is None:
            compiled = self._compile(viewer, values, many)
            if all(len(found) <= _LENGTHS[-1] for found in values.values()):
                while len(self._compiled) >= _KEPT:
                    self._compiled.pop(next(iter(self._compiled)), None)
                self._compiled[shape] = compiled
        return compiled.rows(values)

    def _compile(self, viewer: "Viewer | None", values: dict[str, list[Any]], many: Iterable[str]) -> _Compiled:
        slots = {
            name: [Slot(name, number, field) for number in range(len(values[name]))]
            for name, field in self.fields.items()
        }
        arguments: dict[str, Any] = {name: found if name in many else found[0] for name, found in slots.items()}
        if viewer is not None:
            arguments["viewer"] = _in_slots(viewer, values)
        queryset = self.build(**arguments)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        return _Compiled(queryset, compiler, sql, tuple(params))


def _filled(values: Iterable[Any]) -> list[Any]:
    found = sorted(values) if isinstance(values, frozenset) else list(values)
    length = next((length for length in _LENGTHS if length >= len(found)), len(found))
    return found + found[-1:] * (length - len(found))


def _in_slots(viewer: "Viewer", values: dict[str, list[Any]]) -> "Viewer":
    """Return the viewer with slots in the place of circles and organisations."""
    held: dict[str, Any] = {
        name: frozenset(Slot(name, number, BigIntegerField()) for number in range(len(values[name])))
        for name in ("circles", "organisations")
    }
    return replace(viewer, **held)
