//! Template files → what they write into a page as it is.
//!
//! Templates are no code of the languages that are lowered. Of each, only the names of what it puts out without escaping
//! are kept, and the templates that it includes. Known are the tags of Jinja, Django and Nunjucks, of EJS, of Handlebars
//! and Mustache, and of Pug.
//!
//! ```text
//! {{ text|safe }}   <%- text %>   {{{ text }}}   p!= text      text
//! {% for row in rows %} {{ row.name|safe }}                    rows
//! ```

use super::read;
use super::walk::Candidate;
use rayon::prelude::*;

/// Bytes of a template.
const MAX_TEMPLATE: u64 = 512 << 10;

/// Templates that are read.
const MAX_TEMPLATES: usize = 20_000;

/// Templates that a rendered one includes or extends, one within another.
const MAX_INCLUDED: usize = 64;

/// Other names for names, that are followed one after the other.
const MAX_ALIASES: usize = 5;

const ENDINGS: [&str; 14] = [
    "html",
    "htm",
    "jinja",
    "jinja2",
    "j2",
    "njk",
    "nunjucks",
    "swig",
    "twig",
    "ejs",
    "hbs",
    "handlebars",
    "mustache",
    "pug",
];

/// Filters of Jinja and Django behind which a text holds no markup of its own.
const CLEAN: [&str; 14] = [
    "escape",
    "e",
    "force_escape",
    "urlencode",
    "tojson",
    "json",
    "int",
    "float",
    "length",
    "striptags",
    "bleach",
    "sanitize",
    "clean",
    "slugify",
];

/// A template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Template {
    /// Path relative to the root.
    pub(crate) path: String,
    /// What it puts out as it is.
    pub(crate) raw: Vec<Raw>,
    /// Names of templates that it includes or extends.
    includes: Vec<String>,
}

/// A value that a template puts out as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Raw {
    /// The name that it is rendered with.
    pub(crate) name: String,
    /// The attribute of it, if one is written.
    pub(crate) member: Option<String>,
    /// The line, from 1.
    pub(crate) line: u32,
}

/// Reads the templates among files that are no source.
pub(super) fn read(others: &[Candidate]) -> Vec<Template> {
    let is_template =
        |file: &&Candidate| file.name().rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending));
    let files: Vec<&Candidate> = others.iter().filter(is_template).take(MAX_TEMPLATES).collect();
    let read = |file: &&Candidate| {
        let text = read::text(&file.absolute, MAX_TEMPLATE).ok()?;
        let (raw, includes) = scan(&text, file.name().ends_with(".pug"));
        Some(Template { path: file.path.clone(), raw, includes })
    };
    files.par_iter().filter_map(read).collect()
}

/// The templates that a name may mean: files whose path ends so, with an ending of templates if it has none.
pub(crate) fn named<'t>(all: &'t [Template], name: &str) -> Vec<&'t Template> {
    let name = name.trim_start_matches("./").trim_start_matches('/');
    let fits =
        |path: &str| path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    let is_it = |template: &&Template| {
        let stem = template.path.rsplit_once('.').map_or("", |parts| parts.0);
        !name.is_empty() && (fits(&template.path) || fits(stem))
    };
    all.iter().filter(is_it).collect()
}

/// What the template of a name puts out as it is, with what it includes: the file, and what.
pub(crate) fn written<'t>(all: &'t [Template], name: &str) -> Vec<(&'t str, &'t Raw)> {
    let mut pending = named(all, name);
    let mut next = 0;
    while let Some(&template) = pending.get(next) {
        for included in template.includes.iter().flat_map(|name| named(all, name)) {
            if pending.len() < MAX_INCLUDED && !pending.iter().any(|known| known.path == included.path) {
                pending.push(included);
            }
        }
        next += 1;
    }
    pending
        .into_iter()
        .flat_map(|template| template.raw.iter().map(|raw| (template.path.as_str(), raw)))
        .collect()
}

/// A template that is being read.
#[derive(Default)]
struct Scan {
    /// What is put out as it is: expression and line.
    found: Vec<(String, u32)>,
    includes: Vec<String>,
    /// Names that stand for a part of another one.
    aliases: Vec<(String, String)>,
    /// Whether what is put out is escaped, in each block around this point that says so.
    escapes: Vec<bool>,
}

fn scan(text: &str, is_pug: bool) -> (Vec<Raw>, Vec<String>) {
    let mut scan = Scan::default();
    for (line, row) in (1..).zip(text.lines()) {
        if is_pug { scan.pug(row, line) } else { scan.tags(row, line) }
    }
    let mut raw: Vec<Raw> = Vec::new();
    for (expression, line) in &scan.found {
        for (name, member) in heads(expression) {
            let (name, member) = scan.resolve(name, member);
            raw.push(Raw { name, member, line: *line });
        }
    }
    raw.sort();
    raw.dedup();
    (raw, scan.includes)
}

