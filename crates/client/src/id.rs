//! Ids as types, so that a chat is never taken for a message.

/// Declares an id that is a number on the wire.
macro_rules! number_id {
    ($($(#[$meta:meta])* $name:ident;)+) => { $(
        $(#[$meta])*
        ///
        /// ```
        #[doc = concat!("let id: peyk_client::market::", stringify!($name), " = \"7\".parse().unwrap();")]
        /// assert_eq!(id, 7.into());
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+ };
}

/// Declares an id that is a string on the wire.
macro_rules! text_id {
    ($($(#[$meta:meta])* $name:ident;)+) => { $(
        $(#[$meta])*
        ///
        /// ```
        #[doc = concat!("let id = peyk_client::kenar::", stringify!($name), "::from(\"one\");")]
        /// assert_eq!(id.to_string(), "one");
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as it stands on the wire.
            ///
            /// ```
            #[doc = concat!("let id = peyk_client::kenar::", stringify!($name), "::from(\"one\");")]
            /// assert_eq!(id.as_str(), "one");
            /// ```
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(text.to_owned()))
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }
    )+ };
}
