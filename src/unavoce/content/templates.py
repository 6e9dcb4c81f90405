"""Liquid in a box: no files, no endless loops, no endless text; a missing value must be expected by the template."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from liquid import BoundTemplate, Environment, FalsyStrictUndefined
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError
from liquid.static_analysis import TemplateAnalysis

from unavoce.content.model import BadTemplate, ForbiddenTag, MissingValue, TooMuch, UnknownFilter

_LONGEST_SOURCE = 100_000
_TAGS = frozenset(
    {"if", "unless", "case", "for", "assign", "capture", "comment", "raw", "cycle", "break", "continue", "echo",
     "liquid", "increment", "decrement", "tablerow", "else", "elsif", "when"}
)  # fmt: skip


class _Box(Environment):
    """Limits that no honest message meets."""

    context_depth_limit = 15
    loop_iteration_limit = 5_000
    output_stream_limit = 400_000
    local_namespace_limit = 100_000
    block_nesting_limit = 30


_TEXT = _Box(undefined=FalsyStrictUndefined)
_HTML = _Box(undefined=FalsyStrictUndefined, autoescape=True)


@lru_cache(maxsize=4096)
def _compiled(source: str, *, html: bool) -> BoundTemplate:
    return (_HTML if html else _TEXT).from_string(source)


def render(source: str, facts: Mapping[str, object], *, html: bool = False, field: str = "") -> str:
    """The template filled in; with `html`, what is filled in is escaped."""
    if "{" not in source:
        return source
    try:
        rendered: str = _compiled(source, html=html).render(**facts)
    except UndefinedError as error:
        raise MissingValue(field=field, variable=_first_line(error)) from None
    except ResourceLimitError as error:
        raise TooMuch(field=field, reason=_first_line(error)) from None
    except LiquidError as error:
        raise BadTemplate(field=field, expected=_first_line(error)) from None
    return rendered


def variables(source: str, field: str) -> Iterator[tuple[str, ...]]:
    """Every global the template speaks of, untaken branches too, as its path; a computed part ends the path."""
    if len(source) > _LONGEST_SOURCE:
        raise TooMuch(field=field, reason=f"longer than {_LONGEST_SOURCE} characters")
    try:
        analysis = _compiled(source, html=False).analyze(include_partials=False)
    except LiquidError as error:
        raise BadTemplate(field=field, expected=_first_line(error)) from None
    _check_words(analysis, field)
    for spoken in analysis.globals.values():
        for variable in spoken:
            yield _path(variable.segments)


def _check_words(analysis: TemplateAnalysis, field: str) -> None:
    for tag in analysis.tags:
        if tag not in _TAGS:
            raise ForbiddenTag(field=field, value=tag)
    for name in analysis.filters:
        if name not in _TEXT.filters:
            raise UnknownFilter(field=field, value=name)


def _path(segments: Sequence[object]) -> tuple[str, ...]:
    path = []
    for segment in segments:
        if not isinstance(segment, str):
            break
        path.append(segment)
    return tuple(path)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
