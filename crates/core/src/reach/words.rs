//! Tags and steps → words.

use crate::facts::{Callee, Facts};
use crate::flow::{Step, What};
use crate::ids::{CallId, FuncId, Var};
use crate::models::{Kind, Models};
use crate::solution::{Certainty, Solution, Target};
use crate::tag::SourceTag;

/// How a source is read: `os.environ["STRIPE_KEY"]`, the parameter `order_id`.
pub(super) fn source(facts: &Facts, source: &SourceTag) -> String {
    if let Some(text) = handed(facts, source) {
        return text;
    }
    match (source.api.as_str(), source.name.as_str()) {
        ("", "") => "the value".to_owned(),
        ("", name) => name.to_owned(),
        (api, _) => api.to_owned(),
    }
}

/// What a function is handed, or a part of it, by the name that the program gives it: `app.get<0>.query` is `req.query`.
fn handed(facts: &Facts, source: &SourceTag) -> Option<String> {
    let (before, part) = source.api.rsplit_once('>')?;
    before.rsplit_once('<')?;
    if part.is_empty() {
        return param_name(facts, source.function, source.var).map(|name| format!("parameter `{name}`"));
    }
    let load = facts.loads_of(source.function).iter().find(|row| row.dst == source.var)?;
    param_name(facts, source.function, load.base).map(|name| format!("{name}{part}"))
}

/// The name of the parameter that a variable is, there or in the function that it is captured from.
fn param_name(facts: &Facts, function: FuncId, var: Var) -> Option<&str> {
    let own = facts.functions[function.index()].vars;
    let captured = var.0.checked_sub(own).and_then(|slot| facts.captures_of(function).get(slot as usize));
    let (owner, var) = captured.map_or((function, var), |capture| (capture.function, capture.var));
    let moved = facts.moves_of(owner).iter().filter(|row| row.dst == var).map(|row| row.src);
    let vars: Vec<Var> = moved.chain([var]).collect();
    let param = facts.params_of(owner).iter().find(|param| vars.contains(&param.var))?;
    Some(facts.text(param.name)).filter(|name| !name.is_empty())
}

/// A source in a sentence: "the secret `STRIPE_KEY`", "`flask.request.args` (HTTP request)".
pub(super) fn origin(facts: &Facts, tag: &SourceTag, kind: &Kind, is_secret: bool) -> String {
    if is_secret && !tag.name.is_empty() {
        return format!("the secret `{}`", tag.name);
    }
    let text = source(facts, tag);
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
pub(super) fn step(facts: &Facts, solution: &Solution, step: &Step) -> String {
    let field = |field: Option<crate::ids::Sym>| field.map_or("an element", |name| facts.text(name));
    let name = |function| facts.full_name(function);
    match step.what {
        What::Starts => "reads the value".to_owned(),
        What::Moves => "gives it another name".to_owned(),
        What::Formats => "puts it into a text".to_owned(),
        What::Computes => "computes with it".to_owned(),
        What::Tested => "tests it".to_owned(),
        What::Slices => "cuts a part out of it".to_owned(),
        What::Reads(name) => format!("takes {} of it", field(name)),
        What::Writes(name) => format!("stores it as {}", field(name)),
        What::Iterates => "takes an element of it".to_owned(),
        What::Copies => "copies it with other fields".to_owned(),
        What::Enters(function) => format!("passes it to {}", name(function)),
        What::Returns(function) => format!("gets it back from {}", name(function)),
        What::Through(function) => format!("passes it through {}", name(function)),
        What::Fills(function) => format!("gets it in an object that {} fills", name(function)),
        What::Passes(call) => {
            let called = called(facts, solution, call);
            match step.certainty {
                Certainty::Possible => format!("takes the result of {called} to hold it"),
                _ => format!("passes it through {called}"),
            }
        }
        What::Captured => "reads it from a variable of an enclosing scope".to_owned(),
        What::Imported => "reads it from another module".to_owned(),
        What::Member => "reads it from a class".to_owned(),
        What::Arrives(_) => "hands it to the call".to_owned(),
    }
}

/// What a call calls, as resolved; as written where nothing is known.
fn called(facts: &Facts, solution: &Solution, call: CallId) -> String {
    let external = solution.edges_of(call).iter().find_map(|edge| match edge.target {
        Target::External(path) => Some(solution.paths.text(path, &facts.names)),
        Target::Function(_) => None,
    });
    external.unwrap_or_else(|| match facts.calls[call.index()].callee {
        Callee::Method(_, name) => format!("`.{}`", facts.text(name)),
        Callee::Value(_) => "a call".to_owned(),
    })
}
