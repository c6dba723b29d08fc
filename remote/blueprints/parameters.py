"""Which parameters a query may have; `remote.parameters` reads their values."""

from collections.abc import Container

from werkzeug.datastructures import MultiDict

from remote.errors import BadParameter


def check_names(query: MultiDict[str, str], known: Container[str]) -> None:
    """Raise `BadParameter` for a parameter that does not exist or is given twice."""
    for name, values in query.lists():
        if name not in known:
            raise BadParameter("no such parameter", "the query", name)
        if len(values) > 1:
            raise BadParameter("one value", name, ", ".join(values))
