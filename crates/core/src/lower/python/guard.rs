//! Tests of values: what a name holds behind `if is_safe(x):`, `if x in ALLOWED:`, `validate(x)`.
//!
//! Each name that is tested is another slot on the branch where the test says something of it, so that the value is the
//! same for whoever asks what it is, and another for whoever asks whether it was tested.

use super::Lowerer;
use super::kind::Kind;
use super::names::{Narrowing, Said};
use super::operator::Test;
use crate::facts::{Check, Guard};
use crate::ids::Var;
use crate::lower::guard::{self, Purpose};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Names of one test that are told apart.
type Names = SmallVec<[Node; 2]>;

impl Lowerer<'_> {
    // if check(x):  guard(x | yes, v, call, true), guard(x | no, v, call, false)
    pub(super) fn call_test(&mut self, call: Node, value: Var) -> Test {
        let Some(purpose) = self.called_text(call).and_then(guard::purpose) else {
            return Test { value, ..Test::default() };
        };
        let names = self.tested_names(call);
        let mut said = |check, holds| names.iter().map(|&at| self.answer(at, value, check, holds)).collect();
        match purpose {
            Purpose::Plain => Test { value, yes: said(Check::Member, true), ..Test::default() },
            Purpose::Good => Test { value, yes: said(Check::Call, true), ..Test::default() },
            Purpose::Asks => Test { value, yes: said(Check::Asked, true), ..Test::default() },
            Purpose::Bad => Test { value, no: said(Check::Call, false), ..Test::default() },
        }
    }

    // if x in y:  guard(x | yes, v, member, true).  if x not in y:  guard(x | no, v, member, false)
    pub(super) fn comparison_test(&mut self, node: Node, value: Var) -> Test {
        let parts: SmallVec<[Node; 4]> = self.children(node).collect();
        let none = Test { value, ..Test::default() };
        let &[left, token, right] = parts.as_slice() else { return none };
        let is_positive = match self.kind(token) {
            Kind::In | Kind::Equal => true,
            Kind::NotIn | Kind::NotEqual => false,
            _ => return none,
        };
        let by_value = matches!(self.kind(token), Kind::Equal | Kind::NotEqual);
        if by_value && !self.is_text(right) {
            return none;
        }
        let (name, check) = match self.kind(left) {
            Kind::Identifier => (Some(left), Check::Member),
            _ => (self.host_of(left), Check::Host),
        };
        let said = name.into_iter().map(|name| self.answer(name, value, check, is_positive)).collect();
        if is_positive {
            Test { value, yes: said, ..Test::default() }
        } else {
            Test { value, no: said, ..Test::default() }
        }
    }

    // return x in y:  guard(x, RETURN, member, true)
    /// A function that says whether a name, maybe its parameter, is one of some values.
    pub(super) fn returned_answers(&mut self, value: Node, var: Var) {
        let value = self.bare(value);
        if self.kind(value) != Kind::Comparison {
            return;
        }
        for narrowing in self.comparison_test(value, var).yes {
            let src = self.scope().slot(narrowing.name);
            if let Said::Answer(_, Check::Member, holds) = narrowing.said
                && src.is_some()
            {
                let dst = self.draft.fresh();
                self.push_move(dst, src, self.line(narrowing.at));
                self.draft.rows.guards.push(Guard { dst, test: Var::RETURN, check: Check::Member, holds });
            }
        }
    }

    // validate(x):  guard(x behind it, v, call, true)
    /// A call that raises where a value may not be used says something of it behind the statement.
    pub(super) fn guard_behind(&mut self, call: Node) {
        if self.kind(call) == Kind::Call && self.called_text(call).is_some_and(guard::raises) {
            let names = self.tested_names(call);
            let said: SmallVec<[Narrowing; 2]> =
                names.iter().map(|&name| self.answer(name, Var::NONE, Check::Call, true)).collect();
            self.apply(&said);
        }
    }

    /// A name is another slot behind a test of it. Cells are written from elsewhere, so a test of them says nothing.
    pub(super) fn apply_answer(&mut self, narrowing: &Narrowing, (test, check, holds): (Var, Check, bool)) {
        if !self.scope().is_local(narrowing.name) || self.is_shared(narrowing.name) {
            return;
        }
        let before = self.scope().slot(narrowing.name);
        if before.is_some() {
            let dst = self.draft.fresh();
            self.push_move(dst, before, self.line(narrowing.at));
            self.draft.rows.guards.push(Guard { dst, test, check, holds });
            self.scope().narrow(narrowing.name, dst, before, true);
        }
    }

    fn answer(&mut self, at: Node, test: Var, check: Check, holds: bool) -> Narrowing {
        Narrowing { name: self.symbol(at), at, said: Said::Answer(test, check, holds) }
    }

    // abort(404), sys.exit():  nothing runs behind it
    /// A call that never comes back ends the branch that it is in.
    pub(super) fn end_behind(&mut self, call: Node) {
        let Some(callee) = self.first_child(call).filter(|_| self.kind(call) == Kind::Call) else { return };
        let ends = match self.text(callee) {
            "sys.exit" | "os._exit" | "os.abort" | "flask.abort" => true,
            "abort" => self.has_abort,
            _ => false,
        };
        self.scope().reachable &= !ends;
    }

    fn is_text(&self, node: Node) -> bool {
        matches!(self.kind(node), Kind::String | Kind::ConcatenatedString | Kind::Integer)
    }

    /// The last name of what a call calls.
    fn called_text(&self, call: Node) -> Option<&str> {
        let callee = self.first_child(call)?;
        match self.kind(callee) {
            Kind::Identifier => Some(self.text(callee)),
            _ => self.attribute_name(callee).map(|name| self.text(name)),
        }
    }

    /// The names that a call is given, that of the object among them.
    fn tested_names(&self, call: Node) -> Names {
        let mut names = Names::new();
        let mut parts = self.children(call);
        let callee = parts.next().filter(|&callee| self.kind(callee) == Kind::Attribute);
        let object = callee.and_then(|callee| self.first_child(callee));
        names.extend(object.filter(|&object| self.kind(object) == Kind::Identifier));
        for argument in
            parts.filter(|&part| self.kind(part) == Kind::Arguments).flat_map(|part| self.children(part))
        {
            match self.kind(argument) {
                Kind::Identifier => names.push(argument),
                Kind::KeywordArgument => names.extend(
                    self.children(argument).last().filter(|&value| self.kind(value) == Kind::Identifier),
                ),
                _ => {}
            }
        }
        names
    }

    /// The name in `urlparse(name).netloc`.
    fn host_of(&self, node: Node) -> Option<Node> {
        let part = self.attribute_name(node).map(|name| self.text(name))?;
        let call = self.first_child(node).filter(|&call| self.kind(call) == Kind::Call)?;
        let parses =
            self.called_text(call).is_some_and(|name| matches!(name, "urlparse" | "urlsplit" | "parse_url"));
        let is_host = matches!(part, "netloc" | "hostname" | "host");
        self.tested_names(call).last().copied().filter(|_| parses && is_host)
    }
}
