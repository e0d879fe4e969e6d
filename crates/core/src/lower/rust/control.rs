//! Blocks, branches, loops and jumps.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Call, CallFlags, Callee, Check, Field, Runs};
use crate::ids::Var;
use crate::lower::syntax::Node;

impl<'t> Lowerer<'t> {
    /// A block: its items first, then its statements; the last expression is its value.
    pub(super) fn block(&mut self, node: Node) -> Var {
        if !self.deeper(node) {
            return self.draft.fresh();
        }
        let (names, cells, owned) = (self.names.len(), self.generics.len(), self.owned.len());
        let items = self.items_of(node);
        if !items.is_empty() {
            self.bind_items(&items, self.is_in_module());
            for &item in &items {
                self.item(item);
            }
        }
        let mut value = Var::NONE;
        let siblings: Vec<Node> = self.children(node).collect();
        for part in self.parts(node) {
            self.statement_condition(&siblings, part);
            value = self.statement(part);
        }
        self.drop_owned(owned, value, self.syntax.end_line(node));
        self.names.truncate(names);
        self.generics.truncate(cells);
        self.depth -= 1;
        if value.is_some() { value } else { self.draft.fresh() }
    }

    /// #[cfg(c)] s, where c does not hold:  condition(first, last, c)
    fn statement_condition(&mut self, siblings: &[Node], node: Node) {
        let Some(index) = siblings.iter().position(|&part| part == node).filter(|&at| at > 0) else { return };
        if self.kind(siblings[index - 1]) != Kind::Attribute || super::item::is_item(self.kind(node)) {
            return;
        }
        if let Some(text) = super::cfg::broken(&self.attributes(siblings, index), self.configuration) {
            self.only_if(&text, self.line(node), self.syntax.end_line(node));
        }
    }

    /// A statement. Its value, where it is the expression that ends a block.
    fn statement(&mut self, node: Node) -> Var {
        self.results.clear();
        match self.kind(node) {
            Kind::Let => {
                self.let_statement(node);
                Var::NONE
            }
            Kind::ExpressionStatement => {
                let Some(inner) = self.parts(node).next() else { return Var::NONE };
                let value = self.expression(inner);
                self.guard_behind(node);
                if self.text(node).ends_with(';') { Var::NONE } else { value }
            }
            Kind::Label => Var::NONE,
            kind if super::item::is_item(kind) => Var::NONE,
            _ => self.expression(node),
        }
    }

    // let p: T = e else { … };  move(v, e), hint(v, T), and p takes v apart
    fn let_statement(&mut self, node: Node) {
        let parts: Vec<Node> = self.parts(node).collect();
        let Some((&pattern, rest)) = parts.split_first() else { return };
        let ty = rest.first().copied().filter(|&part| self.kind(part).is_type());
        let values = &rest[usize::from(ty.is_some())..];
        let line = self.line(node);
        let value = match (values.first(), ty) {
            (Some(&value), Some(ty)) => {
                self.converts_to(value, ty);
                let src = self.expression(value);
                let var = self.draft.fresh();
                self.push_move(var, src, line);
                self.hint(var, ty);
                self.note_traits(var, ty);
                self.expected(value, ty);
                var
            }
            (Some(&value), None) => self.expression(value),
            (None, Some(ty)) => {
                let var = self.draft.fresh();
                self.hint(var, ty);
                var
            }
            (None, None) => self.draft.fresh(),
        };
        if let [_, alternative, ..] = values {
            self.span(*alternative);
            self.branch += 1;
            self.block(*alternative);
            self.branch -= 1;
        }
        if values.first().is_none_or(|&value| self.kind(value) != Kind::Reference)
            && self.kind(pattern) == Kind::Identifier
        {
            self.own(value);
        }
        self.pattern(pattern, value);
    }

    /// A variable owns its value from here to the end of its block.
    pub(super) fn own(&mut self, var: Var) {
        if self.has_drop {
            self.owned.push(var);
        }
    }

    // { let v = e; … }:  call(_, method(v, Drop::drop)) where the block ends, unless v is its value
    /// What the variables above a mark own is dropped, the last first.
    pub(super) fn drop_owned(&mut self, mark: usize, value: Var, line: u32) {
        let name = self.words.drop;
        while self.owned.len() > mark {
            let Some(var) = self.owned.pop().filter(|&var| var != value) else { continue };
            let (callee, flags) = (Callee::Method(var, name), CallFlags::IMPLICIT);
            let call = Call { dst: Var::NONE, callee, flags, first_arg: 0, line, column: 1 };
            self.draft.add_call(call, &[]);
        }
    }

