//! `macro_rules!` by example: the text that a call becomes.
//!
//! A definition is a list of rules, each a matcher and a body of tokens. A call is matched against them in order;
//! the first that fits is written out with what its variables matched. Fragments are told apart by what may follow
//! them, not by parsing: an expression goes on to the token that the matcher wants next.
//!
//! ```text
//! macro_rules! add { ($($x:expr),*) => { 0 $(+ $x)* } }        add!(a, f(b))  →  0 + a + f(b)
//! ```

use rustc_hash::FxHashMap;

/// Rules of one macro that are kept.
const MAX_RULES: usize = 200;
/// Bytes that one call may become.
const MAX_TEXT: usize = 1 << 16;
/// Repetitions inside repetitions.
const MAX_DEPTH: u32 = 8;
/// Steps that matching one call may take.
const MAX_STEPS: u32 = 100_000;

/// A token: a word, a mark, or a group in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Plain(String),
    /// The opening bracket, and what is inside.
    Group(char, Vec<Token>),
}

/// A part of a matcher or body.
#[derive(Clone, Debug)]
enum Part {
    Token(String),
    Group(char, Vec<Part>),
    /// `$name:fragment`; in a body without the fragment.
    Variable(String, String),
    /// `$( … ) separator operator`.
    Repeat(Vec<Part>, Option<String>, char),
}

/// What a variable matched.
#[derive(Clone, Debug)]
enum Match {
    One(Vec<Token>),
    Many(Vec<Match>),
}

type Matches = FxHashMap<String, Match>;

/// The rules of a macro.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    rules: Vec<(Vec<Part>, Vec<Part>)>,
}

impl Rules {
    /// The rules between the brackets of a definition.
    pub(super) fn new(text: &str) -> Self {
        let tokens = tokens(text);
        let mut rules = Vec::new();
        for window in tokens.windows(3) {
            if let [Token::Group(_, matcher), Token::Plain(arrow), Token::Group(_, body)] = window
                && arrow == "=>"
                && rules.len() < MAX_RULES
            {
                rules.push((parts(matcher, 0), parts(body, 0)));
            }
        }
        Self { rules }
    }

    /// What a call with these arguments becomes, `home` being the crate of the macro.
    pub(super) fn expand(&self, arguments: &str, home: &str) -> Option<String> {
        let tokens = tokens(arguments);
        self.rules.iter().find_map(|(matcher, body)| {
            let mut matches = Matches::default();
            let mut steps = MAX_STEPS;
            let end = match_parts(matcher, &tokens, 0, &mut matches, &mut steps, 0)?;
            if end != tokens.len() {
                return None;
            }
            let mut text = String::new();
            let renamed = hygienic(body, &matches);
            let body = renamed.as_ref().unwrap_or(body);
            matches.insert("crate".to_owned(), Match::One(vec![Token::Plain(home.to_owned())]));
            write_parts(body, &matches, &[], &mut text, 0);
            (text.len() < MAX_TEXT).then_some(text)
        })
    }
}

/// A macro by example.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) name: String,
    /// Whether other crates see it.
    pub(super) is_exported: bool,
    pub(super) rules: Rules,
}

/// The definitions of a text.
pub(super) fn definitions(text: &str) -> Vec<Definition> {
    const HEAD: &str = "macro_rules!";
    let mut found = Vec::new();
    for (at, _) in text.match_indices(HEAD) {
        let rest = text[at + HEAD.len()..].trim_start();
        let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        let body = rest[end..].trim_start();
        if let Some(length) = group_length(body) {
            let before = text[..at].rsplit(['}', ';']).next().unwrap_or_default();
            found.push(Definition {
                name: rest[..end].to_owned(),
                is_exported: before.contains("macro_export"),
                rules: Rules::new(&body[1..length - 1]),
            });
        }
    }
    found
}

