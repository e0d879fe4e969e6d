//! Names of elements: numbers, and texts that look like them.

/// Whether a key is an index of an array, and so names an element where [`Space::Any`](super::Space::Any) is asked for.
#[must_use]
pub fn is_index(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 10
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

/// The name of the element under a text of digits, in languages that tell it from that under the number.
#[must_use]
pub fn quoted_key(digits: &str) -> String {
    format!("'{digits}'")
}
