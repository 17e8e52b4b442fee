"""Shapes of the JSON of the public map."""

from marshmallow import fields

from wufei_public.infra.web.shapes import Output


class CountsOut(Output):
    open = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    uncleared = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    hidden = fields.Integer(required=True)
    total = fields.Integer(required=True)


class TileOut(Output):
    row = fields.Integer(required=True)
    column = fields.Integer(required=True)


class TownOut(CountsOut):
    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    tile = fields.Nested(TileOut, required=True, allow_none=True)


class ClusterOut(Output):
    town = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    hazardous = fields.Boolean(required=True)
    cases = fields.Integer(required=True)


class MapOut(Output):
    days = fields.Integer(required=True, allow_none=True)
    towns = fields.List(fields.Nested(TownOut), required=True)
    no_town = fields.Nested(CountsOut, required=True)
    total = fields.Nested(CountsOut, required=True)
    grid_metres = fields.Integer(required=True)
    points = fields.List(fields.Nested(ClusterOut), required=True)


class RatedOut(Output):
    """How results were rated; who said nothing (`silent`) is not counted as satisfied."""

    results = fields.Integer(required=True)
    satisfied = fields.Integer(required=True)
    mostly = fields.Integer(required=True)
    unsatisfied = fields.Integer(required=True)
    silent = fields.Integer(required=True)


class TotalsOut(Output):
    """All cases by phase, those that are not shown included."""

    open = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    uncleared = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    total = fields.Integer(required=True)
    ratings = fields.Nested(RatedOut, required=True)
