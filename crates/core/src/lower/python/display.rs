//! Displays (`[a, b]`, `{k: v}`) and comprehensions → an allocation and what is stored in it.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, CopyFields, Field, Space, Store, StoreKey, is_index, quoted_key};
use crate::ids::{Sym, Var};
use crate::lower::known::Known;
use crate::lower::scope::Branch;
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Elements of a list or tuple that are kept apart; all others are "some element".
const MAX_INDEXED: usize = 64;

impl Lowerer<'_> {
    // [a, *b]:  alloc(v, list), store(v, 0, a), store(v, any, iterate(b))
    pub(super) fn sequence(&mut self, node: Node, class: Sym) -> Var {
        let base = self.allocate(Alloc::Builtin(class), self.line(node));
        let is_set = class == self.words.set;
        let mut is_indexed = !is_set;
        for (index, part) in self.parts(node).enumerate() {
            is_indexed &= index < MAX_INDEXED;
            if self.is_literal(part) {
                continue;
            }
            let line = self.line(part);
            let (field, src) = if self.is_splat(part) {
                is_indexed = false;
                let spread = self.splatted(self.bare(part));
                (Field::AnyItem, self.iterate(spread, line))
            } else {
                let src = self.expression(part);
                (if is_indexed { self.item(index) } else { Field::AnyItem }, src)
            };
            self.draft.rows.stores.push(Store { base, field, src, line });
        }
        base
    }

    fn is_splat(&self, node: Node) -> bool {
        matches!(self.kind(self.bare(node)), Kind::ListSplat | Kind::ListSplatPattern)
    }

    // {k: a, **b}:  alloc(v, dict), store(v, k, a), copy(v, b)
    pub(super) fn dictionary(&mut self, node: Node) -> Var {
        let base = self.allocate(Alloc::Builtin(self.words.dict), self.line(node));
        for (index, part) in self.children(node).enumerate() {
            match self.kind(part) {
                Kind::Pair => self.pair(base, part, index),
                Kind::DictionarySplat => {
                    let src = self.splatted(part);
                    self.draft.rows.copies.push(CopyFields { dst: base, src, space: Space::Item });
                }
                _ => {}
            }
        }
        base
    }

    fn pair(&mut self, base: Var, pair: Node, index: usize) {
        let mut parts = self.parts(pair);
        let (Some(key), Some(value)) = (parts.next(), parts.next()) else { return };
        let line = self.line(pair);
        let constant = self.key_constant(key);
        // A number leads nowhere, but its key may be iterated; a long table of them is data.
        if self.is_literal(value) && (constant.is_none() || index >= MAX_INDEXED) {
            if constant.is_none() && !self.is_literal(key) {
                self.expression(key);
            }
            return;
        }
        match constant {
            Some(key) => {
                let src = self.expression(value);
                self.draft.rows.stores.push(Store { base, field: Field::Item(key), src, line });
            }
            None => {
                let key = self.expression(key);
                let src = self.expression(value);
                self.draft.rows.store_keys.push(StoreKey { base, key, src, space: Space::Item, line });
            }
        }
    }

    /// The text of a constant key: a string, or an integer.
    pub(super) fn key_constant(&mut self, node: Node) -> Option<Sym> {
        match self.kind(node) {
            Kind::Integer => Some(self.symbol(node)),
            Kind::BinaryOperator => match self.known(node, 4)? {
                Known::Int(number) => Some(self.intern(&number.to_string())),
                _ => None,
            },
            Kind::String | Kind::ConcatenatedString => {
                let text = self.constant_text(node)?;
                Some(if is_index(&text) { self.intern(&quoted_key(&text)) } else { self.intern(&text) })
            }
            _ => None,
        }
    }

    // [e for x in xs if c]:  alloc(v, list), iterate(x, xs), store(v, any, e | c)
    pub(super) fn comprehension(&mut self, node: Node, class: Sym) -> Var {
        let base = self.allocate(Alloc::Builtin(class), self.line(node));
        let mark = self.scope().mark();
        let outer_targets = self.scope().targets.len();
        let mut parts = self.parts(node);
        let Some(body) = parts.next() else { return base };
        for clause in parts {
            match self.kind(clause) {
                Kind::ForInClause => self.for_clause(clause),
                Kind::IfClause => {
                    if let Some(condition) = self.first_child(clause) {
                        let test = self.test(condition, false);
                        self.apply(&test.yes);
                    }
                }
                _ => {}
            }
        }
        self.element(base, body);
        self.leave_comprehension(mark, outer_targets, self.line(node));
        base
    }

    fn element(&mut self, base: Var, body: Node) {
        let line = self.line(body);
        if self.kind(body) == Kind::Pair {
            // A comprehension has one pair, whose key is computed.
            self.pair(base, body, 0);
            return;
        }
        let src = self.expression(body);
        self.draft.rows.stores.push(Store { base, field: Field::AnyItem, src, line });
    }

    fn for_clause(&mut self, clause: Node) {
        let mut parts = self.parts_but(clause, &[Kind::Async, Kind::In]);
        let Some(target) = parts.next() else { return };
        let Some(iterable) = parts.next() else { return };
        let base = self.expression(iterable);
        for other in parts {
            self.effect(other);
        }
        let var = self.iterate(base, self.line(iterable));
        self.assign_target(target, var);
    }

    /// Binds the target of a comprehension: names of its own.
    fn assign_target(&mut self, target: Node, var: Var) {
        match self.kind(target) {
            Kind::Identifier => {
                let name = self.symbol(target);
                let scope = self.scope();
                scope.set(name, var);
                scope.targets.push((name, var));
            }
            Kind::TuplePattern | Kind::ListPattern | Kind::PatternList => {
                if !self.deeper(target) {
                    return;
                }
                let line = self.line(target);
                let mut is_behind_star = false;
                for (index, part) in self.children(target).enumerate() {
                    let is_star = self.kind(part) == Kind::ListSplatPattern;
                    is_behind_star |= is_star;
                    let field = if is_behind_star { Field::AnyItem } else { self.item(index) };
                    let element = self.load(var, field, line);
                    if is_star {
                        let list = self.container_of(self.words.list, element, line);
                        let inner = self.children(part).last().unwrap_or(part);
                        self.assign_target(inner, list);
                    } else {
                        self.assign_target(part, element);
                    }
                }
                self.expression_depth -= 1;
            }
            _ => self.assign(target, var, true),
        }
    }

    /// Takes the targets back; what else was bound (by `:=`) stays.
    fn leave_comprehension(&mut self, mark: usize, outer_targets: usize, line: u32) {
        let scope = self.scope();
        let mut branch = scope.branch(mark);
        scope.undo(mark);
        branch.changes.retain(|change| {
            let is_target = scope.targets[outer_targets..].iter().any(|target| target.0 == change.0);
            !is_target && scope.origin(change.1) != scope.held(change.0)
        });
        scope.targets.truncate(outer_targets);
        if !branch.changes.is_empty() {
            let other = Branch { changes: SmallVec::new(), falls_through: scope.reachable };
            self.join(&[branch, other], line);
        }
    }
}
