//! Rules about beacons.

use std::collections::HashMap;

use crate::ast::{Container, DeclaredBeacon, Field};
use crate::attr::{Action, Index, Source, Transform};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// The allowed lengths of a beacon.
const BITS: std::ops::RangeInclusive<u64> = 1..=63;
/// The numbers of partitions that AWS's clients accept.
const PARTITIONS: std::ops::RangeInclusive<u64> = 1..=254;
/// The first position in a list that versions of AWS's library interpret differently.
const FIRST_AMBIGUOUS_POSITION: usize = 10;

/// The server can search an unencrypted value itself, and a hash of it would hide nothing.
pub(super) fn check_beacon_is_of_an_encrypted_field(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let Some(field) = declared.field else { return };
    let reason = match field {
        field if field.is_key() => "is a key",
        field if field.ttl().is_some() => "is the time after which DynamoDB may delete the item",
        field if field.is_version() => "is the version",
        field if field.action() != Action::Encrypt => "is not encrypted",
        _ => return,
    };
    ctxt.report(mistake(
        declared.word.span(),
        format_args!("`{}` {reason}, so it needs no beacon", field.ident),
        "a beacon is a hash that makes an encrypted value searchable; this value is stored unencrypted, and can be \
         compared directly",
        format_args!("remove `{}(..)`, or encrypt the field", names::BEACON),
    ));
}

/// The right length depends on the values, so there is no default.
pub(super) fn check_beacon_has_a_length(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let Some(bits) = declared.beacon.bits() else {
        ctxt.report(mistake(
            declared.word.span(),
            format_args!("`{}` needs its length in bits", names::BEACON),
            "a long beacon reveals which items have the same value, and with a short one queries read many items in vain",
            format_args!(
                "write `{}({} = 24)` with the number that `dynaseal::plan::from_sample` recommends for your values",
                names::BEACON,
                names::BITS
            ),
        ));
        return;
    };
    if !BITS.contains(&bits.value) {
        ctxt.report(mistake(
            bits.at,
            format_args!("a beacon cannot have {} bits", bits.value),
            "the lengths are 1 to 63 bits in the format of the Database Encryption SDK",
            "write the number that `dynaseal::plan::from_sample` recommends for your values",
        ));
    }
}

/// A beacon on a struct is not a field, so it needs a name and a source.
pub(super) fn check_beacon_of_the_struct_is_complete(
    ctxt: &Ctxt,
    container: &Container,
    declared: &DeclaredBeacon<'_>,
) {
    if declared.is_of_field {
        return;
    }
    if declared.beacon.name().is_none() {
        ctxt.report(mistake(
            declared.word.span(),
            format_args!("a `{}` of the struct needs a name", names::BEACON),
            "it is stored under this name, its key is derived from it, and its handle is called so",
            format_args!("add `{} = last4`", names::NAME),
        ));
    }
    match declared.beacon.of() {
        None => ctxt.report(mistake(
            declared.word.span(),
            format_args!("a `{}` on a struct needs a source", names::BEACON),
            "on a field, the field is the source",
            format_args!("add `{} = field`, or move it above a field", names::OF),
        )),
        Some(source) if container.source_field(source).is_none() => {
            let (name, at) = match source {
                Source::Field(field) => (field.to_string(), field.span()),
                Source::Path(path) => (path.value(), path.span()),
            };
            ctxt.report(mistake(
                at,
                format_args!("`{name}` is not a stored field"),
                "the source of a beacon is the value of a field, or a part of it",
                format_args!("write `{} = field`, or `{} = \"field.key\"`", names::OF, names::OF),
            ));
        }
        Some(_) => {}
    }
}

/// Since 3.9.0, AWS's clients use only the first digit of a position: for them, `[10]` is the element 11.
pub(super) fn check_beacon_path_is_unambiguous(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let Some(path) = declared.path() else { return };
    let text = path.value();
    let positions = text.split('[').skip(1).map(|rest| rest.split(']').next().unwrap_or_default());
    for position in positions {
        let parsed = position.parse::<usize>().ok();
        if parsed.is_some_and(|position| position < FIRST_AMBIGUOUS_POSITION) {
            continue;
        }
        let what = match parsed {
            Some(_) => format!("the position {position} is not the same element to every client"),
            None => format!("`{position}` is not a position in a list"),
        };
        ctxt.report(mistake(
            path.span(),
            what,
            "versions of AWS's clients read positions of two digits differently, so a beacon of one would not be found",
            "use a position of 0 to 9, or store the value in a separate field",
        ));
    }
    if text.split(['.', '[']).any(|step| step.is_empty()) {
        ctxt.report(mistake(
            path.span(),
            format_args!("`{text}` is not a path"),
            "a path is the name of a field, and then keys of maps and positions in lists",
            "write `address.city`, or `phones[0]`",
        ));
    }
}

