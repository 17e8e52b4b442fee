"""What the auditor may search by."""

from marshmallow import fields, validate

from wufei_public.infra.web.shapes import Input


class TrailIn(Input):
    who = fields.String(load_default="", validate=validate.Length(max=60))
    target = fields.String(load_default="", validate=validate.Length(max=80))
    action = fields.String(load_default="", validate=validate.Length(max=64))
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    after = fields.String(load_default="", validate=validate.Length(max=60))
