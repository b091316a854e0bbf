//! The rules, each with its advice.

/// What production would punish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A list went on, and nobody asked for the rest.
    IgnoresNextPage,
    /// A push was answered late.
    SlowPush,
    /// Requests ran side by side, nearly as many as are allowed.
    NearParallelLimit,
    /// Something deprecated was used.
    UsesDeprecated,
    /// The same list was asked for again and again.
    PollsInsteadOfPush,
    /// A message was sent again after its answer was lost.
    RetriesWithoutKey,
    /// A limit was reached, and calls went on.
    IgnoresLimits,
    /// Fields or parameters came that nobody published.
    SendsUnknownFields,
}

impl Rule {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::IgnoresNextPage => "ignores_next_page",
            Self::SlowPush => "slow_push",
            Self::NearParallelLimit => "near_parallel_limit",
            Self::UsesDeprecated => "uses_deprecated",
            Self::PollsInsteadOfPush => "polls_instead_of_push",
            Self::RetriesWithoutKey => "retries_without_key",
            Self::IgnoresLimits => "ignores_limits",
            Self::SendsUnknownFields => "sends_unknown_fields",
        }
    }

    /// What to do instead.
    pub fn advice(self) -> &'static str {
        match self {
            Self::IgnoresNextPage => {
                "ask again with the pageToken until none comes: in production lists are longer \
                 than a page"
            }
            Self::SlowPush => {
                "answer first and work afterwards: an answer after 10 s counts as none, and the \
                 push comes again"
            }
            Self::NearParallelLimit => {
                "send requests of one business one after another, or through a small pool"
            }
            Self::UsesDeprecated => "move to what replaced it before the vendor takes it away",
            Self::PollsInsteadOfPush => {
                "register an address for events, and read lists only after a break"
            }
            Self::RetriesWithoutKey => {
                "send an Idempotency-Key with each message and repeat it with the retry, or the \
                 person may read the message twice"
            }
            Self::IgnoresLimits => "wait for the time that the answer names before the next call",
            Self::SendsUnknownFields => {
                "look for misprints: the vendor ignores what it does not know, or refuses it"
            }
        }
    }
}
