//! The keyring: everything that only this server may make, read or recognise.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use peyk_model::{AppId, BusinessId, PersonId};
use subtle::ConstantTimeEq;

use crate::Dice;

/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 16;
/// Bytes of the nonce before a sealed secret.
const NONCE_BYTES: usize = 24;

/// Keys derived from the server's one secret. Servers that share a database share the secret.
pub struct Keyring {
    user_id_mac: [u8; 32],
    user_id_stream: [u8; 32],
    customer_id: [u8; 32],
    signing: [u8; 32],
    naming: [u8; 32],
    sealing: [u8; 32],
    mark: [u8; 32],
}

/// The hash under which a secret is stored that is only ever checked.
///
/// It does not depend on the server, so that a World can carry it from one to another.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    blake3::derive_key("peyk 2026 stored secret", secret.as_bytes())
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub fn same_hash(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.ct_eq(right).into()
}

impl Keyring {
    /// The keys of the server with this secret.
    pub fn new(secret: &[u8]) -> Self {
        Self {
            user_id_mac: blake3::derive_key("peyk 2026 user id mac", secret),
            user_id_stream: blake3::derive_key("peyk 2026 user id stream", secret),
            customer_id: blake3::derive_key("peyk 2026 customer id", secret),
            signing: blake3::derive_key("peyk 2026 signing", secret),
            naming: blake3::derive_key("peyk 2026 naming", secret),
            sealing: blake3::derive_key("peyk 2026 sealing", secret),
            mark: blake3::derive_key("peyk 2026 mark", secret),
        }
    }

