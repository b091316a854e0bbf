//! Passwords: hashed with argon2id, slowly on purpose.
//!
//! One hash takes some 20 MiB and tens of milliseconds, so these belong on a thread of their own;
//! [`crate::access::Gate`] sees to that.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

/// The hash under which a password is kept, in the PHC form with its random salt and its costs.
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.expect("every password and a salt of this length can be hashed").to_string()
}

/// Whether this is the password with that hash.
pub fn matches(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_recognised_by_a_salted_argon2id_hash() {
        let first = hash("correct horse battery", [1; 16]);
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert!(matches("correct horse battery", &first));
        assert!(!matches("correct horse batterY", &first));
        assert!(!matches("correct horse battery", "not a hash"));
        assert_ne!(first, hash("correct horse battery", [2; 16]));
    }
}
