//! Key derivation with HMAC in counter mode (NIST SP 800-108, section 4.1).

use hmac::{KeyInit, Mac};
use zeroize::Zeroize as _;

/// Fills `output` with HMAC in counter mode; `None` if it is too long, or the crypto crate rejects the key.
pub(crate) fn counter_mode<M>(key: &[u8], label: &[u8], context: &[u8], output: &mut [u8]) -> Option<()>
where
    M: Mac + KeyInit,
{
    let bits = u32::try_from(output.len()).ok()?.checked_mul(8)?.to_be_bytes();
    for (index, block) in output.chunks_mut(M::output_size()).enumerate() {
        let counter = u32::try_from(index + 1).ok()?.to_be_bytes();
        let mac = <M as KeyInit>::new_from_slice(key).ok()?;
        let parts: [&[u8]; 5] = [&counter, label, &[0], context, &bits];
        let mut tag = parts.into_iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes();
        block.copy_from_slice(tag.get(..block.len())?);
        tag.as_mut_slice().zeroize();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::Hmac;
    use sha2::Sha256;

    /// The known answer of the DB-ESDK format.
    #[test]
    fn counter_mode_matches_the_known_answer() {
        let mut output = [0; 32];
        counter_mode::<Hmac<Sha256>>(
            &std::array::from_fn::<u8, 32, _>(|i| i as u8),
            b"aws-kms-hierarchy",
            &std::array::from_fn::<u8, 16, _>(|i| i as u8),
            &mut output,
        )
        .unwrap();
        assert_eq!(
            output.map(|byte| format!("{byte:02x}")).concat(),
            "3f3660f5328edd328214ee0b79a0018d022e9d7118c50c94f06c966a135959c3"
        );
    }
}
