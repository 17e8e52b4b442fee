"""Shapes of the JSON about divisions."""

from marshmallow import fields, validate

from wufei_public.common.geo import Crs
from wufei_public.common.text import N_
from wufei_public.divisions.rules.levels import Level
from wufei_public.divisions.rules.proposal import How
from wufei_public.infra.web.shapes import Input, Output

# Web mercator is a system of maps, not of positions.
DATUMS = (Crs.WGS84, Crs.CGCS2000, Crs.GCJ02, Crs.BD09)


class PlaceOut(Output):
    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True, validate=validate.OneOf(list(Level)))
    parent = fields.String(required=True, allow_none=True)
    pinyin = fields.String(required=True)
    initials = fields.String(required=True)


class PlacesOut(Output):
    version = fields.String(required=True)
    divisions = fields.List(fields.Nested(PlaceOut), required=True)


class ProposeIn(Input):
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    accuracy = fields.Float(
        load_default=None,
        validate=validate.Range(0, 40_000_000),
        metadata={"description": N_("定位的误差半径，单位米")},
    )
    datum = fields.String(load_default=Crs.WGS84.value, validate=validate.OneOf(DATUMS))


class NamedOut(Output):
    code = fields.String(required=True)
    path = fields.String(required=True)


class LikelyOut(NamedOut):
    how = fields.String(required=True, validate=validate.OneOf(list(How)))
    metres = fields.Integer(required=True)
    others = fields.List(fields.Nested(NamedOut), required=True)


class ProposalOut(Output):
    proposal = fields.Nested(LikelyOut, required=True, allow_none=True)
