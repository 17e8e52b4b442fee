"""What ties an entry to the tree of snapshots, and to what everyone finds and sees of it.

Whatever the actions do, no statement lists or removes an entry, or lets it say something else,
before a snapshot stands that says so. That its signature is good is for every reader to check.
Triggers as name, change, when, what it says.
"""
# ruff: noqa: S608  no words of a person

from wufei_public.infra.guards import STAYS, differs
from wufei_public.media.rules.keeping import PUBLIC
from wufei_public.redblack.models.snapshots import LAST

# Nodes that no snapshot is of.
_UNSIGNED = f"EXISTS (SELECT 1 FROM listing_node WHERE listing_node.number > {LAST})"
_ITS_LEAF = (
    "EXISTS (SELECT 1 FROM listing_place JOIN listing_node ON listing_node.level = 0"
    " AND listing_node.place = 2 * listing_place.place + 1"
    f" AND listing_node.number = {LAST} JOIN listing_leaf"
    " ON listing_leaf.leaf = listing_node.hash AND listing_leaf.listing_id = NEW.id"
    " WHERE listing_place.listing_id = NEW.id AND listing_node.hash = NEW.leaf)"
)
_STANDS = "EXISTS (SELECT 1 FROM listing_place WHERE listing_place.listing_id = NEW.id)"
_FOUND = "an entry is found by the names of its enterprise, for as long as it is shown"
_SAME = "listing.town = NEW.town AND listing.kind = NEW.kind AND listing.trade = NEW.trade"

OF_STANDING = (
    (
        "listing_comes_and_goes_with_a_snapshot",
        "UPDATE",
        (
            "((NEW.record IS NOT NULL"
            f" AND {differs(('record', 'leaf'))} AND (NOT {_ITS_LEAF} OR {_UNSIGNED}))"
            " OR (OLD.record IS NOT NULL AND NEW.record IS NULL"
            f" AND ({_STANDS} OR {_UNSIGNED})))"
        ),
        "nobody comes, goes or says something else without a snapshot",
    ),
)
OF_NAME_ENDS = (
    (
        "listing_name_end_is_its_own",
        "INSERT",
        (
            "NOT EXISTS (SELECT 1 FROM listing JOIN organisation_name_end"
            " ON organisation_name_end.organisation_id = listing.organisation_id"
            f" WHERE listing.id = NEW.listing_id AND listing.record IS NOT NULL AND {_SAME}"
            " AND organisation_name_end.name_end = NEW.name_end)"
        ),
        _FOUND,
    ),
    (
        "listing_name_end_stays",
        "UPDATE",
        (
            f"({differs(('listing_id', 'name_end'))} OR NOT EXISTS (SELECT 1 FROM listing"
            f" WHERE listing.id = NEW.listing_id AND {_SAME}))"
        ),
        _FOUND,
    ),
    (
        "listing_name_end_goes_with_the_entry",
        "DELETE",
        (
            "EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id"
            " AND listing.record IS NOT NULL)"
        ),
        _FOUND,
    ),
)
# The name of a photo's file is its digest, behind that of its area.
_DIGEST = f"substr(photo.large_name, {len(PUBLIC) + 2}, 64)"
OF_PHOTOS = (
    (
        "listing_photo_goes_with_a_record",
        "DELETE",
        (
            "EXISTS (SELECT 1 FROM listing JOIN photo ON photo.id = OLD.photo_id"
            " WHERE listing.id = OLD.listing_id"
            f" AND REPLACE(listing.record, {_DIGEST}, '') <> listing.record)"
        ),
        "a photo is taken away with a record that does not name it",
    ),
    (
        "listing_photo_keeps_its_releaser",
        "UPDATE",
        differs(("released_by", "released_at")),
        STAYS,
    ),
)