/// The length of the group in brackets that a text begins with.
pub(super) fn group_length(text: &str) -> Option<usize> {
    if !text.starts_with(['(', '[', '{']) {
        return None;
    }
    let mut depth = 0_u32;
    for (at, token) in Lexer::new(text) {
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

// Reading.

/// The tokens of a text, one by one, with where they begin.
struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn skip_space(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.at += trimmed.find("*/").map_or(trimmed.len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    fn length(rest: &str) -> usize {
        let first = rest.chars().next().unwrap_or(' ');
        let word = |text: &str| text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len());
        let unprefixed = rest.trim_start_matches(['b', 'c']);
        let prefix = rest.len() - unprefixed.len();
        if prefix <= 1 && (unprefixed.starts_with("r\"") || unprefixed.starts_with("r#\"")) {
            return prefix + raw_length(unprefixed);
        }
        if prefix <= 1 && unprefixed.starts_with('"') {
            return prefix + quoted_length(unprefixed);
        }
        if first == '\'' {
            return quote_length(rest);
        }
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| c != '_' && c != '.' && !c.is_alphanumeric()).unwrap_or(rest.len());
            // `0..n` is a range, and `1.max(2)` a call.
            let number = &rest[..end];
            let dot =
                number.find('.').filter(|&dot| !number[dot + 1..].starts_with(|c: char| c.is_ascii_digit()));
            return dot.unwrap_or(end);
        }
        if first == '_' || first.is_alphanumeric() {
            return word(rest);
        }
        const MARKS: [&str; 24] = [
            "..=", "...", "<<=", ">>=", "=>", "->", "::", "..", "==", "!=", "<=", ">=", "&&", "||", "+=",
            "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>",
        ];
        MARKS.iter().find(|mark| rest.starts_with(**mark)).map_or(first.len_utf8(), |mark| mark.len())
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_space();
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at;
        let mut length = Self::length(rest).clamp(1, rest.len());
        while !rest.is_char_boundary(length) {
            length += 1;
        }
        self.at += length;
        Some((start, &self.text[start..self.at]))
    }
}

fn quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

fn raw_length(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|&byte| byte == b'#').count();
    let close = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    text.get(start..).and_then(|rest| rest.find(&close)).map_or(text.len(), |at| start + at + close.len())
}

/// The length of a character, or of a lifetime.
fn quote_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].find('\'').map_or(text.len(), |at| {
            // `'\''` goes on behind its first quote.
            if at == 0 { text[3..].find('\'').map_or(text.len(), |next| next + 4) } else { at + 3 }
        }),
        Some((_, _)) if chars.next().is_some_and(|(_, c)| c == '\'') => {
            text.char_indices().nth(3).map_or(text.len(), |(at, _)| at)
        }
        _ => 1 + text[1..].find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len() - 1),
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut stack: Vec<(char, Vec<Token>)> = vec![(' ', Vec::new())];
    for (_, token) in Lexer::new(text) {
        match token {
            "(" | "[" | "{" if stack.len() < 200 => {
                stack.push((token.chars().next().unwrap_or('('), Vec::new()));
            }
            ")" | "]" | "}" if stack.len() > 1 => {
                if let (Some((open, inner)), Some(outer)) = (stack.pop(), stack.last_mut()) {
                    outer.1.push(Token::Group(open, inner));
                }
            }
            _ => {
                if let Some(top) = stack.last_mut() {
                    top.1.push(Token::Plain(token.to_owned()));
                }
            }
        }
    }
    stack.into_iter().next().map(|row| row.1).unwrap_or_default()
}

