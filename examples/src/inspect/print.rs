//! A report for people.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::beacons::BeaconReport;
use super::branch_key::RecordKind;
use super::dbesdk;
use super::report::{Certainty, ItemReport, Protection, Verification};

/// Writes the report in color.
///
/// # Errors
///
/// Fails with the error of the output.
pub fn print(output: &mut impl Write, report: &ItemReport) -> io::Result<()> {
    writeln!(output, "  {:<28} {:<5} {:>8} {:>8}  protection", "attribute", "type", "stored", "before")?;
    for attribute in &report.attributes {
        let (style, protection) = protection(attribute.protection);
        let certainty = match attribute.certainty {
            Certainty::Guessed => ", by its looks",
            Certainty::Recorded => ", as the item records",
            Certainty::Given => ", as you say",
            Certainty::Verified => ", verified",
        };
        let before = attribute.plain_size.map(|size| size.to_string()).unwrap_or_default();
        writeln!(
            output,
            "  {:<28} {:<5} {:>8} {before:>8}  {style}{protection}{style:#}{certainty}",
            attribute.name.escape_debug().to_string(),
            attribute.stored_type,
            attribute.stored_size,
        )?;
    }
    for beacon in &report.beacons {
        print_beacon(output, beacon)?;
    }
    let before = report.plain_size.map(|size| format!(", {size} before encryption")).unwrap_or_default();
    writeln!(output, "  size        {} bytes{before}", report.stored_size)?;
    let facts = match (&report.record, &report.dbesdk) {
        (Some(record), _) => Some(record.lines()),
        (None, Some(Ok(description))) => Some(dbesdk::lines(description)),
        _ => None,
    };
    if let Some(facts) = facts {
        for (label, fact) in facts {
            writeln!(output, "  {label:<11} {fact}")?;
        }
        print_verification(output, report)?;
        return writeln!(output);
    }
    match &report.description {
        Ok(_) => print_description(output, report)?,
        Err(reason) => writeln!(output, "  materials   unreadable: {reason}")?,
    }
    print_verification(output, report)?;
    writeln!(output)
}

fn protection(protection: Protection) -> (Style, &'static str) {
    match protection {
        Protection::EncryptedAndSigned => (AnsiColor::Green.on_default(), "encrypted and signed"),
        Protection::Signed => (AnsiColor::Yellow.on_default(), "signed"),
        Protection::Plain => (AnsiColor::Red.on_default(), "plain"),
    }
}

fn print_beacon(output: &mut impl Write, beacon: &BeaconReport) -> io::Result<()> {
    let BeaconReport { name, stored_type, stored_size, hashes, bits } = beacon;
    let what = match (hashes, bits) {
        (Some(1), Some(bits)) => format!("a hash of at most {bits} bits"),
        (Some(count), Some(bits)) => format!("{count} hashes of at most {bits} bits"),
        _ => "a compound beacon, or none of this format".to_owned(),
    };
    let name = format!("beacon {}", name.escape_debug());
    writeln!(output, "  {name:<28} {stored_type:<5} {stored_size:>8} {:>8}  {what}, not signed", "")
}

/// Prints the entries of the description that are meaningful to people.
fn print_description(output: &mut impl Write, report: &ItemReport) -> io::Result<()> {
    writeln!(output, "  provider    {}, as the material description looks", report.provider)?;
    for (label, key) in [
        ("wrapping", "amzn-ddb-wrap-alg"),
        ("content", "amzn-ddb-env-alg"),
        ("cipher", "amzn-ddb-map-sym-mode"),
        ("signing", "amzn-ddb-map-signingAlg"),
        ("signing key", "amzn-ddb-sig-alg"),
        ("material", "amzn-ddb-meta-id"),
    ] {
        if let Some(value) = report.entry(key) {
            writeln!(output, "  {label:<11} {}", value.escape_debug())?;
        }
    }
    if report.provider == "DirectKmsProvider" {
        writeln!(output, "  key         known to KMS only; its audit event and CloudTrail name it")?;
    }
    Ok(())
}

fn print_verification(output: &mut impl Write, report: &ItemReport) -> io::Result<()> {
    let (style, text) = match &report.verification {
        _ if report.record.as_ref().is_some_and(|record| record.kind == RecordKind::Tombstone) => {
            (AnsiColor::Yellow, "nothing protects a tombstone".to_owned())
        }
        _ if !report.is_signed => (AnsiColor::Red, "the item has no signature".to_owned()),
        Verification::NotTried => (AnsiColor::Yellow, "not verified: no keys were given".to_owned()),
        Verification::Verified(_) => (AnsiColor::Green, "verified with the given keys".to_owned()),
        Verification::Failed(reason) => (AnsiColor::Red, format!("NOT VERIFIED: {reason}")),
    };
    let style = style.on_default();
    writeln!(output, "  {style}{text}{style:#}")
}
