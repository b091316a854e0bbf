//! What `peyk serve` says and does.

use serde_json::json;

use super::{Place, Served};

const BOT_MESSAGES: &str =
    "/people/ivan/conversations/6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01/messages";

/// The `curl` commands of a banner, each as its words.
fn curls(banner: &str) -> Vec<Vec<String>> {
    let lines = banner.replace("\\\n", " ");
    lines.lines().filter(|line| line.starts_with("curl ")).map(words).collect()
}

/// The words of a shell command that knows single quotes only.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Does what `curl` would.
fn request(http: &reqwest::Client, curl: &[String]) -> reqwest::RequestBuilder {
    let mut request = http.post(&curl[2]);
    for pair in curl[3..].chunks(2) {
        request = match pair[0].as_str() {
            "-H" => {
                let (name, value) = pair[1].split_once(": ").unwrap();
                request.header(name, value)
            }
            "-d" => request.body(pair[1].clone()),
            other => panic!("{other} is unknown"),
        };
    }
    request
}

#[tokio::test]
async fn the_banner_tells_the_address_first_and_its_requests_work_when_pasted() {
    let place = Place::new();
    let (banner, _) = place.serve(&[]).stop("-TERM");
    let first = banner.lines().next().unwrap();
    let port = first.strip_prefix("listening on http://127.0.0.1:").expect(&banner);
    assert!(port.parse::<u16>().is_ok(), "{banner}");
    for part in ["Kenar API ", "Market API ", "control API ", "echo-key", "ACMA:", "/control/v1"] {
        assert!(banner.contains(part), "no {part} in {banner}");
    }

    let served = Served::start(place.peyk(&["--listen", &format!("127.0.0.1:{port}")]));
    let commands = curls(&banner);
    assert_eq!(commands.len(), 4, "{banner}");
    for curl in &commands {
        let answer = request(&served.http, curl).send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{curl:?}: {body}");
    }
    let said = served.messages(BOT_MESSAGES).await;
    assert!(said.iter().filter(|message| message["text"] == "Привет, бот!").count() >= 2);
}

#[tokio::test]
async fn who_pastes_a_request_is_answered_and_the_second_time_listened_to() {
    let place = Place::new();
    let (banner, _) = place.serve(&[]).stop("-TERM");
    let first = banner.lines().next().unwrap();
    let port = first.strip_prefix("listening on http://127.0.0.1:").expect(&banner);
    let served = Served::start(place.peyk(&["--listen", &format!("127.0.0.1:{port}")]));
    let order = "/people/ivan/conversations/14604701/messages";
    let commands = curls(&banner);
    for (curl, path) in [(&commands[0], BOT_MESSAGES), (&commands[1], order)] {
        for (sent, expected) in [(curl, "Здравствуйте! Спасибо"), (curl, "Понятно: «")]
        {
            assert_eq!(request(&served.http, sent).send().await.unwrap().status(), 200);
            // A few seconds of theirs, none of ours.
            let run = json!({ "action": "run_until_idle", "max_seconds": 5 });
            served.control("/clock", Some(run)).await.unwrap();
            let said = served.messages(path).await;
            let is_said =
                |each: &serde_json::Value| each["text"].as_str().unwrap().contains(expected);
            assert!(said.iter().any(is_said), "{said:?}");
        }
    }
}

#[tokio::test]
async fn asked_to_stop_a_server_ends_well_and_after_a_restart_everything_is_there() {
    let place = Place::new();
    for (signal, count) in [("-TERM", 3), ("-INT", 4)] {
        let served = place.serve(&[]);
        served.control(BOT_MESSAGES, Some(json!({ "text": signal }))).await.unwrap();
        let messages = served.messages(BOT_MESSAGES).await;
        assert_eq!((messages.len(), &messages[count - 1]["text"]), (count, &json!(signal)));
        assert_eq!(served.stop(signal).1.code(), Some(0));
    }
    assert_eq!(place.serve(&[]).messages(BOT_MESSAGES).await.len(), 4);
}

