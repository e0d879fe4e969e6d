//! Pattern text → steps that a matcher walks.
//!
//! A pattern is an access path with holes: `boto3.client().{delete,put}_*`, `os.environ[*]`, `click.command()?`.
//! Names may hold `*` (any characters of this one step) and `{a,b}` (alternatives); `()` is a call, `()?` a call
//! or nothing, `[*]` any element, `[key]` the element of that key (which may hold `*` and `{a,b}`, too).
//! [`parse`] expands alternatives, so one pattern gives one or more lists of steps.

/// One step of a pattern.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Step {
    /// A module part or member, perhaps with `*`.
    Name(String),
    /// A call.
    Call,
    /// An element whose key fits, perhaps with `*`.
    Item(String),
    /// What is handed to functions that it is given.
    Param(u8),
}

/// More alternatives than this in one pattern are a mistake.
const MAX_ALTERNATIVES: usize = 256;

/// The lists of steps that a pattern stands for, or what is wrong with it and how to mend it.
pub(crate) fn parse(pattern: &str) -> Result<Vec<Vec<Step>>, String> {
    let mut texts = vec![String::new()];
    expand(pattern, &mut texts)?;
    let mut lists = Vec::new();
    for text in texts {
        lists.extend(steps(&text)?);
    }
    if lists.len() > MAX_ALTERNATIVES {
        return Err(format!("the pattern stands for more than {MAX_ALTERNATIVES} paths; split the row"));
    }
    Ok(lists)
}

/// Replaces each `{a,b}` by its alternatives.
fn expand(pattern: &str, texts: &mut Vec<String>) -> Result<(), String> {
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').ok_or("`{` without `}`; write `{a,b}`")? + open;
        let alternatives: Vec<&str> = rest[open + 1..close].split(',').collect();
        if texts.len() * alternatives.len() > MAX_ALTERNATIVES {
            return Err(format!("the pattern stands for more than {MAX_ALTERNATIVES} paths; split the row"));
        }
        *texts = texts
            .iter()
            .flat_map(|text| alternatives.iter().map(move |end| format!("{text}{}{end}", &rest[..open])))
            .collect();
        rest = &rest[close + 1..];
    }
    if rest.contains('}') {
        return Err("`}` without `{`; write `{a,b}`".to_owned());
    }
    texts.iter_mut().for_each(|text| text.push_str(rest));
    Ok(())
}

/// The steps of a pattern without alternatives; `()?` doubles the list.
fn steps(text: &str) -> Result<Vec<Vec<Step>>, String> {
    let mut lists = vec![Vec::new()];
    let mut rest = text;
    let mut name_may_follow = true;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("()") {
            rest = push_call(&mut lists, after);
        } else if let Some(after) = rest.strip_prefix('[') {
            let close = after.find(']').ok_or("`[` without `]`; write `[*]` or `[key]`")?;
            push(&mut lists, &Step::Item(item_key(&after[..close])));
            rest = &after[close + 1..];
        } else if let Some(after) = rest.strip_prefix('<') {
            let close = after.find('>').ok_or("`<` without `>`; write `<0>`")?;
            let position = after[..close].parse().map_err(|_| "`<>` holds a position: `<0>`")?;
            push(&mut lists, &Step::Param(position));
            rest = &after[close + 1..];
        } else {
            let after = match rest.strip_prefix('.') {
                Some(after) if !name_may_follow => after,
                None if name_may_follow => rest,
                _ => return Err(format!("`{rest}` cannot stand here; write names joined by `.`")),
            };
            let end = after.find(['.', '(', '[', '<']).unwrap_or(after.len());
            check_name(&after[..end], after)?;
            push(&mut lists, &Step::Name(after[..end].to_owned()));
            rest = &after[end..];
        }
        name_may_follow = false;
    }
    if !matches!(lists[0].first(), Some(Step::Name(_))) {
        return Err("a path begins with a module: `requests.get`".to_owned());
    }
    Ok(lists)
}