impl Scan {
    /// The tags of a line. One that goes on over several lines puts out nothing that is short enough to be a name.
    fn tags(&mut self, row: &str, line: u32) {
        let mut rest = row;
        while let Some(start) = rest.find(['{', '<']) {
            rest = &rest[start..];
            let tag =
                [("{{{", "}}}"), ("{{&", "}}"), ("{{", "}}"), ("{%", "%}"), ("<%-", "%>"), ("<%", "%>")];
            let Some((open, close)) = tag.into_iter().find(|(open, _)| rest.starts_with(open)) else {
                rest = &rest[1..];
                continue;
            };
            let Some(end) = rest[open.len()..].find(close) else { break };
            let inner = rest[open.len()..open.len() + end].trim_matches(['-', '_', ' ', '\t']);
            match open {
                "{{{" | "{{&" => self.found.push((inner.to_owned(), line)),
                "{{" => self.braces(inner, line),
                "{%" => self.statement(inner),
                "<%-" => self.inserted(inner, line),
                _ => self.script(inner),
            }
            rest = &rest[open.len() + end + close.len()..];
        }
    }

    /// `{{ text|safe }}`, or anything where nothing is escaped; `{{#each rows}}` and `{{> part}}`.
    fn braces(&mut self, inner: &str, line: u32) {
        if let Some(rows) = inner.strip_prefix("#each ") {
            self.aliases.push(("this".to_owned(), rows.trim().to_owned()));
            return;
        }
        if let Some(part) = inner.strip_prefix('>') {
            self.includes.extend(part.split_whitespace().next().map(str::to_owned));
            return;
        }
        let mut filters = inner.split('|').map(str::trim);
        let Some(expression) = filters.next() else { return };
        let names: Vec<&str> =
            filters.map(|filter| filter.split(['(', ':']).next().unwrap_or_default()).collect();
        let is_clean = names.iter().any(|name| CLEAN.contains(name));
        let is_safe = names.contains(&"safe") || self.escapes.last() == Some(&false);
        if is_safe && !is_clean {
            self.found.push((expression.to_owned(), line));
        }
    }

