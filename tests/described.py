"""The service's own description, and what it says of an answer."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
from jsonschema import Draft202012Validator

Node = dict[str, Any]


class Description:
    """An OpenAPI document whose schemas are taken to name all that there is: what they do not name is a fault."""

    def __init__(self, document: Node) -> None:
        self.document = document
        self.components = closed(document["components"])

    def operations(self) -> Iterator[tuple[str, str, Node]]:
        """Method, path and operation."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def operation(self, method: str, path: str) -> Node:
        """The one for a request to this path."""
        for template, methods in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return methods[method.lower()]
        raise KeyError(path)

    def response(self, method: str, path: str, status: int) -> Node:
        return self.resolved(self.operation(method, path)["responses"][str(status)])

    def resolved(self, node: Node) -> Node:
        """The node, or the component that it refers to."""
        if "$ref" not in node:
            return node
        _, _, kind, name = node["$ref"].split("/")
        return self.document["components"][kind][name]

    def faults(self, schema: Node, value: object) -> list[str]:
        """What the value has that the schema does not allow."""
        whole = {**closed(schema), "components": self.components}
        return [error.message for error in Draft202012Validator(whole).iter_errors(value)]

    def faults_of(self, answer: httpx.Response, described: Node) -> list[str]:
        """What an answer has that its description does not say, or the other way round."""
        kind = answer.headers["Content-Type"].partition(";")[0]
        if kind not in described["content"]:
            return [f"{kind} is not described"]
        schema = described["content"][kind].get("schema", {})
        found = self.faults(schema, answer.json() if kind == "application/json" else answer.text)
        for name, header in described["headers"].items():
            found += self.header_faults(name, self.resolved(header), answer.headers.get(name))
        told = {name.lower() for name in described["headers"]} | SECURITY
        return found + [name for name in answer.headers if name.startswith(("x-", "www-")) and name not in told]

    def header_faults(self, name: str, header: Node, value: str | None) -> list[str]:
        if value is None:
            return [f"{name} is missing"] if header.get("required") else []
        typed = int(value) if header["schema"].get("type") == "integer" and value.isdigit() else value
        return self.faults(header["schema"], typed)


SECURITY = {"x-content-type-options", "x-frame-options"}
"""On every answer, for browsers; the description leaves them out."""


def closed(node: Any) -> Any:
    """The schema with every object closed to properties that it does not name."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {name: closed(value) for name, value in node.items()}
    shut = node.get("type") == "object" and isinstance(node.get("properties"), dict)
    return {"additionalProperties": False, **inner} if shut else inner
