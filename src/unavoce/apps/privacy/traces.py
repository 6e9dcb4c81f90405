"""All that leads to a person: her identifiers, and how the texts of every store would name her."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import phonenumbers

from unavoce.kernel.ids import text_of
from unavoce.runtime.private import Traces

_NOTHING = r"([^\s\S])"  # RE2 for what matches nothing
# With fewer signs than this a word may mean anything; it is looked for only where a property names it.
_LONG = 12
_BEFORE, _AFTER = r"(^|[^A-Za-z0-9._%+-])", r"($|[^A-Za-z0-9_-])"
_GROUPS = 8  # collect/facts_private.sql puts back so many groups
_NOT_DIGITS = re.compile(r"\D")
_ASCII = 0x80
_SPECIAL = frozenset(".^$*+?()[]{}|\\-")


def traces_of(identifiers: Mapping[int, tuple[str, str]], iids: Sequence[int], events: Iterable[bytes]) -> Traces:
    """The traces of a person: her identifiers as (kind, value) by number, and what stands for her messages' ids."""
    known = sorted(identifiers.values())
    forms = sorted({(kind, form) for kind, value in known for form in _forms(kind, value)})
    ids = tuple(text_of(iid) for iid in iids)
    sure = sorted({form for kind, form in forms if _is_sure(kind, form)}.union(ids))
    keyed: dict[str, list[str]] = defaultdict(list)
    for kind, form in forms:
        if form not in sure:
            keyed[kind].append(form)
    return Traces(
        iids=tuple(iids),
        ids=ids,
        values=tuple(sorted({form for _, form in forms})),
        hashes=tuple(sorted(_hashes(known))),
        patterns=(*map(_posix_sure, sure), *(_posix_keyed(kind, each) for kind, each in keyed.items())),
        sure=f"{_BEFORE}(?:{'|'.join(map(_quoted, sure))}){_AFTER}" if sure else f"{_NOTHING}()",
        keyed=_re2_keyed(keyed),
        events=tuple(events),
    )


def _forms(kind: str, value: str) -> list[str]:
    """The ways in which an identifier is written."""
    if kind != "phone":
        return [value]
    try:
        national = str(phonenumbers.parse(value).national_number)
    except phonenumbers.NumberParseException:
        return [value]
    return [value, _NOT_DIGITS.sub("", value), f"0{national}"]


def _is_sure(kind: str, form: str) -> bool:
    """Whether a text that has this word in it surely means her."""
    if kind == "email":
        return True
    mixed = any(sign.isdigit() for sign in form) and any(sign.isalpha() for sign in form)
    return len(form) >= _LONG and (mixed or form.startswith("+"))


def _hashes(known: Iterable[tuple[str, str]]) -> set[str]:
    """SHA-256 of addresses, as ad platforms take them (deliver/rules.py)."""
    said = {_NOT_DIGITS.sub("", value) if kind == "phone" else value for kind, value in known}
    return {sha256(each.encode()).hexdigest() for each in said}


def _names(kind: str) -> str:
    """How a JSON property that holds this kind of identifier is called."""
    first, *others = kind.split("_")
    camel = first + "".join(word.title() for word in others)
    return "|".join(dict.fromkeys((kind, camel, camel[:1].upper() + camel[1:])))


def _re2_keyed(keyed: Mapping[str, Sequence[str]]) -> str:
    every = [(_names(kind), forms) for kind, forms in keyed.items()]
    some, rest = every[: _GROUPS - 1], every[_GROUPS - 1 :]
    if rest:
        some.append(("|".join(names for names, _ in rest), [form for _, forms in rest for form in forms]))
    alternatives = [
        rf'("(?:{names})"\s*:\s*)(?:"(?:{_either(forms)})"|(?:{_either(forms)})\b)' for names, forms in some
    ]
    return "|".join([*alternatives, *[_NOTHING] * (_GROUPS - len(some))])


def _either(forms: Iterable[str]) -> str:
    return "|".join(map(_quoted, forms))


def _quoted(word: str) -> str:
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in word)


def _posix_sure(form: str) -> str:
    return rf"(^|[^[:alnum:]._%+-])({'|'.join(_escaped(form))})($|[^[:alnum:]_-])"


def _posix_keyed(kind: str, forms: Sequence[str]) -> str:
    either = "|".join(written for form in forms for written in _escaped(form))
    return rf'"({_names(kind)})"\s*:\s*("({either})"|({either})($|[^[:alnum:]]))'


def _escaped(form: str) -> list[str]:
    """A word in PostgreSQL's escape form of bytes: as UTF-8, and as JSON writes it in plain ASCII."""
    octal = "".join(_quoted(chr(byte)) if byte < _ASCII else rf"\\{byte:03o}" for byte in form.encode())
    ascii_only = json.dumps(form)[1:-1]
    return [octal] if ascii_only == form else [octal, _quoted(ascii_only.replace("\\", "\\\\"))]
