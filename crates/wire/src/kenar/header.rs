//! Header names, in the spelling of the specification; HTTP compares them without case.

/// Carries the app's API key on every operation but upload and OAuth.
pub const API_KEY: &str = "X-API-Key";
/// Carries a user's access token as `Bearer <token>`, an upload token in the same form, and outwards the bare identification key.
pub const AUTHORIZATION: &str = "Authorization";
/// Carries a user's access token without a prefix; older clients send it, and `Authorization` wins over it.
pub const LEGACY_ACCESS_TOKEN: &str = "x-access-token";
/// Tells a session URL which body it gets; the touchpoint pages spell it so.
pub const API_VERSION: &str = "API-Version";
/// The same header as other pages spell it; both are sent.
pub const API_VERSION_UNDERSCORE: &str = "API_VERSION";
/// The value of both version headers.
pub const API_VERSION_VALUE: &str = "2";
