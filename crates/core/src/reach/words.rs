//! Tags and steps → words.

use crate::facts::Facts;
use crate::flow::What;
use crate::models::{Kind, Models};
use crate::tag::SourceTag;

/// How a source is read: `os.environ["STRIPE_KEY"]`, the parameter `order_id`.
pub(super) fn source(source: &SourceTag) -> String {
    match (source.api.as_str(), source.name.as_str()) {
        ("", "") => "the value".to_owned(),
        ("", name) => name.to_owned(),
        (api, _) => api.to_owned(),
    }
}

/// A source in a sentence: "the secret `STRIPE_KEY`", "`flask.request.args` (HTTP request)".
pub(super) fn origin(tag: &SourceTag, kind: &Kind, is_secret: bool) -> String {
    if is_secret && !tag.name.is_empty() {
        return format!("the secret `{}`", tag.name);
    }
    let text = source(tag);
    // A description, `parameter x of …`, has marks of its own.
    let quote = if text.contains('`') { "" } else { "`" };
    format!("{quote}{text}{quote} ({})", kind.title)
}

/// An entry point in a sentence: "HTTP route `POST /orders`".
pub(super) fn entry(name: &str, kind: &str, models: &Models) -> String {
    let title = models.kind(kind).map_or(kind, |kind| models.about(kind).title.as_str());
    format!("{title} `{name}`")
}

/// A sentence begins with a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What happens to a value.
pub(super) fn step(facts: &Facts, what: What) -> String {
    let field = |field: Option<crate::ids::Sym>| field.map_or("an element", |name| facts.text(name));
    match what {
        What::Starts => "reads the value".to_owned(),
        What::Moves => "gives it another name".to_owned(),
        What::Formats => "puts it into a text".to_owned(),
        What::Computes => "computes with it".to_owned(),
        What::Slices => "cuts a part out of it".to_owned(),
        What::Reads(name) => format!("takes {} of it", field(name)),
        What::Writes(name) => format!("stores it as {}", field(name)),
        What::Iterates => "takes an element of it".to_owned(),
        What::Copies => "copies it with other fields".to_owned(),
        What::Enters(function) => format!("passes it to {}", facts.full_name(function)),
        What::Returns(function) => format!("gets it back from {}", facts.full_name(function)),
        What::Fills(function) => format!("gets it in an object that {} fills", facts.full_name(function)),
        What::Passes(_) => "passes it through a library call".to_owned(),
        What::Captured => "reads it from a variable of an enclosing scope".to_owned(),
        What::Imported => "reads it from another module".to_owned(),
        What::Member => "reads it from a class".to_owned(),
        What::Arrives(_) => "hands it to the call".to_owned(),
    }
}
