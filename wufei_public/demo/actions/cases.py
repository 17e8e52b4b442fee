"""Reports with all that happened to them, a few hundred in a transaction."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from wufei_public.calendar.queries import holidays
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.places import town_of
from wufei_public.common.redact import redact
from wufei_public.demo import queries
from wufei_public.demo.actions.folding import Case
from wufei_public.demo.actions.photos import Album, Taken
from wufei_public.demo.rules.casting import Cast, Done, cast
from wufei_public.demo.rules.plan import Plan, chance, parts_of
from wufei_public.demo.rules.rhythm import Moment, moments
from wufei_public.demo.rules.stories import EXAMPLES, PLACE, By, Story, Teller
from wufei_public.demo.rules.words import phone
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.directory import Directory
from wufei_public.dumping.actions.steps import MEASURE
from wufei_public.dumping.actions.submit import SCOPE
from wufei_public.dumping.models import Report, ReportEvent, ReportPhoto
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.kinds import official_of
from wufei_public.dumping.rules.release import Show
from wufei_public.dumping.rules.states import Move, Source, State
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.replay import KEEP, ReplayRow
from wufei_public.infra.work import Work, reading
from wufei_public.media.models import Photo
from wufei_public.messages.models import Message
