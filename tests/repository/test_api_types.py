"""What the server sends and takes, as types for the checker of the browser's side."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from tests.repository.tree import ROOT

if TYPE_CHECKING:
    from queue_app.background import Runtime

TYPES = ROOT / "queue_app" / "web" / "static" / "kit" / "api-types.d.ts"
WIDTH = 120
HEAD = """\
// What the API sends and takes, made from its OpenAPI document by tests/repository/test_api_types.py.
// For the type checker; no page loads it.
"""
ROUTES = "Each request by its method: the address, what it is answered with, what it sends."
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

Schema = dict[str, Any]


def short(name: str) -> str:
    """The name of a schema without the one that it was found in: equal names have equal shapes."""
    return name.rpartition(".")[2]


def literal(value: object) -> str:
    """A value of an enumeration."""
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def type_of(schema: Schema) -> str:
    """A schema as a TypeScript type."""
    if "$ref" in schema:
        return short(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(type_of, schema["anyOf"])))
    if "enum" in schema:
        return " | ".join(map(literal, schema["enum"]))
    if "const" in schema:
        return literal(schema["const"])
    if schema.get("type") == "array":
        each = type_of(schema["items"])
        if schema.get("minItems") == schema.get("maxItems") == 2:
            return f"[{each}, {each}]"
        return f"({each})[]" if " | " in each else f"{each}[]"
    if schema.get("type") == "object" and schema.get("properties") == {}:
        return "Record<string, never>"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", True)
        return f"Record<string, {type_of(values) if isinstance(values, dict) and values else 'unknown'}>"
    return PLAIN[schema["type"]] if "type" in schema else "unknown"


def comment(text: str, indent: str) -> str:
    """A description as a comment for editors to show."""
    if not text:
        return ""
    words = " ".join(text.split())
    if len(indent) + len(words) + 7 <= WIDTH:
        return f"{indent}/** {words} */\n"
    lines = textwrap.wrap(words, WIDTH - len(indent) - 3)
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


def declared(head: str, kind: str, indent: str) -> str:
    """A declaration, a union that is too long in several lines."""
    line = f"{indent}{head} {kind};\n"
    if len(line) - 1 <= WIDTH:
        return line
    choices = "".join(f"\n{indent}  | {choice}" for choice in kind.split(" | "))
    return f"{indent}{head}{choices};\n"


def interface(name: str, schema: Schema) -> str:
    """A schema as a declaration."""
    told = comment(schema.get("description", ""), "")
    if not schema.get("properties"):
        return told + declared(f"export type {name} =", type_of(schema), "")
    required = schema.get("required", [])
    members = "".join(
        comment(one.get("description", ""), "  ")
        + declared(f"{field}{'' if field in required else '?'}:", type_of(one), "  ")
        for field, one in schema["properties"].items()
    )
    return f"{told}export interface {name} {{\n{members}}}\n"


def content(part: Schema | None, otherwise: str) -> str:
    """The type of a request's or an answer's JSON."""
    found = (part or {}).get("content", {}).get("application/json")
    return type_of(found["schema"]) if found else otherwise


def route(path: str, operation: Schema) -> str:
    """One request: its address, what it is answered with, what it sends."""
    for parameter in operation.get("parameters", []):
        kind = "number" if parameter["schema"].get("type") == "integer" else "string"
        path = path.replace(f"{{{parameter['name']}}}", f"${{{kind}}}")
    answers = [content(answer, "null") for code, answer in operation["responses"].items() if code.startswith("2")]
    return f"[`{path}`, {' | '.join(dict.fromkeys(answers))}, {content(operation.get('requestBody'), 'null')}]"


def routes(document: Schema) -> str:
    """All requests by method, those first whose address says more."""
    paths = sorted(document["paths"].items(), key=lambda one: (-one[0].count("/"), one[0].count("{"), one[0]))
    lines = []
    for method in ("get", "post", "put", "delete"):
        found = "".join(f"    {route(path, one[method])},\n" for path, one in paths if method in one)
        lines.append(f"  {method.upper()}: [\n{found}  ];\n")
    return comment(ROUTES, "") + f"export interface Routes {{\n{''.join(lines)}}}\n"


def written(document: Schema) -> str:
    """All schemas of an OpenAPI document as declarations, by name; then the requests."""
    shapes: dict[str, str] = {}
    for name, schema in document["components"]["schemas"].items():
        shape = interface(short(name), schema)
        assert shapes.setdefault(short(name), shape) == shape, f"two schemas are called {short(name)}"
    return "\n".join([HEAD, *(shapes[name] for name in sorted(shapes)), routes(document)])


def test_the_types_are_those_of_the_api(runtime: Runtime) -> None:
    """A shape that changed is written anew, for somebody to look at; what uses it is then found by the checker."""
    document = runtime.app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    known, now = TYPES.read_text("utf-8") if TYPES.exists() else "", written(document)
    if known != now:
        TYPES.write_text(now, "utf-8")
    assert known == now, f"{TYPES.relative_to(ROOT)} was written anew: check the browser's side, and commit it"
