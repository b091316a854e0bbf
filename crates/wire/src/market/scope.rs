//! Which groups of methods a key may call.

string_enum! {
    /// A group of methods, as access rules name it.
    Scope {
        /// Everything.
        AllMethods = "all-methods",
        /// Everything that changes nothing.
        AllMethodsReadOnly = "all-methods:read-only",
        /// Talking to customers.
        Communication = "communication",
    }
}

string_enum! {
    /// A group of methods, as a key's description names it.
    AuthScope {
        /// Everything.
        AllMethods = "ALL_METHODS",
        /// Everything that changes nothing.
        AllMethodsReadOnly = "ALL_METHODS_READ_ONLY",
        /// Talking to customers.
        Communication = "COMMUNICATION",
    }
}

impl From<&Scope> for AuthScope {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::AllMethods => Self::AllMethods,
            Scope::AllMethodsReadOnly => Self::AllMethodsReadOnly,
            Scope::Communication => Self::Communication,
            Scope::Unknown(word) => {
                Self::Unknown(word.to_ascii_uppercase().replace(['-', ':'], "_"))
            }
        }
    }
}
