//! Newtypes of keyrings.

/// Implements `Keyring` for a newtype of a keyring. The types of its methods must be in scope.
macro_rules! delegate_keyring {
    ($keyring:ty) => {
        impl Keyring for $keyring {
            #[inline]
            fn wrap<'a>(
                &'a self,
                context: &'a EncryptionContext,
                suite: AlgorithmSuite,
            ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
                self.0.wrap(context, suite)
            }

            #[inline]
            fn candidates(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
                self.0.candidates(context, recipients)
            }

            #[inline]
            fn unwrap<'a>(
                &'a self,
                context: &'a EncryptionContext,
                suite: AlgorithmSuite,
                recipient: &'a EncryptedDataKey,
            ) -> KeyringFuture<'a, IntermediateKey> {
                self.0.unwrap(context, suite, recipient)
            }

            #[inline]
            fn key_names(&self) -> Vec<String> {
                self.0.key_names()
            }

            #[inline]
            fn signs_by_default(&self) -> bool {
                self.0.signs_by_default()
            }
        }
    };
}
pub(super) use delegate_keyring;