/// The parts of a matcher or body.
fn parts(tokens: &[Token], depth: u32) -> Vec<Part> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Plain(mark) if mark == "$" && depth < MAX_DEPTH => {
                at += 1;
                match tokens.get(at) {
                    Some(Token::Group('(', inner)) => {
                        let (separator, operator, length) = repetition(&tokens[at + 1..]);
                        found.push(Part::Repeat(parts(inner, depth + 1), separator, operator));
                        at += length;
                    }
                    Some(Token::Plain(name)) => {
                        let fragment = match tokens.get(at + 1..at + 3) {
                            Some([Token::Plain(colon), Token::Plain(kind)])
                                if colon == ":" && FRAGMENTS.contains(&kind.as_str()) =>
                            {
                                at += 2;
                                kind.clone()
                            }
                            _ => String::new(),
                        };
                        found.push(Part::Variable(name.clone(), fragment));
                    }
                    _ => {}
                }
            }
            Token::Plain(text) => found.push(Part::Token(text.clone())),
            Token::Group(open, inner) => found.push(Part::Group(*open, parts(inner, depth))),
        }
        at += 1;
    }
    found
}

const FRAGMENTS: [&str; 16] = [
    "expr",
    "ty",
    "ident",
    "path",
    "tt",
    "literal",
    "pat",
    "stmt",
    "block",
    "item",
    "lifetime",
    "vis",
    "meta",
    "pat_param",
    "expr_2021",
    "crate",
];

/// The separator and operator behind a repetition, and how many tokens they are.
fn repetition(rest: &[Token]) -> (Option<String>, char, usize) {
    let operator = |token: Option<&Token>| match token {
        Some(Token::Plain(text)) if matches!(text.as_str(), "*" | "+" | "?") => text.chars().next(),
        _ => None,
    };
    if let Some(found) = operator(rest.first()) {
        return (None, found, 1);
    }
    match (rest.first(), operator(rest.get(1))) {
        (Some(Token::Plain(separator)), Some(found)) => (Some(separator.clone()), found, 2),
        _ => (None, '*', 0),
    }
}

// Matching.

/// Matches parts from a position on: the position behind what they matched.
fn match_parts(
    parts: &[Part],
    tokens: &[Token],
    start: usize,
    matches: &mut Matches,
    steps: &mut u32,
    depth: u32,
) -> Option<usize> {
    let mut at = start;
    for (index, part) in parts.iter().enumerate() {
        *steps = steps.checked_sub(1)?;
        match part {
            Part::Token(wanted) => match tokens.get(at) {
                Some(Token::Plain(text)) if text == wanted => at += 1,
                _ => return None,
            },
            Part::Group(open, inner) => match tokens.get(at) {
                Some(Token::Group(other, content)) if other == open && depth < 100 => {
                    let end = match_parts(inner, content, 0, matches, steps, depth + 1)?;
                    if end != content.len() {
                        return None;
                    }
                    at += 1;
                }
                _ => return None,
            },
            Part::Variable(name, fragment) => {
                let end = fragment_end(fragment, tokens, at, follower(&parts[index + 1..]))?;
                matches.insert(name.clone(), Match::One(tokens[at..end].to_vec()));
                at = end;
            }
            Part::Repeat(inner, separator, operator) => {
                at = match_repeat((inner, separator, *operator), tokens, at, matches, steps, depth)?;
            }
        }
    }
    Some(at)
}

/// The token that parts want first.
fn follower(parts: &[Part]) -> Option<&str> {
    match parts.first()? {
        Part::Token(text) => Some(text),
        Part::Repeat(inner, separator, _) => match inner.first() {
            Some(Part::Token(text)) => Some(text),
            _ => separator.as_deref(),
        },
        _ => None,
    }
}

fn match_repeat(
    (inner, separator, operator): (&[Part], &Option<String>, char),
    tokens: &[Token],
    start: usize,
    matches: &mut Matches,
    steps: &mut u32,
    depth: u32,
) -> Option<usize> {
    let mut names = Vec::new();
    variables(inner, &mut names);
    let mut rounds: Vec<Matches> = Vec::new();
    let mut at = start;
    loop {
        let mut from = at;
        if let (Some(separator), false) = (separator, rounds.is_empty()) {
            match tokens.get(from) {
                Some(Token::Plain(text)) if text == separator => from += 1,
                _ => break,
            }
        }
        let mut round = Matches::default();
        let inside = with_end(inner, separator.as_deref());
        match match_parts(&inside, tokens, from, &mut round, steps, depth + 1) {
            Some(end) if end > from => {
                at = end;
                rounds.push(round);
            }
            _ => break,
        }
        if operator == '?' {
            break;
        }
    }
    if operator == '+' && rounds.is_empty() {
        return None;
    }
    for name in names {
        let found = rounds.iter_mut().filter_map(|round| round.remove(&name)).collect();
        matches.insert(name, Match::Many(found));
    }
    Some(at)
}

