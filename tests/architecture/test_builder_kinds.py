"""Every condition a segment may be defined by can be put together in the console, without writing JSON."""

import re
from pathlib import Path
from typing import get_args

from unavoce.segment.conditions import Condition

KINDS = Path(__file__).resolve().parents[2] / "console" / "src" / "screens" / "segments" / "builder" / "kinds.ts"
GROUPS = {"all", "any", "not"}


def test_every_condition_can_be_built() -> None:
    offered = re.findall(r"^  (\w+): \{", KINDS.read_text("utf-8").partition("KINDS: ")[2], re.MULTILINE)
    known = {kind.__struct_config__.tag for kind in get_args(Condition)}
    assert len(offered) == len(set(offered))
    assert set(offered) == known - GROUPS
