//! Hosting: bots and receivers that run beside the sandbox and end with it.

use std::net::SocketAddr;

use axum::Router;
use peyk_client::bot::{Bot, Source};
use tokio::net::TcpListener;

use crate::{Result, Sandbox};

/// A place where a receiver is going to listen: the World has to know its address before.
pub struct Place {
    listener: TcpListener,
    address: SocketAddr,
}

impl Place {
    /// A free one on this machine.
    ///
    /// # Errors
    /// If there is none.
    pub async fn free() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The address of a path there, which begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Sandbox {
    /// Lets a receiver listen at its place until the sandbox ends.
    pub fn host(&self, place: Place, router: Router) {
        let mut ending = self.ending();
        tokio::spawn(async move {
            let ended = async move { drop(ending.wait_for(|ended| *ended).await) };
            // A receiver that breaks is seen by what it does not answer.
            let _ = axum::serve(place.listener, router).with_graceful_shutdown(ended).await;
        });
    }

    /// Runs a bot of the client's kit until the sandbox ends.
    pub fn run_bot<S>(&self, bot: Bot<S>, sources: Vec<Source>)
    where
        S: Clone + Default + Send + Sync + 'static,
    {
        let mut ending = self.ending();
        tokio::spawn(async move {
            let ended = async move { drop(ending.wait_for(|ended| *ended).await) };
            if let Err(error) = bot.run_until(sources, ended).await {
                eprintln!("the bot failed: {error}");
            }
        });
    }
}