/// The parts of a repetition: a variable at their end goes on to the separator.
fn with_end(inner: &[Part], separator: Option<&str>) -> Vec<Part> {
    let mut parts = inner.to_vec();
    if let (Some(separator), Some(Part::Variable(_, fragment))) = (separator, parts.last_mut())
        && matches!(fragment.as_str(), "expr" | "ty" | "pat" | "path" | "pat_param" | "expr_2021")
    {
        *fragment = format!("{fragment} {separator}");
    }
    parts
}

fn variables(parts: &[Part], names: &mut Vec<String>) {
    for part in parts {
        match part {
            Part::Variable(name, fragment) if !fragment.is_empty() => names.push(name.clone()),
            Part::Group(_, inner) | Part::Repeat(inner, ..) => variables(inner, names),
            _ => {}
        }
    }
}

/// The position behind a fragment that begins at `at`.
fn fragment_end(fragment: &str, tokens: &[Token], at: usize, next: Option<&str>) -> Option<usize> {
    let (fragment, end) = fragment.split_once(' ').map_or((fragment, next), |(kind, end)| (kind, Some(end)));
    let first = tokens.get(at);
    let is_word = |token: Option<&Token>| matches!(token, Some(Token::Plain(text)) if text.starts_with(|c: char| c == '_' || c.is_alphabetic()));
    match fragment {
        "ident" => is_word(first).then_some(at + 1),
        "lifetime" => matches!(first, Some(Token::Plain(text)) if text.starts_with('\'')).then_some(at + 1),
        "tt" => first.map(|_| at + 1),
        "block" => matches!(first, Some(Token::Group('{', _))).then_some(at + 1),
        "literal" => match first {
            Some(Token::Plain(text)) if text == "-" => Some(at + 2).filter(|&end| end <= tokens.len()),
            Some(Token::Plain(text)) if is_literal(text) => Some(at + 1),
            _ => None,
        },
        "vis" => match (first, tokens.get(at + 1)) {
            (Some(Token::Plain(text)), Some(Token::Group('(', _))) if text == "pub" => Some(at + 2),
            (Some(Token::Plain(text)), _) if text == "pub" => Some(at + 1),
            _ => Some(at),
        },
        "item" => {
            let ends = |token: &Token| {
                matches!(token, Token::Group('{', _)) || matches!(token, Token::Plain(text) if text == ";")
            };
            tokens[at..].iter().position(ends).map(|found| at + found + 1)
        }
        "meta" => tokens[at..]
            .iter()
            .position(|token| is_mark(token, "]"))
            .map_or(Some(tokens.len()), |n| Some(at + n)),
        _ => open_end(fragment, tokens, at, end),
    }
}

/// The end of an expression, type, pattern or path: where the matcher's next token stands, or a mark that cannot be
/// in it.
fn open_end(fragment: &str, tokens: &[Token], start: usize, end: Option<&str>) -> Option<usize> {
    let mut at = start;
    let mut angles = 0_i32;
    while let Some(token) = tokens.get(at) {
        if let Token::Plain(text) = token {
            let is_type = matches!(fragment, "ty" | "path");
            match text.as_str() {
                "<" if is_type => angles += 1,
                ">" if is_type => angles -= 1,
                ">>" if is_type => angles -= 2,
                _ if angles > 0 => {}
                text if Some(text) == end => break,
                "," | ";" | "=>" => break,
                "=" if is_type || fragment.starts_with("pat") => break,
                _ => {}
            }
        } else if matches!(token, Token::Group('{', _)) && fragment == "ty" && at > start {
            break;
        }
        at += 1;
    }
    (at > start).then_some(at)
}

