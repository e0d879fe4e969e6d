//! `match`: what each pattern says of the subject, and what it binds.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, Field, Store};
use crate::ids::{Sym, Var};
use crate::lower::known::Known;
use crate::lower::scope::Branch;
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Classes of which the one positional pattern is the whole value.
const SELF_MATCHING: [&str; 11] =
    ["bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"];

/// Operators inside each other in a constant subject.
const MAX_KNOWN: u8 = 8;

impl Lowerer<'_> {
    // match s: case P if c: A:  join(A | P, c), and what was before unless a case always fits
    pub(super) fn match_statement(&mut self, node: Node) {
        let line = self.line(node);
        let mut subjects: SmallVec<[(Var, Option<Sym>); 1]> = SmallVec::new();
        let mut branches: SmallVec<[Branch; 4]> = SmallVec::new();
        let mut always_fits = false;
        let base = self.scope().mark();
        let before = self.scope().reachable;
        let (mut constant, mut decided) = (None, false);
        for child in self.children(node) {
            match self.kind(child) {
                Kind::Error => {}
                Kind::Block => {
                    let subject = self.subject(&subjects, line);
                    for case in self.children(child) {
                        if self.kind(case) != Kind::Case {
                            self.statement(case);
                            continue;
                        }
                        let fits = self.constant_case(case, constant.as_ref());
                        self.scope().reachable = before && !decided && fits != Some(false);
                        always_fits |= self.case(case, subject) || fits == Some(true);
                        decided |= fits == Some(true);
                        let branch = self.scope().branch(base);
                        branches.push(branch);
                        self.scope().undo(base);
                        self.scope().reachable = before;
                    }
                }
                _ => {
                    let name = self.plain_name(child);
                    let var = self.expression(child);
                    constant = self.known(child, MAX_KNOWN).filter(|_| subjects.is_empty());
                    subjects.push((var, name));
                }
            }
        }
        if !always_fits {
            branches.push(self.scope().branch(base));
        }
        self.join(&branches, line);
    }

    /// The subject: the one there is, or a tuple of them.
    fn subject(&mut self, subjects: &[(Var, Option<Sym>)], line: u32) -> (Var, Option<Sym>) {
        if let [only] = subjects {
            return *only;
        }
        let base = self.allocate(Alloc::Builtin(self.words.tuple), line);
        for (index, &(src, _)) in subjects.iter().enumerate() {
            let field = self.item(index);
            self.draft.rows.stores.push(Store { base, field, src, line });
        }
        (base, None)
    }

    /// Whether a case of one literal and no guard fits a subject that is a constant.
    fn constant_case(&mut self, case: Node, subject: Option<&Known>) -> Option<bool> {
        let subject = subject?;
        let mut parts = self.children(case).filter(|&part| self.kind(part) != Kind::Block);
        let (pattern, None) = (parts.next()?, parts.next()) else { return None };
        let literal = self.first_child(pattern).unwrap_or(pattern);
        self.known(literal, MAX_KNOWN).map(|literal| literal.equals(subject))
    }

    /// One case. Whether it fits any subject.
    fn case(&mut self, case: Node, (subject, name): (Var, Option<Sym>)) -> bool {
        let mut patterns: SmallVec<[Node; 1]> = SmallVec::new();
        let mut always_fits = true;
        let mut body = None;
        for child in self.children(case) {
            match self.kind(child) {
                Kind::CasePattern => patterns.push(child),
                Kind::IfClause => {
                    always_fits = false;
                    self.match_patterns(&patterns, subject, name);
                    if let Some(guard) = self.first_child(child) {
                        let test = self.test(guard, false);
                        self.apply(&test.yes);
                    }
                }
                Kind::Block => body = Some(child),
                _ => {}
            }
        }
        if always_fits {
            always_fits = self.match_patterns(&patterns, subject, name);
        }
        body.into_iter().for_each(|body| self.block(body));
        always_fits
    }

    /// Matches the patterns of a case: several are those of a tuple.
    fn match_patterns(&mut self, patterns: &[Node], subject: Var, name: Option<Sym>) -> bool {
        match patterns {
            [only] => self.pattern(*only, subject, name),
            _ => {
                self.elements(patterns, subject);
                false
            }
        }
    }

    /// Matches a pattern: binds its names. Whether it fits any value.
    fn pattern(&mut self, node: Node, subject: Var, name: Option<Sym>) -> bool {
        if !self.deeper(node) {
            return false;
        }
        let always_fits = self.nested_pattern(node, subject, name);
        self.expression_depth -= 1;
        always_fits
    }

    fn nested_pattern(&mut self, node: Node, subject: Var, name: Option<Sym>) -> bool {
        match self.kind(node) {
            Kind::CasePattern => {
                let inner = self.children(node).find(|&child| self.kind(child) != Kind::Minus);
                inner.is_none_or(|inner| self.pattern(inner, subject, name))
            }
            Kind::Underscore => true,
            Kind::Identifier => self.capture_pattern(node, subject),
            Kind::DottedName if self.text(node) == "_" => true,
            Kind::DottedName if !self.text(node).contains('.') => self.capture_pattern(node, subject),
            Kind::DottedName => {
                self.dotted_value(node);
                false
            }
            Kind::AsPattern => {
                let mut parts = self.parts_but(node, &[Kind::As]);
                let Some(inner) = parts.next() else { return false };
                let always_fits = self.pattern(inner, subject, name);
                // What the inner pattern tested holds for the name, too.
                let value = name.map_or(subject, |name| self.read(name));
                if let Some(alias) = parts.next() {
                    self.assign(alias, value, false);
                }
                always_fits
            }
            Kind::UnionPattern => self.alternatives(node, subject, name),
            Kind::ListPattern | Kind::TuplePattern => {
                let parts: SmallVec<[Node; 4]> = self.parts(node).collect();
                // Parentheses around one pattern make no tuple.
                if let ([only], Kind::TuplePattern) = (parts.as_slice(), self.kind(node))
                    && !self.text(node).trim_end_matches([')', ' ', '\n']).ends_with(',')
                {
                    return self.pattern(*only, subject, name);
                }
                self.elements(&parts, subject);
                false
            }
            Kind::DictPattern => {
                self.mapping_pattern(node, subject);
                false
            }
            Kind::ClassPattern => {
                self.class_pattern(node, subject, name);
                false
            }
            _ => false,
        }
    }

    fn capture_pattern(&mut self, node: Node, subject: Var) -> bool {
        let name = self.symbol(node);
        self.bind(name, subject, self.line(node), false);
        true
    }

    /// `a.b` in a pattern: a value to compare with.
    fn dotted_value(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let mut parts = self.text(node).split('.').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let first = self.intern(first);
        let mut var = self.read(first);
        for part in parts {
            let field = Field::Attr(self.intern(part));
            var = self.load(var, field, line);
        }
        var
    }

    // P | Q:  a name is what either binds
    fn alternatives(&mut self, node: Node, subject: Var, name: Option<Sym>) -> bool {
        let base = self.scope().mark();
        let mut branches: SmallVec<[Branch; 4]> = SmallVec::new();
        let mut always_fits = false;
        for part in self.parts_but(node, &[Kind::BitOr]) {
            always_fits |= self.pattern(part, subject, name);
            let branch = self.scope().branch(base);
            branches.push(branch);
            self.scope().undo(base);
        }
        self.join(&branches, self.line(node));
        always_fits
    }

    // [P, *r, Q]:  load(p, s, 0), r = list of load(s, any), load(q, s, any)
    fn elements(&mut self, parts: &[Node], subject: Var) {
        let mut is_behind_star = false;
        for (index, &part) in parts.iter().enumerate() {
            let line = self.line(part);
            let star = self.splat_of(part);
            is_behind_star |= star.is_some();
            let field = if is_behind_star { Field::AnyItem } else { self.item(index) };
            let element = self.load(subject, field, line);
            match star {
                Some(star) => {
                    let list = self.container_of(self.words.list, element, line);
                    self.bind_splat(star, list);
                }
                None => {
                    self.pattern(part, element, None);
                }
            }
        }
    }

    fn splat_of(&self, node: Node) -> Option<Node> {
        match self.kind(node) {
            Kind::SplatPattern => Some(node),
            Kind::CasePattern => self.child(node, Kind::SplatPattern),
            _ => None,
        }
    }

    fn bind_splat(&mut self, splat: Node, var: Var) {
        if let Some(name) = self.child(splat, Kind::Identifier) {
            self.capture_pattern(name, var);
        }
    }

    // {k: P, **r}:  load(p, s, k), r = dict of load(s, any)
    fn mapping_pattern(&mut self, node: Node, subject: Var) {
        let mut key: Option<Node> = None;
        for child in self.children(node) {
            let line = self.line(child);
            match self.kind(child) {
                Kind::Error | Kind::Minus => {}
                Kind::SplatPattern => {
                    let element = self.load(subject, Field::AnyItem, line);
                    let rest = self.container_of(self.words.dict, element, line);
                    self.bind_splat(child, rest);
                }
                Kind::CasePattern => {
                    let constant = key.take().and_then(|key| self.key_constant(key));
                    let field = constant.map_or(Field::AnyItem, Field::Item);
                    let element = self.load(subject, field, line);
                    self.pattern(child, element, None);
                }
                _ => key = Some(child),
            }
        }
    }

    // C(P, k=Q):  move(t, s), hint(t, C), load(p, t, 0), load(q, t, k)
    fn class_pattern(&mut self, node: Node, subject: Var, name: Option<Sym>) {
        let line = self.line(node);
        let mut parts = self.parts(node);
        let Some(class) = parts.next() else { return };
        let var = self.draft.fresh();
        self.push_move(var, subject, line);
        self.hint_class(var, &[class]);
        if let Some(name) = name.filter(|&name| self.scopes[self.active].slot(name).is_some()) {
            self.scope().narrow(name, var, subject, false);
        }
        let is_whole = SELF_MATCHING.contains(&self.text(class));
        for (index, part) in parts.enumerate() {
            let keyword = match self.kind(part) {
                Kind::KeywordPattern => Some(part),
                _ => self.child(part, Kind::KeywordPattern),
            };
            if let Some(keyword) = keyword {
                self.keyword_pattern(keyword, var);
            } else if is_whole {
                self.pattern(part, var, None);
            } else {
                let field = self.item(index);
                let element = self.load(var, field, line);
                self.pattern(part, element, None);
            }
        }
    }

    fn keyword_pattern(&mut self, keyword: Node, subject: Var) {
        let mut parts = self.parts_but(keyword, &[Kind::Minus]);
        let (Some(name), Some(inner)) = (parts.next(), parts.next()) else { return };
        let field = Field::Attr(self.symbol(name));
        let element = self.load(subject, field, self.line(keyword));
        self.pattern(inner, element, None);
    }
}