    /// What a declared type says of a conversion: `let x: T = s.parse()?` calls `T::from_str`.
    fn expected(&mut self, value: Node, ty: Node) {
        let mut at = value;
        while matches!(self.kind(at), Kind::Try | Kind::Await | Kind::Parenthesized) {
            let Some(inner) = self.parts(at).next() else { return };
            at = inner;
        }
        if self.kind(at) != Kind::Call {
            return;
        }
        let Some(callee) = self.parts(at).next().filter(|&callee| self.kind(callee) == Kind::Field) else {
            return;
        };
        let Some(name) = self.parts(callee).nth(1) else { return };
        if self.text(name) == "parse" {
            let class = self.type_value(ty);
            let from_str = Field::Attr(self.intern("FromStr::from_str"));
            let function = self.load(class, from_str, self.line(at));
            let result = self.draft.fresh();
            self.call_row(Callee::Value(function), result, CallFlags::IMPLICIT, &[], at);
        }
    }

    /// `{ … }`, `unsafe { … }`, `async { … }`: what the block gives.
    pub(super) fn braces(&mut self, node: Node) -> Var {
        if self.kind(node) == Kind::Block {
            let label = self.child(node, Kind::Label).map(|label| self.text(label));
            if label.is_none() {
                return self.block(node);
            }
            let dst = self.draft.fresh();
            self.loops.push((label, dst));
            let value = self.block(node);
            self.loops.pop();
            self.push_move(dst, value, self.line(node));
            return dst;
        }
        match self.child(node, Kind::Block) {
            Some(block) => self.block(block),
            None => self.draft.fresh(),
        }
    }

    // if c { a } else { b }:  move(v, a), move(v, b)
    pub(super) fn if_expression(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(condition), Some(yes)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        let no = parts.next().and_then(|no| self.parts(no).next());
        let (dst, names) = (self.draft.fresh(), self.names.len());
        self.expression(condition);
        self.compiled_branches(condition, yes, no);
        let (answers, constant) = (self.answers(condition), self.constant_truth(condition));
        self.renew(node);
        self.narrow(&answers.yes);
        self.branch_of(yes, constant == Some(false), dst);
        self.names.truncate(names);
        if let Some(no) = no {
            self.narrow(&answers.no);
            self.branch_of(no, constant == Some(true), dst);
            self.names.truncate(names);
        }
        if self.diverges(yes) {
            self.narrow(&answers.no);
        } else if no.is_some_and(|no| self.diverges(no)) {
            self.narrow(&answers.yes);
        }
        dst
    }

    // if cfg!(c) { a } else { b }:  a under c, b under not(c)
    fn compiled_branches(&mut self, condition: Node, yes: Node, no: Option<Node>) {
        let text = self.text(condition);
        let (is_negated, text) =
            text.strip_prefix('!').map_or((false, text), |rest| (true, rest.trim_start()));
        let inside = text.strip_prefix("cfg!").map(str::trim_start);
        let Some(inside) = inside.and_then(|text| text.strip_prefix('(')?.strip_suffix(')')) else { return };
        // Both are compiled of one source, now and then.
        if inside.contains("debug_assertions") {
            return;
        }
        let (with, without) = (format!("cfg({inside})"), format!("cfg(not({inside}))"));
        let (of_yes, of_no) = if is_negated { (without, with) } else { (with, without) };
        for (side, attribute) in [(Some(yes), of_yes), (no, of_no)] {
            if let (Some(side), Some(text)) = (side, super::cfg::broken(&[&attribute], self.configuration)) {
                self.only_if(&text, self.line(side), self.syntax.end_line(side));
            }
        }
    }

    /// One side of a branch, whose value goes into `dst`.
    fn branch_of(&mut self, side: Node, is_dead: bool, dst: Var) {
        self.branch += 1;
        self.span_that(side, if is_dead { Runs::Never } else { Runs::Maybe });
        let value = self.expression(side);
        self.push_move(dst, value, self.line(side));
        self.branch -= 1;
    }

    /// `let p = e` in a condition: the names of p hold from here on.
    pub(super) fn let_condition(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let Some(pattern) = parts.next() else { return self.draft.fresh() };
        if let Some(value) = parts.next() {
            let var = self.expression(value);
            self.pattern(pattern, var);
        }
        self.draft.fresh()
    }

    // match e { p => a }:  p takes e apart, move(v, a)
    pub(super) fn match_expression(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(value), Some(block)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        let (dst, subject) = (self.draft.fresh(), self.expression(value));
        let tested = self.tested_name(value);
        self.renew(block);
        let mut arms: Vec<Node> = self.children(block).collect();
        arms.retain(|&arm| self.kind(arm) == Kind::MatchArm);
        for arm in arms {
            let own: Vec<Node> = self.children(arm).collect();
            let attributes = own.iter().filter(|&&part| self.kind(part) == Kind::Attribute);
            let texts: Vec<&str> = attributes
                .filter_map(|&part| self.child(part, Kind::AttributeBody))
                .map(|body| self.text(body))
                .collect();
            if let Some(text) = super::cfg::broken(&texts, self.configuration) {
                self.only_if(&text, self.line(arm), self.syntax.end_line(arm));
            }
            self.match_arm(arm, (subject, tested), dst);
        }
        dst
    }

