//! Writing: scenarios as the text of a file, one line for each step, so that what was just done can
//! be kept as a test.

use std::fmt::Write as _;

use super::{
    Act, Attachment, Chat, Click, Deed, Expected, ExpectedCall, NewConversation, PersonAct,
    Scenario, WITHIN, span,
};

/// The `[[scenario]]` sections of these scenarios. The World goes before them: `world = "…"`, or
/// its own sections.
pub fn write(scenarios: &[Scenario]) -> String {
    let mut text = String::new();
    for scenario in scenarios {
        if !text.is_empty() {
            text.push('\n');
        }
        let usual = scenario.steps.iter().find_map(|step| step.deed.chat());
        let _ = writeln!(text, "[[scenario]]\nname = {}", quoted(&scenario.name));
        if let Some(chat) = usual {
            let _ = writeln!(text, "chat = {}", self::chat(chat));
        }
        text.push_str("steps = [\n");
        for step in &scenario.steps {
            let _ = writeln!(text, "  {{ {} }},", fields(&step.deed, usual).join(", "));
        }
        text.push_str("]\n");
    }
    text
}

/// A text as TOML has it between quotation marks.
pub fn quoted(text: &str) -> String {
    let mut shown = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => shown.extend(['\\', c]),
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(shown, "\\u{:04X}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown.push('"');
    shown
}

/// A JSON value as TOML has it on one line; nothing is an empty table, which no key takes.
pub fn value(json: &serde_json::Value) -> String {
    use serde_json::Value;
    match json {
        Value::Null => "{}".to_owned(),
        Value::Bool(_) | Value::Number(_) => json.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, it)| format!("{} = {}", quoted(key), value(it)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

fn chat(chat: &Chat) -> String {
    let about = match &chat.about {
        NewConversation::Bot(slug) => format!("bot = {}", quoted(slug)),
        NewConversation::Post(token) => format!("post = {}", quoted(token)),
        NewConversation::Order(id) => format!("order = {id}"),
        NewConversation::Return(id) => format!("return = {id}"),
        NewConversation::Business(id) => format!("business = {id}"),
    };
    format!("{{ person = {}, {about} }}", quoted(&chat.person))
}

fn field(key: &str, value: &str) -> String {
    format!("{key} = {}", quoted(value))
}

fn fields(deed: &Deed, usual: Option<&Chat>) -> Vec<String> {
    let (place, mut fields) = match deed {
        Deed::Act(chat, act) => {
            let mut fields = Vec::new();
            if let Act::Person { who, .. } = act
                && *who != chat.person
            {
                fields.push(field("as", who));
            }
            fields.extend(self::act(act));
            (Some(chat), fields)
        }
        Deed::Expect(chat, expected) => (Some(chat), self::expected(expected)),
        Deed::Silence(chat, span) => (Some(chat), vec![field("silence", &span::show(*span))]),
        Deed::Pass(span) => (None, vec![field("pass", &span::show(*span))]),
        Deed::Call(call) => (None, self::call(call)),
    };
    if let Some(place) = place.filter(|place| usual != Some(place)) {
        fields.insert(0, format!("in = {}", chat(place)));
    }
    fields
}

fn act(act: &Act) -> Vec<String> {
    match act {
        Act::Decide => vec![field("do", "decide")],
        Act::Close => vec![field("do", "close")],
        Act::MarketSays(text) => vec![field("market", text)],
        Act::SupportSays(text) => vec![field("support", text)],
        Act::MarketSends(attachment) => sent("market", attachment),
        Act::SupportSends(attachment) => sent("support", attachment),
        Act::Person { act, .. } => person_act(act),
    }
}

fn sent(by: &str, attachment: &Attachment) -> Vec<String> {
    let what = match attachment {
        Attachment::Prop(prop) => field("send", prop.word()),
        Attachment::Beside(name) => field("file", name),
    };
    vec![what, field("by", by)]
}

fn person_act(act: &PersonAct) -> Vec<String> {
    let word = |word| vec![field("do", word)];
    match act {
        PersonAct::Open => word("open"),
        PersonAct::Block => word("block"),
        PersonAct::Unblock => word("unblock"),
        PersonAct::Dispute => word("dispute"),
        PersonAct::Revoke(slug) => vec![field("revoke", slug)],
        PersonAct::Say(text) => vec![field("say", text)],
        PersonAct::Send(prop) => vec![field("send", prop.word())],
        PersonAct::SendFile(name) => vec![field("file", name)],
        PersonAct::Locate(place) => {
            vec![field("location", &format!("{}, {}", place.latitude(), place.longitude()))]
        }
        PersonAct::Share(contact) => {
            let name = contact.name.iter().map(|name| field("contact_name", name));
            [field("contact", &contact.phone)].into_iter().chain(name).collect()
        }
        PersonAct::Click(Click { caption, shows, opens }) => {
            let shows = shows.iter().map(|words| field("shows", words));
            let opens = opens.iter().map(|words| field("opens", words));
            [field("click", caption)].into_iter().chain(shows).chain(opens).collect()
        }
    }
}

fn expected(expected: &Expected) -> Vec<String> {
    let Expected { exact, pattern, buttons, within, skips } = expected;
    let mut inner = Vec::new();
    inner.extend(exact.iter().map(|text| field("exact", text)));
    inner.extend(pattern.text.iter().map(|words| field("contains", words)));
    inner.extend(pattern.regex.iter().map(|regex| field("regex", regex)));
    inner.extend(pattern.kind.iter().map(|kind| field("kind", kind.word())));
    inner.extend(pattern.button.iter().map(|button| field("button", button)));
    if !buttons.is_empty() {
        let captions: Vec<_> = buttons.iter().map(|caption| quoted(caption)).collect();
        inner.push(format!("buttons = [{}]", captions.join(", ")));
    }
    let mut fields = match (exact, &inner[..]) {
        (Some(text), [_]) => vec![field("expect", text)],
        _ => vec![format!("expect = {{ {} }}", inner.join(", "))],
    };
    if *within != WITHIN {
        fields.push(field("within", &span::show(*within)));
    }
    if *skips {
        fields.push("skip = true".to_owned());
    }
    fields
}

fn call(call: &ExpectedCall) -> Vec<String> {
    let ExpectedCall { method, path, status, body, times } = call;
    let mut fields = vec![field("call", &format!("{method} {path}"))];
    fields.extend(status.map(|status| format!("status = {status}")));
    fields.extend(body.iter().map(|words| field("body", words)));
    fields.extend(times.map(|times| match times {
        0 => "never = true".to_owned(),
        times => format!("times = {times}"),
    }));
    fields
}