/// Adds a call; `()?` keeps the lists without it as well. Returns what follows.
fn push_call<'a>(lists: &mut Vec<Vec<Step>>, after: &'a str) -> &'a str {
    if let Some(after) = after.strip_prefix('?') {
        let mut called = lists.clone();
        push(&mut called, &Step::Call);
        lists.append(&mut called);
        return after;
    }
    push(lists, &Step::Call);
    after
}

fn push(lists: &mut [Vec<Step>], step: &Step) {
    lists.iter_mut().for_each(|list| list.push(step.clone()));
}

/// The key between brackets; quotes around it and emptiness mean what they mean in printed paths.
fn item_key(text: &str) -> String {
    let text = text.trim_matches(['"', '\'']);
    if text.is_empty() { "*".to_owned() } else { text.to_owned() }
}

fn check_name(name: &str, rest: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("a name is missing before `{rest}`"));
    }
    match name.chars().find(|&c| !(c.is_alphanumeric() || "_*-?@/$".contains(c))) {
        Some(c) => Err(format!("`{c}` cannot stand in the name `{name}`")),
        None => Ok(()),
    }
}

/// How much of a name a pattern leaves open: less is more specific.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Breadth {
    /// The whole name is given.
    Exact,
    /// A part of it.
    Part,
    /// Any name: a row for what no other row names.
    Any,
}

/// The breadth of a name or key.
pub(crate) fn breadth(name: &str) -> Breadth {
    match name {
        "*" => Breadth::Any,
        _ if name.contains('*') => Breadth::Part,
        _ => Breadth::Exact,
    }
}

/// Whether `text` fits `glob`, where `*` stands for any characters. O(glob × text) at worst.
#[must_use]
pub fn fits(glob: &str, text: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(pattern: &str) -> Vec<String> {
        let lists = parse(pattern).unwrap();
        lists
            .iter()
            .map(|list| {
                list.iter().fold(String::new(), |text, step| match step {
                    Step::Name(name) if text.is_empty() => name.clone(),
                    Step::Name(name) => format!("{text}.{name}"),
                    Step::Call => format!("{text}()"),
                    Step::Item(key) => format!("{text}[{key}]"),
                    Step::Param(position) => format!("{text}<{position}>"),
                })
            })
            .collect()
    }

    #[test]
    fn alternatives_and_optional_calls_expand() {
        assert_eq!(printed("a.{b,c}_x().d"), ["a.b_x().d", "a.c_x().d"]);
        assert_eq!(printed("click.command()?"), ["click.command", "click.command()"]);
        assert_eq!(printed("os.environ[]"), ["os.environ[*]"]);
        assert_eq!(printed("a[\"k\"].b"), ["a[k].b"]);
        assert_eq!(printed("a().on<1>.b"), ["a().on<1>.b"]);
    }

    #[test]
    fn mistakes_say_how_to_mend_them() {
        for (pattern, part) in [
            ("a.{b", "`{` without `}`"),
            ("a}", "`}` without `{`"),
            ("a[b", "`[` without `]`"),
            ("a<1", "`<` without `>`"),
            ("a<x>", "holds a position"),
            ("a..b", "a name is missing"),
            ("a.b c", "cannot stand in the name"),
            ("()a", "cannot stand here"),
            ("", "begins with a module"),
            ("[a]", "begins with a module"),
        ] {
            let error = parse(pattern).unwrap_err();
            assert!(error.contains(part), "{pattern}: {error}");
        }
    }

    #[test]
    fn globs_fit() {
        assert!(fits("delete_*", "delete_object"));
        assert!(fits("*", ""));
        assert!(fits("*w*", "rw+"));
        assert!(fits("a*b*c", "a-b-b-c"));
        assert!(!fits("a*b", "ac"));
        assert!(!fits("ab", "abc"));
        assert!(!fits("a*a", "a"));
    }
}
