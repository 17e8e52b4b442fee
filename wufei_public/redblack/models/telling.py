"""What everyone reads of papers: after whose look for names, and who changes it.

What guards the papers (`papers`): name, change, when it is refused, what it says then.
"""

# Two readers who said the same of the same words: one alone hides nothing.
_TWO_READ = (
    "EXISTS (SELECT 1 FROM listing_reading AS one JOIN listing_reading AS two"
    " ON two.paper_id = one.paper_id AND two.part = one.part AND two.words = one.words"
    " AND two.replaced = one.replaced AND two.account_id <> one.account_id"
    " WHERE one.paper_id = NEW.id AND one.part = 'words' AND one.words = NEW.public_words"
    " AND one.replaced = OLD.public_words)"
)
_QUOTED = (
    "(NEW.public_words IS DISTINCT FROM OLD.public_words AND NOT EXISTS (SELECT 1"  # noqa: S608  no words of a person
    " FROM listing_error WHERE listing_error.listing_id = NEW.listing_id"
    " AND listing_error.paper = NEW.code AND listing_error.outcome = 'upheld'"
    " AND listing_error.correction = NEW.public_words"
    f" AND listing_error.replaced = OLD.public_words) AND NOT {_TWO_READ})"
)
# What an enterprise says is public in time: two working days, whatever holidays make of them.
_MOST_WAITED = 14
_NEVER_PUBLIC = (
    "(NEW.kind <> 'repair' AND (NEW.public_from IS NULL"
    f" OR DAYS(NEW.at, NEW.public_from) > {_MOST_WAITED}))"
)
_PUT_OFF = (
    "(NEW.public_from IS DISTINCT FROM OLD.public_from AND (NEW.public_from IS NULL"
    " OR OLD.public_from IS NULL OR NEW.public_from > OLD.public_from OR NOT EXISTS (SELECT 1"
    " FROM listing_reading WHERE listing_reading.paper_id = NEW.id"
    " AND listing_reading.part = 'words' AND listing_reading.words = NEW.public_words)))"
)
_IN_TIME = "what an enterprise says is public in time"
_ANSWER_READ = (
    "EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id = NEW.id"
    " AND listing_reading.part = 'answer' AND listing_reading.words = NEW.public_answer"
    " AND listing_reading.account_id <> NEW.answered_by)"
)
_ANSWER_UNREAD = (
    "(NEW.answer_from IS DISTINCT FROM OLD.answer_from"
    f" AND (OLD.answer_from IS NOT NULL OR NEW.outcome = '' OR NOT {_ANSWER_READ}))"
)
_ANSWER_CHANGED = (
    "(OLD.outcome <> '' AND NEW.public_answer IS DISTINCT FROM OLD.public_answer"
    f" AND (OLD.answer_from IS NOT NULL OR NOT {_ANSWER_READ}))"
)
_BY_ANOTHER = "what an official says is read by another for names of people"
GUARDS = (
    (
        "listing_paper_quoted_as_written",
        "UPDATE",
        _QUOTED,
        "what an enterprise says changes by a report and two persons",
    ),
    ("listing_paper_is_public_in_time", "INSERT", _NEVER_PUBLIC, _IN_TIME),
    ("listing_paper_is_not_put_off", "UPDATE", _PUT_OFF, _IN_TIME),
    ("listing_paper_answer_is_read", "UPDATE", _ANSWER_UNREAD, _BY_ANOTHER),
    ("listing_paper_answer_stays_as_read", "UPDATE", _ANSWER_CHANGED, _BY_ANOTHER),
)
