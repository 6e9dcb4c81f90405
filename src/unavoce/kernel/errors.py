"""The vocabulary of refusal: one class per thing that can be refused, its docstring is the message."""

import re
from inspect import cleandoc
from typing import ClassVar

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):
    """The request was refused."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refusal"
    again: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Give every kind of refusal its kebab-case code, unless it names its own."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            cls.code = _WORD_START.sub("-", cls.__name__).lower()

    def __init__(self, **facts: object) -> None:
        self.facts: dict[str, object] = facts
        super().__init__(self.title, facts)

    @property
    def title(self) -> str:
        """The message: the first line of the class's docstring."""
        return cleandoc(type(self).__doc__ or "").partition("\n")[0]

    @property
    def detail(self) -> str:
        """The message with the facts of this one case."""
        said = ", ".join(f"{name}: {value}" for name, value in self.facts.items() if value is not None)
        return f"{self.title} ({said})" if said else self.title

    def __str__(self) -> str:
        return self.detail


class BadInput(Refusal):
    """This value cannot be used."""

    status = 400

    def __init__(self, field: str = "", value: object = None, expected: str = "", **facts: object) -> None:
        named: dict[str, object] = {"field": field, "value": value, "expected": expected}
        super().__init__(**{name: fact for name, fact in named.items() if fact not in ("", None)}, **facts)


class Unauthorized(Refusal):
    """Please log in, or send a valid key."""

    status = 401


class Forbidden(Refusal):
    """You are not allowed to do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing here."""

    status = 404


class Conflict(Refusal):
    """This contradicts what is already there."""

    status = 409


class TooLarge(Refusal):
    """This is larger than what can be accepted."""

    status = 413


class Unprocessable(Refusal):
    """This is well formed, but it makes no sense here."""

    status = 422


class TooMany(Refusal):
    """Too many requests; please wait a moment."""

    status = 429
    again = True

    def __init__(self, retry_after: float = 1.0, **facts: object) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after=retry_after, **facts)


class Unavailable(Refusal):
    """This is not available right now; please try again."""

    status = 503
    again = True
