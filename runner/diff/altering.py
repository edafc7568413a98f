"""The templates of the statements that change one property of an object, or drop it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.diff.creating import SEQUENCE_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

DROP: Mapping[str, str] = {
    "attribute": "ALTER TYPE {parent} DROP ATTRIBUTE {own} CASCADE",
    "column": "ALTER TABLE {parent} DROP COLUMN {own}",
    "constraint": "ALTER {parent kind} {parent} DROP CONSTRAINT {own}",
}
ALTER_COLUMN = "ALTER TABLE {parent} ALTER COLUMN {own}"
_TYPE = f"{ALTER_COLUMN} TYPE {{type}}[ COLLATE {{collation}}]"
_WITHOUT_DEFAULT = f"{ALTER_COLUMN} DROP DEFAULT; "
_USING = ("", " USING {own}::{type}", " USING {own}::pg_catalog.text::{type}")
_COLUMN_TYPE = (
    *(_TYPE + using for using in _USING),
    *(_WITHOUT_DEFAULT + _TYPE + using for using in _USING),
)
_SPECIAL_NOT_NULL = "ALTER TABLE {parent} ADD NOT NULL {own}{special not null}"
_ATTRIBUTE_TYPE = (
    "ALTER TYPE {parent} ALTER ATTRIBUTE {own} TYPE {type}[ COLLATE {collation}] CASCADE",
)
_REPLACED = ("{replaced}", "SET check_function_bodies = off; {replaced}")
_SEQUENCE = (f"ALTER SEQUENCE {{name}} {SEQUENCE_OPTIONS}",)
_CLUSTERED = ("ALTER TABLE {parent} CLUSTER ON {own index}",)
_REINDEX = ("REINDEX INDEX {index}",)
_ATTACHED = ("ALTER INDEX {new} ATTACH PARTITION {index}",)
_TABLESPACE = ("ALTER {kind} {name} SET TABLESPACE {new|pg_default}",)
_INDEX_TABLESPACE = ("ALTER INDEX {index} SET TABLESPACE {new|pg_default}",)
ALTER_ANY: Mapping[str, tuple[str, ...]] = {
    "owner": ("ALTER {kind} {name} OWNER TO {new}",),
    "comment": ("COMMENT ON {object} IS {new:literal|NULL}",),
    "index comment": ("COMMENT ON INDEX {index} IS {new:literal|NULL}",),
}
# By kind and property; the first that the server accepts is run. A minus is before those for an
# object that should not have the property.
ALTER: Mapping[str, tuple[str, ...]] = {
    "attribute collation": _ATTRIBUTE_TYPE,
    "attribute type": _ATTRIBUTE_TYPE,
    "column collation": _COLUMN_TYPE,
    "column compression": (f"{ALTER_COLUMN} SET COMPRESSION {{new|DEFAULT}}",),
    "column default": (f"{ALTER_COLUMN} SET DEFAULT {{new}}",),
    "-column default": (f"{ALTER_COLUMN} DROP DEFAULT",),
    "column generated": (f"{ALTER_COLUMN} SET EXPRESSION AS {{expression}}", "{drop}; {add}"),
    "-column generated": (f"{ALTER_COLUMN} DROP EXPRESSION",),
    "column identity": (
        f"{ALTER_COLUMN} SET {{always}}",
        f"{ALTER_COLUMN} ADD {{identity}}",
        f"{_WITHOUT_DEFAULT}{ALTER_COLUMN} ADD {{identity}}",
    ),
    "-column identity": (f"{ALTER_COLUMN} DROP IDENTITY",),
    "column not null": (
        f"{ALTER_COLUMN} SET {{plain not null}}",
        # Since 18 it may be NOT VALID or NO INHERIT.
        _SPECIAL_NOT_NULL,
        f"{ALTER_COLUMN} DROP NOT NULL; {ALTER_COLUMN} SET {{plain not null}}",
        f"{ALTER_COLUMN} DROP NOT NULL; {_SPECIAL_NOT_NULL}",
    ),
    "-column not null": (f"{ALTER_COLUMN} DROP NOT NULL",),
    "column statistics": (f"{ALTER_COLUMN} SET STATISTICS {{new|-1}}",),
    "column storage": (f"{ALTER_COLUMN} SET STORAGE {{new}}",),
    "-column storage": tuple(
        f"{ALTER_COLUMN} SET STORAGE {one}" for one in ("DEFAULT", "EXTENDED", "MAIN", "PLAIN")
    ),
    "column type": _COLUMN_TYPE,
    "constraint clustered": _CLUSTERED,
    "-constraint clustered": ("ALTER TABLE {parent} SET WITHOUT CLUSTER",),
    "constraint definition": ("ALTER {parent kind} {parent} VALIDATE CONSTRAINT {validated}",),
    "constraint index partition of": _ATTACHED,
    "-constraint index state": _REINDEX,
    "constraint tablespace": _INDEX_TABLESPACE,
    "domain default": ("ALTER DOMAIN {name} SET DEFAULT {new}",),
    "-domain default": ("ALTER DOMAIN {name} DROP DEFAULT",),
    "domain not null": ("ALTER DOMAIN {name} SET NOT NULL",),
    "-domain not null": ("ALTER DOMAIN {name} DROP NOT NULL",),
    "event trigger enabled": ("ALTER EVENT TRIGGER {name} {new}",),
    "extension schema": ("ALTER EXTENSION {name} SET SCHEMA {new}",),
    "extension version": ("ALTER EXTENSION {name} UPDATE TO {new:literal}",),
    "foreign-data wrapper handler": ("ALTER {object} HANDLER {new}",),
    "-foreign-data wrapper handler": ("ALTER {object} NO HANDLER",),
    "foreign-data wrapper validator": ("ALTER {object} VALIDATOR {new}",),
    "-foreign-data wrapper validator": ("ALTER {object} NO VALIDATOR",),
    "function definition": _REPLACED,
    "index clustered": _CLUSTERED,
    "-index clustered": ("ALTER TABLE {parent} SET WITHOUT CLUSTER",),
    "index index partition of": _ATTACHED,
    "-index index state": _REINDEX,
    "index tablespace": _INDEX_TABLESPACE,
    "materialized view access method": ("ALTER {object} SET ACCESS METHOD {new|heap}",),
    "materialized view populated": ("REFRESH {object} {new}",),
    "-materialized view populated": ("REFRESH {object}",),
    "materialized view tablespace": _TABLESPACE,
    "procedure definition": _REPLACED,
    "publication for": ("ALTER PUBLICATION {name} SET {for}",),
    "publication publish": ("ALTER PUBLICATION {name} SET (publish = {new:literal|''})",),
    "publication publish generated columns": (
        "ALTER PUBLICATION {name} SET (publish_generated_columns = {new|none})",
    ),
    "publication publish via partition root": (
        "ALTER PUBLICATION {name} SET (publish_via_partition_root = {new|false})",
    ),
    "rule definition": _REPLACED,
    "rule enabled": ("ALTER TABLE {parent} {new} RULE {own}",),
    **{f"sequence {one}": _SEQUENCE for one in (
        "cache", "cycle", "increment", "maxvalue", "minvalue", "start", "type",
    )},
    "sequence owned by": ("ALTER SEQUENCE {name} OWNED BY {new|NONE}",),
    "sequence persistence": ("ALTER SEQUENCE {name} SET {new|LOGGED}",),
    "server version": ("ALTER SERVER {name} VERSION {new:literal|NULL}",),
    "statistics statistics": ("ALTER STATISTICS {name} SET STATISTICS {new|-1}",),
    "table access method": ("ALTER TABLE {name} SET ACCESS METHOD {new|heap}",),
    "table of type": ("ALTER TABLE {name} OF {new}",),
    "-table of type": ("ALTER TABLE {name} NOT OF",),
    "table persistence": ("ALTER TABLE {name} SET {new|LOGGED}",),
    "table replica identity": ("ALTER TABLE {name} REPLICA IDENTITY {new|DEFAULT}",),
    "table row security": (
        "ALTER TABLE {name} {new|DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY}",
    ),
    "table tablespace": _TABLESPACE,
    "text search dictionary options": ("ALTER {object} ({new})",),
    "trigger definition": _REPLACED,
    "trigger enabled": ("ALTER TABLE {parent} {new} TRIGGER {own}",),
    "view definition": _REPLACED,
}  # fmt: skip
