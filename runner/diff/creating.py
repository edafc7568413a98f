"""The statements that create objects, from the definitions in a snapshot. Pure.

Owners, privileges and comments are not part of them: they differ then, and are set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.catalog.snapshot import ObjectKey
from runner.diff.item import Alternatives, CannotWrite, Item, literal, options, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SEQUENCE = (
    ("AS", "type"),
    ("START WITH", "start"),
    ("INCREMENT BY", "increment"),
    ("MINVALUE", "minvalue"),
    ("MAXVALUE", "maxvalue"),
    ("CACHE", "cache"),
    ("", "cycle"),
)
_FORMS = {"enum": "AS ENUM ({labels})", "range": "AS RANGE ({range})", "base": "({definition})"}
# Where CREATE wants the name of a function only, a snapshot has its arguments, too.
_ARGUMENTS = re.compile(r"\([^()]*\)")
# A member of an operator family, and the types that it is for.
_OPERATOR_MEMBER = re.compile(r"(OPERATOR \d+ [^()]+\([^()]*\)) \([^()]*\)")
_FUNCTION_MEMBER = re.compile(r"(FUNCTION \d+) ([^()]+\([^()]*\)) (\([^()]*\))")
_OPTION = re.compile(r"([A-Z_]+) = ([^,]*)")


def created(item: Item) -> Alternatives:
    """Return how to create an object that is missing. Raises CannotWrite."""
    kind = item.key.object
    if kind in _CREATE:
        return _CREATE[kind](item)
    if kind in ("function", "procedure"):
        definition = item.wanted["definition"]
        return (definition,), ("SET LOCAL check_function_bodies = off", definition)
    if kind in ("trigger", "rule", "statistics"):
        return ((item.wanted["definition"],),)
    raise CannotWrite(f"no statement is written for a missing {kind}")


def sequence_options(properties: Mapping[str, str]) -> str:
    """Return all options of a sequence."""
    words = (f"{word} {properties[name]}".strip() for word, name in _SEQUENCE if name in properties)
    return " ".join(words)


def with_options(properties: Mapping[str, str], name: str = "storage options") -> str:
    """Return the WITH clause of a relation."""
    found = options(properties.get(name))
    values = ", ".join(f"{option} = {literal(value)}" for option, value in found.items())
    return f" WITH ({values})" if values else ""


def foreign_options(text: str | None) -> str:
    """Return the OPTIONS clause of a foreign object."""
    values = ", ".join(f"{name} {literal(value)}" for name, value in options(text).items())
    return f" OPTIONS ({values})" if values else ""


def column_definition(item: Item, table: ObjectKey, name: str, column: Mapping[str, str]) -> str:
    """Return a column as CREATE TABLE and ADD COLUMN write it."""
    words = [name, column["type"] + foreign_options(column.get("foreign options"))]
    if "collation" in column:
        words.append(f"COLLATE {column['collation']}")
    if "default" in column:
        words.append(f"DEFAULT {column['default']}")
    if "generated" in column:
        words.append(column["generated"])
    if column.get("not null") == "NOT NULL":
        words.append("NOT NULL")
    if "identity" in column:
        words.append(identity_definition(item, f"{table.name}.{name}", column["identity"]))
    return " ".join(words)


def identity_definition(item: Item, column: str, words: str) -> str:
    """Return GENERATED … AS IDENTITY with the options of its sequence."""
    for key, entry in item.goal.objects.items():
        if key.object == "sequence" and entry.properties.get("owned by") == column:
            given = {n: v for n, v in entry.properties.items() if n != "type"}
            return f"{words} (SEQUENCE NAME {key.name} {sequence_options(given)})"
    return words


def _schema(item: Item) -> Alternatives:
    return ((f"CREATE SCHEMA {item.name}",),)


def _extension(item: Item) -> Alternatives:
    command = f"CREATE EXTENSION {item.name} SCHEMA {item.wanted['schema']}"
    return (f"{command} VERSION {literal(item.wanted['version'])}",), (command,)


def _type(item: Item) -> Alternatives:
    form = item.wanted["form"]
    if form == "composite":
        found = parts(item.goal, item.key, "attribute").items()
        columns = ", ".join(column_definition(item, item.key, *one) for one in found)
        return ((f"CREATE TYPE {item.name} AS ({columns})",),)
    if form == "base":
        raise CannotWrite("no statement is written for a base type")
    body = _FORMS.get(form, "").format_map({"labels": "", **item.wanted})
    return ((f"CREATE TYPE {item.name} {body}".rstrip(),),)


def _domain(item: Item) -> Alternatives:
    wanted = {name: value for name, value in item.wanted.items() if name != "not null"}
    words = column_definition(item, item.key, f"CREATE DOMAIN {item.name} AS", wanted)
    return ((f"{words} {item.wanted.get('not null', '')}".rstrip(),),)


def _table(item: Item) -> Alternatives:
    wanted = item.wanted
    persistence = f"{wanted['persistence']} " if "persistence" in wanted else ""
    found = parts(item.goal, item.key, "column").items()
    columns = ",\n    ".join(column_definition(item, item.key, *one) for one in found)
    body = f"(\n    {columns}\n)" if columns else "()"
    end = f" PARTITION BY {wanted['partition by']}" if "partition by" in wanted else ""
    end += f" USING {wanted['access method']}" if "access method" in wanted else ""
    end += with_options(wanted)
    end += f" TABLESPACE {wanted['tablespace']}" if "tablespace" in wanted else ""
    head = f"CREATE {persistence}TABLE {item.name}"
    sequences = _sequences_of(item)
    if "partition bound" in wanted:
        of = f"{head} PARTITION OF {wanted['inherits']} {wanted['partition bound']}{end}"
        return (of,), (*sequences, f"{head} {body}{end}")
    if "of type" in wanted:
        return (f"{head} OF {wanted['of type']}{end}",), (*sequences, f"{head} {body}{end}")
    inherits = f" INHERITS ({wanted['inherits']})" if "inherits" in wanted else ""
    return ((*sequences, f"{head} {body}{inherits}{end}"),)


def _sequences_of(item: Item) -> tuple[str, ...]:
    """Return how to create the sequences that a table owns and its defaults use."""
    return tuple(
        f"CREATE SEQUENCE {key.name} {sequence_options(entry.properties)}"
        for key, entry in item.goal.objects.items()
        if key.object == "sequence"
        and entry.parent == item.key
        and key not in item.current.objects
        and not feeds_identity(item, entry.properties)
    )


def feeds_identity(item: Item, sequence: Mapping[str, str]) -> bool:
    """Whether a sequence is made and dropped with an identity column."""
    column = item.goal.objects.get(ObjectKey("column", sequence.get("owned by", "")))
    return column is not None and "identity" in column.properties


def _foreign_table(item: Item) -> Alternatives:
    found = parts(item.goal, item.key, "column").items()
    columns = ", ".join(column_definition(item, item.key, *one) for one in found)
    end = f"SERVER {item.wanted['server']}{foreign_options(item.wanted.get('options'))}"
    return ((f"CREATE FOREIGN TABLE {item.name} ({columns}) {end}",),)


def _view(item: Item) -> Alternatives:
    wanted = item.wanted
    is_materialized = item.key.object == "materialized view"
    using = f" USING {wanted['access method']}" if "access method" in wanted else ""
    given = f"{using}{with_options(wanted, 'options')}"
    given += f" TABLESPACE {wanted['tablespace']}" if "tablespace" in wanted else ""
    query = wanted["definition"].rstrip().removesuffix(";")
    data = f"\n  {wanted.get('populated', 'WITH DATA')}" if is_materialized else ""
    return ((f"CREATE {item.key.object.upper()} {item.name}{given} AS\n{query}{data}",),)


def _sequence(item: Item) -> Alternatives:
    if feeds_identity(item, item.wanted):
        return ()
    unlogged = "UNLOGGED " if "persistence" in item.wanted else ""
    return ((f"CREATE {unlogged}SEQUENCE {item.name} {sequence_options(item.wanted)}",),)


def _column(item: Item) -> Alternatives:
    definition = column_definition(item, item.parent, item.own, item.wanted)
    return ((f"ALTER TABLE {item.parent.name} ADD COLUMN {definition}",),)


def _attribute(item: Item) -> Alternatives:
    definition = column_definition(item, item.parent, item.own, item.wanted)
    return ((f"ALTER TYPE {item.parent.name} ADD ATTRIBUTE {definition} CASCADE",),)


def _constraint(item: Item) -> Alternatives:
    kind = "DOMAIN" if item.parent.object == "domain" else "TABLE"
    head = f"ALTER {kind} {item.parent.name}"
    definition = item.wanted["definition"]
    at_once = f"{head} ADD CONSTRAINT {item.own} {definition}"
    if not definition.startswith(("CHECK", "FOREIGN KEY")) or "NOT VALID" in definition:
        return ((at_once,),)
    # The second statement reads the table under a lock that lets others write.
    later = f"{at_once} NOT VALID", f"{head} VALIDATE CONSTRAINT {item.own}"
    return later, (at_once,)


def _index(item: Item) -> Alternatives:
    # On a partitioned table ONLY leaves the index invalid.
    definition = item.wanted["definition"]
    return (definition.replace(" ON ONLY ", " ON ", 1),), (definition,)


def _event_trigger(item: Item) -> Alternatives:
    wanted = item.wanted
    tags = ", ".join(map(literal, wanted["tags"].split(", "))) if "tags" in wanted else ""
    when = f" WHEN TAG IN ({tags})" if tags else ""
    command = f"CREATE EVENT TRIGGER {item.name} ON {wanted['event']}{when}"
    return ((f"{command} EXECUTE FUNCTION {wanted['function']}",),)


def _policy(item: Item) -> Alternatives:
    wanted = item.wanted
    words = f"AS {wanted['as']} FOR {wanted['for']} TO {wanted['to']}"
    using = f" USING ({wanted['using']})" if "using" in wanted else ""
    check = f" WITH CHECK ({wanted['with check']})" if "with check" in wanted else ""
    return ((f"CREATE {item.identity} {words}{using}{check}",),)


def _cast(item: Item) -> Alternatives:
    context = item.wanted["context"]
    how = "" if context == "EXPLICIT" else f" AS {context}"
    return ((f"CREATE CAST {item.name} {item.wanted['method']}{how}",),)


def _transform(item: Item) -> Alternatives:
    functions = item.wanted["definition"].replace(" SQL ", " SQL WITH FUNCTION ")
    return ((f"CREATE TRANSFORM {item.name} ({functions})",),)


def _language(item: Item) -> Alternatives:
    words = _ARGUMENTS.sub("", item.wanted.get("definition", "")).replace(", ", " ")
    trusted = "TRUSTED " if words.startswith("TRUSTED") else ""
    return ((f"CREATE {trusted}LANGUAGE {item.name} {words.removeprefix('TRUSTED ')}",),)


def _access_method(item: Item) -> Alternatives:
    return ((f"CREATE ACCESS METHOD {item.name} TYPE {item.wanted['definition']}",),)


def _operator_family(item: Item) -> Alternatives:
    command = f"CREATE OPERATOR FAMILY {item.name}"
    if "members" not in item.wanted:
        return ((command,),)
    members = _OPERATOR_MEMBER.sub(r"\1", item.wanted["members"])
    members = _FUNCTION_MEMBER.sub(r"\1 \3 \2", members)
    return ((command, f"ALTER OPERATOR FAMILY {item.name} ADD {members}"),)


def _operator_class(item: Item) -> Alternatives:
    name, _, method = item.name.rpartition(" USING ")
    found = re.fullmatch(
        r"(?P<default>DEFAULT )?FOR TYPE (?P<type>.*) FAMILY (?P<family>\S+)(?: STORAGE (.*))?",
        item.wanted["definition"],
    )
    if found is None or found[4]:
        raise CannotWrite("no statement is written for this operator class")
    schema = item.parent.name
    head = f"CREATE OPERATOR CLASS {name} {found['default'] or ''}FOR TYPE {found['type']}"
    end = f"USING {method} FAMILY {schema}.{found['family']} AS {item.wanted['members']}"
    return ((f"{head} {end}",),)


def _aggregate(item: Item) -> Alternatives:
    definition = item.wanted["definition"]
    _, _, rest = definition.partition(", SFUNC = ")
    arguments = definition.partition(" RETURNS ")[0]
    letters = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
    rest = re.sub(r"(M?FINALFUNC_MODIFY) = (.)", lambda one: f"{one[1]} = {letters[one[2]]}", rest)
    parallel = {"u": "UNSAFE", "r": "RESTRICTED", "s": "SAFE"}
    rest = re.sub(r"PARALLEL = (.)$", lambda one: f"PARALLEL = {parallel[one[1]]}", rest)
    name = item.name.partition("(")[0]
    return ((f"CREATE AGGREGATE {name}({arguments}) (SFUNC = {rest})",),)


def _operator(item: Item) -> Alternatives:
    name, _, types = item.name.removesuffix(")").partition("(")
    left, right = types.split(",")
    sides = [("LEFTARG", left), ("RIGHTARG", right)]
    words = [f"{side} = {of}" for side, of in sides if of.strip().upper() != "NONE"]
    for one in re.split(r", (?=[A-Z]+\b)", item.wanted["definition"]):
        option, _, value = one.partition(" = ")
        if option in ("COMMUTATOR", "NEGATOR"):
            value = f"OPERATOR({value.partition('(')[0]})"
        if not one.startswith("RETURNS"):
            words.append(f"{option} = {value}" if value else one)
    return ((f"CREATE OPERATOR {name} ({', '.join(words)})",),)


def _collation(item: Item) -> Alternatives:
    given = _OPTION.sub(
        lambda one: one[0] if one[1] in ("PROVIDER", "DETERMINISTIC") else f"{one[1]} = '{one[2]}'",
        item.wanted["definition"],
    )
    return ((f"CREATE COLLATION {item.name} ({given})",),)


def _conversion(item: Item) -> Alternatives:
    words = item.wanted["definition"]
    default = "DEFAULT " if words.startswith("DEFAULT ") else ""
    words = re.sub(r"(FOR|TO) (\S+)", r"\1 '\2'", words.removeprefix("DEFAULT "))
    return ((f"CREATE {default}CONVERSION {item.name} {words}",),)


def _configuration(item: Item) -> Alternatives:
    command = f"CREATE TEXT SEARCH CONFIGURATION {item.name} (PARSER = {item.wanted['parser']})"
    return ((command,),)


def _dictionary(item: Item) -> Alternatives:
    more = f", {item.wanted['options']}" if "options" in item.wanted else ""
    return ((f"CREATE {item.identity} (TEMPLATE = {item.wanted['template']}{more})",),)


def _text_search(item: Item) -> Alternatives:
    return ((f"CREATE {item.identity} ({item.wanted['definition']})",),)


def _wrapper(item: Item) -> Alternatives:
    words = _ARGUMENTS.sub("", item.wanted.get("definition", "")).replace(", ", " ")
    end = foreign_options(item.wanted.get("options"))
    return ((f"CREATE FOREIGN DATA WRAPPER {item.name} {words}{end}".rstrip(),),)


def _server(item: Item) -> Alternatives:
    wanted = item.wanted
    words = f"TYPE {literal(wanted['type'])} " if "type" in wanted else ""
    words += f"VERSION {literal(wanted['version'])} " if "version" in wanted else ""
    words += f"FOREIGN DATA WRAPPER {wanted['foreign-data wrapper']}"
    return ((f"CREATE SERVER {item.name} {words}{foreign_options(wanted.get('options'))}",),)


def _user_mapping(item: Item) -> Alternatives:
    return ((f"CREATE {item.identity}{foreign_options(item.wanted.get('options'))}",),)


def _publication(item: Item) -> Alternatives:
    wanted = item.wanted
    what = []
    if "for" in wanted:
        what.append(wanted["for"])
    if "tables" in wanted:
        what.append(f"TABLE {wanted['tables']}")
    if "schemas" in wanted:
        what.append(f"TABLES IN SCHEMA {wanted['schemas']}")
    which = f" FOR {', '.join(what)}" if what else ""
    return ((f"CREATE PUBLICATION {item.name}{which} WITH ({publishing(wanted)})",),)


def publishing(wanted: Mapping[str, str]) -> str:
    """Return the options of a publication."""
    found = [f"publish = {literal(wanted.get('publish', ''))}"]
    if "publish via partition root" in wanted:
        found.append("publish_via_partition_root = true")
    if "publish generated columns" in wanted:
        found.append(f"publish_generated_columns = {wanted['publish generated columns']}")
    return ", ".join(found)


_CREATE: Mapping[str, Callable[[Item], Alternatives]] = {
    "access method": _access_method,
    "aggregate": _aggregate,
    "attribute": _attribute,
    "cast": _cast,
    "collation": _collation,
    "column": _column,
    "constraint": _constraint,
    "conversion": _conversion,
    "domain": _domain,
    "event trigger": _event_trigger,
    "extension": _extension,
    "foreign table": _foreign_table,
    "foreign-data wrapper": _wrapper,
    "index": _index,
    "language": _language,
    "materialized view": _view,
    "operator": _operator,
    "operator class": _operator_class,
    "operator family": _operator_family,
    "policy": _policy,
    "publication": _publication,
    "schema": _schema,
    "sequence": _sequence,
    "server": _server,
    "table": _table,
    "text search configuration": _configuration,
    "text search dictionary": _dictionary,
    "text search parser": _text_search,
    "text search template": _text_search,
    "transform": _transform,
    "type": _type,
    "user mapping": _user_mapping,
    "view": _view,
}
