//! Addresses of requests and names of routes → whether a request goes there.
//!
//! Both are a list of segments. `https://api.local/orders/⟨id⟩/items?all=1` asks for `orders`, something, `items`, and
//! `/orders/<int:order>/items` answers it. A host that is not ours ends the search; where only its end is known
//! (`⟨base⟩/orders`) any route that ends so may be meant.

use crate::facts::Concat;

/// An unknown part of an address.
pub(super) const HOLE: char = Concat::HOLE;

/// A part of a path between slashes.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Segment {
    Text(String),
    /// One segment that is not known.
    Any,
    /// Any number of segments.
    Rest,
}

/// The path that a request asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address {
    segments: Vec<Segment>,
    /// Whether more may stand before it.
    is_tail: bool,
}

/// The path under which a handler is registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Route {
    segments: Vec<Segment>,
}

/// How well a route fits: how many segments stand before the part that is equal, on either side.
pub(super) type Misfit = usize;

/// Leading segments that a proxy may take away, or a server that is not seen may add.
const MAX_MISFIT: usize = 3;

impl Address {
    /// Reads the text of an address, [`HOLE`] for each unknown part; none where it is of another host, or says nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.split(['?', '#']).next().unwrap_or(text);
        let scheme = ["http://", "https://", "ws://", "wss://", "//"];
        let (path, is_tail) = match scheme.iter().find_map(|scheme| text.strip_prefix(scheme)) {
            Some(rest) => {
                let (host, path) = rest.split_once('/')?;
                if !is_own(host) {
                    return None;
                }
                (path, host.contains(HOLE))
            }
            // What begins with something unknown may have host and path in it.
            None if text.starts_with(HOLE) => (text.split_once('/').map_or("", |(_, path)| path), true),
            None => (text, false),
        };
        let is_text = |part: &&str| !part.is_empty() && *part != ".";
        let segments: Vec<Segment> = path.split('/').filter(is_text).map(asked).collect();
        let says_something = segments.iter().any(|segment| matches!(segment, Segment::Text(_)));
        says_something.then_some(Self { segments, is_tail })
    }

    /// Whether a request may go to a route, and how much of either has to be left out for that.
    pub(super) fn misfit(&self, route: &Route) -> Option<Misfit> {
        (0..=MAX_MISFIT).find(|&misfit| {
            let mine = self.segments.get(misfit..).is_some_and(|rest| fits(rest, &route.segments));
            // A request that names its path from the beginning does not leave out what stands before it.
            let theirs = route.segments.get(misfit..).is_some_and(|rest| fits(&self.segments, rest));
            mine || (self.is_tail && theirs)
        })
    }

    /// Whether nothing is known to stand before the path.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_tail
    }
}

/// Whether a host can be our own: this machine, a service of the same network, or unknown.
fn is_own(host: &str) -> bool {
    let name = host.rsplit('@').next().unwrap_or(host);
    let name = name.split(':').next().unwrap_or(name);
    name.contains(HOLE)
        || matches!(name, "127.0.0.1" | "0.0.0.0" | "host.docker.internal")
        || !name.contains('.')
}

fn asked(part: &str) -> Segment {
    if part.contains(HOLE) { Segment::Any } else { Segment::Text(part.to_owned()) }
}

/// Whether the segments are equal one by one, with at least one that both know.
fn fits(asked: &[Segment], route: &[Segment]) -> bool {
    let is_open = route.last() == Some(&Segment::Rest);
    let fixed = &route[..route.len() - usize::from(is_open)];
    if asked.len() < fixed.len() || (asked.len() > fixed.len() && !is_open) {
        return false;
    }
    let mut known = 0;
    let mut pairs = asked.iter().zip(fixed);
    let all = pairs.all(|(asked, route)| match (asked, route) {
        (Segment::Text(asked), Segment::Text(route)) => {
            known += 1;
            asked == route
        }
        (_, Segment::Any) => true,
        _ => false,
    });
    all && known > 0
}

impl Route {
    /// Reads the name of a route: `/orders/<int:id>`, `/orders/:id`, `/orders/{id}`, `^orders/(?P<id>\d+)/$`.
    pub(super) fn parse(name: &str) -> Self {
        let name = name.trim_start_matches('^').trim_end_matches('$');
        let name =
            name.split_once("://").map_or(name, |(_, rest)| rest.split_once('/').map_or("", |rest| rest.1));
        let segments = parts(name).into_iter().filter(|part| !part.is_empty()).map(answered).collect();
        Self { segments }
    }

    /// Reads the path of a file that is a route: `web/app/api/orders/[id]/route.ts`, `pages/api/orders.ts`.
    pub(super) fn of_file(path: &str) -> Option<Self> {
        let (path, _) = path.rsplit_once('.')?;
        let folders: Vec<&str> = path.split('/').collect();
        let top = folders.iter().position(|folder| matches!(*folder, "app" | "pages" | "routes"))?;
        let below = folders[top + 1..].iter().copied();
        let is_part = |part: &&str| {
            let is_group = part.starts_with('(') && part.ends_with(')');
            !is_group && !part.starts_with('@') && !matches!(*part, "route" | "index" | "+server")
        };
        Some(Self { segments: below.filter(is_part).map(answered).collect() })
    }
}

/// The parts between slashes; slashes in brackets are part of a pattern.
fn parts(name: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, char) in name.char_indices() {
        match char {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                found.push(&name[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&name[start..]);
    found
}

fn answered(part: &str) -> Segment {
    let is_rest = part.contains('*')
        || part.contains("...")
        || part.starts_with("<path:")
        || (part.starts_with('{') && part.ends_with(":path}"));
    if is_rest {
        Segment::Rest
    } else if part.starts_with(':') || part.starts_with('$') || part.contains(['<', '{', '(', '[', '\\']) {
        Segment::Any
    } else {
        Segment::Text(part.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &str, route: &str, expected: Option<Misfit>) {
        let route =
            if route.contains('.') { Route::of_file(route).expect("a file") } else { Route::parse(route) };
        let address = Address::parse(&asked.replace('~', "\0"));
        assert_eq!(address.and_then(|address| address.misfit(&route)), expected, "{asked} {route:?}");
    }

    #[test]
    fn a_request_goes_to_the_route_of_its_path() {
        check("/orders/7/items?all=1", "/orders/<int:order>/items", Some(0));
        check("/orders/~/items", "/orders/:id/items", Some(0));
        check("/orders/~", "^orders/(?P<id>[0-9/]+)/$", Some(0));
        check("http://localhost:8000/orders", "/orders/", Some(0));
        check("/api/orders/7", "web/app/(shop)/api/orders/[id]/route.ts", Some(0));
        check("/api/orders", "pages/api/orders/index.ts", Some(0));
        check("/files/a/b", "/files/{name:path}", Some(0));
        check("/orders/~", "/orders/all", None);
        check("/orders", "/parcels", None);
        check("/~", "/<name>", None);
    }

    #[test]
    fn what_stands_before_a_path_may_be_unknown() {
        check("~/orders", "/api/v1/orders", Some(2));
        check("http://~:~/orders", "/orders", Some(0));
        check("/api/orders", "/orders", Some(1));
        check("/orders", "/api/orders", None);
        check("https://api.example.com/orders", "/orders", None);
    }
}