#[tokio::test]
async fn a_world_of_ones_own_is_loaded_as_often_as_one_likes_and_no_demo_with_it() {
    let place = Place::new();
    let world = "[[person]]\nid = \"nika\"\nname = \"Ника\"\nphone = \"+79160000009\"\n\
                 locale = \"ru\"\n[[market.business]]\nid = 5\nname = \"Чай\"\n";
    std::fs::write(place.path().join("tea.toml"), world).unwrap();
    for _ in 0..2 {
        let served = place.serve(&["--world", "tea.toml"]);
        let people = served.control("/people", None).await.unwrap();
        let handles: Vec<_> =
            people["items"].as_array().unwrap().iter().map(|person| &person["handle"]).collect();
        assert_eq!(handles, ["nika"]);
        assert!(!served.stop("-TERM").0.contains("curl"));
    }
    let people = place.serve(&[]).control("/people", None).await.unwrap();
    assert_eq!(people["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_with_an_admin_token_begins_empty_and_names_no_keys() {
    let place = Place::new();
    let mut command = place.peyk(&["--listen", "127.0.0.1:0"]);
    let served = Served::start({
        command.env("PEYK_ADMIN_TOKEN", "s3cret-token");
        command
    });
    assert!(served.control("/people", None).await.is_err());
    let people = served.http.get(format!("{}/control/v1/people", served.url()));
    let people = people.bearer_auth("s3cret-token").send().await.unwrap();
    assert_eq!(people.json::<serde_json::Value>().await.unwrap(), json!({ "items": [] }));
    let (banner, _) = served.stop("-TERM");
    assert!(banner.contains("admin token") && !banner.contains("s3cret"), "{banner}");
    assert!(!banner.contains("echo-key"), "{banner}");
}

#[tokio::test]
async fn a_database_is_opened_with_its_own_secret_only() {
    let place = Place::new();
    let with = |secret: &str| {
        let mut command = place.peyk(&["--listen", "127.0.0.1:0"]);
        command.env("PEYK_SECRET", secret);
        command
    };
    Served::start(with("the-first-secret-of-all")).stop("-TERM");
    let refused = super::ended(&mut with("another-secret-entirely"));
    let words = "peyk: the database belongs to servers with another secret: start with theirs, \
                 which is in PEYK_SECRET or in the file `secret` of their data folder\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(1), words));
    Served::start(with("the-first-secret-of-all")).stop("-TERM");
}

#[tokio::test]
async fn each_line_of_the_log_has_the_id_of_its_request() {
    let place = Place::new();
    let log = place.path().join("log");
    let mut command = place.peyk(&["--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("PEYK_LOG", "peyk_server=debug").stderr(std::fs::File::create(&log).unwrap());
    let served = Served::start(command);
    let request = served.http.get(format!("{}/healthz", served.url()));
    let answer = request.header("x-request-id", "my-id").send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "my-id");
    served.stop("-TERM");
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["span"]["id"] == "my-id").expect(&log);
    assert_eq!(line["message"], "GET /healthz was answered with 200");
}

#[test]
fn faults_are_handled_from_the_command_line() {
    let place = Place::new();
    let served = place.serve(&[]);
    let url = served.url().to_owned();
    let faults = |arguments: &[&str]| {
        let ended = place.run(&[&["faults", "--server", &url], arguments].concat());
        (ended.code, serde_json::from_str(&ended.stdout).unwrap_or(serde_json::json!(ended.stderr)))
    };
    let (code, added): (_, serde_json::Value) =
        faults(&["add", "calm", "dialect=market", "effect=status", "code=420", "is_on=false"]);
    assert_eq!((code, &added["code"], &added["is_on"]), (Some(0), &420.into(), &false.into()));
    let (_, on) = faults(&["on", "calm"]);
    assert_eq!(on["is_on"], true);
    let (_, off) = faults(&["off", "calm"]);
    assert_eq!(off["is_on"], false);
    let (_, list) = faults(&["list"]);
    assert_eq!(list["items"][0]["name"], "calm");
    let (code, words) = faults(&["add", "loud", "effect=explode"]);
    let text = words.as_str().unwrap();
    assert!(code == Some(1) && text.starts_with("peyk: effect: found `explode`"), "{text}");
    let (code, words) = faults(&["add", "loud", "effect"]);
    assert_eq!(
        (code, &words),
        (Some(1), &"peyk: `effect` is no field like `effect=status`\n".into())
    );
    assert_eq!(faults(&["delete", "calm"]).1["deleted"], 1);
    assert_eq!(faults(&["clear"]).1["deleted"], 0);
}
