"""Reads Settings from the environment and builds the app; nothing else."""

from wufei_public.app import create_app
from wufei_public.config import settings_of_process

application = create_app(settings_of_process())
