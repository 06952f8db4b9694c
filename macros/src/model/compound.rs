//! The compound beacons of an entity, and the states of their builders.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::ast::{Container, generated};
use crate::attr;

/// A compound beacon.
pub(crate) struct Compound {
    pub(crate) name: Ident,
    pub(crate) split: char,
    pub(crate) signed: Vec<SignedPart>,
    pub(crate) encrypted: Vec<EncryptedPart>,
    /// The names of the parts, and whether they are required; empty if all are.
    pub(crate) constructors: Vec<Vec<(String, bool)>>,
    /// The states of the builder, beginning with the empty value.
    pub(crate) states: Vec<State>,
}

pub(crate) struct SignedPart {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) location: String,
}

pub(crate) struct EncryptedPart {
    /// The name of the standard beacon.
    pub(crate) name: String,
    pub(crate) prefix: String,
}

/// A state of a builder.
pub(crate) struct State {
    /// The possible next parts: the field, its prefix, and the next state.
    pub(crate) next: Vec<(Ident, String, usize)>,
    /// True if the value is complete.
    pub(crate) is_complete: bool,
}

impl Compound {
    pub(crate) fn all(container: &Container) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (compound, _) in container.compounds() {
            let Some(compound) = Self::new(container, compound) else { continue };
            if all.iter().all(|known| known.name != compound.name) {
                all.push(compound);
            }
        }
        all
    }

    fn new(container: &Container, compound: &attr::Compound) -> Option<Self> {
        let signed = compound.signed().filter_map(|part| {
            let location = container.stored_field(&part.field)?.attribute_name().0;
            Some(SignedPart { name: part.field.unraw().to_string(), prefix: part.prefix.value(), location })
        });
        let encrypted = compound.encrypted().filter_map(|part| {
            let name = container.named_beacon(&part.field)?.name()?.0;
            Some(EncryptedPart { name, prefix: part.prefix.value() })
        });
        Some(Self {
            name: generated(compound.name()?),
            split: compound.split()?.value(),
            signed: signed.collect(),
            encrypted: encrypted.collect(),
            constructors: compound
                .constructors()
                .map(|(parts, _)| {
                    let part =
                        |part: &attr::ConstructorPart| (part_name(container, compound, &part.field), part.is_required);
                    parts.iter().map(part).collect()
                })
                .collect(),
            states: states(compound),
        })
    }
}

/// Returns the name of a part, which for an encrypted one is that of its beacon.
fn part_name(container: &Container, compound: &attr::Compound, field: &Ident) -> String {
    let is_encrypted = compound.encrypted().any(|part| part.field.unraw() == field.unraw());
    let beacon = container.named_beacon(field).filter(|_| is_encrypted).and_then(|declared| declared.name());
    beacon.map_or_else(|| field.unraw().to_string(), |(name, _)| name)
}

/// More states are an error, which bounds the generated code.
const MOST_STATES: usize = 256;

/// A position in a constructor: its number, and the number of the next part.
type Place = (usize, usize);

/// Returns the states of the builder, the first of which is empty.
fn states(compound: &attr::Compound) -> Vec<State> {
    let default: Vec<(&Ident, bool)> = compound.parts().map(|part| (&part.field, true)).collect();
    let mut constructors: Vec<Vec<(&Ident, bool)>> = compound
        .constructors()
        .map(|(parts, _)| parts.iter().map(|part| (&part.field, part.is_required)).collect())
        .collect();
    if constructors.is_empty() {
        constructors.push(default);
    }
    let start: Vec<Place> = (0..constructors.len()).map(|number| (number, 0)).collect();
    let mut numbers: BTreeMap<Vec<Place>, usize> = BTreeMap::from([(start.clone(), 0)]);
    let mut waiting = vec![start];
    let mut states = Vec::new();
    while let Some(places) = waiting.get(states.len()).cloned() {
        let rest = |place: &Place| constructors.get(place.0).and_then(|parts| parts.get(place.1..)).unwrap_or_default();
        let is_complete =
            !states.is_empty() && places.iter().any(|place| rest(place).iter().all(|(_, required)| !required));
        let mut next = Vec::new();
        for part in compound.parts() {
            let mut after: Vec<Place> = Vec::new();
            for place in &places {
                let reachable = rest(place).iter().position(|(field, _)| field.unraw() == part.field.unraw());
                let Some(skipped) = reachable else { continue };
                if rest(place).iter().take(skipped).all(|(_, required)| !required) {
                    after.push((place.0, place.1 + skipped + 1));
                }
            }
            if after.is_empty() {
                continue;
            }
            let known = numbers.len();
            if known >= MOST_STATES && !numbers.contains_key(&after) {
                continue;
            }
            let number = *numbers.entry(after.clone()).or_insert(known);
            if number == known {
                waiting.push(after);
            }
            next.push((generated(&part.field), part.prefix.value(), number));
        }
        states.push(State { next, is_complete });
    }
    states
}
