//! An operation as data: its name, its method and every path it was ever published under.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The HTTP methods the two APIs use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

impl Method {
    /// The method as it stands on the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One published operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// The vendor's operationId.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// Path templates with `{parameter}` segments; the first is the newest, the others are aliases, legacy ones included.
    pub paths: &'static [&'static str],
    /// The API-key permission the vendor names for it (Kenar).
    pub permission: Option<&'static str>,
    /// Scopes of which any one is enough; a Kenar scope that names a resource is written `NAME.parameter`.
    pub scopes: &'static [&'static str],
    /// The number under which calls are counted (Market).
    pub resource: Option<i64>,
    /// Published calls per hour (Market, newest).
    pub hourly_limit: Option<u32>,
    /// Published calls per hour in 2025 (Market).
    pub hourly_limit_2025: Option<u32>,
}

impl Operation {
    /// A `GET` operation that names no permission, scope or limit.
    #[must_use]
    pub const fn get(name: &'static str, paths: &'static [&'static str]) -> Self {
        Self::bare(name, Method::Get, paths)
    }

    /// A `POST` operation that names no permission, scope or limit.
    #[must_use]
    pub const fn post(name: &'static str, paths: &'static [&'static str]) -> Self {
        Self::bare(name, Method::Post, paths)
    }

    const fn bare(name: &'static str, method: Method, paths: &'static [&'static str]) -> Self {
        Self {
            name,
            method,
            paths,
            permission: None,
            scopes: &[],
            resource: None,
            hourly_limit: None,
            hourly_limit_2025: None,
        }
    }

    /// The newest path template.
    #[must_use]
    pub fn canonical_path(&self) -> &'static str {
        self.paths.first().copied().unwrap_or("/")
    }

    /// The newest path with its parameters filled in, percent-encoded; a parameter without a value stays as it is.
    #[must_use]
    pub fn path(&self, values: &[(&str, &str)]) -> String {
        Self::fill(self.canonical_path(), values)
    }

    /// One of [`paths`](Self::paths) with its parameters filled in, like [`path`](Self::path) does with the newest.
    #[must_use]
    pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
        let mut path = String::new();
        for segment in template.split('/').skip(1) {
            path.push('/');
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let value = name.and_then(|name| values.iter().find(|(key, _)| *key == name));
            match value {
                Some((_, value)) => push_encoded(&mut path, value),
                None => path.push_str(segment),
            }
        }
        path
    }
}

/// Keeps RFC 3986 unreserved characters and writes every other byte as `%XX`.
fn push_encoded(path: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push('%');
            path.push(char::from(HEX[usize::from(byte >> 4)]));
            path.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}
