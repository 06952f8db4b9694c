//! Custom keyrings that differ from another one only in how they wrap.

/// Defines all functions of `Keyring` but `wrap` by those of the keyring in this field.
#[macro_export]
macro_rules! read_as {
    ($keyring:tt) => {
        fn candidates(
            &self,
            context: &::dynaseal::keyrings::EncryptionContext,
            recipients: &[::dynaseal::keyrings::EncryptedDataKey],
        ) -> Vec<usize> {
            self.$keyring.candidates(context, recipients)
        }

        fn unwrap<'a>(
            &'a self,
            context: &'a ::dynaseal::keyrings::EncryptionContext,
            suite: ::dynaseal::keyrings::AlgorithmSuite,
            recipient: &'a ::dynaseal::keyrings::EncryptedDataKey,
        ) -> ::dynaseal::keyrings::KeyringFuture<'a, ::dynaseal::keyrings::IntermediateKey> {
            self.$keyring.unwrap(context, suite, recipient)
        }

        fn key_names(&self) -> Vec<String> {
            self.$keyring.key_names()
        }
    };
}
