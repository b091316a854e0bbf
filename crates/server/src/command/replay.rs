//! `peyk replay`: what was recorded, held against a bot again.

mod calls;
mod marketplace;
mod plan;
mod report;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use futures_util::future::join_all;
use peyk_engine::deliver::{About, Letter, Post as _};
use peyk_engine::webhooks::{OpenSecrets, signatures};
use peyk_model::Timestamp;
use reqwest::Url;

use super::Failure;
use super::options::Configuration;
use super::record::parse_span;
use crate::outgoing::Outgoing;
use crate::recording::{Fresh, Recording, compare, other_answer};
use crate::{Reach, dialects};

use calls::Ears;
use marketplace::Marketplace;
use plan::{Plan, Push};
use report::{Pushed, Report};

/// How long a bot may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// After the last call that was recorded, others may come for so long.
const AFTERWARDS: Duration = Duration::from_millis(300);
/// Headers of a push that are sent again as they were.
const KEPT_HEADERS: [&str; 3] = ["content-type", "api-version", "api_version"];

/// What to replay, against whom.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The recording, a file of `peyk record`.
    file: PathBuf,
    /// Where the bot listens. Events go to this address, questions about buttons to their recorded
    /// paths on its host; without a path (http://127.0.0.1:3000) all go to their recorded paths.
    #[arg(long, value_name = "URL")]
    to: Url,
    /// The word by which the bot knows the marketplace; it is not in the recording.
    #[arg(long, value_name = "KEY", env = "PEYK_IDENTIFICATION_KEY", hide_env_values = true)]
    identification_key: Option<String>,
    /// Sign the pushes with this, whsec_…; without it they carry no signature.
    #[arg(long, value_name = "SECRET", env = "PEYK_SIGNING_SECRET", hide_env_values = true)]
    signing_secret: Option<String>,
    /// `fast`: one push after the other, each when the bot is done with the one before. `real`: at
    /// the recorded times, conversations side by side. `4x`: four times as fast as that. No pause
    /// is longer than a minute.
    #[arg(long, default_value = "fast", value_parser = Pace::parse)]
    pace: Pace,
    /// Only pushes of this event or question, as NEW_CHATBOT_MESSAGE; repeat it for more.
    #[arg(long, value_name = "EVENT")]
    only: Vec<String>,
    /// Only what this app was told and called.
    #[arg(long, value_name = "SLUG", conflicts_with = "business")]
    app: Option<String>,
    /// Only what this shop was told and called.
    #[arg(long, value_name = "ID")]
    business: Option<i64>,
    /// Only this conversation.
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// Be the marketplace at this address: calls of the bot are answered as they were recorded,
    /// and compared.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "through")]
    answer_at: Option<SocketAddr>,
    /// The bot calls this running Peyk: its calls are read there, and compared.
    #[arg(long, value_name = "URL")]
    through: Option<String>,
    /// Whether messages keep their recorded ids and times [default: same with --through, where they
    /// are known by them, otherwise fresh, since bots pass over messages they know].
    #[arg(long, value_enum)]
    ids: Option<Ids>,
    /// How long a recorded call of the bot is waited for while nothing happens.
    #[arg(long, value_name = "SPAN", default_value = "5s", value_parser = parse_span)]
    patience: Duration,
    /// Print one JSON object for each push and each difference, and one for the whole.
    #[arg(long)]
    json: bool,
}

/// Whose ids messages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ids {
    /// Ids and times of their own.
    Fresh,
    /// Those of the recording.
    Same,
}

/// How fast pushes follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pace {
    /// As fast as the bot can.
    Fast,
    /// So many times as fast as they were.
    Times(f64),
}

impl Pace {
    fn parse(word: &str) -> Result<Self, String> {
        let factor = |word: &str| {
            let number = word.strip_suffix(['x', '×'])?.parse::<f64>().ok()?;
            (number.is_finite() && number > 0.0).then_some(Self::Times(number))
        };
        match word {
            "fast" => Ok(Self::Fast),
            "real" => Ok(Self::Times(1.0)),
            word => factor(word).ok_or_else(|| "a pace is `fast`, `real`, `4x` or `0.5x`".into()),
        }
    }
}

