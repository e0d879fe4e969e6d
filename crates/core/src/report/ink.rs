//! Words → words in colour, or not: the few styles that reports for people use.

use std::fmt;

/// Whether to colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink(pub(super) bool);

/// Something to be shown in a style.
pub(super) struct Inked<T> {
    style: &'static str,
    text: T,
}

impl Ink {
    pub(super) fn bold<T>(self, text: T) -> Inked<T> {
        self.style("1", text)
    }
    pub(super) fn dim<T>(self, text: T) -> Inked<T> {
        self.style("2", text)
    }
    pub(super) fn red<T>(self, text: T) -> Inked<T> {
        self.style("1;31", text)
    }
    pub(super) fn yellow<T>(self, text: T) -> Inked<T> {
        self.style("1;33", text)
    }
    pub(super) fn green<T>(self, text: T) -> Inked<T> {
        self.style("1;32", text)
    }
    pub(super) fn blue<T>(self, text: T) -> Inked<T> {
        self.style("1;34", text)
    }
    pub(super) fn cyan<T>(self, text: T) -> Inked<T> {
        self.style("36", text)
    }

    fn style<T>(self, style: &'static str, text: T) -> Inked<T> {
        Inked { style: if self.0 { style } else { "" }, text }
    }
}

impl<T: fmt::Display> fmt::Display for Inked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.style {
            "" => self.text.fmt(f),
            style => {
                write!(f, "\x1b[{style}m")?;
                self.text.fmt(f)?;
                f.write_str("\x1b[0m")
            }
        }
    }
}

/// A count with separators between thousands: `12,048`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and its noun, in the plural but for one: `1 file`, `12,048 files`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_in_groups_of_three() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_204_000), "1,204,000");
        assert_eq!(counted(1, "file"), "1 file");
    }

    #[test]
    fn no_colour_means_no_escape() {
        assert_eq!(Ink(false).red("x").to_string(), "x");
        assert_eq!(Ink(true).red("x").to_string(), "\x1b[1;31mx\x1b[0m");
    }
}
