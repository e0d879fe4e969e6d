//! Annotations → declared types.
//!
//! A type says what a value may be called with, so `None`, `Any`, `object` and scalars say nothing and drop out.

use super::kind::Kind;
use super::{Lowerer, MODULE};
use crate::facts::{Field, FunctionKind, Hint, Load, Type};
use crate::ids::{FuncId, Sym, TypeId, Var};
use crate::lower::syntax::Node;

/// From where the names of an annotation are seen.
#[derive(Clone, Copy)]
pub(super) enum View {
    /// From this point of the body that is being lowered.
    Here,
    /// From around the function that is being lowered: its parameters and result.
    Signature,
    /// From the body of a class, for a field that a method declares.
    Field(FuncId),
}

/// Types that hold no text.
const NUMBERS: [&str; 5] = ["bool", "complex", "float", "int", "None"];

/// Types that are written by name and say nothing.
const SAYS_NOTHING: [&str; 16] = [
    "Any",
    "AnyStr",
    "None",
    "NoReturn",
    "Never",
    "NoneType",
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "float",
    "int",
    "object",
    "str",
    "LiteralString",
    "Text",
];

/// Types that are what they are applied to.
const TRANSPARENT: [&str; 12] = [
    "Annotated",
    "ClassVar",
    "Final",
    "InitVar",
    "Mapped",
    "NotRequired",
    "Optional",
    "ReadOnly",
    "Required",
    "Unpack",
    "TypeGuard",
    "TypeIs",
];

