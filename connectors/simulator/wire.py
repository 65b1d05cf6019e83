"""The two formats of pushes and replies: XML with CDATA, and JSON."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

Fields = dict[str, Any]
"""Element name to text, number, nested Fields, or a list of these."""

FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WireError(Exception):
    """A body is not in the format that was asked for."""


def write(fields: Fields, push_format: str) -> str:
    """Write a push or its envelope as `xml` or `json`."""
    if push_format == "json":
        return json.dumps(_for_json(fields), ensure_ascii=False)
    return "<xml>" + _elements(fields) + "</xml>"


def read(text: str, push_format: str) -> Fields:
    """Read a reply in the push's own format, or raise WireError."""
    return _read_json(text) if push_format == "json" else _read_xml(text)


def _elements(fields: Fields) -> str:
    pairs = [(name, item) for name, value in fields.items() for item in (value if isinstance(value, list) else [value])]
    return "\n".join(f"<{name}>{_content(item)}</{name}>" for name, item in pairs)


def _content(value: object) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, int | float):
        return str(value)
    text = FORBIDDEN_IN_XML.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{text}]]>"


def _for_json(fields: Fields) -> Fields:
    """Subscription events carry their list bare in JSON, and a list of one as the thing itself."""
    flat: Fields = {}
    for name, value in fields.items():
        if isinstance(value, dict) and set(value) == {"List"}:
            items = value["List"]
            flat["List"] = items[0] if len(items) == 1 else items
        else:
            flat[name] = value
    return flat


def _read_json(text: str) -> Fields:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise WireError("the answer is not JSON") from error
    if not isinstance(value, dict):
        raise WireError("the answer is not a JSON object")
    return value


def _read_xml(text: str) -> Fields:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise WireError("the answer declares a document type")
    try:
        root = ET.fromstring(text)  # noqa: S314 - documents with a doctype were refused above
    except ET.ParseError as error:
        raise WireError("the answer is not XML") from error
    if root.tag != "xml" or not len(root):
        raise WireError("the answer has no <xml> root with elements")
    return _children(root)


def _children(element: ET.Element) -> Fields:
    fields: Fields = {}
    for child in element:
        value: object = _children(child) if len(child) else (child.text or "")
        if child.tag not in fields:
            fields[child.tag] = value
        elif isinstance(fields[child.tag], list):
            fields[child.tag].append(value)
        else:
            fields[child.tag] = [fields[child.tag], value]
    return fields