/// `peyk replay FILE --to URL`.
pub fn replay(configuration: &Configuration, arguments: &ReplayArguments) -> Result<(), Failure> {
    let recording = Recording::read(&arguments.file).map_err(Failure::Usage)?;
    for line in &recording.gaps {
        let file = arguments.file.display();
        eprintln!("peyk: {file}:{line}: some exchanges are missing here");
    }
    let plan = Plan::of(&recording, arguments).map_err(Failure::Usage)?;
    let secrets = secrets(arguments).map_err(Failure::Usage)?;
    hint(&plan, &secrets);
    // A provider that is there already is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Work(error.into()))?;
    let player = Player::new(arguments, plan, secrets, &recording)?;
    let report = runtime.block_on(player.play(configuration, &recording))?;
    report.finish()?;
    match report.is_same() {
        true => Ok(()),
        false => Err(Failure::Work(anyhow!("the bot did not do what was recorded"))),
    }
}

fn secrets(arguments: &ReplayArguments) -> anyhow::Result<OpenSecrets> {
    let signing: Vec<String> = arguments.signing_secret.iter().cloned().collect();
    let identification_key = arguments.identification_key.clone();
    let secrets = OpenSecrets { identification_key, signing };
    if !secrets.signing.is_empty() && signatures(&secrets, "", Timestamp(0), "").is_empty() {
        return Err(anyhow!("--signing-secret takes a secret like whsec_ and base64"));
    }
    Ok(secrets)
}

/// Says what the bot may miss.
fn hint(plan: &Plan, secrets: &OpenSecrets) {
    let had = |name: &str| plan.pushes.iter().any(|push| push.has_header(name));
    if secrets.identification_key.is_none() && had("authorization") {
        eprintln!(
            "peyk: the recorded pushes carried an identification key and these do not: a bot that \
             looks at it needs --identification-key"
        );
    }
}

/// Plays a plan against a bot.
struct Player<'a> {
    arguments: &'a ReplayArguments,
    plan: Plan<'a>,
    secrets: OpenSecrets,
    way: Outgoing,
    fresh: Arc<Mutex<Fresh>>,
    began: Instant,
    /// A word that no other replay has.
    run: i64,
}

impl<'a> Player<'a> {
    fn new(
        arguments: &'a ReplayArguments,
        plan: Plan<'a>,
        secrets: OpenSecrets,
        recording: &Recording,
    ) -> anyhow::Result<Self> {
        let now = now();
        let time = plan.pushes.first().map_or(&recording.head.base_time, |push| &push.told.time);
        let recorded_at = time.parse::<jiff::Timestamp>();
        let recorded_at = recorded_at.map_or(now, |time| Timestamp(time.as_microsecond()));
        Ok(Self {
            arguments,
            plan,
            secrets,
            way: Outgoing::new(Reach::Anywhere)?,
            fresh: Arc::new(Mutex::new(Fresh::new(recorded_at, now))),
            began: Instant::now(),
            run: now.0,
        })
    }

    async fn play(
        &self,
        configuration: &Configuration,
        recording: &Recording,
    ) -> anyhow::Result<Report> {
        let arguments = self.arguments;
        let mut ears = match (arguments.answer_at, &arguments.through) {
            (Some(address), _) => {
                let fresh = self.fresh.clone();
                Ears::Own(Marketplace::open(address, recording, arguments, fresh).await?)
            }
            (None, Some(server)) => {
                Ears::Through(calls::Through::listen(configuration, server, &self.plan).await?)
            }
            (None, None) => Ears::Deaf,
        };
        let mut report = Report::new(arguments.json);
        match arguments.pace {
            Pace::Fast => self.play_fast(&mut ears, &mut report).await?,
            Pace::Times(factor) => self.play_in_time(factor, &mut report).await?,
        }
        if !matches!(ears, Ears::Deaf) {
            let recorded: Vec<_> = self.plan.calls.iter().map(|(_, call)| call.clone()).collect();
            let heard = ears.all(self.plan.written(i64::MAX), arguments.patience, AFTERWARDS);
            report.differences(compare(&recorded, &heard.await?))?;
        }
        Ok(report)
    }

    /// One push after the other; the next one goes out when the bot called as it did then.
    async fn play_fast(&self, ears: &mut Ears<'_>, report: &mut Report) -> anyhow::Result<()> {
        let mut missing = 0;
        for index in 0..self.plan.pushes.len() {
            report.pushed(self.push(index).await)?;
            let next = self.plan.pushes.get(index + 1);
            let (Some(next), false) = (next, matches!(ears, Ears::Deaf)) else { continue };
            let until = next.told.at_us;
            let wanted = self.plan.written(until).saturating_sub(missing);
            let found = ears.wait_for(wanted, self.arguments.patience).await?;
            // What did not come is not waited for again.
            missing += wanted.saturating_sub(found);
        }
        Ok(())
    }