fn is_mark(token: &Token, mark: &str) -> bool {
    matches!(token, Token::Plain(text) if text == mark)
}

fn is_literal(text: &str) -> bool {
    text.starts_with(|c: char| c == '"' || c.is_ascii_digit())
        || matches!(text, "true" | "false")
        || (text.starts_with('\'') && text.ends_with('\'') && text.len() > 2)
        || text.ends_with('"')
}

// Hygiene.

/// The body with the variables renamed that it declares and the arguments name as well: those are others. None if
/// there are no such variables.
fn hygienic(body: &[Part], matches: &Matches) -> Option<Vec<Part>> {
    let mut names = Vec::new();
    declared(body, &mut names);
    names.retain(|name| matches.values().any(|found| mentions(found, name)));
    (!names.is_empty()).then(|| renamed(body, &names))
}

/// The names that stand behind `let`.
fn declared<'p>(parts: &'p [Part], names: &mut Vec<&'p str>) {
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Group(_, inner) | Part::Repeat(inner, ..) => declared(inner, names),
            Part::Token(word) if word == "let" => {
                let mut rest = parts[at + 1..].iter().filter(|part| !is_word(part, "mut"));
                if let Some(Part::Token(name)) = rest.next() {
                    names.push(name);
                }
            }
            _ => {}
        }
    }
}

fn is_word(part: &Part, word: &str) -> bool {
    matches!(part, Part::Token(text) if text == word)
}

fn mentions(found: &Match, name: &str) -> bool {
    fn has(tokens: &[Token], name: &str) -> bool {
        tokens.iter().any(|token| match token {
            Token::Plain(text) => text == name,
            Token::Group(_, inner) => has(inner, name),
        })
    }
    match found {
        Match::One(tokens) => has(tokens, name),
        Match::Many(all) => all.iter().any(|found| mentions(found, name)),
    }
}

/// Members keep their names.
fn renamed(parts: &[Part], names: &[&str]) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        found.push(match part {
            Part::Token(name)
                if names.contains(&name.as_str()) && !found.last().is_some_and(|part| is_word(part, ".")) =>
            {
                Part::Token(format!("{name}_of_macro"))
            }
            Part::Group(open, inner) => Part::Group(*open, renamed(inner, names)),
            Part::Repeat(inner, separator, operator) => {
                Part::Repeat(renamed(inner, names), separator.clone(), *operator)
            }
            part => part.clone(),
        });
    }
    found
}

// Writing.

/// Writes a body with what the variables matched; `rounds` is the round of each repetition around this point.
fn write_parts(parts: &[Part], matches: &Matches, rounds: &[usize], text: &mut String, depth: u32) {
    for part in parts {
        if text.len() > MAX_TEXT || depth > 100 {
            return;
        }
        match part {
            Part::Token(token) => push(text, token),
            Part::Group(open, inner) => {
                push(text, &open.to_string());
                write_parts(inner, matches, rounds, text, depth + 1);
                push(text, closing(*open));
            }
            Part::Variable(name, _) => match matches.get(name) {
                Some(found) => write_match(found, rounds, text),
                None => push(text, name),
            },
            Part::Repeat(inner, separator, _) => {
                let count = count(inner, matches, rounds);
                for round in 0..count {
                    if let (Some(separator), true) = (separator, round > 0) {
                        push(text, separator);
                    }
                    let mut inside = rounds.to_vec();
                    inside.push(round);
                    write_parts(inner, matches, &inside, text, depth + 1);
                }
            }
        }
    }
}

