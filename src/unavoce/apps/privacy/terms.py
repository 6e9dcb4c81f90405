"""The brand's rules for erasing, kept with its settings."""

from __future__ import annotations

from dataclasses import asdict

from unavoce.apps.privacy.model import Rules
from unavoce.kernel.errors import BadInput
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.settings import keep_setting, setting

KEY = "privacy"
MOST_FILE_DAYS = 90


def rules_of(tx: Transaction) -> Rules:
    """The rules that hold."""
    return Rules(**(setting(tx, KEY) or {}))


def put_rules(tx: Transaction, rules: Rules) -> None:
    """Change the rules."""
    if not 1 <= rules.file_days <= MOST_FILE_DAYS:
        raise BadInput(field="file_days", value=rules.file_days, expected=f"between 1 and {MOST_FILE_DAYS}")
    keep_setting(tx, KEY, asdict(rules))
