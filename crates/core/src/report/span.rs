//! A line and a column in it → the part of the line that a reader's eye should go to.

/// Byte offsets in a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The dotted name that is at a column (from 1, in bytes), up to its brackets; the whole line without its
/// indentation where the column is not known or nothing nameable is there. The column of a call is that of the
/// member that is called, so names go on to both sides of it.
pub(super) fn of(line: &str, column: u32) -> Span {
    let indentation = line.len() - line.trim_start().len();
    let whole = Span { start: indentation, end: line.trim_end().len().max(indentation) };
    let start = column.saturating_sub(1) as usize;
    let Some(rest) = line.get(start..).filter(|_| start >= indentation) else {
        return whole;
    };
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '@');
    let end = start + rest.find(|char| !is_name(char)).unwrap_or(rest.len());
    let before = &line[..start];
    let from = before.trim_end_matches(is_name).len();
    // `f().g`: what stands before the dot is a call, and no name.
    let start = from + line[from..start].len() - line[from..start].trim_start_matches('.').len();
    if end > start { Span { start, end } } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_name_is_marked_up_to_its_brackets() {
        let line = "    subprocess.run(cmd)";
        assert_eq!(of(line, 5), Span { start: 4, end: 18 });
        assert_eq!(of(line, 16), Span { start: 4, end: 18 });
        assert_eq!(of("f().save(x)", 5), Span { start: 4, end: 8 });
    }

    #[test]
    fn without_a_column_the_line_is_marked() {
        assert_eq!(of("    x = 1  ", 1), Span { start: 4, end: 9 });
        assert_eq!(of("", 1), Span { start: 0, end: 0 });
    }

    #[test]
    fn columns_that_are_not_there_do_no_harm() {
        assert_eq!(of("é = 1", 2), Span { start: 0, end: 6 });
        assert_eq!(of("x", 4000), Span { start: 0, end: 1 });
        assert_eq!(of("   ", 2), Span { start: 3, end: 3 });
    }
}
