//! The configuration of beacons as text, for review.

use super::{BeaconSchema, BeaconStyle, CompoundBeacon, StandardBeacon, VirtualField};

impl BeaconSchema {
    /// Returns a line for each beacon and for the number of partitions. It begins with a name and a colon.
    pub(crate) fn lines(&self) -> Vec<String> {
        let partitions = self.partitions.filter(|count| *count > 1);
        let partitions = partitions.map(|count| match self.default_partitions {
            Some(default) => format!("partitions: {count}, {default} by default"),
            None => format!("partitions: {count}"),
        });
        let tenant = self.tenant.iter().map(|name| format!("tenant: {name}"));
        let standard = self.standard.iter().map(|beacon| self.standard_line(beacon));
        let compound = self.compound.iter().map(|beacon| self.compound_line(beacon));
        partitions.into_iter().chain(tenant).chain(standard).chain(compound).collect()
    }

    fn standard_line(&self, beacon: &StandardBeacon) -> String {
        let location = beacon.location_text();
        let field = self.virtual_fields.iter().find(|field| field.name == location);
        let source = field.map_or_else(|| location.to_owned(), VirtualField::line);
        let style = match &beacon.style {
            BeaconStyle::Plain => String::new(),
            BeaconStyle::PartOnly => "; only a part".to_owned(),
            BeaconStyle::AsSet => "; of each member".to_owned(),
            BeaconStyle::Shared(other) => format!("; shared with {other}"),
            BeaconStyle::SharedSet(other) => format!("; of each member, shared with {other}"),
            BeaconStyle::Terms(terms) => format!("; of each of {terms:?}"),
            BeaconStyle::Buckets(width) => format!("; of buckets of {width}"),
        };
        let partitions = beacon.partitions.map(|count| format!("; {count} partitions")).unwrap_or_default();
        format!("{}: {} bits of {source}{style}{partitions}", beacon.name, beacon.bits)
    }

    fn compound_line(&self, beacon: &CompoundBeacon) -> String {
        let signed = beacon.signed.iter().chain(&self.signed_parts);
        let signed = signed.map(|part| format!("{:?} {}", part.prefix, part.location_text()));
        let encrypted = beacon.encrypted.iter().chain(&self.encrypted_parts);
        let encrypted = encrypted.map(|part| format!("{:?} hash of {}", part.prefix, part.name));
        let parts: Vec<String> = signed.chain(encrypted).collect();
        let constructors = beacon.constructors.iter().map(|constructor| {
            let name = |(name, required): &(String, bool)| if *required { name.clone() } else { format!("{name}?") };
            let names: Vec<String> = constructor.parts.iter().map(name).collect();
            format!("; {}", names.join(" "))
        });
        format!("{}: {} by {:?}{}", beacon.name, parts.join(", "), beacon.split, constructors.collect::<String>())
    }
}

impl VirtualField {
    fn line(&self) -> String {
        let parts = self.parts.iter().map(|part| match part.transforms.is_empty() {
            true => part.location.clone(),
            false => format!("{} {:?}", part.location, part.transforms),
        });
        parts.collect::<Vec<_>>().join(" + ")
    }
}