    /// A word by which the secret is recognised, and from which it cannot be learned.
    pub fn mark(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.mark)
    }

    /// The id under which an app knows a person: always the same, different for every app.
    ///
    /// 44 characters of the base64url alphabet, since some clients put it into a path as it is. It
    /// is the person's number under a synthetic-IV cipher, so nothing has to be stored to read it.
    pub fn user_id(&self, app: AppId, person: PersonId) -> String {
        let mut plain = [0; 16];
        plain[..8].copy_from_slice(&app.0.to_be_bytes());
        plain[8..].copy_from_slice(&person.0.to_be_bytes());
        let mac = blake3::keyed_hash(&self.user_id_mac, &plain);
        let iv = &mac.as_bytes()[..16];
        let mut id = [0; 32];
        id[..16].copy_from_slice(iv);
        id[16..].copy_from_slice(&self.user_id_cipher(iv, plain));
        URL_SAFE.encode(id)
    }

    /// The person whom this app knows under this id.
    pub fn person_behind(&self, app: AppId, user_id: &str) -> Option<PersonId> {
        let id: [u8; 32] = URL_SAFE.decode(user_id).ok()?.try_into().ok()?;
        let (iv, sealed) = id.split_at(16);
        let plain = self.user_id_cipher(iv, sealed.try_into().ok()?);
        let expected = blake3::keyed_hash(&self.user_id_mac, &plain);
        let is_ours: bool = expected.as_bytes()[..16].ct_eq(iv).into();
        let (its_app, person) = plain.split_at(8);
        if !is_ours || its_app != app.0.to_be_bytes() {
            return None;
        }
        Some(PersonId(i64::from_be_bytes(person.try_into().ok()?)))
    }

    fn user_id_cipher(&self, iv: &[u8], mut block: [u8; 16]) -> [u8; 16] {
        let stream = blake3::keyed_hash(&self.user_id_stream, iv);
        block.iter_mut().zip(stream.as_bytes()).for_each(|(byte, key)| *byte ^= key);
        block
    }

    /// The id under which a business knows a customer: always the same, different for every
    /// business, and of no use but to tell customers apart.
    pub fn customer_id(&self, business: BusinessId, person: PersonId) -> String {
        let mut mac = blake3::Hasher::new_keyed(&self.customer_id);
        mac.update(&business.0.to_be_bytes());
        mac.update(&person.0.to_be_bytes());
        let mut id = [0; 16];
        mac.finalize_xof().fill(&mut id);
        URL_SAFE_NO_PAD.encode(id)
    }

    /// A word that nobody can guess, always the same for this purpose and number.
    pub fn word(&self, purpose: &str, number: i64) -> String {
        URL_SAFE_NO_PAD.encode(self.unguessable(purpose, number).as_bytes())
    }

    /// A UUID that nobody can guess, always the same for this purpose and number.
    pub fn uuid(&self, purpose: &str, number: i64) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.unguessable(purpose, number).as_bytes()[..16]);
        peyk_model::uuid::random(bytes)
    }

    fn unguessable(&self, purpose: &str, number: i64) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.naming);
        mac.update(&number.to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.finalize()
    }

    /// A word that carries `payload`, which only this server can make and only for `purpose`.
    pub fn sign(&self, purpose: &str, payload: &[u8]) -> String {
        let mut signed = payload.to_vec();
        signed.extend_from_slice(&self.signature(purpose, payload));
        URL_SAFE_NO_PAD.encode(signed)
    }

    /// What a signed word carries, if this server made it for `purpose`.
    pub fn verify(&self, purpose: &str, word: &str) -> Option<Vec<u8>> {
        let mut payload = URL_SAFE_NO_PAD.decode(word.trim_end_matches('=')).ok()?;
        let signature = payload.split_off(payload.len().checked_sub(SIGNATURE_BYTES)?);
        let is_ours: bool = self.signature(purpose, &payload).ct_eq(&signature).into();
        is_ours.then_some(payload)
    }

    fn signature(&self, purpose: &str, payload: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut mac = blake3::Hasher::new_keyed(&self.signing);
        mac.update(&(purpose.len() as u64).to_le_bytes());
        mac.update(purpose.as_bytes());
        mac.update(payload);
        let mut signature = [0; SIGNATURE_BYTES];
        mac.finalize_xof().fill(&mut signature);
        signature
    }

    /// A secret that has to be sent again one day, unreadable for whoever has only the database.
    pub fn seal(&self, secret: &str, dice: &Dice) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = dice.bytes();
        let cipher = XChaCha20Poly1305::new(&self.sealing.into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), secret.as_bytes());
        let mut out = nonce.to_vec();
        out.extend(sealed.expect("a short text can always be encrypted"));
        out
    }

    /// The secret that was sealed, if it was sealed by a server with the same secret.
    pub fn open(&self, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let cipher = XChaCha20Poly1305::new(&self.sealing.into());
        String::from_utf8(cipher.decrypt(&XNonce::from(nonce), sealed).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_knows_a_person_under_one_id_that_other_apps_cannot_read() {
        let keyring = Keyring::new(b"secret");
        let id = keyring.user_id(AppId(1), PersonId(7));
        assert_eq!(id, keyring.user_id(AppId(1), PersonId(7)));
        assert_eq!(keyring.person_behind(AppId(1), &id), Some(PersonId(7)));
        assert_eq!(keyring.person_behind(AppId(2), &id), None);
        assert_ne!(id, keyring.user_id(AppId(2), PersonId(7)));
        assert_eq!(Keyring::new(b"other").person_behind(AppId(1), &id), None);
    }

    #[test]
    fn businesses_know_a_customer_under_different_ids() {
        let keyring = Keyring::new(b"secret");
        let id = |business, person| keyring.customer_id(BusinessId(business), PersonId(person));
        assert_eq!(id(1, 7), id(1, 7));
        assert_ne!(id(1, 7), id(2, 7));
        assert_ne!(id(1, 7), id(1, 8));
    }

    #[test]
    fn user_ids_survive_clients_that_do_not_escape_paths() {
        let keyring = Keyring::new(b"secret");
        for person in 0..1000 {
            let id = keyring.user_id(AppId(1), PersonId(person));
            assert_eq!(id.len(), 44);
            assert!(id.ends_with('='));
            assert!(!id.contains(['/', '+']));
        }
    }

    #[test]
    fn a_signed_word_is_good_for_its_purpose_only_and_cannot_be_changed() {
        let keyring = Keyring::new(b"secret");
        let word = keyring.sign("page", b"payload");
        assert_eq!(keyring.verify("page", &word).as_deref(), Some(b"payload".as_slice()));
        assert_eq!(keyring.verify("upload", &word), None);
        for index in 0..word.len() {
            let mut changed = word.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(keyring.verify("page", &changed).is_none() || changed == word);
        }
        assert_eq!(keyring.verify("page", ""), None);
    }

    #[test]
    fn a_sealed_secret_opens_for_its_server_only() {
        let keyring = Keyring::new(b"secret");
        let sealed = keyring.seal("echo-identification", &Dice::seeded(1));
        assert_eq!(keyring.open(&sealed).as_deref(), Some("echo-identification"));
        assert_eq!(Keyring::new(b"other").open(&sealed), None);
        assert_eq!(keyring.open(&sealed[..10]), None);
    }
}