/// A prefix or suffix has at least one character.
pub(super) fn check_beacon_cuts_something(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    for cut in declared.beacon.cuts().filter(|cut| !(1..=1000).contains(&cut.value)) {
        ctxt.report(mistake(
            cut.at,
            format_args!("a beacon of {} characters", cut.value),
            "it uses the first or the last characters of a text, 1 to 1,000 of them",
            format_args!("write `{} = 4`, or `{} = 3`", names::SUFFIX, names::PREFIX),
        ));
    }
}

/// Members of a set are hashed unchanged, and parts of compound beacons are single strings.
pub(super) fn check_set_beacon_is_plain(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    if !declared.is_set() {
        return;
    }
    let transforms = declared.beacon.transforms().map(|(_, word)| word);
    let forms = declared.beacon.forms().map(|(_, word)| word);
    for word in transforms.chain(declared.beacon.part_only()).chain(forms) {
        ctxt.report(mistake(
            word.span(),
            format_args!("the beacon of a set cannot have `{word}`"),
            "each member is hashed as it is stored, and a set cannot be part of a compound beacon",
            format_args!("remove `{word}`, and store the members in the form that you search for"),
        ));
    }
}

/// Two beacons with a shared key are compared with each other, which requires the same bytes and the same length.
pub(super) fn check_shared_beacon_fits(ctxt: &Ctxt, container: &Container, declared: &DeclaredBeacon<'_>) {
    let Some(other) = declared.beacon.shared() else { return };
    let named = |candidate: &DeclaredBeacon<'_>| {
        let is_field = candidate.is_of_field && candidate.field.is_some_and(|field| field.ident == *other);
        is_field || candidate.beacon.name().is_some_and(|name| name == other)
    };
    let Some(target) = container.beacons().find(named) else {
        ctxt.report(mistake(
            other.span(),
            format_args!("there is no beacon `{other}` to share a key with"),
            "a shared beacon uses the key of another one, so that the two can be compared",
            format_args!("name a field with a beacon, or remove `{}`", names::SHARED),
        ));
        return;
    };
    let what = if target.word == declared.word
        && target.name().map(|(name, _)| name) == declared.name().map(|(name, _)| name)
    {
        "a beacon cannot share its own key".to_owned()
    } else if target.beacon.shared().is_some() {
        format!("`{other}` shares the key of another beacon itself")
    } else if target.is_set() != declared.is_set() {
        format!("only one of this beacon and `{other}` is of a set")
    } else if lengths_differ(&target, declared) {
        format!("this beacon and `{other}` have different lengths")
    } else if target.transforms() != declared.transforms() || target.beacon.form().is_some() {
        format!("this beacon and `{other}` have different styles or transforms")
    } else {
        return;
    };
    ctxt.report(mistake(
        other.span(),
        what,
        "equal values have equal beacons only if both have the same key, the same length and the same form",
        format_args!("name a beacon that fits, with the same `{}`, or remove `{}`", names::BITS, names::SHARED),
    ));
}

fn lengths_differ(one: &DeclaredBeacon<'_>, other: &DeclaredBeacon<'_>) -> bool {
    let bits = |declared: &DeclaredBeacon<'_>| declared.beacon.bits().map(|bits| bits.value);
    bits(one) != bits(other)
}

/// A beacon is stored under its name, and its key is derived from it.
pub(super) fn check_beacon_names_are_free(ctxt: &Ctxt, container: &Container) {
    let mut seen: HashMap<String, ()> = HashMap::new();
    let attributes: Vec<(String, &Field)> =
        container.stored_fields().map(|field| (field.attribute_name().0, field)).collect();
    for declared in container.beacons() {
        let Some((name, at)) = declared.name() else { continue };
        let own = declared.field.filter(|_| declared.is_of_field).map(|field| &field.ident);
        let holder = attributes.iter().find(|(attribute, field)| *attribute == name && Some(&field.ident) != own);
        let handle = container.stored_fields().find(|field| !declared.is_of_field && field.ident == name);
        let what = if name.starts_with(names::BEACON_PREFIX) {
            format!("`{name}` is a reserved name")
        } else if let Some(field) = holder.map(|(_, field)| *field).or(handle) {
            format!("the name `{name}` is taken by the field `{}`", field.ident)
        } else if seen.insert(name.clone(), ()).is_some() {
            format!("a second beacon `{name}`")
        } else {
            continue;
        };
        ctxt.report(mistake(
            at,
            what,
            "a beacon is stored under its name behind `aws_dbe_b_`, and two of one name would have one key",
            format_args!("choose another `{} = ..` in `{}(..)`", names::NAME, names::BEACON),
        ));
    }
}

