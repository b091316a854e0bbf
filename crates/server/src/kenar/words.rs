//! Words: where the vendor's pages contradict each other, which spelling is sent.

use peyk_model::Side;
use peyk_wire::kenar::callback::UserSide;

/// How the Kenar dialect spells what apps are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KenarWords {
    /// Whether events carry times as microseconds and sizes as numbers, rather than as texts.
    pub numeric_events: bool,
    /// How a server link names the presser's side.
    pub server_link_side: SideCase,
    /// Whether an app's webhook hears what the app itself sent.
    pub own_echo: bool,
}

/// In which case a side is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideCase {
    /// `SUPPLY`, as the pages about dynamic actions have it.
    Upper,
    /// `Supply`, as the page about server links has it.
    Capitalized,
}

impl KenarWords {
    /// What most clients read.
    pub const CURRENT: Self =
        Self { numeric_events: false, server_link_side: SideCase::Upper, own_echo: true };
    /// What the published documents say, to the letter.
    pub const DOCUMENTS: Self =
        Self { numeric_events: true, server_link_side: SideCase::Capitalized, ..Self::CURRENT };
    /// The profiles by name.
    pub const PROFILES: [(&'static str, Self); 2] =
        [("current", Self::CURRENT), ("documents", Self::DOCUMENTS)];

    /// How a server link names this side.
    pub fn server_link_side(&self, side: Side) -> UserSide {
        match (self.server_link_side, side) {
            (SideCase::Upper, Side::Seller) => UserSide::Supply,
            (SideCase::Upper, Side::Buyer) => UserSide::Demand,
            (SideCase::Capitalized, Side::Seller) => UserSide::SupplyOld,
            (SideCase::Capitalized, Side::Buyer) => UserSide::DemandOld,
        }
    }
}

impl Default for KenarWords {
    fn default() -> Self {
        Self::CURRENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_its_words_for_the_sides() {
        let sides = |words: KenarWords| {
            let word = |side| words.server_link_side(side);
            [Side::Seller, Side::Buyer].map(|side| serde_json::to_value(word(side)).unwrap())
        };
        assert_eq!(sides(KenarWords::CURRENT), ["SUPPLY", "DEMAND"]);
        assert_eq!(sides(KenarWords::DOCUMENTS), ["Supply", "Demand"]);
    }
}