/// How often a repetition is written: as often as a variable in it was matched.
fn count(inner: &[Part], matches: &Matches, rounds: &[usize]) -> usize {
    let mut most = 0;
    for part in inner {
        let found = match part {
            Part::Variable(name, _) => match matches.get(name).and_then(|found| at_round(found, rounds)) {
                Some(Match::Many(all)) => all.len(),
                _ => 0,
            },
            Part::Group(_, inside) | Part::Repeat(inside, ..) => count(inside, matches, rounds),
            Part::Token(_) => 0,
        };
        most = most.max(found);
    }
    most
}

fn at_round<'m>(found: &'m Match, rounds: &[usize]) -> Option<&'m Match> {
    let mut at = found;
    for &round in rounds {
        match at {
            Match::Many(all) => at = all.get(round)?,
            Match::One(_) => break,
        }
    }
    Some(at)
}

fn write_match(found: &Match, rounds: &[usize], text: &mut String) {
    if let Some(Match::One(tokens)) = at_round(found, rounds) {
        write_tokens(tokens, text, 0);
    }
}

fn write_tokens(tokens: &[Token], text: &mut String, depth: u32) {
    for token in tokens {
        if text.len() > MAX_TEXT || depth > 200 {
            return;
        }
        match token {
            Token::Plain(plain) => push(text, plain),
            Token::Group(open, inner) => {
                push(text, &open.to_string());
                write_tokens(inner, text, depth + 1);
                push(text, closing(*open));
            }
        }
    }
}

fn push(text: &mut String, token: &str) {
    text.push_str(token);
    text.push(' ');
}

fn closing(open: char) -> &'static str {
    match open {
        '(' => ")",
        '[' => "]",
        _ => "}",
    }
}

#[cfg(test)]
mod tests {
    use super::definitions;

    /// What a call becomes, spaces left out.
    fn expand(definition: &str, arguments: &str) -> String {
        let found = definitions(definition);
        let text = found[0].rules.expand(arguments, "crate").unwrap_or_else(|| "no rule fits".to_owned());
        text.split_whitespace().collect()
    }

    #[test]
    fn repetitions_are_written_as_often_as_they_matched() {
        let add = "macro_rules! add { ($($x:expr),* $(,)?) => { 0 $(+ $x)* }; }";
        assert_eq!(expand(add, "a, f(b, c), d.e"), "0+a+f(b,c)+d.e");
        assert_eq!(expand(add, ""), "0");
    }

    #[test]
    fn the_first_rule_that_fits_is_taken() {
        let pick =
            "macro_rules! pick { (one $x:ident) => { $x() }; ($t:ty => $e:expr) => { <$t>::from($e) }; }";
        assert_eq!(expand(pick, "one f"), "f()");
        assert_eq!(expand(pick, "Vec<u8> => a + b"), "<Vec<u8>>::from(a+b)");
        assert_eq!(expand(pick, "two"), "norulefits");
    }

    #[test]
    fn variables_of_the_body_are_not_those_of_the_arguments() {
        let twice = "macro_rules! twice { ($e:expr) => {{ let mut x = make(); $e; x.x + x }} }";
        assert_eq!(expand(twice, "x()"), "{letmutx_of_macro=make();x();x_of_macro.x+x_of_macro}");
        assert_eq!(expand(twice, "y"), "{letmutx=make();y;x.x+x}");
    }

    #[test]
    fn nested_repetitions_follow_their_rounds() {
        let table = "macro_rules! t { ($($k:ident : [$($v:expr),*]);*) => { $($k($($v),*);)* } }";
        assert_eq!(expand(table, "a: [1, 2]; b: []"), "a(1,2);b();");
    }

    #[test]
    fn strings_and_lifetimes_are_single_tokens() {
        let same = "macro_rules! same { ($($t:tt)*) => { $($t)* } }";
        assert_eq!(expand(same, r#"f("a, ) b", 'x', r"c)", &'a str)"#), r#"f("a,)b",'x',r"c)",&'astr)"#);
    }
}
