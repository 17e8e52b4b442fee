"""Reads Settings from the environment and builds the app; nothing else."""

from wufei_public.app import create_app
from wufei_public.config import BadSettings, settings_of_process

try:
    settings = settings_of_process()
except BadSettings as bad:
    # What an operator mistyped is told in words, by every command, doctor included.
    raise SystemExit(f"bad  settings, nothing was started:\n{bad}") from None
application = create_app(settings)
