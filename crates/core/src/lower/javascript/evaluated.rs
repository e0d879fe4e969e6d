//! `eval` of a constant string: the text runs where the call stands, so it is put there, each byte in its place.
//!
//! ```text
//! eval("run(x)")   →      ;{ run(x) }     a statement of its own
//! y = eval("x.f")  →   y =     ( x.f )    a value
//! ```

use super::kind::Kind;
use crate::lower::syntax::{Node, Syntax};

/// The text of a file with such calls replaced; none where there are none.
pub(super) fn in_place(syntax: &Syntax<'_, Kind>) -> Option<String> {
    if !syntax.text.contains("eval(") {
        return None;
    }
    let mut bytes = syntax.text.as_bytes().to_vec();
    let mut any = false;
    for index in 0..syntax.rows.len() {
        let node = Node(u32::try_from(index).expect("fewer than 2^32 rows"));
        if let Some((call, string)) = constant_call(syntax, node) {
            let is_statement = index > 0 && syntax.rows[index - 1].kind == Kind::ExpressionStatement;
            replace(&mut bytes, call, string, is_statement);
            any = true;
        }
    }
    any.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// The bytes of a call `eval("…")` and of its string, which has nothing in it that stands for something else.
fn constant_call(syntax: &Syntax<'_, Kind>, node: Node) -> Option<([usize; 2], [usize; 2])> {
    let span = |node: Node| {
        let row = syntax.row(node);
        [row.start as usize, row.end as usize]
    };
    if syntax.row(node).kind != Kind::Call {
        return None;
    }
    let mut parts = syntax.children(node);
    let (callee, arguments) = (parts.next()?, parts.next()?);
    let mut given = syntax.children(arguments);
    let string = given.next().filter(|&string| syntax.row(string).kind == Kind::String)?;
    let [start, end] = span(string);
    let inner = syntax.text.get(start + 1..end.checked_sub(1)?)?;
    let is_plain = !inner.contains(['\\', '\n']) && given.next().is_none();
    let [first, last] = span(callee);
    (is_plain && syntax.text.get(first..last) == Some("eval")).then(|| (span(node), [start, end]))
}

fn replace(bytes: &mut [u8], [first, last]: [usize; 2], [start, end]: [usize; 2], is_statement: bool) {
    bytes[first..start + 1].fill(b' ');
    bytes[end - 1..last].fill(b' ');
    let (open, close) = if is_statement { (b'{', b'}') } else { (b'(', b')') };
    bytes[first + "eval".len()] = open;
    bytes[last - 1] = close;
    if is_statement {
        bytes[first] = b';';
    }
}
