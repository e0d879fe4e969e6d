//! Branches, loops, jumps and handlers.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Keys, Runs, Space};
use crate::ids::{Sym, Var};
use crate::lower::known::{Known, MAX_NESTING};
use crate::lower::scope::{Branch, Loop};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

type Branches = SmallVec<[Branch; 4]>;

/// A statement that `break` leaves.
pub(super) struct Frame {
    /// Its labels.
    labels: SmallVec<[Sym; 1]>,
    /// The mark at its head.
    mark: usize,
    /// Which of the scope's loops it is, if it is one.
    loop_index: Option<usize>,
    /// Ways out, where it is no loop.
    breaks: Vec<Branch>,
    /// Whether a jump without a label leaves it: not a block with a label.
    is_plain: bool,
}

impl Lowerer<'_> {
    // if (c) A else B:  join(A, B)
    pub(super) fn if_statement(&mut self, node: Node) {
        let line = self.line(node);
        let base = self.scope().mark();
        let mut branches = Branches::new();
        let mut at = node;
        // `else if` nests: followed in a loop, so that a chain may be as long as it likes.
        loop {
            let mut parts = self.parts(at);
            let (Some(condition), Some(body)) = (parts.next(), parts.next()) else { break };
            let constant = self.condition(condition);
            let answers = self.answers(condition);
            let before = self.scope().reachable;
            let mark = self.scope().mark();
            self.apply(&answers.yes);
            self.scope().reachable = before && constant != Some(false);
            self.arm(body);
            let branch = self.scope().branch(base);
            branches.push(branch);
            self.scope().undo(mark);
            self.scope().reachable = before && constant != Some(true);
            self.apply(&answers.no);
            let Some(otherwise) = parts.next().and_then(|clause| self.first_child(clause)) else {
                let branch = self.scope().branch(base);
                branches.push(branch);
                break;
            };
            if self.kind(otherwise) == Kind::If {
                at = otherwise;
                continue;
            }
            self.arm(otherwise);
            let branch = self.scope().branch(base);
            branches.push(branch);
            break;
        }
        self.scope().undo(base);
        self.join(&branches, line);
    }

    /// A condition, evaluated; what it comes to if the text alone decides.
    pub(super) fn condition(&mut self, node: Node) -> Option<bool> {
        // What a test gives is asked for, where names are told apart by it.
        match self.kind(self.bare(node)) {
            Kind::Call => _ = self.expression(node),
            _ => self.effect(node),
        }
        self.truth(node)
    }

    // switch (e) { case a: A case b: B }:  each case begins with what held before, or where the one before ends
    pub(super) fn switch_statement(&mut self, node: Node, labels: SmallVec<[Sym; 1]>) {
        let mut parts = self.parts(node);
        let (Some(value), Some(body)) = (parts.next(), parts.next()) else { return };
        self.effect(value);
        let subject = self.constant(value, MAX_NESTING);
        let value = self.bare(value);
        let tested = self.tested_name(value);
        let is_kind = self.kind(value) == Kind::Unary && self.text(value).starts_with("typeof");
        let asked = match self.first_child(value).filter(|_| is_kind) {
            Some(name) => Some(self.bare(name)),
            None => self.asked_kind_of(value),
        };
        let line = self.line(node);
        let before = self.scope().reachable;
        let base = self.scope().mark();
        let renames = self.renames.len();
        self.frames.push(Frame { labels, mark: base, loop_index: None, breaks: Vec::new(), is_plain: true });
        for case in self.parts(body) {
            self.enter_block(case, false);
        }
        let (mut has_default, mut is_met) = (false, false);
        let mut through: Option<Branch> = None;
        for case in self.parts(body) {
            has_default |= self.kind(case) == Kind::DefaultCase;
            let mut statements = self.parts(case).peekable();
            let value = statements.next_if(|_| self.kind(case) == Kind::Case);
            let fits = self.case_fits(value, subject.as_ref(), is_met);
            is_met |= fits == Some(true);
            let start = Branch { changes: SmallVec::new(), falls_through: before && fits != Some(false) };
            let ways: Branches = [start].into_iter().chain(through.take()).collect();
            self.join(&ways, line);
            if let Some(value) = value {
                self.effect(value);
                self.apply_case(tested, asked, value);
            }
            self.span(case, case, Runs::Maybe);
            self.forget();
            self.statement_list(statements.collect());
            through = Some(self.scope().branch(base));
            self.scope().undo(base);
        }
        let mut ways: Branches = through.into_iter().collect();
        if !has_default && !is_met {
            ways.push(Branch { changes: SmallVec::new(), falls_through: before });
        }
        ways.extend(self.frames.pop().into_iter().flat_map(|frame| frame.breaks));
        self.scope().reachable = before;
        self.join(&ways, line);
        self.renames.truncate(renames);
    }

    /// Whether a case is taken, where subject and case are constants. Behind one that is, no other is entered at its
    /// head.
    fn case_fits(&self, value: Option<Node>, subject: Option<&Known>, is_met: bool) -> Option<bool> {
        let subject = subject?;
        match value.map(|value| self.constant(value, MAX_NESTING)) {
            _ if is_met => Some(false),
            Some(Some(value)) => Some(value == *subject),
            _ => None,
        }
    }

    // case "a" of x:  guard(x, _, member, true)
    fn apply_case(&mut self, tested: Option<Node>, asked: Option<Node>, value: Node) {
        if asked.is_some() {
            let said = self.kind_of(asked, self.bare(value), true);
            return self.apply(&said.yes);
        }
        if let Some(name) =
            tested.filter(|_| matches!(self.kind(self.bare(value)), Kind::String | Kind::Number))
        {
            let said = self.is_member(true, Some(name));
            self.apply(&said.yes);
        }
    }

    // while (c) A
    pub(super) fn while_statement(&mut self, node: Node, labels: SmallVec<[Sym; 1]>) {
        let mut parts = self.parts(node);
        let (Some(condition), Some(body)) = (parts.next(), parts.next()) else { return };
        // Where the first test is known, the body runs at least once, or never.
        let begins = self.truth(condition);
        self.enter_loop(node, labels);
        let constant = self.condition(condition);
        let answers = self.answers(condition);
        if begins != Some(true) {
            self.apply_exit(constant == Some(true));
        }
        self.apply(&answers.yes);
        self.scope().reachable &= constant != Some(false) && begins != Some(false);
        self.arm(body);
        if begins == Some(true) {
            self.apply_late_exit(constant == Some(true));
        }
        self.leave_loop(None, self.line(node));
    }

    /// What a condition comes to at this point, if that is known.
    fn truth(&self, condition: Node) -> Option<bool> {
        self.constant(condition, MAX_NESTING).map(|known| known.truth())
    }

    // do A while (c)
    pub(super) fn do_statement(&mut self, node: Node, labels: SmallVec<[Sym; 1]>) {
        let mut parts = self.parts(node);
        let Some(body) = parts.next() else { return };
        let condition = parts.next();
        self.enter_loop(node, labels);
        self.arm(body);
        // What `continue` left behind also reaches the condition; it changes nothing there.
        let again = condition.and_then(|condition| self.condition(condition));
        self.apply_exit(again == Some(true));
        if again == Some(false) {
            self.run_once();
        }
        self.leave_loop(None, self.line(node));
    }

    // for (i; c; n) A
    pub(super) fn for_statement(&mut self, node: Node, labels: SmallVec<[Sym; 1]>) {
        let renames = self.renames.len();
        let children: SmallVec<[Node; 4]> = self.parts(node).collect();
        let Some((&body, head)) = children.split_last() else { return };
        let (mut condition, mut next) = (None, None);
        let mut end = self.syntax.row(node).start;
        let mut semicolons = 0;
        for &part in head {
            let row = *self.syntax.row(part);
            let gap = self.syntax.text.get(end as usize..row.start as usize).unwrap_or_default();
            semicolons += gap.bytes().filter(|&byte| byte == b';').count();
            end = row.end;
            match (semicolons, self.kind(part)) {
                (0, Kind::Lexical) => {
                    for declarator in self.parts(part) {
                        if let Some(target) = self.first_child(declarator) {
                            self.declare_pattern(target);
                        }
                    }
                    self.declaration(part);
                    semicolons += 1;
                }
                (0, Kind::Variable) => {
                    self.declaration(part);
                    semicolons += 1;
                }
                (0, _) => self.effect(part),
                (1, _) => condition = Some(part),
                _ => next = Some(part),
            }
        }
        // Where the first test is known, the body runs at least once, or never.
        let begins = condition.and_then(|condition| self.truth(condition));
        let counter = condition.zip(next).and_then(|(condition, next)| self.counter(condition, next));
        self.enter_loop(node, labels);
        let constant = condition.map_or(Some(true), |condition| self.condition(condition));
        let first = counter.map(|counter| self.scope().slot(counter.0));
        if begins != Some(true) {
            self.apply_exit(constant == Some(true));
        }
        self.scope().reachable &= begins != Some(false);
        self.arm(body);
        let is_counted = counter.is_some_and(|counter| first == Some(self.scope().slot(counter.0)));
        if let Some(next) = next {
            self.effect(next);
        }
        if begins == Some(true) {
            self.apply_late_exit(constant == Some(true));
        }
        if is_counted && counter.is_some_and(|counter| counter.1) {
            self.run_once();
        }
        self.leave_loop(None, self.line(node));
        self.renames.truncate(renames);
    }

    /// The loop may end here, behind its body, as far as its condition goes: `continue` leads to the same test.
    fn apply_late_exit(&mut self, never: bool) {
        self.apply_exit(never);
        if let Some(frame) = self.scope().loops.last_mut().filter(|_| !never) {
            frame.breaks.extend(frame.continues.iter().cloned());
        }
    }

    /// The body of the innermost loop does not run again: `continue` leaves it, too.
    fn run_once(&mut self) {
        let scope = self.scope();
        scope.reachable = false;
        if let Some(frame) = scope.loops.last_mut() {
            frame.breaks.append(&mut frame.continues);
        }
    }

    /// The name that a loop counts by, and whether the count ends after one round: `for (let i = 0; i < 1; i++)`.
    fn counter(&self, condition: Node, next: Node) -> Option<(Sym, bool)> {
        let (condition, next) = (self.bare(condition), self.bare(next));
        let name = self.first_child(next).filter(|_| self.kind(next) == Kind::Update)?;
        let mut parts = self.parts(condition).filter(|_| self.kind(condition) == Kind::Binary);
        let (left, right) = (parts.next()?, parts.next()?);
        let is_same = self.kind(left) == Kind::Identifier && self.text(left) == self.text(name);
        let start = self.constant(left, MAX_NESTING).filter(|_| is_same)?;
        let step = if self.text(next).contains("++") { "+" } else { "-" };
        let second = start.combine(step, &Known::Int(1))?;
        let again = second.combine(self.operator(left, right), &self.constant(right, MAX_NESTING)?)?;
        Some((self.renamed(self.draft.rows.names.find(self.text(name))?), !again.truth()))
    }

    // for (t of e) A:  iterate(t, e).  for (t in e) A:  keys(t, e)
    pub(super) fn for_in_statement(&mut self, node: Node, labels: SmallVec<[Sym; 1]>) {
        let renames = self.renames.len();
        let mut parts = self.parts(node);
        let (Some(target), Some(iterable)) = (parts.next(), parts.next()) else { return };
        let body = parts.last();
        let base = self.expression(iterable);
        let is_of = self.operator(target, iterable).starts_with("of");
        if self.declares(node) && self.child(node, Kind::Var).is_none() {
            self.declare_pattern(target);
        }
        self.enter_loop(node, labels);
        self.apply_exit(false);
        let line = self.line(iterable);
        let dst = if is_of {
            let element = self.iterate(base, line);
            let is_awaited = self.text(node)["for".len()..].trim_start().starts_with("await");
            if is_awaited { self.settled(element, line) } else { element }
        } else {
            let dst = self.draft.fresh();
            self.draft.rows.keys.push(Keys { dst, base, space: Space::Any });
            dst
        };
        self.assign(target, dst);
        if let Some(body) = body {
            self.arm(body);
        }
        self.leave_loop(None, self.line(node));
        self.renames.truncate(renames);
    }

    // loop head:  ∀ x bound before and in the loop: a new slot, move(new, x before)
    fn enter_loop(&mut self, node: Node, labels: SmallVec<[Sym; 1]>) {
        let line = self.line(node);
        let runs = if self.scope().reachable { Runs::Maybe } else { Runs::Never };
        self.span(node, node, runs);
        let end = self.syntax.row(node).next;
        let names = self.scope().bound_in(node.0..end);
        let mut heads = Vec::new();
        for name in names {
            let name = self.renamed(name);
            let before = self.scope().slot(name);
            if before.is_some()
                && !self.is_shared(name)
                && !heads.iter().any(|row: &(Sym, Var)| row.0 == name)
            {
                let head = self.draft.fresh();
                self.push_move(head, before, line);
                self.scope().set(name, head);
                heads.push((name, head));
            }
        }
        let mark = self.scope().mark();
        let loop_index = Some(self.scope().loops.len());
        self.scope().loops.push(Loop { mark, heads, ..Loop::default() });
        self.frames.push(Frame { labels, mark, loop_index, breaks: Vec::new(), is_plain: true });
    }

    /// The loop may end here, as far as its condition goes.
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
    fn leave_loop(&mut self, otherwise: Option<Branch>, line: u32) {
        self.frames.pop();
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
        if frame.breaks.is_empty() && otherwise.is_none() {
            return;
        }
        let mut ways = frame.breaks;
        ways.extend(otherwise);
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

    /// `break` or `continue`, with a label or without.
    pub(super) fn jump(&mut self, node: Node, is_break: bool) {
        let label = self.child(node, Kind::Label).map(|label| self.symbol(label));
        let index = self.frames.iter().rposition(|frame| match label {
            Some(label) => frame.labels.contains(&label),
            None => frame.is_plain && (is_break || frame.loop_index.is_some()),
        });
        if let Some(index) = index {
            let (mark, loop_index) = (self.frames[index].mark, self.frames[index].loop_index);
            let branch = self.scope().branch(mark);
            match loop_index.and_then(|index| self.scopes[self.active].loops.get_mut(index)) {
                Some(frame) if is_break => frame.breaks.push(branch),
                Some(frame) => frame.continues.push(branch),
                None => self.frames[index].breaks.push(branch),
            }
        }
        self.scope().reachable = false;
    }

    // l: A
    pub(super) fn labeled_statement(&mut self, node: Node) {
        let mut labels: SmallVec<[Sym; 1]> = SmallVec::new();
        let mut at = node;
        while self.kind(at) == Kind::Labeled {
            let mut parts = self.parts(at);
            let (Some(label), Some(body)) = (parts.next(), parts.next()) else { return };
            labels.push(self.symbol(label));
            at = body;
        }
        match self.kind(at) {
            Kind::For => self.for_statement(at, labels),
            Kind::ForIn => self.for_in_statement(at, labels),
            Kind::While => self.while_statement(at, labels),
            Kind::Do => self.do_statement(at, labels),
            Kind::Switch => self.switch_statement(at, labels),
            _ => {
                let mark = self.scope().mark();
                self.frames.push(Frame {
                    labels,
                    mark,
                    loop_index: None,
                    breaks: Vec::new(),
                    is_plain: false,
                });
                self.statement(at);
                let Some(frame) = self.frames.pop() else { return };
                if frame.breaks.is_empty() {
                    return;
                }
                let mut ways = frame.breaks;
                ways.push(self.scope().branch(mark));
                self.scope().undo(mark);
                self.join(&ways, self.line(node));
            }
        }
    }

    // try A catch (e) B finally C
    pub(super) fn try_statement(&mut self, node: Node) {
        let line = self.line(node);
        let before = self.scope().reachable;
        let base = self.scope().mark();
        let log = self.scope().log.len();
        self.scope().raised.push(Vec::new());
        let mut parts = self.parts(node);
        if let Some(body) = parts.next() {
            self.block(body);
        }
        let raised = self.scope().raised.pop().unwrap_or_default();
        let end = self.scope().branch(base);
        self.scope().undo(base);
        let mut branches = Branches::new();
        let mut finally = None;
        for part in parts {
            match self.kind(part) {
                Kind::Catch => {
                    self.scope().reachable = before;
                    self.disturb(log, line);
                    self.handler(part, &raised);
                    let branch = self.scope().branch(base);
                    branches.push(branch);
                    self.scope().undo(base);
                }
                Kind::Finally => finally = self.child(part, Kind::Block),
                _ => {}
            }
        }
        self.scope().reachable = before;
        branches.push(end);
        match finally {
            Some(block) => self.finally(block, &branches, log, line),
            None => self.join(&branches, line),
        }
    }

    // catch (e) A:  move(e, what the body throws)
    fn handler(&mut self, clause: Node, raised: &[Var]) {
        let renames = self.renames.len();
        let Some(body) = self.child(clause, Kind::Block) else { return };
        if let Some(target) = self.first_child(clause).filter(|&target| target != body) {
            self.declare_pattern(target);
            let caught = self.draft.fresh();
            for &value in raised {
                self.push_move(caught, value, self.line(clause));
            }
            self.assign(target, caught);
        }
        self.block(body);
        self.renames.truncate(renames);
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
    fn finally(&mut self, block: Node, branches: &[Branch], log: usize, line: u32) {
        let base = self.scope().mark();
        let before = self.scope().reachable;
        self.disturb(log, line);
        let mark = self.scope().mark();
        self.block(block);
        let own = self.scope().branch(mark);
        self.scope().undo(base);
        self.scope().reachable = before;
        self.join(branches, line);
        for (name, var) in own.changes {
            self.scope().set(name, var);
        }
        self.scope().reachable &= own.falls_through;
    }

    // throw e
    pub(super) fn throw_statement(&mut self, node: Node) {
        if let Some(value) = self.first_child(node) {
            let var = self.expression(value);
            if let Some(raised) = self.scope().raised.last_mut() {
                raised.push(var);
            }
        }
        self.scope().reachable = false;
    }
}
