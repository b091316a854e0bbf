//! What every handler is given.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use peyk_engine::Engine;
use peyk_engine::access::Gate;
use peyk_engine::deliver::Post;
use peyk_engine::world::World;
use peyk_model::{LimitBook, Media};

use crate::activity::{Activity, Watched};
use crate::console::Console;
use crate::control::Hub;
use crate::echoes::Echoes;
use crate::exchanges::{Bounds, Exchanges, RecordedPost};
use crate::pages::{Pages, PagesBound};

/// Longest address of a file that every client takes.
const MEDIA_URL_MAX_BYTES: usize = 2000;

/// A running marketplace and how it is to behave at its doors. Clones share it, and cost no more
/// than one count: every request makes several.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

/// What a site is made of.
pub struct Parts {
    /// The marketplace.
    pub engine: Engine,
    /// How it behaves.
    pub settings: Settings,
    /// The way out.
    pub post: Arc<dyn Post>,
    /// What wakes those who read feeds.
    pub hub: Hub,
    /// What stands between strangers and the accounts.
    pub gate: Gate,
    /// What the console remembers between requests.
    pub console: Console,
    /// What went over the wire lately.
    pub exchanges: Arc<Exchanges>,
    /// The World the server was started with, to which a reset goes back.
    pub world: OnceLock<Arc<World>>,
    /// What is under way at the doors.
    pub activity: Arc<Activity>,
    /// Answers that are kept ready-made.
    pub pages: Pages,
    /// Answers that are given again while nothing happens.
    pub echoes: Echoes,
}

impl std::ops::Deref for Site {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// How the doors behave.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The address under which others reach this server, without a slash at its end.
    pub public_url: String,
    /// How the Market dialect behaves where more than one way was seen.
    pub market: crate::MarketManners,
    /// Where letters may go.
    pub reach: crate::Reach,
    /// How long what was delivered is kept, and told again by feeds; for ever if none.
    pub retention: Option<Duration>,
    /// Who may use the control API; everybody on this machine if there is no token.
    pub admin_token: Option<String>,
    /// How the Kenar dialect spells what apps are sent.
    pub kenar: crate::KenarWords,
    /// How much programs may call.
    pub limits: LimitBook,
    /// How much of what goes over the wire is kept to be looked at.
    pub exchanges: Bounds,
    /// How much memory ready-made pages may take.
    pub pages: PagesBound,
}

impl Settings {
    /// Whether others rely on this server, so that time, people and failures are real.
    pub fn is_production(&self) -> bool {
        self.admin_token.is_some()
    }
}

impl Site {
    /// A marketplace that behaves like this and posts this way.
    pub fn new(engine: Engine, settings: Settings, post: Arc<dyn Post>) -> Self {
        let exchanges = Arc::new(Exchanges::new(engine.clone(), settings.exchanges));
        let post = RecordedPost::around(post, exchanges.clone());
        let activity = Arc::<Activity>::default();
        let post = Arc::new(Watched { post, activity: activity.clone() });
        let (gate, console, world) = (Gate::default(), Console::default(), OnceLock::new());
        let (hub, pages) = (Hub::new(), Pages::new(settings.pages));
        let echoes = Echoes::new(settings.pages);
        Self(Arc::new(Parts {
            engine,
            settings,
            post,
            hub,
            gate,
            console,
            exchanges,
            world,
            activity,
            pages,
            echoes,
        }))
    }

    /// Whether anybody on this machine may play anybody, because there is no admin token.
    pub fn is_sandbox(&self) -> bool {
        self.settings.admin_token.is_none()
    }

    /// Where the bytes of a file can be read; without the file's name if that would be too long.
    pub fn media_url(&self, media: &Media) -> String {
        let unnamed = format!("{}/media/{}", self.settings.public_url, media.link);
        let name = crate::media::path_segment(&media.file.name);
        let fits = unnamed.len() + 1 + name.len() <= MEDIA_URL_MAX_BYTES;
        if fits { format!("{unnamed}/{name}") } else { unnamed }
    }
}
