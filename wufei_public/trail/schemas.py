"""What the auditor may search by."""

from marshmallow import EXCLUDE, Schema, fields, validate


class TrailIn(Schema):
    class Meta:
        unknown = EXCLUDE

    who = fields.String(load_default="", validate=validate.Length(max=60))
    target = fields.String(load_default="", validate=validate.Length(max=80))
    action = fields.String(load_default="", validate=validate.Length(max=64))
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    after = fields.String(load_default="", validate=validate.Length(max=60))
