"""What the tables of surveys refuse, whoever writes to them."""

from wufei_public.infra.guards import STAYS, differs, guard, keep
from wufei_public.surveys.models.tables import Attempt, Invitation, Mailing, Wave, among
from wufei_public.surveys.rules.waves import OF_UNITS, UNITS

_SAYS_MORE = "NEW.outcome IN ('1.1', '1.2', '2.12')"

# Kept answers say how full they are, members of the sample only that they have answered.
guard(
    Invitation,
    "survey_invitation_says_answered",
    "INSERT",
    _SAYS_MORE,
    "a member of a sample has answered, no more is told",
)
guard(
    Invitation,
    "survey_invitation_still_says_answered",
    "UPDATE",
    _SAYS_MORE,
    "a member of a sample has answered, no more is told",
)
# What answers share with members of a sample is common to enough of them.
guard(
    Wave,
    "survey_wave_blurs_answers",
    "UPDATE",
    "(NEW.secret IS NULL AND OLD.secret IS NOT NULL AND NEW.mode IN ('invited', 'telephone')"
    " AND (EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " AND survey_response.day <> NEW.opens_on)"
    " OR ((SELECT COUNT(DISTINCT survey_response.stratum || '/' || survey_response.psu)"
    " FROM survey_response WHERE survey_response.wave_id = NEW.id) > 1"
    " AND EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " GROUP BY survey_response.stratum, survey_response.psu HAVING COUNT(*) < 5))"
    " OR EXISTS (SELECT 1 FROM survey_invitation WHERE survey_invitation.wave_id = NEW.id"
    " AND (survey_invitation.psu <> '' OR survey_invitation.outcome <> ''))))",
    "answers of a sample lie in groups when a wave ends",
)
# What was tried with whom stays while the wave goes on, and tells of nobody after it.
guard(
    Attempt,
    "survey_attempt_is_kept",
    "DELETE",
    "EXISTS (SELECT 1 FROM survey_wave WHERE survey_wave.id = OLD.wave_id"
    " AND survey_wave.secret IS NOT NULL)",
    STAYS,
)
guard(
    Attempt,
    "survey_attempt_stays",
    "UPDATE",
    differs(column.name for column in Attempt.__table__.columns),
    STAYS,
)
keep(Mailing)
# A wave does not end while a telephone number of its sample is left.
guard(
    Wave,
    "survey_wave_forgets_numbers",
    "UPDATE",
    "(NEW.secret IS NULL AND EXISTS (SELECT 1 FROM survey_call"
    " WHERE survey_call.wave_id = NEW.id AND survey_call.sealed IS NOT NULL))",
    "telephone numbers go when a wave ends",
)
guard(
    Wave,
    "survey_wave_forgets_photos",
    "UPDATE",
    "(NEW.forgot_at IS NOT NULL AND (NEW.secret IS NOT NULL OR EXISTS"
    " (SELECT 1 FROM photo WHERE photo.owner = 'surveys/' || NEW.code)))",
    "a wave whose photos went has none",
)
guard(
    Wave,
    "survey_wave_units_sign_in",
    "INSERT",
    "(NEW.mode = 'link' AND NOT NEW.signed_in"
    f" AND ({among('NEW.form_id', UNITS)} OR substr(NEW.form_id, 1, 5) = '{OF_UNITS}'))",
    "organisations answer in their own name",
)