    /// Each push at its time; conversations go side by side.
    async fn play_in_time(&self, factor: f64, report: &mut Report) -> anyhow::Result<()> {
        let times = &self.plan.times(factor);
        let lanes = self.plan.lanes();
        let played = lanes.iter().map(|lane| async move {
            let mut pushed = Vec::new();
            for index in lane {
                let due = times[*index].saturating_sub(self.began.elapsed());
                tokio::time::sleep(due).await;
                pushed.push((*index, self.push(*index).await));
            }
            pushed
        });
        let mut all: Vec<_> = join_all(played).await.into_iter().flatten().collect();
        all.sort_by_key(|(index, _)| *index);
        all.into_iter().try_for_each(|(_, pushed)| report.pushed(pushed))
    }

    /// Posts one push, and tells what is other than it was.
    async fn push(&self, index: usize) -> Pushed {
        let push = &self.plan.pushes[index];
        let letter = self.letter(push, index);
        let (after, began) = (self.began.elapsed(), Instant::now());
        let reply = self.way.post(letter).await;
        let took = began.elapsed();
        let (status, failure, body) = match reply {
            Ok(reply) => {
                let body = String::from_utf8_lossy(&reply.body).into_owned();
                (Some(reply.status), None, Some(body))
            }
            Err(error) => (None, Some(error.0), None),
        };
        let mut differences = Vec::new();
        if status != push.ended.status {
            let recorded = answered(push.ended.status, push.ended.failure.as_deref());
            let found = answered(status, failure.as_deref());
            differences.push(format!("recorded {recorded}, found {found}"));
        } else if let Some(recorded) = push.answer() {
            differences.extend(other_answer(Some(recorded), body.as_deref()));
        }
        let (name, conversation) = (push.told.name().to_owned(), push.told.conversation.clone());
        Pushed { name, conversation, after, took, status, failure, differences }
    }

    fn letter(&self, push: &Push<'_>, index: usize) -> Letter {
        let recorded = push.told.request.body.clone().unwrap_or_default();
        let body = match self.ids() {
            Ids::Fresh => lock(&self.fresh).body(&recorded),
            Ids::Same => recorded,
        };
        let at = now();
        let mut headers = Vec::new();
        for (name, value) in &push.told.request.headers {
            let kept = KEPT_HEADERS.into_iter().find(|kept| kept == name);
            headers.extend(kept.map(|kept| (kept, value.clone())));
            if name == "authorization" {
                let key = self.secrets.identification_key.clone();
                headers.extend(key.map(|key| ("authorization", key)));
            }
            if name == "webhook-id" {
                let id = format!("{value}_{}_{index}", self.run);
                let signed = signatures(&self.secrets, &id, at, &body);
                let all = dialects::standard_headers(id, at, signed);
                headers.extend(all.into_iter().filter(|(_, value)| !value.is_empty()));
            }
        }
        let url = push.address(&self.arguments.to);
        Letter { url, headers, body, timeout: TIMEOUT, about: About::default() }
    }

    fn ids(&self) -> Ids {
        let usual = if self.arguments.through.is_some() { Ids::Same } else { Ids::Fresh };
        self.arguments.ids.unwrap_or(usual)
    }
}

fn answered(status: Option<u16>, failure: Option<&str>) -> String {
    match (status, failure) {
        (Some(status), _) => status.to_string(),
        (None, Some(why)) => format!("no answer ({why})"),
        (None, None) => "no answer".to_owned(),
    }
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

fn lock(fresh: &Mutex<Fresh>) -> MutexGuard<'_, Fresh> {
    fresh.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_are_read() {
        assert_eq!(Pace::parse("fast"), Ok(Pace::Fast));
        assert_eq!(Pace::parse("real"), Ok(Pace::Times(1.0)));
        assert_eq!(Pace::parse("4x"), Ok(Pace::Times(4.0)));
        assert_eq!(Pace::parse("0.5×"), Ok(Pace::Times(0.5)));
        for word in ["", "x", "0x", "-1x", "NaNx", "infx", "slow"] {
            assert!(Pace::parse(word).is_err(), "{word}");
        }
    }
}