    fn match_arm(&mut self, arm: Node, (subject, tested): (Var, Option<Node>), dst: Var) {
        let mut parts = self.parts(arm);
        let (Some(pattern), Some(value)) = (parts.next(), parts.next()) else { return };
        let names = self.names.len();
        self.span(arm);
        let mut inside = self.parts(pattern);
        if let Some(inner) = inside.next() {
            self.pattern(inner, subject);
            // "a" => …:  guard(x | here, _, member, true)
            if let Some(name) = tested.filter(|_| self.is_texts(inner)) {
                let said = self.said(true, Check::Member, &[name], Var::NONE);
                self.narrow(&said.yes);
            }
        }
        self.branch += 1;
        if let Some(guard) = inside.next() {
            self.expression(guard);
            let said = self.answers(guard);
            self.narrow(&said.yes);
        }
        let value_var = self.expression(value);
        self.push_move(dst, value_var, self.line(value));
        self.branch -= 1;
        self.names.truncate(names);
    }

    // for p in e { … }:  i = e.into_iter(), n = i.next(), load(v, n, Some.0)
    pub(super) fn for_expression(&mut self, node: Node) -> Var {
        let label = self.child(node, Kind::Label).map(|label| self.text(label));
        let mut parts = self.parts(node).filter(|&part| self.kind(part) != Kind::Label);
        let (Some(pattern), Some(value), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return self.each_part(node);
        };
        let base = self.expression(value);
        let of_trait = self.trait_of_elements(value);
        self.renew(node);
        let element = self.element_of(base, value);
        if let Some(of_trait) = of_trait {
            let owner = self.draft.current();
            self.traits.insert((owner, element), of_trait);
        }
        let names = self.names.len();
        self.span(body);
        self.pattern(pattern, element);
        let dst = self.draft.fresh();
        self.looped(label, body, dst);
        self.names.truncate(names);
        dst
    }

    /// What iterating a value gives.
    pub(super) fn element_of(&mut self, base: Var, at: Node) -> Var {
        let flags = CallFlags::IMPLICIT.with(CallFlags::ENTER);
        let iterator = self.draft.fresh();
        self.call_row(Callee::Method(base, self.words.into_iter), iterator, flags, &[], at);
        let step = self.draft.fresh();
        self.call_row(Callee::Method(iterator, self.words.next), step, flags, &[], at);
        self.load(step, Field::Attr(self.words.some_0), self.line(at))
    }

    /// The body of a loop, whose value goes into `dst` where it is left.
    fn looped(&mut self, label: Option<&'t str>, body: Node, dst: Var) {
        self.branch += 1;
        self.loops.push((label, dst));
        self.block(body);
        self.loops.pop();
        self.branch -= 1;
    }

    pub(super) fn while_expression(&mut self, node: Node) -> Var {
        let label = self.child(node, Kind::Label).map(|label| self.text(label));
        let mut parts = self.parts(node).filter(|&part| self.kind(part) != Kind::Label);
        let (Some(condition), Some(body)) = (parts.next(), parts.next()) else { return self.each_part(node) };
        let names = self.names.len();
        self.span(node);
        self.renew(node);
        self.expression(condition);
        let said = self.answers(condition);
        self.narrow(&said.yes);
        let dst = self.draft.fresh();
        self.looped(label, body, dst);
        self.names.truncate(names);
        dst
    }

    // loop { break e }:  move(v, e)
    pub(super) fn loop_expression(&mut self, node: Node) -> Var {
        let label = self.child(node, Kind::Label).map(|label| self.text(label));
        let dst = self.draft.fresh();
        if let Some(body) = self.child(node, Kind::Block) {
            self.span(body);
            self.renew(node);
            self.looped(label, body, dst);
        }
        dst
    }

    pub(super) fn break_expression(&mut self, node: Node) -> Var {
        let label = self.child(node, Kind::Label).map(|label| self.text(label));
        let value = self.parts(node).find(|&part| self.kind(part) != Kind::Label);
        if let Some(value) = value {
            let var = self.expression(value);
            let target = match label {
                Some(label) => {
                    self.loops.iter().rev().find(|row| row.0.is_some_and(|own| is_label(own, label)))
                }
                None => self.loops.last(),
            };
            if let Some(&(_, dst)) = target {
                self.push_move(dst, var, self.line(node));
            }
        }
        self.draft.fresh()
    }

    // return e:  move(RETURN, e)
    pub(super) fn return_expression(&mut self, node: Node) -> Var {
        if let Some(value) = self.parts(node).next() {
            let var = self.expression(value);
            self.push_move(Var::RETURN, var, self.line(node));
        }
        self.draft.fresh()
    }
}

/// Whether the label of a loop is the one that a jump names: `'a:` and `'a`.
fn is_label(own: &str, wanted: &str) -> bool {
    own.trim_end_matches(':').trim() == wanted.trim_end_matches(':').trim()
}