/// AWS's clients cannot be configured for two beacons of one value, so two must be requested explicitly.
pub(super) fn check_each_value_has_one_beacon(ctxt: &Ctxt, container: &Container) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for declared in container.beacons().filter(|declared| !declared.beacon.is_extension()) {
        let (Some(location), Some((name, _))) = (declared.location(), declared.name()) else { continue };
        let Some(first) = seen.get(&location) else {
            seen.insert(location, name);
            continue;
        };
        if *first != name {
            ctxt.report(mistake(
                declared.word.span(),
                format_args!("`{location}` has the beacon `{first}` already"),
                "AWS's clients cannot be configured for two beacons of one value: they discard the second, and lose it when they \
                 write an item",
                format_args!("remove one of the two, or mark this one `{}` if only dynaseal writes", names::EXTENSION),
            ));
        }
    }
}

/// The format has 1 to 254 partitions, and a beacon cannot have more than its table.
pub(super) fn check_partitions(ctxt: &Ctxt, container: &Container) {
    let of_struct = container.partitions();
    if let Some((count, _)) = of_struct.filter(|(count, _)| !PARTITIONS.contains(&count.value)) {
        ctxt.report(mistake(
            count.at,
            format_args!("items cannot be spread over {} partitions", count.value),
            "there are 1 to 254 of them, and every query for a beacon becomes as many requests",
            format_args!("write a small number, such as `{} = 5`", names::PARTITIONS),
        ));
    }
    if let Some((_, word)) = of_struct.filter(|_| container.beacons().next().is_none()) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{word}` without a beacon"),
            "partitions hide the frequency of values in beacons, and there are no beacons",
            format_args!("remove `{word}`, or give a field `{}({} = 24)`", names::BEACON, names::BITS),
        ));
    }
    let most = of_struct.map_or(1, |(count, _)| count.value);
    for count in container.beacons().filter_map(|declared| declared.beacon.partitions()) {
        if count.value < 1 || count.value >= most.max(1) {
            ctxt.report(mistake(
                count.at,
                format_args!("a beacon cannot have {} partitions here", count.value),
                format_args!(
                    "the struct has {most}, which is the default for a beacon, and a beacon can only have fewer"
                ),
                format_args!("write a smaller number, or a larger `{}` of the struct", names::PARTITIONS),
            ));
        }
    }
}

/// The keys of an index are single values; it is queried for one value; and a beacon that is not stored is in no index.
pub(super) fn check_index_beacons_are_stored(ctxt: &Ctxt, container: &Container, index: &Index) {
    const NO_SET: &str = "choose another key; a set can be searched by a scan with `contains`";
    const NO_FORM: &str = "choose another key, or add a beacon of the whole value above the struct: `beacon(name = .., of = .., bits = ..)`";
    for key in index.keys() {
        let Some(declared) = container.named_beacon(key) else { continue };
        let (what, why, help) = match declared.beacon.form() {
            _ if declared.is_set() => {
                (format!("the beacon `{key}` is a set"), "DynamoDB's keys are single values", NO_SET)
            }
            _ if declared.beacon.part_only().is_some() => (
                format!("the beacon `{key}` is not stored"),
                "with `part_only` it is only a part of compound beacons",
                NO_SET,
            ),
            Some((form, word)) if form.is_of_terms() => {
                (format!("the beacon `{key}` is a set of {word}"), "DynamoDB's keys are single values", NO_FORM)
            }
            Some((_, word)) => (
                format!("the beacon `{key}` is made of {word}"),
                "an index is queried for one value, and reads all the others in its bucket as well",
                NO_FORM,
            ),
            None => continue,
        };
        ctxt.report(mistake(key.span(), format_args!("{what}, so it cannot be a key of an index"), why, help));
    }
}

/// Transforms apply to text, and each is useful only once.
pub(super) fn check_transforms_differ(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let is_case = |transform: &Transform| matches!(transform, Transform::Lower | Transform::Upper);
    let mut cases = declared.beacon.transforms().filter(|(transform, _)| is_case(transform));
    let Some((_, first)) = cases.next() else { return };
    for (_, word) in cases.filter(|(_, word)| *word != first) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{first}` and `{word}` exclude each other"),
            "the text is hashed in one case",
            "remove one of the two",
        ));
    }
}
