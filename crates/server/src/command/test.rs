//! `peyk test FILES…`: plays scenario files against a bot in any language.

mod bot;
mod cast;
mod junit;
mod report;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use clap::Args;
use peyk_model::Timestamp;

use super::Failure;
use super::options::Configuration;
use crate::rehearsal::{Beginning, Patience, Rehearsal, Temporary};
use crate::scenario::play::Play;
use crate::scenario::{Scenario, ScenarioFile, read, span};
use crate::{Settings, demo_bot};

use bot::Bot;
use report::{Report, Verdict};

/// Where a sandbox listens for a bot that runs already, if nobody says otherwise.
const USUAL: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

/// Which scenarios are played, and against what.
#[derive(Debug, Args)]
pub struct TestArguments {
    /// Scenario files, see docs/testing.md.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Start the bot with this command, for each scenario anew [default: `bot` in the file; the demo
    /// World has a bot that needs none].
    ///
    /// It finds PEYK_URL, keys and ports in its environment.
    #[arg(long, value_name = "COMMAND", conflicts_with = "running")]
    bot: Option<String>,
    /// The bot runs already, and speaks to --listen [default: 127.0.0.1:8080].
    #[arg(long)]
    running: bool,
    /// Let the bot listen where the World says, not on free ports.
    #[arg(long)]
    fixed_ports: bool,
    /// Play only scenarios with these words in their names.
    #[arg(long, value_name = "WORDS")]
    filter: Option<String>,
    /// Write what came of it to this file, in JUnit's form.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// How long an answer of the bot is waited for while nothing happens, by the machine's clock.
    #[arg(long, value_name = "SPAN", default_value = "5s", value_parser = parse_span)]
    patience: Duration,
    /// After how long without a word a bot counts as silent, by the machine's clock.
    #[arg(long, value_name = "SPAN", default_value = "1s", value_parser = parse_span)]
    silence: Duration,
}

fn parse_span(text: &str) -> Result<Duration, String> {
    span::parse(text).ok_or_else(|| "a span is like `500ms`, `2s` or `1m`".to_owned())
}

/// Plays all files; fails with usage when a file has mistakes, and with work when a scenario fails.
///
/// The doors behave as they are configured to; where things are kept is nobody's business here.
pub fn test(
    arguments: &TestArguments,
    listen: Option<SocketAddr>,
    configuration: Configuration,
) -> Result<(), Failure> {
    let files = read_all(arguments).map_err(Failure::Usage)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Work(error.into()))?;
    // A provider that is there already is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings = Settings {
        market: configuration.market,
        kenar: configuration.kenar,
        limits: configuration.limits,
        ..Settings::default()
    };
    let stage = Stage { arguments, listen, settings };
    let report = runtime.block_on(stage.play_until_interrupted(files))?;
    if let Some(path) = &arguments.junit {
        let written = std::fs::write(path, junit::written(&report));
        written.with_context(|| format!("{} cannot be written", path.display()))?;
    }
    println!("\n{}", report.sum());
    match report.failed() {
        0 => Ok(()),
        1 => Err(Failure::Work(anyhow!("1 scenario failed"))),
        count => Err(Failure::Work(anyhow!("{count} scenarios failed"))),
    }
}

/// Reads every file, and tells the mistakes of all before anything is played.
fn read_all(arguments: &TestArguments) -> anyhow::Result<Vec<(PathBuf, ScenarioFile)>> {
    let (mut files, mut mistakes, mut count) = (Vec::new(), Vec::new(), 0);
    for path in &arguments.files {
        match read::read_file(path) {
            Ok(mut file) => {
                if let Some(words) = &arguments.filter {
                    file.scenarios.retain(|scenario| scenario.name.contains(words));
                }
                let is_known = arguments.bot.is_some() || file.bot.is_some() || arguments.running;
                if !is_known && !demo_bot::lives_in(&file.world) {
                    let path = path.display();
                    mistakes.push(format!(
                        "{path}: no bot: say --bot COMMAND, --running, or `bot = …` in the file"
                    ));
                }
                count += file.scenarios.len();
                files.push((path.clone(), file));
            }
            Err(found) => mistakes.push(format!("{found:#}")),
        }
    }
    if !mistakes.is_empty() {
        return Err(anyhow!("nothing was played:\n{}", mistakes.join("\n")));
    }
    if count == 0 {
        return Err(anyhow!("there is no scenario to play"));
    }
    Ok(files)
}

struct Stage<'a> {
    arguments: &'a TestArguments,
    listen: Option<SocketAddr>,
    settings: Settings,
}

