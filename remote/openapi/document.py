"""Puts the description together: every rule the application has, with what the tables say about its endpoint."""

import re
from collections.abc import Iterator
from importlib.metadata import version

from werkzeug.routing import Map, Rule

from remote import errors
from remote.jobs import KINDS
from remote.openapi import headers, images, parameters, status
from remote.openapi.operations import ANY, Operation, operations
from remote.openapi.refusals import ERROR, Refusal, refusals, samples
from remote.openapi.schema import Node, ref
from remote.settings import Settings

METHODS = ("GET", "POST")
"""HEAD is GET without the body; other methods are not answered."""

VARIABLE = re.compile(r"<(\w+)>")
TOKEN = "token"  # noqa: S105  the name of a way to authenticate

DESCRIPTION = f"""\
Post what a stranger uploaded, get it back safe to show. {len(KINDS)} formats are read; a file's bytes say which one it
is, its name and declared type never do.

Every error is JSON with a `code` for programs. A path that is not listed answers 404 `not_found`, a method that is not
listed 405 `method_not_allowed`; each GET answers HEAD too. A query parameter that is not listed, or is given twice, is
a 400 `bad_parameter`."""


def document(rules: Map, settings: Settings) -> Node:
    """The whole description as JSON has it; raises `KeyError` for an endpoint that no table has."""
    table, examples = operations(settings), samples(settings)
    paths: Node = {}
    responses: Node = {}
    for rule, method in endpoints(rules):
        operation = table[rule.endpoint]
        refused = refusals(examples[kind] for kind in mishaps(rule, method, operation, settings))
        path = VARIABLE.sub(r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = described(rule, method, operation, refused, settings)
        responses |= {refusal.name: refusal.response for refusal in refused}
    elsewhere = refusals([examples[errors.NotFound], examples[errors.MethodNotAllowed]])
    return {
        "openapi": "3.1.0",
        "info": {"title": "remote", "version": version("remote"), "description": DESCRIPTION},
        "paths": paths,
        "components": components(responses | {refusal.name: refusal.response for refusal in elsewhere}, settings),
    }


def endpoints(rules: Map) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods."""
    for rule in rules.iter_rules():
        for method in METHODS:
            if method in (rule.methods or ()):
                yield rule, method


def mishaps(rule: Rule, method: str, operation: Operation, settings: Settings) -> list[type[errors.RemoteError]]:
    """Every error that the operation can answer."""
    found = [*ANY, *operation.errors]
    if VARIABLE.search(rule.rule):
        found.append(errors.NotFound)  # a part of the path that is empty or has a slash
    if method == "POST" and settings.token:
        found.append(errors.Unauthorized)
    return found


def described(rule: Rule, method: str, operation: Operation, refused: list[Refusal], settings: Settings) -> Node:
    """One method of one path."""
    words = [*re.findall(r"\w+", rule.rule)] or ["index"]
    asked = [parameters.path(name, settings) for name in VARIABLE.findall(rule.rule)]
    asked += [parameters.query(name) for name in operation.query]
    answers = {refusal.status: ref("responses", refusal.name) for refusal in refused}
    found = {
        "operationId": "_".join([method.lower(), *words]),
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": operation.summary,
        "parameters": [*asked, ref("parameters", headers.ID)],
        "responses": {"200": operation.answer} | answers,
    }
    if operation.upload:
        found["requestBody"] = ref("requestBodies", "Upload")
    if method == "POST" and settings.token:
        found["security"] = [{TOKEN: []}]
    return found


def components(responses: Node, settings: Settings) -> Node:
    """What the operations refer to."""
    bodies = (*status.BODIES, *images.bodies(settings), ERROR)
    found = {
        "schemas": {body.name: body.schema for body in bodies},
        "responses": responses,
        "headers": headers.headers(settings),
        "parameters": {headers.ID: headers.REQUEST_ID},
        "requestBodies": {"Upload": parameters.upload(settings)},
    }
    if settings.token:
        found["securitySchemes"] = {TOKEN: {"type": "http", "scheme": "bearer", "description": "REMOTE_TOKEN."}}
    return found
