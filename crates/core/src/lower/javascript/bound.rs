//! Which names does a body declare and assign? Asked before its statements are followed: declarations hold in all
//! of their function or block, and functions are there before the first statement runs.

use super::Lowerer;
use super::kind::Kind;
use crate::ids::Sym;
use crate::lower::syntax::Node;

/// A function of which the names are being collected.
#[derive(Default)]
struct Names {
    end: u32,
    declared: Vec<Sym>,
    assigned: Vec<Sym>,
}

impl Lowerer<'_> {
    /// Finds the names that a function assigns and does not declare: they are cells in the scope that declares them.
    pub(super) fn share_names(&mut self) {
        let rows = self.syntax.rows.len() as u32;
        let mut stack = vec![Names { end: rows, ..Names::default() }];
        for at in 0..rows {
            while stack.last().is_some_and(|names| names.end <= at) {
                self.share_assigned(stack.pop());
            }
            let node = Node(at);
            let Some(names) = stack.last_mut() else { return };
            match self.kind(node) {
                Kind::Declarator | Kind::Catch => {
                    let target = self.first_child(node);
                    self.pattern_names(target, &mut |name, _| names.declared.push(name));
                }
                Kind::FunctionDeclaration | Kind::ClassDeclaration | Kind::Enum => {
                    let name = self.definition_name(node);
                    self.pattern_names(name, &mut |name, _| names.declared.push(name));
                }
                Kind::ForIn if self.declares(node) => {
                    let target = self.parts(node).next();
                    self.pattern_names(target, &mut |name, _| names.declared.push(name));
                }
                Kind::Assignment | Kind::Augmented | Kind::Update | Kind::ForIn => {
                    let target = self.parts(node).next();
                    self.pattern_names(target, &mut |name, _| names.assigned.push(name));
                }
                _ => {}
            }
            if self.is_function(node) {
                let mut names = Names { end: self.syntax.row(node).next, ..Names::default() };
                let parameters = self.parameters_node(node);
                self.pattern_names(parameters, &mut |name, _| names.declared.push(name));
                stack.push(names);
            }
        }
        while stack.len() > 1 {
            self.share_assigned(stack.pop());
        }
    }

    fn share_assigned(&mut self, names: Option<Names>) {
        let Some(mut names) = names else { return };
        names.declared.sort_unstable();
        for name in names.assigned {
            if names.declared.binary_search(&name).is_err() {
                self.share(name);
            }
        }
    }

    /// The parameters of a function: a list, or the one name of an arrow function.
    pub(super) fn parameters_node(&self, function: Node) -> Option<Node> {
        let list = self.child(function, Kind::Parameters);
        let is_arrow = self.kind(function) == Kind::Arrow;
        list.or_else(|| self.child(function, Kind::Identifier).filter(|_| is_arrow))
    }

    /// Whether a node is a function.
    pub(super) fn is_function(&self, node: Node) -> bool {
        matches!(
            self.kind(node),
            Kind::FunctionDeclaration | Kind::FunctionExpression | Kind::Arrow | Kind::Method
        )
    }

    /// Whether a `for … in` or `for … of` declares its target.
    pub(super) fn declares(&self, node: Node) -> bool {
        self.children(node).any(|child| matches!(self.kind(child), Kind::Var | Kind::Let | Kind::Const))
    }

    /// The node that names a definition.
    pub(super) fn definition_name(&self, node: Node) -> Option<Node> {
        self.children(node).find(|&child| matches!(self.kind(child), Kind::Identifier | Kind::TypeName))
    }

    /// Finds the names in a pattern, or in a target: those that are no part of a member, a call or a default.
    fn pattern_names(&mut self, pattern: Option<Node>, found: &mut dyn FnMut(Sym, Node)) {
        let Some(pattern) = pattern else { return };
        let syntax = self.syntax;
        let (mut at, end) = (pattern.0, syntax.row(pattern).next);
        while at < end {
            let row = syntax.row(Node(at));
            match row.kind {
                Kind::Identifier | Kind::ShorthandPattern | Kind::Shorthand => {
                    let name = self.symbol(Node(at));
                    found(name, Node(at));
                    at += 1;
                }
                Kind::AssignmentPattern | Kind::Parameter => {
                    // The target, and not the default.
                    let target = self.target_of(Node(at));
                    at = row.next;
                    if let Some(target) = target {
                        self.pattern_names(Some(target), found);
                    }
                }
                Kind::Parameters
                | Kind::ObjectPattern
                | Kind::ArrayPattern
                | Kind::PairPattern
                | Kind::RestPattern
                | Kind::Parenthesized
                | Kind::NonNull
                | Kind::Object
                | Kind::Pair
                | Kind::Array => at += 1,
                _ => at = row.next,
            }
        }
    }

    /// The names in a pattern.
    pub(super) fn names_in(&mut self, pattern: Option<Node>, names: &mut Vec<Sym>) {
        self.pattern_names(pattern, &mut |name, _| names.push(name));
    }

    /// What the value of a parameter, or of a pattern with a default, arrives at.
    pub(super) fn target_of(&self, node: Node) -> Option<Node> {
        self.parts(node).find(|&part| !matches!(self.kind(part), Kind::Decorator | Kind::Modifier))
    }

    /// Finds the names that a body declares and assigns, into the innermost scope, and declares its `var`s.
    pub(super) fn scan(&mut self, body: Node) {
        let mut declared: Vec<Sym> = Vec::new();
        let mut hoisted: Vec<Sym> = Vec::new();
        let mut bound: Vec<(u32, Sym)> = Vec::new();
        let end = self.syntax.row(body).next;
        let mut at = if self.is_function(body) { end } else { body.0 };
        let mut var_until = 0;
        while at < end {
            let node = Node(at);
            let row = *self.syntax.row(node);
            at += 1;
            let is_var = row.kind == Kind::ForIn && self.child(node, Kind::Var).is_some();
            let target = match row.kind {
                Kind::Variable => {
                    var_until = row.next;
                    continue;
                }
                Kind::Declarator | Kind::Catch => self.first_child(node),
                Kind::ForIn | Kind::Assignment | Kind::Augmented | Kind::Update => self.parts(node).next(),
                Kind::FunctionDeclaration | Kind::ClassDeclaration | Kind::Enum => {
                    at = row.next;
                    self.definition_name(node)
                }
                Kind::FunctionExpression | Kind::Arrow | Kind::Method | Kind::ClassBody => {
                    at = row.next;
                    None
                }
                _ => None,
            };
            let assigns = matches!(row.kind, Kind::Assignment | Kind::Augmented | Kind::Update)
                || row.kind == Kind::ForIn && !self.declares(node);
            let is_hoisted = is_var || row.kind == Kind::Declarator && node.0 < var_until;
            self.pattern_names(target, &mut |name, node| {
                bound.push((node.0, name));
                if !assigns {
                    declared.push(name);
                }
                if is_hoisted {
                    hoisted.push(name);
                }
            });
        }
        bound.sort_unstable();
        self.scope().bound.extend(bound);
        let all = &mut self.declared[self.active];
        all.extend(declared);
        all.sort_unstable();
        hoisted.sort_unstable();
        hoisted.dedup();
        for name in hoisted {
            self.declare(name, None);
        }
    }

    /// Declares what the statements of a block declare, and defines its functions. `is_top` for the block that is
    /// the body of a function or module.
    pub(super) fn enter_block(&mut self, block: Node, is_top: bool) {
        let syntax = self.syntax;
        let mut functions = Vec::new();
        for statement in syntax.children(block) {
            let mut statement = statement;
            while matches!(self.kind(statement), Kind::Export | Kind::Labeled) {
                let Some(inner) = self.children(statement).last() else { break };
                statement = inner;
            }
            self.declare_statement(statement, (!is_top).then_some(block.0), &mut functions);
        }
        for function in functions {
            self.function_declaration(function);
        }
    }

    fn declare_statement(&mut self, statement: Node, block: Option<u32>, functions: &mut Vec<Node>) {
        let syntax = self.syntax;
        let mut names: Vec<Sym> = Vec::new();
        match self.kind(statement) {
            Kind::Lexical => {
                for declarator in syntax.children(statement) {
                    let target = self.first_child(declarator);
                    self.pattern_names(target, &mut |name, _| names.push(name));
                }
            }
            Kind::FunctionDeclaration => {
                names.extend(self.definition_name(statement).map(|name| self.symbol(name)));
                functions.push(statement);
            }
            Kind::ClassDeclaration | Kind::Enum | Kind::Interface | Kind::Namespace | Kind::ImportAlias => {
                names.extend(self.definition_name(statement).map(|name| self.symbol(name)));
            }
            Kind::Import => self.import_names(statement, &mut names),
            // `namespace N {}` is an expression in the grammar.
            Kind::ExpressionStatement => {
                if let Some(inner) = self.child(statement, Kind::Namespace) {
                    names.extend(self.definition_name(inner).map(|name| self.symbol(name)));
                }
            }
            _ => {}
        }
        for name in names {
            self.declare(name, block);
        }
    }

    /// Declares the names of a pattern that belongs to a block of its own: the head of a loop, a handler.
    pub(super) fn declare_pattern(&mut self, pattern: Node) {
        let mut names: Vec<Sym> = Vec::new();
        self.pattern_names(Some(pattern), &mut |name, _| names.push(name));
        for name in names {
            self.declare(name, Some(pattern.0));
        }
    }

    /// Declares the names of parameters.
    pub(super) fn declare_parameters(&mut self, parameters: Node) {
        let mut names: Vec<(u32, Sym)> = Vec::new();
        self.pattern_names(Some(parameters), &mut |name, node| names.push((node.0, name)));
        for (row, name) in names {
            self.scope().bound.push((row, name));
            self.declared[self.active].push(name);
            self.declare(name, None);
        }
    }
}