impl Stage<'_> {
    /// Ctrl-C ends the bot and the sandbox, which are dropped with the play.
    async fn play_until_interrupted(
        &self,
        files: Vec<(PathBuf, ScenarioFile)>,
    ) -> anyhow::Result<Report> {
        let stop = super::serve::stop_signal()?;
        tokio::select! {
            report = self.play_all(files) => report,
            () = stop => Err(anyhow!("interrupted")),
        }
    }

    async fn play_all(&self, files: Vec<(PathBuf, ScenarioFile)>) -> anyhow::Result<Report> {
        let (mut report, began) = (Report::default(), Instant::now());
        let mut not_before = None;
        for (path, file) in files {
            let name = path.display().to_string();
            println!("{name}");
            for scenario in &file.scenarios {
                let at = Instant::now();
                let (failure, ended_at) = self.play(&path, &file, scenario, not_before).await?;
                not_before = Some(ended_at);
                let verdict = Verdict {
                    file: name.clone(),
                    scenario: scenario.name.clone(),
                    took: at.elapsed(),
                    failure,
                };
                println!("{verdict}");
                report.verdicts.push(verdict);
            }
        }
        report.took = began.elapsed();
        Ok(report)
    }

    /// Plays one scenario in a sandbox of its own; tells what failed, and what time it was then.
    async fn play(
        &self,
        path: &Path,
        file: &ScenarioFile,
        scenario: &Scenario,
        not_before: Option<Timestamp>,
    ) -> anyhow::Result<(Option<report::Failed>, Timestamp)> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let (command, place) = match (&self.arguments.bot, &file.bot) {
            (Some(command), _) => (Some(command), Path::new("")),
            (None, Some(command)) if !self.arguments.running => (Some(command), folder),
            (None, _) => (None, folder),
        };
        let mut world = file.world.clone();
        let ports = match command {
            Some(_) if !self.arguments.fixed_ports => cast::free_ports(&mut world)?,
            Some(_) | None => cast::ports_of(&mut world),
        };
        let sandbox = Temporary::start(Beginning {
            listen: self.listen(),
            starts_at: file.starts_at.or_else(|| self.start_after(not_before)),
            seed: file.seed,
            settings: self.settings.clone(),
            ..Beginning::of(world.clone())
        });
        let sandbox = sandbox.await?;
        let home = sandbox.running.url().to_owned();
        let site = sandbox.running.site().clone();
        site.engine.write(move |context| demo_bot::move_in(context, &home)).await?;
        let environment = cast::environment(sandbox.running.url(), &world, &ports);
        let bot = command.map(|command| Bot::start(command, place, environment)).transpose()?;
        let patience =
            Patience { answer: self.arguments.patience, silence: self.arguments.silence };
        let rehearsal = Rehearsal::new(site.clone(), patience);
        let failed = act(&rehearsal, bot, &ports, (path, folder), scenario).await;
        let ended_at = site.engine.clock().now();
        sandbox.stop().await?;
        Ok((failed?, ended_at))
    }

    fn listen(&self) -> SocketAddr {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let usual = if self.arguments.running { USUAL.into() } else { free };
        self.listen.unwrap_or(usual)
    }

    /// A bot that goes on over all scenarios must not see time go back.
    fn start_after(&self, not_before: Option<Timestamp>) -> Option<Timestamp> {
        let last = not_before.filter(|_| self.arguments.running)?;
        Some(last.after(Duration::from_secs(1)).max(peyk_engine::clock::machine_time()))
    }
}

/// Waits for the bot and plays the scenario; what failed comes with all that explains it.
async fn act(
    rehearsal: &Rehearsal,
    bot: Option<Bot>,
    ports: &cast::Ports,
    (path, folder): (&Path, &Path),
    scenario: &Scenario,
) -> anyhow::Result<Option<report::Failed>> {
    let mut bot = bot;
    if let Some(bot) = &mut bot
        && let Err(why) = bot.ready(rehearsal.site(), ports).await
    {
        let output = bot.output();
        let place = format!("{}:{}", path.display(), scenario.line);
        return Ok(Some(report::Failed {
            place,
            why: format!("{why:#}"),
            shown: Vec::new(),
            output,
        }));
    }
    rehearsal.greet().await?;
    let failure = Play::begin(rehearsal, folder).await?.play(scenario).await?;
    let ended = bot.as_mut().and_then(Bot::ended);
    let output = bot.as_mut().map(Bot::output).unwrap_or_default();
    if let Some(bot) = bot {
        bot.stop().await;
    }
    Ok(failure.map(|failure| {
        let place = format!("{}:{}", path.display(), failure.line);
        let why = match ended {
            Some(status) => format!("{} (and the bot has ended: {status})", failure.why),
            None => failure.why,
        };
        let shown = vec![("what was said", failure.transcript), ("the wire", failure.wire)];
        report::Failed { place, why, shown, output }
    }))
}
