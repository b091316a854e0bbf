//! The bounds of everything that is not bound elsewhere, each with its unit and its reason.

use std::time::Duration;

use crate::Timestamp;

/// Longest text of a message. Each dialect counts in its own unit: code points or UTF-16 units.
pub const TEXT_MAX: usize = 4096;
/// Longest caption of a button, in code points.
pub const CAPTION_MAX_CHARS: usize = 64;
/// Most rows of a button grid.
pub const BUTTON_ROWS_MAX: usize = 3;
/// Most buttons in one row of a grid.
pub const BUTTONS_PER_ROW_MAX: usize = 3;
/// Longest link or JSON payload of a button's action, in bytes.
pub const ACTION_MAX_BYTES: usize = 8 * 1024;
/// Longest name or title of anything, in code points.
pub const NAME_MAX_CHARS: usize = 255;
/// Longest handle of a person or slug of an app, in characters.
pub const HANDLE_MAX_CHARS: usize = 64;
/// Largest JSON request body, in bytes.
pub const JSON_BODY_MAX_BYTES: usize = 512 * 1024;
/// What a multipart body may weigh beyond its file, in bytes.
pub const MULTIPART_OVERHEAD_BYTES: usize = 64 * 1024;
/// Largest file that comes together with its message, in bytes.
pub const FILE_OF_MESSAGE_MAX_BYTES: usize = 5 * 1024 * 1024;
/// How much of a refused file is still read so that its sender sees the refusal, in bytes.
pub const UNWANTED_FILE_READ_BYTES: usize = 8 * 1024 * 1024;
/// Longest file name that is kept, in code points.
pub const FILE_NAME_MAX_CHARS: usize = 255;
/// Most messages a conversation is read with at once where a dialect has no pages.
pub const TRANSCRIPT_MAX: i64 = 1000;
/// How much memory ready-made pages of messages may take unless told, in bytes.
pub const PAGES_MAX_BYTES: usize = 32 * 1024 * 1024;
/// Most values of one filter of a list.
pub const FILTER_VALUES_MAX: usize = 500;
/// Longest idempotency key, in bytes.
pub const IDEMPOTENCY_KEY_MAX_BYTES: usize = 255;
/// How long a repeated send is recognised.
pub const IDEMPOTENCY_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long an upload token can be used.
pub const UPLOAD_TOKEN_LIFE: Duration = Duration::from_secs(3600);
/// How long an uploaded file waits for its first message.
pub const UNUSED_MEDIA_LIFE: Duration = Duration::from_secs(24 * 3600);
/// The largest message id, so that every JavaScript client reads it exactly.
pub const MESSAGE_ID_MAX: i64 = (1 << 53) - 1;

/// Earliest time to which the clock of a sandbox is put: 1970-01-01.
pub const CLOCK_EARLIEST: Timestamp = Timestamp(0);

/// Latest time to which the clock of a sandbox is put: 2200-01-01; message ids, which are made of
/// microseconds, stay below [`MESSAGE_ID_MAX`].
pub const CLOCK_LATEST: Timestamp = Timestamp::from_seconds(7_258_118_400);

/// How far the clock runs until idle, if nobody says: as long as any receiver is tried again.
pub const IDLE_LONGEST: Duration = Duration::from_secs(15 * 24 * 3600);
/// How long a code from the consent page can be turned into tokens.
pub const CODE_LIFE: Duration = Duration::from_secs(600);
/// How long an access token works.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(3600);
/// How long a refresh token works.
pub const REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long replaced tokens go on working, for clients that lost the answer.
pub const ROTATION_GRACE: Duration = Duration::from_secs(120);
/// How long a consent page can be answered.
pub const CONSENT_LIFE: Duration = Duration::from_secs(3600);
/// How long a word works that says who the reader of a consent page is.
pub const SIGN_IN_LIFE: Duration = Duration::from_secs(600);
/// Most keys of one business, or of one app, that work at the same time.
pub const LIVE_KEYS_MAX: usize = 30;
/// Longest name of a key, in code points.
pub const KEY_NAME_MAX_CHARS: usize = 64;
/// Most deliveries of a webhook that are counted: its newest, and of those that wait the oldest.
pub const DELIVERIES_COUNTED_MAX: i64 = 10_000;
/// Most snapshots that are kept at the same time.
pub const SNAPSHOTS_MAX: usize = 32;
/// Longest name of a snapshot, in characters.
pub const SNAPSHOT_NAME_MAX_CHARS: usize = 64;
/// Most messages of a World that is exported.
pub const WORLD_MESSAGES_MAX: i64 = 200_000;
/// Largest World file that is loaded through the control API, in bytes.
pub const WORLD_FILE_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Largest file whose bytes stand in an exported World file; larger ones are named by their hash.
pub const WORLD_MEDIA_MAX_BYTES: i64 = 256 * 1024;
