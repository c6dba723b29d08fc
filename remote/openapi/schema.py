"""The words that the description is written in: JSON Schema, and the objects that endpoints answer."""

from dataclasses import dataclass, field
from typing import Any

Node = dict[str, Any]
"""A part of the description, as JSON has it."""

TEXT: Node = {"type": "string"}
FLAG: Node = {"type": "boolean"}
NUMBER: Node = {"type": "number"}
NAMES: Node = {"type": "array", "items": TEXT}
OK: Node = {"status": "ok", "success": True}


def whole(most: int | None = None, least: int = 1) -> Node:
    """A whole number from `least` to `most`, or without an upper bound."""
    return {"type": "integer", "minimum": least} | ({} if most is None else {"maximum": most})


def fixed(value: str | bool) -> Node:
    """That value and no other."""
    return {"type": "boolean" if isinstance(value, bool) else "string", "const": value}


def one_of(*words: str) -> Node:
    return {"type": "string", "enum": [*words]}


def record(properties: Node, optional: tuple[str, ...] = ()) -> Node:
    """An object with these properties, all there but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def ref(kind: str, name: str) -> Node:
    """The component of that kind and name."""
    return {"$ref": f"#/components/{kind}/{name}"}


@dataclass(frozen=True)
class Body:
    """A JSON object that endpoints answer, with an example of it."""

    name: str
    properties: Node
    example: Node
    optional: tuple[str, ...] = ()
    outcome: Node = field(default_factory=lambda: OK)
    """The status and the success that are told beside the properties."""

    @property
    def schema(self) -> Node:
        return record({name: fixed(value) for name, value in self.outcome.items()} | self.properties, self.optional)

    @property
    def content(self) -> Node:
        """What a response says of it."""
        return {"application/json": {"schema": ref("schemas", self.name), "example": self.outcome | self.example}}
