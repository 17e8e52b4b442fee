"""How many codes go to the contact of an organisation: each is a message on somebody's phone."""

from wufei_public.common.budgets import Budget, Span

OF_APPLICANT = Budget("organisation:code:applicant", 3, Span.DAY)
OF_ORGANISATION = Budget("organisation:code", 6, Span.DAY)
