//! A marketplace inside a test: people who act, a clock that moves, and a bot that has to answer.
//!
//! A [`Sandbox`] is a whole Peyk in this process, on a free port, with a database that ends with
//! the test. Its clock stands still until nothing is going on any more, so a slow machine breaks no
//! test, and two weeks of retries pass in a moment.
//!
//! ```
//! use std::time::Duration;
//! use peyk_client::bot::Bot;
//! use peyk_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> peyk_sandbox::Result<()> {
//! let sandbox = Sandbox::builder().person("ivan").app("echo").start().await?;
//! let mut bot = Bot::<()>::new();
//! bot.on_text(|talk| async move { talk.reply(talk.text()).await });
//! sandbox.run_bot(bot, vec![sandbox.app("echo").source()?]);
//!
//! let chat = sandbox.person("ivan").bot("echo");
//! chat.says("Привет").await?;
//! chat.expects().exact("Привет").await;
//! chat.expects_silence(Duration::from_secs(60)).await;
//! # sandbox.stop().await }
//! ```
//!
//! What people do here goes through the same verbs as everything else that a Peyk does, and what a
//! bot hears and calls goes over HTTP, as in production.
//!
//! This crate is for tests: it may depend on the server, which the client of a bot must not. It has
//! no rules of its own.

mod builder;
mod chat;
mod expect;
mod host;
mod programs;
mod sandbox;

pub use builder::{Builder, NewApp, NewBusiness, NewPerson};
pub use chat::{Chat, Person};
pub use expect::{Expect, Failure};
pub use host::Place;
pub use peyk_client as client;
pub use peyk_engine::world;
pub use peyk_model as model;
pub use peyk_server::rehearsal::{Done, Found, Patience};
pub use peyk_server::{Settings, rehearsal, scenario};
pub use programs::{App, Business};
pub use sandbox::{Result, Sandbox};
