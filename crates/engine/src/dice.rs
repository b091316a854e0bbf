//! Dice: all randomness of the server, so that a seed can replay it.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng};

/// A source of randomness.
#[derive(Debug)]
pub struct Dice(Mutex<StdRng>);

impl Dice {
    /// Dice that nobody can predict.
    ///
    /// # Panics
    ///
    /// Where the operating system has no randomness to give, for nothing is safe without it.
    pub fn unpredictable() -> Self {
        let rng = StdRng::try_from_rng(&mut SysRng);
        Self(Mutex::new(rng.expect("the operating system gives randomness")))
    }

    /// Dice that fall the same way every time.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// This many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A word of 43 letters, digits, `-` and `_` that nobody can guess.
    pub fn word(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A word of this many letters and digits.
    pub fn letters<const N: usize>(&self) -> String {
        const LETTERS: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut word = String::with_capacity(N);
        while word.len() < N {
            // 248 is the largest multiple of 62 in a byte: what is above would favour some letters.
            let fair = self.bytes::<N>().into_iter().filter(|byte| *byte < 248);
            let letters = fair.map(|byte| char::from(LETTERS[usize::from(byte % 62)]));
            word.extend(letters.take(N - word.len()));
        }
        word
    }

    /// A UUID of version 4.
    pub fn uuid(&self) -> String {
        peyk_model::uuid::random(self.bytes())
    }
}
