//! Bytes → syntax tree, one parser a thread and grammar. Never fails: what cannot be read as text is read
//! lossily, what cannot be parsed within its budget has no tree.
//!
//! The budget counts steps of the parser and not time, so that the same bytes give the same tree on any machine.

use blastline_grammars::Grammar;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::ControlFlow;
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

/// The parser reports once in this many of its steps.
const STEPS_A_REPORT: usize = 100;
/// Steps that a file may cost, a byte. Well-formed code needs at most 2; text that is no program more, because
/// several readings of it are followed at once.
const STEPS_A_BYTE: usize = 16;
/// Steps that any file may cost.
const STEPS_A_FILE: usize = 1 << 20;

thread_local! {
    static PARSERS: RefCell<Vec<(&'static str, Parser)>> = const { RefCell::new(Vec::new()) };
}

/// The text of a file: without a byte-order mark, each invalid byte replaced.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
}

/// The tree of a text, or none where it is too long or costs more than its budget.
pub(crate) fn tree(grammar: &'static Grammar, text: &str) -> Option<Tree> {
    tree_unless(grammar, text, false)
}

/// The tree of a text; where there is an error in it, the parser may stop there and give none.
pub(crate) fn clean_tree(grammar: &'static Grammar, text: &str) -> Option<Tree> {
    tree_unless(grammar, text, true)
}

fn tree_unless(grammar: &'static Grammar, text: &str, until_wrong: bool) -> Option<Tree> {
    if u32::try_from(text.len()).is_err() {
        return None;
    }
    PARSERS.with_borrow_mut(|parsers| {
        let index = parsers.iter().position(|(name, _)| *name == grammar.name).unwrap_or_else(|| {
            parsers.push((grammar.name, parser(grammar)));
            parsers.len() - 1
        });
        parse(&mut parsers[index].1, text.as_bytes(), until_wrong)
    })
}

fn parser(grammar: &Grammar) -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&(grammar.language)()).expect("grammars are built for this version of the parser");
    parser
}

/// The tree; none where the parser was stopped, by its budget or (`until_wrong`) by an error.
fn parse(parser: &mut Parser, bytes: &[u8], until_wrong: bool) -> Option<Tree> {
    let mut reports = (STEPS_A_FILE + STEPS_A_BYTE * bytes.len()) / STEPS_A_REPORT;
    let mut progress = |state: &ParseState| {
        reports = reports.saturating_sub(1);
        if reports == 0 || (until_wrong && state.has_error()) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let mut read = |offset: usize, _| bytes.get(offset..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    if tree.is_none() {
        // A parser that was stopped would otherwise go on with the old text.
        parser.reset();
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python() -> &'static Grammar {
        blastline_grammars::by_name("python").expect("Python is known")
    }

    #[test]
    fn text_is_lossy_and_has_no_mark() {
        assert_eq!(text(b"\xEF\xBB\xBFx = 1"), "x = 1");
        assert_eq!(text(b"x = '\xFF'"), "x = '\u{FFFD}'");
    }

    #[test]
    fn deep_nesting_has_a_tree() {
        let source = format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
        assert!(tree(python(), &source).is_some());
    }

    #[test]
    fn a_parser_that_was_stopped_starts_afresh() {
        let mut parser = parser(python());
        let mut stop = |_: &ParseState| ControlFlow::Break(());
        let source = "x = [1, 2, 3]\n".repeat(1000);
        let bytes = source.as_bytes();
        let mut read = |offset: usize, _| bytes.get(offset..).unwrap_or_default();
        let options = ParseOptions::new().progress_callback(&mut stop);
        assert!(parser.parse_with_options(&mut read, None, Some(options)).is_none());
        parser.reset();
        let tree = parse(&mut parser, b"def f(): pass\n", false).expect("a short text has a tree");
        assert_eq!(tree.root_node().named_child(0).map(|node| node.kind()), Some("function_definition"));
    }
}
