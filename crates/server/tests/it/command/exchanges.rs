//! `peyk exchanges` and `peyk lint`, against a server that runs beside them.

use serde_json::Value;

use super::talk::started;
use super::{Ended, Place, Served};

const USERS: &str = "/v1/open-platform/users";

fn ran(place: &Place, served: &Served, arguments: &[&str]) -> String {
    let Ended { code, stdout, stderr } =
        place.run(&[&["--server", served.url()], arguments].concat());
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_are_listed_shown_copied_and_forgotten() {
    let place = Place::new();
    let served = started(&place);
    let url = format!("{}{USERS}", served.url());
    let request = served.http.get(&url).header("x-api-key", "echo-key");
    let answer = request.header("x-access-token", "ory_at_demo").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let refused = served.http.get(&url).header("x-api-key", "echo-key").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let listed = ran(&place, &served, &["exchanges", "list"]);
    let lines: Vec<_> = listed.lines().collect();
    assert!(lines[0].contains("<-  200  echo          Finder_GetUser"), "{listed}");
    assert!(lines[1].contains("<-  401  echo          Finder_GetUser"), "{listed}");
    assert!(lines[2].trim().starts_with("the operation acts for a person"), "{listed}");
    let id = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    let only = ran(&place, &served, &["exchanges", "list", "--status", "4xx", "--app", "echo"]);
    assert_eq!(id(&only), id(lines[1]));
    let shown = ran(&place, &served, &["exchanges", "show", &id(lines[0])]);
    for part in [
        "\nGET /v1/open-platform/users\n",
        "\nx-api-key: •••\n",
        "\n200\ncontent-type: application/json\n",
        "\nother than published:\n  request x-access-token: an older header",
    ] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
    let copied = ran(&place, &served, &["exchanges", "copy", &id(lines[0]), "--as", "javascript"]);
    assert!(copied.contains("\"x-api-key\": process.env.PEYK_API_KEY,"), "{copied}");
    let linted = ran(&place, &served, &["lint"]);
    assert!(linted.starts_with("app echo: uses_deprecated (1 times, exchanges "), "{linted}");
    let cleared = ran(&place, &served, &["exchanges", "clear"]);
    assert_eq!(cleared, "2 exchanges forgotten\n");
    assert_eq!(ran(&place, &served, &["exchanges", "list"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_an_admin_token_keeps_nothing_unless_it_is_told_to() {
    for (options, expected) in [(vec![], false), (vec!["--exchanges-bytes", "1000000"], true)] {
        let place = Place::new();
        let mut all = vec!["--admin-token", "admin-token"];
        all.extend(options);
        let served = place.serve(&all);
        let url = format!("{}/control/v1/exchanges", served.url());
        let page = served.http.get(url).bearer_auth("admin-token").send().await.unwrap();
        assert_eq!(page.json::<Value>().await.unwrap()["is_recording"], expected);
    }
    let refused = Place::new().run(&["--exchanges-bytes", "2000000000"]);
    let expected = "peyk: --exchanges-bytes takes 0 to 1073741824, found 2000000000\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(2), expected));
}
