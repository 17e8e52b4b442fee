"""Reads Settings from the environment and builds the app; nothing else."""

import gc

gc.disable()  # loading leaves no garbage: looking for it is a tenth of the start

from wufei_public.app import create_app  # noqa: E402
from wufei_public.config import BadSettings, settings_of_process  # noqa: E402

try:
    settings = settings_of_process()
    application = create_app(settings)
except BadSettings as bad:
    # What an operator mistyped is told in words, by every command, doctor included.
    raise SystemExit(f"bad  settings, nothing was started:\n{bad}") from None
gc.enable()
