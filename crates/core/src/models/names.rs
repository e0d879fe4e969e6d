//! Which names look like those of secrets: `STRIPE_API_KEY` does, `TOKEN_URL` does not.
//!
//! A name is cut into words (`dbPassword` → `DB PASSWORD`); it looks like a secret where a run of words is in
//! the list of secret names and none is in the list of harmless ones. Both lists are data, in `names.json`.

/// The two lists, each entry a run of upper-case words joined by spaces.
#[derive(Clone, Debug, Default)]
pub(crate) struct SecretNames {
    /// Runs of words that name a secret.
    pub(crate) secret: Vec<String>,
    /// Runs of words that show that a name is about a secret and not one; `$` at the end: only as last words.
    pub(crate) harmless: Vec<String>,
}

impl SecretNames {
    /// Whether a name looks like that of a secret.
    pub(crate) fn looks(&self, name: &str) -> bool {
        let words = format!(" {} ", words(name));
        let has = |run: &String| match run.strip_suffix('$') {
            Some(last) => words.ends_with(&format!(" {last} ")),
            None => words.contains(&format!(" {run} ")),
        };
        self.secret.iter().any(has) && !self.harmless.iter().any(has)
    }
}

/// The words of a name, in upper case, joined by spaces.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    let mut before_was_lower = false;
    for c in name.chars() {
        let cut = !c.is_alphanumeric() || (c.is_uppercase() && before_was_lower);
        if cut && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if c.is_alphanumeric() {
            words.extend(c.to_uppercase());
        }
        before_was_lower = c.is_lowercase();
    }
    words.truncate(words.trim_end().len());
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("dbPassword"), "DB PASSWORD");
        assert_eq!(words("STRIPE_API_KEY"), "STRIPE API KEY");
        assert_eq!(words("aws.secret-key_"), "AWS SECRET KEY");
        assert_eq!(words(""), "");
    }
}
