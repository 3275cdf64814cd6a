"""Tokens → syntax tree, by precedence climbing.

From loose to tight: `or`, `and`, `not`, comparisons and `in`, `&`, `+ -`, `* /`, sign.
Chains of `and`, `or` and `&` become balanced trees, so their length costs no depth.
"""

from __future__ import annotations

from queti.kernel.formulas.errors import FormulaError, Place
from queti.kernel.formulas.nodes import Binary, Call, Listing, Literal, Name, Node, Unary, children
from queti.kernel.formulas.tokens import Token, tokenize

DEEPEST = 100

PRECEDENCE = {
    **dict.fromkeys(("or",), 1),
    **dict.fromkeys(("and",), 2),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "not in"), 4),
    **dict.fromkeys(("&",), 5),
    **dict.fromkeys(("+", "-"), 6),
    **dict.fromkeys(("*", "/"), 7),
}
NOT_PRECEDENCE = 3
COMPARISON_PRECEDENCE = 4
SIGN_PRECEDENCE = 8
ASSOCIATIVE = frozenset({"and", "or", "&"})

_CONSTANTS = {"true": True, "false": False, "blank": None}
_AN_OPERAND = ("name", "number", "text", "(")


def parse(text: str) -> Node:
    """The syntax tree of a formula. Raises FormulaError with the place of the first mistake."""
    parser = _Parser(text)
    node = parser.expression(1)
    if parser.token.kind != "end":
        raise parser.unexpected(("and", "or", "+", "-", "*", "/", "&", "="))
    _refuse_deep(node, text)
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def sees(self, *texts: str) -> bool:
        return self.token.kind in ("sign", "word") and self.token.text in texts

    def expression(self, lowest: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _too_deep(self.token.place, self.text)
        left = self.operand()
        while (sign := self.sign()) and PRECEDENCE[sign.text] >= lowest:
            left = self.tail(left, sign)
        self.depth -= 1
        return left

    def sign(self) -> Token | None:
        """The binary sign at this place; `not in` is read as one."""
        token = self.token
        if token.text == "not" and token.kind == "word" and self.tokens[self.index + 1].text == "in":
            return Token("word", "not in", None, _around(token.place, self.tokens[self.index + 1].place))
        return token if token.kind in ("sign", "word") and token.text in PRECEDENCE else None

    def tail(self, left: Node, sign: Token) -> Node:
        """What follows `left`: all operands of this sign when it is associative, else one."""
        operands, signs = [left], [sign]
        while True:
            self.skip(sign)
            operands.append(self.right(sign))
            following = self.sign()
            if sign.text not in ASSOCIATIVE or following is None or following.text != sign.text:
                break
            sign = following
            signs.append(sign)
        if PRECEDENCE[sign.text] == COMPARISON_PRECEDENCE and following is not None:
            self.refuse_chain(following)
        return _balanced(operands, signs)

    def skip(self, sign: Token) -> None:
        self.index += 2 if sign.text == "not in" else 1

    def right(self, sign: Token) -> Node:
        if sign.text in ("in", "not in") and self.sees("("):
            return self.listing()
        return self.expression(PRECEDENCE[sign.text] + 1)

    def refuse_chain(self, following: Token) -> None:
        if PRECEDENCE[following.text] == COMPARISON_PRECEDENCE:
            raise self.error(
                "Comparisons can't be chained; join two with “and”.",
                "比较不能连写，请用“and”连接两个比较。",
                ("and", "or"),
            )

    def listing(self) -> Node:
        opening = self.take()
        items = [self.expression(1)]
        while self.sees(","):
            self.take()
            items.append(self.expression(1))
        closing = self.expect(")", ",")
        return Listing(tuple(items), _around(opening.place, closing.place))

    def operand(self) -> Node:
        token = self.token
        if self.sees("not", "-", "+"):
            return self.signed()
        if token.kind in ("number", "text"):
            self.take()
            return Literal(token.value, token.place)
        if token.kind == "name" or (token.text == "blank" and self.tokens[self.index + 1].text == "("):
            return self.name_or_call()
        if token.kind == "word" and token.text in _CONSTANTS:
            self.take()
            return Literal(_CONSTANTS[token.text], token.place)
        if self.sees("("):
            self.take()
            inner = self.expression(1)
            self.expect(")")
            return inner
        raise self.unexpected(_AN_OPERAND)

    def signed(self) -> Node:
        sign = self.take()
        operand = self.expression(NOT_PRECEDENCE if sign.text == "not" else SIGN_PRECEDENCE)
        if sign.text == "+":
            return operand
        return Unary(sign.text, operand, _around(sign.place, operand.place))

    def name_or_call(self) -> Node:
        first = self.take()
        if self.sees("("):
            return self.call(first)
        names, places = [first.text], [first.place]
        while self.sees("."):
            self.take()
            if self.token.kind not in ("name", "word"):
                raise self.unexpected(("name",))
            token = self.take()
            names.append(token.text)
            places.append(token.place)
        return Name(tuple(names), tuple(places))

    def call(self, name: Token) -> Node:
        self.take()
        arguments: list[Node] = []
        where: Node | None = None
        while not self.sees(")") or arguments:
            arguments.append(self.expression(1))
            if self.sees("where"):
                self.take()
                where = self.expression(1)
                break
            if not self.sees(","):
                break
            self.take()
        closing = self.expect(")", ",")
        return Call(name.text, tuple(arguments), where, _around(name.place, closing.place), name.place)

    def expect(self, sign: str, *also: str) -> Token:
        if not self.sees(sign):
            raise self.unexpected((sign, *also))
        return self.take()

    def unexpected(self, expected: tuple[str, ...]) -> FormulaError:
        wanted_en, wanted_zh = _listed(expected)
        if self.token.kind == "end":
            return self.error(
                f"The formula ends too early; {wanted_en} is expected.",
                f"公式不完整，此处应有{wanted_zh}。",
                expected,
            )
        found = self.token.text
        return self.error(
            f"“{found}” doesn't fit here; {wanted_en} is expected.",
            f"此处不能写“{found}”，应有{wanted_zh}。",
            expected,
        )

    def error(self, en: str, zh: str, expected: tuple[str, ...]) -> FormulaError:
        return FormulaError("syntax", self.token.place, en, zh, text=self.text, expected=expected)


def _balanced(operands: list[Node], signs: list[Token]) -> Node:
    if len(operands) == 1:
        return operands[0]
    middle = len(signs) // 2
    left = _balanced(operands[: middle + 1], signs[:middle])
    right = _balanced(operands[middle + 1 :], signs[middle + 1 :])
    return Binary(signs[middle].text, left, right, _around(left.place, right.place), signs[middle].place)


def _refuse_deep(node: Node, text: str) -> None:
    level, depth = [node], 1
    while level:
        if depth > DEEPEST:
            raise _too_deep(level[0].place, text)
        level = [child for parent in level for child in children(parent)]
        depth += 1


def _too_deep(place: Place, text: str) -> FormulaError:
    return FormulaError(
        "too_deep",
        place,
        f"The formula is nested deeper than {DEEPEST} levels.",
        f"公式嵌套超过 {DEEPEST} 层。",
        text=text,
    )


_WANTED = {"name": ("a name", "名称"), "number": ("a number", "数字"), "text": ("a text", "文本")}


def _listed(expected: tuple[str, ...]) -> tuple[str, str]:
    words = [_WANTED.get(item, (f"“{item}”", f"“{item}”")) for item in expected]
    return " or ".join(en for en, _ in words), "或".join(zh for _, zh in words)


def _around(first: Place, last: Place) -> Place:
    return Place(first.position, last.position + last.length - first.position)