impl Lowerer<'_> {
    /// The type that an annotation declares, or none if it says nothing.
    pub(super) fn annotation(&mut self, node: Node, view: View) -> Option<TypeId> {
        if !self.deeper(node) {
            return None;
        }
        let ty = self.annotated_type(node, view);
        self.expression_depth -= 1;
        ty
    }

    /// As `annotation`, with a row for types that say nothing.
    pub(super) fn annotation_or_unknown(&mut self, node: Node, view: View) -> TypeId {
        match self.annotation(node, view) {
            Some(ty) => ty,
            None => self.add_type(view, Type::Unknown),
        }
    }

    fn annotated_type(&mut self, node: Node, view: View) -> Option<TypeId> {
        let node = self.bare(node);
        match self.kind(node) {
            Kind::Identifier => {
                let text = self.text(node);
                self.named_type(text, view)
            }
            Kind::Attribute | Kind::MemberType => {
                let text = self.text(node);
                self.dotted_type(text, view)
            }
            Kind::Subscript | Kind::GenericType => {
                let mut parts = self.parts(node);
                let head = parts.next()?;
                let mut args: Vec<Node> = Vec::new();
                for part in parts {
                    match self.kind(part) {
                        Kind::TypeParameter => args.extend(self.children(part)),
                        _ => args.push(part),
                    }
                }
                let args: Vec<Argument<'_>> = args.into_iter().map(Argument::Node).collect();
                let head = self.text(head);
                self.applied_type(head, &args, view)
            }
            Kind::BinaryOperator | Kind::UnionType => {
                let members: Vec<Argument<'_>> =
                    self.parts_but(node, &[Kind::BitOr]).map(Argument::Node).collect();
                self.union_type(&members, view)
            }
            Kind::String => {
                let text = self.constant_text(node)?;
                self.text_type(&text, view)
            }
            _ => None,
        }
    }

    /// `A | B`, `Union[A, B]`, `Optional[A]`.
    fn union_type(&mut self, members: &[Argument<'_>], view: View) -> Option<TypeId> {
        let mut types: Vec<TypeId> = Vec::new();
        for member in members {
            types.extend(self.argument_type(member, view));
        }
        match types.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.add_type(view, Type::Union(types))),
        }
    }

    /// `head[args]`.
    fn applied_type(&mut self, head: &str, args: &[Argument<'_>], view: View) -> Option<TypeId> {
        let name = head.rsplit('.').next().unwrap_or_default().trim();
        match name {
            "Union" => self.union_type(args, view),
            "Literal" => None,
            "Callable" => {
                let result = self.argument_type(args.last()?, view);
                let result = match result {
                    Some(result) => result,
                    None => self.add_type(view, Type::Unknown),
                };
                Some(self.add_type(view, Type::Callable(result)))
            }
            "type" | "Type" => {
                let class = self.argument_type(args.first()?, view)?;
                Some(self.add_type(view, Type::ClassOf(class)))
            }
            _ if TRANSPARENT.contains(&name) => self.argument_type(args.first()?, view),
            _ => {
                let head = self.dotted_type(head, view)?;
                let mut applied = Vec::with_capacity(args.len());
                for arg in args {
                    let arg = self.argument_type(arg, view);
                    applied.push(match arg {
                        Some(arg) => arg,
                        None => self.add_type(view, Type::Unknown),
                    });
                }
                Some(self.add_type(view, Type::Apply(head, applied)))
            }
        }
    }

    fn argument_type(&mut self, argument: &Argument<'_>, view: View) -> Option<TypeId> {
        match argument {
            Argument::Node(node) => self.annotation(*node, view),
            Argument::Text(text) => self.text_type(text, view),
        }
    }

    /// A type in a string: dotted names, subscripts and `|`.
    fn text_type(&mut self, text: &str, view: View) -> Option<TypeId> {
        if self.expression_depth >= super::MAX_EXPRESSION_DEPTH {
            return None;
        }
        self.expression_depth += 1;
        let ty = self.parsed_type(text.trim(), view);
        self.expression_depth -= 1;
        ty
    }

    fn parsed_type(&mut self, text: &str, view: View) -> Option<TypeId> {
        let members = split_outside(text, '|');
        if members.len() > 1 {
            let members: Vec<Argument<'_>> = members.into_iter().map(Argument::Text).collect();
            return self.union_type(&members, view);
        }
        let text = text.trim_matches(['"', '\'']);
        if let Some((head, args)) = text.split_once('[') {
            let args = args.trim_end().strip_suffix(']')?;
            let args: Vec<Argument<'_>> = split_outside(args, ',').into_iter().map(Argument::Text).collect();
            return self.applied_type(head.trim(), &args, view);
        }
        self.dotted_type(text.trim(), view)
    }

    /// `a.b.C`: the value of the name, and its members.
    fn dotted_type(&mut self, text: &str, view: View) -> Option<TypeId> {
        let mut parts = text.split('.').map(str::trim);
        let first = parts.next()?;
        let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !text.contains('.') {
            return if is_name(first) { self.named_type(first, view) } else { None };
        }
        if SAYS_NOTHING.contains(&text.rsplit('.').next().unwrap_or_default()) || !is_name(first) {
            return None;
        }
        let name = self.intern(first);
        let mut var = self.type_name(name, view)?;
        for part in parts {
            // A field of the class itself has no rows of its own to load with.
            if !is_name(part) || matches!(view, View::Field(_)) {
                return None;
            }
            let field = Field::Attr(self.intern(part));
            let line = self.draft.functions[self.draft.current().index()].row.line;
            let dst = self.draft.fresh();
            self.draft.rows.loads.push(Load { dst, base: var, field, line });
            var = dst;
        }
        Some(self.add_type(view, Type::Value(var)))
    }

    fn named_type(&mut self, text: &str, view: View) -> Option<TypeId> {
        if SAYS_NOTHING.contains(&text) {
            return None;
        }
        let mut name = self.intern(text);
        if text == "Self" {
            let class = self.contexts[self.owner(view).index()].class?;
            name = self.draft.classes[class.index()].row.name;
        }
        if self.type_names.contains(&name) {
            return None;
        }
        let var = self.type_name(name, view)?;
        Some(self.add_type(view, Type::Value(var)))
    }

    /// The function whose slots the variables of a type are.
    fn owner(&self, view: View) -> FuncId {
        match view {
            View::Here | View::Signature => self.draft.current(),
            View::Field(body) => body,
        }
    }

    /// A row for a parameter that holds numbers, truth values or one of some written values only.
    pub(super) fn number_hint(&mut self, var: Var, annotation: Node) {
        if is_number(self.text(annotation)) {
            let ty = self.add_type(View::Signature, Type::Number);
            self.draft.rows.hints.push(Hint { var, ty, checked: false });
        }
    }

    pub(super) fn add_type(&mut self, view: View, ty: Type) -> TypeId {
        let owner = self.owner(view);
        self.draft.add_type(owner, ty)
    }

    /// The slot of a name in an annotation. Names that are bound further down count.
    fn type_name(&mut self, name: Sym, view: View) -> Option<Var> {
        match view {
            View::Here => Some(self.type_name_at(self.active, name)),
            View::Signature => {
                let function = self.draft.current();
                let parent = self.draft.functions[function.index()].row.parent;
                if self.draft.functions[parent.index()].row.kind == FunctionKind::ClassBody
                    && let Some(member) = self.member(parent, name)
                {
                    return Some(self.draft.capture(function, parent, member));
                }
                Some(self.resolve(function, name))
            }
            View::Field(body) => {
                if let Some(member) = self.member(body, name) {
                    return Some(member);
                }
                let function = self.draft.current();
                if self.scopes[self.active].is_local(name) && function != MODULE {
                    return None;
                }
                let var = self.module_slot(name);
                Some(self.draft.capture(body, MODULE, var))
            }
        }
    }

    fn type_name_at(&mut self, level: usize, name: Sym) -> Var {
        let scope = &self.scopes[level];
        let function = scope.function;
        if scope.slot(name).is_some() {
            return scope.slot(name);
        }
        if scope.is_class {
            let var = self.type_name_at(level - 1, name);
            let owner = self.scopes[level - 1].function;
            return self.draft.capture(function, owner, var);
        }
        if function == MODULE && scope.is_local(name) {
            if !self.cell_of(name).is_some() {
                let cell = self.draft.fresh_in(MODULE);
                self.export(name, cell);
            }
            return self.cell_of(name);
        }
        self.read_at(level, name)
    }

    /// What a class body that is lowered already binds to a name.
    fn member(&self, body: FuncId, name: Sym) -> Option<Var> {
        let class = self.contexts[body.index()].class?;
        let members = &self.draft.classes[class.index()].members;
        let index = members.binary_search_by_key(&name, |member| member.name).ok()?;
        Some(members[index].var)
    }

    /// The type of an instance of one of the classes that expressions name, for a test. None if one of them is
    /// no plain name.
    pub(super) fn class_type(&mut self, classes: &[Node]) -> Option<TypeId> {
        let mut types = Vec::new();
        for &class in classes {
            self.add_classes(class, &mut types)?;
        }
        match types.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.add_type(View::Here, Type::Union(types))),
        }
    }

    fn add_classes(&mut self, class: Node, types: &mut Vec<TypeId>) -> Option<()> {
        let class = self.bare(class);
        match self.kind(class) {
            Kind::Identifier | Kind::DottedName if !self.text(class).contains('.') => {
                let name = self.symbol(class);
                let var = self.read(name);
                types.push(self.add_type(View::Here, Type::Value(var)));
                Some(())
            }
            Kind::Attribute | Kind::DottedName => {
                let text = self.text(class);
                let ty = self.dotted_type(text, View::Here)?;
                types.push(ty);
                Some(())
            }
            Kind::Tuple | Kind::ExpressionList | Kind::BinaryOperator => {
                if !self.deeper(class) {
                    return None;
                }
                let mut all = Some(());
                for part in self.parts_but(class, &[Kind::BitOr]) {
                    all = all.and(self.add_classes(part, types));
                }
                self.expression_depth -= 1;
                all
            }
            Kind::None => Some(()),
            _ => None,
        }
    }
}

/// An argument of a type: in the tree, or in a string.
enum Argument<'a> {
    Node(Node),
    Text(&'a str),
}

/// Splits at a character that is in no brackets.
fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            _ if c == separator && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// Whether an annotation lets numbers and truth values through and nothing else: `int`, `Optional[int]`,
/// `Annotated[int, Query()]`.
fn is_number(text: &str) -> bool {
    let is_one = |member: &str| {
        let member = member.trim();
        let head = member.split('[').next().unwrap_or_default();
        NUMBERS.contains(&member) || member.ends_with(']') && head.rsplit('.').next() == Some("Literal")
    };
    let inside = ["Optional[", "Annotated["].into_iter().find_map(|head| text.strip_prefix(head));
    match inside.and_then(|inside| inside.strip_suffix(']')) {
        Some(inside) => is_one(split_outside(inside, ',')[0]),
        None => split_outside(text, '|').into_iter().all(is_one),
    }
}