    /// `{% for a in b %}`, `{% set a = b %}`, `{% autoescape off %}`, `{% include "file" %}`
    fn statement(&mut self, inner: &str) {
        let mut words = inner.split_whitespace();
        match words.next() {
            Some("autoescape") => self.escapes.push(!matches!(words.next(), Some("off" | "false" | "False"))),
            Some("endautoescape") => _ = self.escapes.pop(),
            Some("for") => {
                if let Some((names, rows)) = inner["for".len()..].split_once(" in ") {
                    let names = names.split(',').map(|name| name.trim().to_owned());
                    self.aliases.extend(names.map(|name| (name, rows.trim().to_owned())));
                }
            }
            Some("set" | "with") => {
                let binds = words.collect::<Vec<_>>().join(" ");
                if let Some((name, value)) = binds.split_once('=') {
                    self.aliases.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            Some("include" | "extends" | "import") => self.includes.extend(words.next().and_then(quoted)),
            _ => {}
        }
    }

    /// `<%- text %>`, `<%- include("file") %>`
    fn inserted(&mut self, inner: &str, line: u32) {
        match inner.strip_prefix("include") {
            Some(file) => self.includes.extend(quoted(file.trim_matches(['(', ' ']))),
            None => self.found.push((inner.to_owned(), line)),
        }
    }

    /// `<% rows.forEach(row => { %>`, `<% for (const row of rows) { %>`
    fn script(&mut self, inner: &str) {
        for call in [".forEach(", ".map("] {
            let Some((rows, visit)) = inner.split_once(call) else { continue };
            let visit = visit.trim_start_matches("function").trim_matches(['(', ' ']);
            let rows = rows.rsplit([' ', '(', ';']).next().unwrap_or_default();
            self.aliases.extend(word(visit).map(|name| (name.to_owned(), rows.to_owned())));
        }
        if let Some((name, rows)) = inner.split_once(" of ") {
            let name = name.rsplit([' ', '(']).next().unwrap_or_default();
            self.aliases.push((name.to_owned(), rows.trim_end_matches([' ', '{', ')']).to_owned()));
        }
    }

    /// `p!= text`, `p !{text}`, `each row in rows`, `include file`
    fn pug(&mut self, row: &str, line: u32) {
        let row = row.trim();
        if let Some((names, rows)) = row.strip_prefix("each ").and_then(|rest| rest.split_once(" in ")) {
            self.aliases.extend(word(names).map(|name| (name.to_owned(), rows.trim().to_owned())));
        }
        for word in ["include ", "extends "] {
            self.includes.extend(row.strip_prefix(word).map(|file| file.trim().to_owned()));
        }
        if let Some((tag, text)) = row.split_once("!=")
            && !tag.contains([' ', '(', '='])
        {
            self.found.push((text.trim().to_owned(), line));
        }
        let mut rest = row;
        while let Some((_, behind)) = rest.split_once("!{") {
            let Some((inner, after)) = behind.split_once('}') else { break };
            self.found.push((inner.to_owned(), line));
            rest = after;
        }
    }

    /// What a name was rendered as: of a part of another name, the other one.
    fn resolve(&self, name: &str, member: Option<&str>) -> (String, Option<String>) {
        let (mut name, mut member) = (name, member.map(str::to_owned));
        for _ in 0..MAX_ALIASES {
            let alias = self.aliases.iter().rev().find(|alias| alias.0 == name);
            let Some(head) = alias.and_then(|alias| heads(&alias.1).into_iter().next()) else { break };
            (name, member) = (head.0, None);
        }
        (name.to_owned(), member)
    }
}

/// The text in quotes at the beginning.
fn quoted(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].split(quote).next().map(str::to_owned)
}

/// The name at the beginning.
fn word(text: &str) -> Option<&str> {
    let end = text.find(|letter: char| !is_word(letter)).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// The names that an expression reads, each with its attribute: not what it calls, and nothing in quotes.
fn heads(expression: &str) -> Vec<(&str, Option<&str>)> {
    let mut found = Vec::new();
    let (mut at, mut quote, mut before) = (0, None, ' ');
    while let Some(letter) = expression[at..].chars().next() {
        let rest = &expression[at..];
        if let Some(open) = quote {
            quote = (letter != open).then_some(open);
        } else if matches!(letter, '"' | '\'' | '`') {
            quote = Some(letter);
        } else if let Some(name) = word(rest) {
            let behind = &rest[name.len()..];
            let is_name = before != '.' && !letter.is_ascii_digit() && !behind.starts_with('(');
            if is_name {
                let member = behind.strip_prefix('.').and_then(word);
                let is_outer = matches!(name, "locals" | "context" | "data") && member.is_some();
                found.push(if is_outer { (member.unwrap_or(name), None) } else { (name, member) });
            }
            at += name.len();
            before = 'x';
            continue;
        }
        before = letter;
        at += letter.len_utf8();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Template, scan, written};

    fn names(text: &str) -> Vec<(String, u32)> {
        scan(text, false).0.into_iter().map(|raw| (raw.name, raw.line)).collect()
    }

    #[test]
    fn what_is_not_escaped_is_found_in_each_language_of_templates() {
        let row = |name: &str, line| (name.to_owned(), line);
        assert_eq!(names("{{ a }}\n{{ b|safe }} {{ c|e|safe }}"), [row("b", 2)]);
        assert_eq!(names("{% autoescape off %}\n{{ a.x }}\n{% endautoescape %}{{ b }}"), [row("a", 2)]);
        assert_eq!(names("{% for row in rows %}{{ row.x|safe }}{% endfor %}"), [row("rows", 1)]);
        assert_eq!(names("<%= a %><%- b.x %><%- include('c') %>"), [row("b", 1)]);
        assert_eq!(names("<% rows.forEach(function (row) { %><%- row %>"), [row("rows", 1)]);
        assert_eq!(names("{{a}} {{{b}}} {{& c}}"), [row("b", 1), row("c", 1)]);
        let pug = scan("p= a\np!= b\np !{c}", true).0;
        assert_eq!(pug.iter().map(|raw| raw.name.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn templates_are_found_by_the_end_of_their_path_with_what_they_include() {
        let template = |path: &str, text: &str| {
            let (raw, includes) = scan(text, false);
            Template { path: path.to_owned(), raw, includes }
        };
        let all = [
            template("app/templates/page.html", "{% extends 'base.html' %}"),
            template("app/templates/base.html", "{{ title|safe }}"),
            template("app/templates/my_page.html", "{{ other|safe }}"),
        ];
        let found: Vec<_> = written(&all, "page.html").into_iter().map(|row| row.1.name.as_str()).collect();
        assert_eq!(found, ["title"]);
        assert_eq!(written(&all, "page").len(), 1);
    }
}
