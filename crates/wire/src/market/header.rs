//! Header names, in the spelling of the documents; HTTP compares them without case.

/// Carries the cabinet's key, without a prefix.
pub const API_KEY: &str = "Api-Key";
/// Carries an OAuth token as `Bearer <token>`, or in the older `OAuth oauth_token="…"` form.
pub const AUTHORIZATION: &str = "Authorization";
/// May repeat the business of the path.
pub const BUSINESS_ID: &str = "X-Business-Id";
/// How many calls the window allows.
pub const RATE_LIMIT: &str = "X-RateLimit-Resource-Limit";
/// When the window ends, as an RFC 822 date.
pub const RATE_LIMIT_UNTIL: &str = "X-RateLimit-Resource-Until";
/// How many calls are left.
pub const RATE_LIMIT_REMAINING: &str = "X-RateLimit-Resource-Remaining";
