//! Branches, loops, handlers and contexts.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{CallFlags, Hint, Iterate, Runs};
use crate::ids::{Sym, Var};
use crate::lower::scope::{Branch, Loop};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

type Branches = SmallVec<[Branch; 4]>;

impl Lowerer<'_> {
    // if c: A elif d: B else: C:  join(A | c, B | not c, d, C | not c, not d)
    pub(super) fn if_statement(&mut self, node: Node) {
        let line = self.line(node);
        let base = self.scope().mark();
        let mut branches = Branches::new();
        let mut condition = None;
        let mut has_else = false;
        for child in self.children(node) {
            match self.kind(child) {
                Kind::Error => {}
                Kind::Elif => {
                    let mut parts = self.children(child);
                    if let (Some(condition), Some(body)) = (parts.next(), parts.next()) {
                        self.arm(condition, body, base, &mut branches);
                    }
                }
                Kind::Else => {
                    has_else = true;
                    self.block(child);
                    let branch = self.scope().branch(base);
                    branches.push(branch);
                }
                _ => match condition {
                    None => condition = Some(child),
                    Some(condition) => self.arm(condition, child, base, &mut branches),
                },
            }
        }
        if !has_else {
            let branch = self.scope().branch(base);
            branches.push(branch);
        }
        self.scope().undo(base);
        self.join(&branches, line);
    }

    /// One arm: its branch is added, and the scope is left as it is where the condition does not hold.
    fn arm(&mut self, condition: Node, body: Node, base: usize, branches: &mut Branches) {
        self.find_main_guard(condition);
        let test = self.test(condition, false);
        let constant = self.constant_truth(condition);
        let before = self.scope().reachable;
        let mark = self.scope().mark();
        self.apply(&test.yes);
        self.scope().reachable = before && constant != Some(false);
        self.block(body);
        let branch = self.scope().branch(base);
        branches.push(branch);
        self.scope().undo(mark);
        self.scope().reachable = before && constant != Some(true);
        self.apply(&test.no);
    }

    /// `if __name__ == "__main__":`, either way round.
    fn find_main_guard(&mut self, condition: Node) {
        let condition = self.bare(condition);
        if self.main_guard.is_some() || self.kind(condition) != Kind::Comparison {
            return;
        }
        let mut parts = self.children(condition).map(|part| self.text(part));
        if let (Some(left), Some("=="), Some(right), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            let is_main = |text: &str| matches!(text, "\"__main__\"" | "'__main__'");
            if (left == "__name__" && is_main(right)) || (right == "__name__" && is_main(left)) {
                self.main_guard = Some(self.line(condition));
            }
        }
    }

    // while c: A else: B
    pub(super) fn while_statement(&mut self, node: Node) {
        let mut parts = self.parts(node);
        let Some(condition) = parts.next() else { return };
        let body = parts.next();
        let otherwise = parts.next();
        // Where the first test is known, the body runs at least once, or never.
        let begins = self.constant_truth(condition);
        self.enter_loop(node, body);
        let test = self.test(condition, false);
        let constant = self.constant_truth(condition);
        self.apply_exit(constant == Some(true));
        self.apply(&test.yes);
        self.scope().reachable &= begins != Some(false);
        body.into_iter().for_each(|body| self.block(body));
        if begins == Some(true) {
            self.apply_late_exit(constant == Some(true));
        }
        self.leave_loop(otherwise, self.line(node));
    }

    // for t in e: A else: B:  iterate(t, e)
    pub(super) fn for_statement(&mut self, node: Node) {
        let mut parts = self.parts_but(node, &[Kind::Async, Kind::In]);
        let (Some(target), Some(iterable)) = (parts.next(), parts.next()) else { return };
        let body = parts.next();
        let otherwise = parts.next();
        let base = self.expression(iterable);
        let count = self.known_count(iterable);
        self.enter_loop(node, body);
        self.apply_exit(false);
        let dst = self.iterate(base, self.line(iterable));
        self.assign(target, dst, true);
        self.scope().reachable &= count != Some(0);
        body.into_iter().for_each(|body| self.block(body));
        if count.is_some_and(|count| count > 0) {
            self.apply_late_exit(false);
        }
        if count == Some(1) {
            self.run_once();
        }
        self.leave_loop(otherwise, self.line(node));
    }

    /// The loop ends behind its body and not at its head, as far as its condition goes: the body runs at least once.
    fn apply_late_exit(&mut self, never: bool) {
        // What `continue` leaves behind gets to the end of the loop, too, by way of its head.
        if self.scope().loops.last().is_some_and(|frame| frame.continues.is_empty()) {
            self.apply_exit(never);
        }
    }

    /// The body of the innermost loop does not run again.
    fn run_once(&mut self) {
        let scope = self.scope();
        if scope.loops.last().is_some_and(|frame| frame.continues.is_empty()) {
            scope.reachable = false;
        }
    }

    /// What iterating a value gives.
    pub(super) fn iterate(&mut self, base: Var, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.iterates.push(Iterate { dst, base, line, by_position: false });
        dst
    }

    // loop head:  ∀ x bound before and in the loop: a new slot, move(new, x before)
    fn enter_loop(&mut self, node: Node, body: Option<Node>) {
        let line = self.line(node);
        let runs = if self.scope().reachable { Runs::Maybe } else { Runs::Never };
        self.span(node, body.unwrap_or(node), runs);
        let end = self.syntax.row(node).next;
        let names = self.scope().bound_in(node.0..end);
        let mut heads = Vec::new();
        for name in names {
            let before = self.scope().slot(name);
            let is_cell = self.is_shared(name) && !self.scopes[self.active].is_class;
            if before.is_some() && !is_cell {
                let head = self.draft.fresh();
                self.push_move(head, before, line);
                self.scope().set(name, head);
                heads.push((name, head));
            }
        }
        let mark = self.scope().mark();
        self.scope().loops.push(Loop { mark, heads, ..Loop::default() });
    }

    /// The loop may end here, as far as its condition goes: at the head of it.
    fn apply_exit(&mut self, never: bool) {
        let scope = self.scope();
        let Some(mark) = scope.loops.last().map(|frame| frame.mark) else { return };
        let mut exit = scope.branch(mark);
        exit.falls_through &= !never;
        if let Some(frame) = scope.loops.last_mut() {
            frame.exit = Some(exit);
        }
    }

    // loop end:  ∀ way back to the head, ∀ x: move(x at the head, x there)
    fn leave_loop(&mut self, otherwise: Option<Node>, line: u32) {
        let Some(frame) = self.scope().loops.pop() else { return };
        let end = self.scope().branch(frame.mark);
        self.scope().undo(frame.mark);
        let back: Vec<&Branch> =
            frame.continues.iter().chain([&end]).filter(|branch| branch.falls_through).collect();
        let mut rows: Vec<(Sym, Var)> =
            back.iter().flat_map(|branch| branch.changes.iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        for &(name, var) in &rows {
            self.move_to_head(&frame, name, var, line);
        }
        let exit = frame.exit.unwrap_or(Branch { changes: SmallVec::new(), falls_through: false });
        self.scope().reachable = exit.falls_through;
        for group in rows.chunk_by(|a, b| a.0 == b.0) {
            let name = group[0].0;
            if !self.scope().slot(name).is_some() {
                let slots: SmallVec<[Var; 8]> = group.iter().map(|row| row.1).collect();
                let merged = self.merge(&slots, line);
                self.scope().set(name, merged);
            }
        }
        for (name, var) in exit.changes {
            self.scope().set(name, var);
        }
        otherwise.into_iter().for_each(|otherwise| self.block(otherwise));
        if frame.breaks.is_empty() {
            return;
        }
        let mut ways = frame.breaks;
        ways.push(self.scope().branch(frame.mark));
        self.scope().undo(frame.mark);
        self.join(&ways, line);
    }

    fn move_to_head(&mut self, frame: &Loop, name: Sym, var: Var, line: u32) {
        for &(_, head) in frame.heads.iter().chain(&frame.early).filter(|row| row.0 == name) {
            if var.is_some() && self.scope().origin(var) != head {
                self.push_move(head, var, line);
            }
        }
    }

    /// `break` or `continue`.
    pub(super) fn jump(&mut self, is_break: bool) {
        let scope = self.scope();
        if let Some(mark) = scope.loops.last().map(|frame| frame.mark) {
            let branch = scope.branch(mark);
            if let Some(frame) = scope.loops.last_mut() {
                let ways = if is_break { &mut frame.breaks } else { &mut frame.continues };
                ways.push(branch);
            }
        }
        self.scope().reachable = false;
    }

    // try: A except E as e: B else: C finally: D
    pub(super) fn try_statement(&mut self, node: Node) {
        let line = self.line(node);
        let before = self.scope().reachable;
        let base = self.scope().mark();
        let log = self.scope().log.len();
        self.scope().raised.push(Vec::new());
        let mut parts = self.children(node).peekable();
        if let Some(body) = parts.next_if(|&part| self.kind(part) != Kind::Except) {
            self.block(body);
        }
        let raised = self.scope().raised.pop().unwrap_or_default();
        // What holds at the end of the body is kept for `else`, which stands behind the handlers.
        let end = self.scope().branch(base);
        self.scope().undo(base);
        let mut branches = Branches::new();
        let mut finally = None;
        let otherwise = self.child(node, Kind::Else);
        self.scope().reachable = before;
        self.disturb(log, line);
        let mark = self.scope().mark();
        for part in parts {
            match self.kind(part) {
                Kind::Except => {
                    self.handler(part, &raised);
                    let branch = self.scope().branch(base);
                    branches.push(branch);
                    self.scope().undo(mark);
                    self.scope().reachable = before;
                }
                Kind::Finally => finally = Some(part),
                _ => {}
            }
        }
        self.scope().undo(base);
        branches.push(self.after_body(end, otherwise, base));
        if let Some(finally) = finally {
            self.finally(finally, &branches, log, line);
        } else {
            self.join(&branches, line);
        }
    }

    /// The branch that runs through the body of a `try`, and its `else`.
    fn after_body(&mut self, end: Branch, otherwise: Option<Node>, base: usize) -> Branch {
        let Some(otherwise) = otherwise else { return end };
        self.scope().reachable = end.falls_through;
        for (name, var) in end.changes {
            self.scope().set(name, var);
        }
        self.block(otherwise);
        let branch = self.scope().branch(base);
        self.scope().undo(base);
        branch
    }

    // at a handler:  x = x before the try, or any value assigned to x in it
    fn disturb(&mut self, log: usize, line: u32) {
        let assigned = self.scope().assigned_since(log);
        for group in assigned.chunk_by(|a, b| a.0 == b.0) {
            let name = group[0].0;
            let mut slots: SmallVec<[Var; 8]> = SmallVec::new();
            slots.push(self.scope().slot(name));
            slots.extend(group.iter().map(|row| row.1));
            let merged = self.merge(&slots, line);
            self.scope().set(name, merged);
        }
    }

    /// `finally` runs behind every way through; what holds after it is what held before it, but for what it binds.
    fn finally(&mut self, clause: Node, branches: &[Branch], log: usize, line: u32) {
        let base = self.scope().mark();
        let before = self.scope().reachable;
        self.disturb(log, line);
        let mark = self.scope().mark();
        self.block(clause);
        let own = self.scope().branch(mark);
        self.scope().undo(base);
        self.scope().reachable = before;
        self.join(branches, line);
        for (name, var) in own.changes {
            self.scope().set(name, var);
        }
        self.scope().reachable &= own.falls_through;
    }

    // except E as e:  hint(e, E), move(e, what the body raises)
    fn handler(&mut self, clause: Node, raised: &[Var]) {
        let line = self.line(clause);
        let mut classes: SmallVec<[Node; 2]> = SmallVec::new();
        let mut alias = None;
        let mut is_alias = false;
        let mut body = None;
        for child in self.children(clause) {
            match self.kind(child) {
                Kind::Error | Kind::Times => {}
                Kind::As => is_alias = true,
                Kind::Block => body = Some(child),
                Kind::AsPattern => {
                    classes.extend(self.first_child(child));
                    alias = self.children(child).last();
                }
                _ if is_alias => alias = Some(child),
                _ => classes.push(child),
            }
        }
        for &class in &classes {
            self.expression(class);
        }
        if let Some(alias) = alias {
            let caught = self.draft.fresh();
            for &value in raised {
                self.push_move(caught, value, line);
            }
            self.hint_class(caught, &classes);
            self.assign(alias, caught, true);
        }
        if let Some(body) = body {
            self.block(body);
        }
        // The name is deleted at the end of the handler.
        let alias = alias.and_then(|alias| self.plain_name(alias));
        if let Some(name) = alias {
            self.unbind(name);
        }
    }

    /// `hint(var, one of the classes)`, tested.
    pub(super) fn hint_class(&mut self, var: Var, classes: &[Node]) {
        let ty = self.class_type(classes);
        if let Some(ty) = ty {
            self.draft.rows.hints.push(Hint { var, ty, checked: true });
        }
    }

    /// The name that a target consists of, if it is one.
    pub(super) fn plain_name(&mut self, target: Node) -> Option<Sym> {
        let target = match self.kind(target) {
            Kind::AsPatternTarget => self.first_child(target)?,
            _ => target,
        };
        (self.kind(target) == Kind::Identifier).then(|| self.symbol(target))
    }

    // raise E(…):  the call.  raise e:  a call if e is a class
    pub(super) fn raise_statement(&mut self, node: Node) {
        let mut is_cause = false;
        for part in self.parts(node) {
            if self.kind(part) == Kind::From {
                is_cause = true;
                continue;
            }
            let var = self.expression(part);
            if is_cause {
                continue;
            }
            self.raised(var);
            if matches!(self.kind(self.bare(part)), Kind::Identifier | Kind::Attribute) {
                let dst = self.draft.fresh();
                self.call_value(var, dst, CallFlags::RAISE, &[], part);
                self.raised(dst);
            }
        }
        self.scope().reachable = false;
    }

    fn raised(&mut self, var: Var) {
        if let Some(raised) = self.scope().raised.last_mut() {
            raised.push(var);
        }
    }

    // with e as t: A:  enter(t, e); A; exit(e)
    pub(super) fn with_statement(&mut self, node: Node) {
        let is_async = self.child(node, Kind::Async).is_some();
        let before = self.scope().reachable;
        let mut entered: SmallVec<[(Var, Node); 2]> = SmallVec::new();
        for child in self.children(node) {
            match self.kind(child) {
                Kind::WithClause => {
                    for item in self.children(child) {
                        self.with_item(item, is_async, &mut entered);
                    }
                }
                Kind::Block => self.with_body(child, before),
                _ => {}
            }
        }
        let exit = if is_async { self.words.aexit } else { self.words.exit };
        for &(context, at) in entered.iter().rev() {
            self.call_method(context, exit, Var::NONE, CallFlags::IMPLICIT, &[], at);
        }
    }

    /// A context may swallow what its body raises.
    fn with_body(&mut self, body: Node, before: bool) {
        self.block(body);
        let last = self.children(body).last().map(|last| self.kind(last));
        if last == Some(Kind::Raise) {
            self.scope().reachable = before;
        }
    }

    fn with_item(&mut self, item: Node, is_async: bool, entered: &mut SmallVec<[(Var, Node); 2]>) {
        let Some(value) = self.first_child(item).map(|value| self.bare(value)) else { return };
        // `with (a as b, c as d):` reads as a tuple of them.
        let is_tuple = self.kind(value) == Kind::Tuple
            && self.children(value).any(|child| self.kind(child) == Kind::AsPattern);
        if is_tuple {
            for child in self.children(value) {
                self.enter(child, is_async, entered);
            }
        } else {
            self.enter(value, is_async, entered);
        }
    }

    fn enter(&mut self, value: Node, is_async: bool, entered: &mut SmallVec<[(Var, Node); 2]>) {
        let (context, target) = match self.kind(value) {
            Kind::AsPattern => {
                (self.first_child(value).unwrap_or(value), self.child(value, Kind::AsPatternTarget))
            }
            _ => (value, None),
        };
        let var = self.expression(context);
        let dst = self.draft.fresh();
        let method = if is_async { self.words.aenter } else { self.words.enter };
        let flags = CallFlags::IMPLICIT.with(CallFlags::ENTER);
        self.call_method(var, method, dst, flags, &[], context);
        entered.push((var, context));
        if let Some(target) = target {
            self.assign(target, dst, true);
        }
    }
}
