"""Shapes of places in JSON."""

from marshmallow import Schema, fields, validate

from wufei_public.common.text import N_


class PlaceOut(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    pinyin = fields.String(required=True)


class PlacesOut(Schema):
    places = fields.List(fields.Nested(PlaceOut), required=True)


class PositionIn(Schema):
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    datum = fields.String(
        load_default="WGS-84",
        validate=validate.OneOf(["WGS-84", "GCJ-02"], error=N_("只认 WGS-84 或 GCJ-02。")),
    )


class ProposalOut(Schema):
    code = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    town = fields.String(required=True)
    how = fields.String(required=True)
    metres = fields.Integer(required=True, allow_none=True)
