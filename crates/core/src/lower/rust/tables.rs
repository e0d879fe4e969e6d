//! Tables of numbers → nothing: what a parser has to do with a text is then what the names in it ask for.
//!
//! A library for texts or signals holds megabytes of numbers in arrays, and nothing that lowering reads. The insides of
//! long lists of numbers and characters are blanked before parsing; lines and offsets stay as they are.
//!
//! ```text
//! static TABLE: [u16; 900] = [0x00C4, 0x00C5, …];      →      static TABLE: [u16; 900] = [               ];
//! ```

use super::expand::skip_char;
use std::borrow::Cow;

/// Shorter lists stay: a key that was written into the code is one.
const MIN_LENGTH: usize = 1024;

/// The text with its long lists of numbers blanked.
pub(super) fn blanked(text: &str) -> Cow<'_, str> {
    let tables = tables(text.as_bytes());
    if tables.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut made = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in tables {
        made.push_str(&text[done..start]);
        made.extend(text[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        done = end;
    }
    made.push_str(&text[done..]);
    Cow::Owned(made)
}

/// The insides of the outermost such lists, in order.
fn tables(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    // The brackets around this point in which there were only numbers so far.
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if open.is_empty() {
            let Some(next) = memchr::memchr(b'[', &bytes[at..]) else { break };
            at += next;
        }
        match bytes[at] {
            b'[' => open.push(at + 1),
            b']' => {
                let start = open.pop().expect("bytes are only looked at inside brackets");
                if at - start >= MIN_LENGTH {
                    found.truncate(found.partition_point(|table| table.1 < start));
                    found.push((start, at));
                }
            }
            b'0'..=b'9' => at = end_of_number(bytes, at) - 1,
            b'\'' if skip_char(bytes, at) > at => at = skip_char(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            }
            b',' | b'-' | b'&' | b'(' | b')' | b'.' | b'=' => {}
            byte if byte.is_ascii_whitespace() => {}
            _ => open.clear(),
        }
        at += 1;
    }
    found
}

fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let is_part = |&&byte: &&u8| byte.is_ascii_alphanumeric() || byte == b'_';
    start + bytes[start..].iter().take_while(is_part).count()
}

#[cfg(test)]
mod tests {
    use super::blanked;

    #[test]
    fn long_lists_of_numbers_are_blanked() {
        let numbers = "0x1F, -2.5e3, ('a', '\\u{1F}'), // ä ]\n ".repeat(64);
        let text = format!("static A: [u8; 9] = [[{numbers}], [1, 2]]; fn f() {{}}");
        let blank = blanked(&text);
        assert_eq!(blank.len(), text.len());
        assert_eq!(blank.matches('\n').count(), text.matches('\n').count());
        assert_eq!(
            blank.split_whitespace().collect::<Vec<_>>().join(" "),
            "static A: [u8; 9] = [ ]; fn f() {}"
        );
    }

    #[test]
    fn what_has_names_or_is_short_stays() {
        let names = format!("[{}f(), 1]", "1, ".repeat(900));
        assert_eq!(blanked(&names), names);
        let strings = format!("[{}]", "\"1\", ".repeat(900));
        assert_eq!(blanked(&strings), strings);
        assert_eq!(blanked("[1, 2, 3]"), "[1, 2, 3]");
    }
}
