//! Dice: all randomness of the server, so that a seed can replay it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20::ChaCha12Rng;
use rand::rngs::SysRng;
use rand::{Rng, SeedableRng};

/// A source of randomness.
#[derive(Debug)]
pub struct Dice {
    rng: Mutex<ChaCha12Rng>,
    /// Whether they fall the same way every time, so that they can be put back.
    is_seeded: bool,
}

impl Dice {
    /// Dice that nobody can predict.
    ///
    /// # Panics
    ///
    /// Where the operating system has no randomness to give, for nothing is safe without it.
    pub fn unpredictable() -> Self {
        let rng = ChaCha12Rng::try_from_rng(&mut SysRng);
        let rng = Mutex::new(rng.expect("the operating system gives randomness"));
        Self { rng, is_seeded: false }
    }

    /// Dice that fall the same way every time.
    pub fn seeded(seed: u64) -> Self {
        Self { rng: Mutex::new(ChaCha12Rng::seed_from_u64(seed)), is_seeded: true }
    }

    fn rng(&self) -> MutexGuard<'_, ChaCha12Rng> {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far they have been thrown, if they are seeded; where others are must not be known.
    pub fn position(&self) -> Option<u128> {
        self.is_seeded.then(|| self.rng().get_word_pos())
    }

    /// Lets them fall again as they did from here; those without a seed cannot be put back.
    pub fn put_back(&self, position: u128) {
        if self.is_seeded {
            self.rng().set_word_pos(position);
        }
    }

    /// This many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng().fill_bytes(&mut bytes);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_dice_fall_again_as_they_did_after_they_were_put_back() {
        let dice = Dice::seeded(7);
        let before: [u8; 5] = dice.bytes();
        let position = dice.position().unwrap();
        let (word, uuid) = (dice.word(), dice.uuid());
        dice.put_back(position);
        assert_eq!((dice.word(), dice.uuid()), (word, uuid));
        dice.put_back(0);
        assert_eq!(dice.bytes(), before);
        assert_eq!(Dice::unpredictable().position(), None);
    }
}
