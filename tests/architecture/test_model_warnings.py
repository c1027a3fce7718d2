"""Every warning a model can give has words, and no words are left over."""

import ast
import re
from pathlib import Path

from branchseg.messages import known_codes

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "branchseg" / "analytics").rglob("*.py"))
WORDS = "analytics.warnings."


def head(node: ast.AST) -> str | None:
    """The code at the head of a literal: "never_pays", f"imbalanced:{name}"."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    text = node.value if isinstance(node, ast.Constant) else None
    found = re.fullmatch(r"([a-z]+(?:_[a-z]+)*):?", text) if isinstance(text, str) else None
    return found and found[1]


def parts(node: ast.AST) -> list[ast.AST]:
    """What warnings are put together of: the members of lists and tuples, down to literals."""
    if isinstance(node, ast.List | ast.Tuple):
        return [one for member in node.elts for one in parts(member)]
    if isinstance(node, ast.IfExp):
        return parts(node.body) + parts(node.orelse)
    if isinstance(node, ast.BinOp):
        return parts(node.left) + parts(node.right)
    return [node] if isinstance(node, ast.Constant | ast.JoinedStr) else []


def literals(node: ast.AST) -> list[ast.AST]:
    """The literals by which a piece of code names warnings, if it does."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if ":" in start:
            return [node]  # <code>:<column or number>
        case ast.Assign(targets=[ast.Name(id="warnings")]) | ast.AugAssign(
                target=ast.Name(id="warnings")) | ast.keyword(arg="warnings"):
            return parts(node.value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="warnings"), attr="append")):
            return node.args
        case ast.For() | ast.comprehension():  # for code, rows in (("score_unknown", ...), ...)
            match node.target, node.iter:
                case ast.Tuple(elts=[ast.Name(id="code"), *_]), ast.Tuple(elts=pairs):
                    return [pair.elts[0] for pair in pairs]
        case ast.FunctionDef(name="_warnings"):  # {code: whether it holds}
            return [key for table in ast.walk(node) if isinstance(table, ast.Dict)
                    for key in table.keys if key]
    return []


def emitted(source: str) -> set[str]:
    """The codes of the warnings that a module can give."""
    return {code for node in ast.walk(ast.parse(source))
            for literal in literals(node) if (code := head(literal))}


def test_the_scan_sees_what_it_should():
    assert emitted("""
warnings = [] if fine else ["a_a"]
warnings.append("b")
warnings.append(f"c:{n}")
warnings += ("d",) * many
for code, rows in (("e", x), ("f", y)):
    warnings.append(f"{code}:{rows}")
twice = tuple(f"g:{name}" for name in names)
def _warnings():
    return {"h": True, **{f"i:{key}": True for key in keys}}
Answer(code="no", warnings=(*known, "j"), figures={"none": 1})
""") == set("bcdefg") | {"a_a"} | set("hij")


def test_every_warning_has_words_and_none_are_idle():
    found = {code for path in SOURCES for code in emitted(path.read_text(encoding="utf-8"))}
    assert found == {code.removeprefix(WORDS) for code in known_codes() if code.startswith(WORDS)}
