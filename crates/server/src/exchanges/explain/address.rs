//! Addresses that nobody has, and what was probably meant.

use peyk_wire::{Operation, kenar, market, oauth};

/// How many segments may differ for an address to be called near.
const NEAR_MAX: usize = 12;

/// What was probably meant by an address that nobody has.
pub fn unknown(method: &str, path: &str) -> String {
    let near = nearest(method, path).map_or_else(
        || "see the list of operations of the API".to_owned(),
        |(operation, template)| {
            let found = operation.method.as_str();
            format!("did you mean {found} {template} ({})?", operation.name)
        },
    );
    format!("nothing answers at {path}: {near}")
}

/// What an address takes instead of this method.
pub fn wrong_method(method: &str, path: &str) -> String {
    let mut taken: Vec<&str> = all()
        .filter(|(_, template)| fits(template, path))
        .map(|(operation, _)| operation.method.as_str())
        .collect();
    taken.sort_unstable();
    taken.dedup();
    format!("{path} does not take {method}, but {}", taken.join(" and "))
}

fn all() -> impl Iterator<Item = (Operation, &'static str)> {
    let tables = [kenar::OPERATIONS, market::OPERATIONS, oauth::OPERATIONS];
    let all = tables.into_iter().flatten();
    all.flat_map(|operation| operation.paths.iter().map(|path| (*operation, *path)))
}

fn fits(template: &str, path: &str) -> bool {
    let (expected, given) = (template.split('/').count(), path.split('/').count());
    let mut pairs = template.split('/').zip(path.split('/'));
    expected == given && pairs.all(|(expected, given)| expected == given || is_parameter(expected))
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

/// The published address that is nearest to a path; one of the same method if two are as near.
fn nearest(method: &str, path: &str) -> Option<(Operation, &'static str)> {
    let given: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let far = |(operation, template): &(Operation, &'static str)| {
        let wanted: Vec<_> = template.split('/').filter(|segment| !segment.is_empty()).collect();
        2 * distance(&wanted, &given, segment_cost)
            + usize::from(operation.method.as_str() != method)
    };
    let near = all().min_by_key(far)?;
    (far(&near) <= 2 * NEAR_MAX).then_some(near)
}

/// What it costs to read one segment as another: nothing for a parameter, some for a misspelling.
fn segment_cost(wanted: &&str, given: &&str) -> usize {
    const STRANGE: usize = 5;
    if is_parameter(wanted) || wanted == given {
        return 0;
    }
    let (wanted, given): (Vec<char>, Vec<char>) =
        (wanted.chars().collect(), given.chars().collect());
    // Long words are not read to their end: nothing of ours is so long.
    if given.len() > 4 * STRANGE + wanted.len() {
        return STRANGE;
    }
    distance(&wanted, &given, |a, b| usize::from(a != b)).min(STRANGE)
}

/// The cost of making one list of another, where putting in and taking out costs three.
fn distance<T>(wanted: &[T], given: &[T], cost: impl Fn(&T, &T) -> usize) -> usize {
    const STEP: usize = 3;
    let mut row: Vec<usize> = (0..=given.len()).map(|count| count * STEP).collect();
    for (index, from) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (index + 1) * STEP;
        for (column, to) in given.iter().enumerate() {
            let replaced = diagonal + cost(from, to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + STEP).min(row[column] + STEP);
        }
    }
    row[given.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_published_address_is_named() {
        for (method, path, expected) in [
            ("POST", "/v2/businesses/1/chat", "GET /v2/businesses/{businessId}/chat (getChat)"),
            (
                "POST",
                "/v2/businesses/1/chats/histroy",
                "POST /v2/businesses/{businessId}/chats/history",
            ),
            ("GET", "/v2/open-platform/users", "GET /v1/open-platform/users (Finder_GetUser)"),
            (
                "POST",
                "/v1/open-platform/conversations/abc/messages",
                "POST /v2/open-platform/conversations/{conversation_id}/messages",
            ),
            ("POST", "/oauth2/tokens", "POST /oauth2/token (OAuth_Token)"),
        ] {
            let said = unknown(method, path);
            assert!(said.contains(expected), "{method} {path}: {said}");
        }
        assert!(
            unknown("GET", "/favicon.ico/and/much/more/of/what/nobody/has")
                .contains("see the list")
        );
    }

    #[test]
    fn methods_that_an_address_takes_are_named() {
        let said = wrong_method("PUT", "/v2/businesses/7/chats/message");
        assert_eq!(said, "/v2/businesses/7/chats/message does not take PUT, but GET and POST");
    }
}
