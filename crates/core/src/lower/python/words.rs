//! The symbols that lowering itself writes: names of methods that constructs call, and of builtin classes.

use super::kind::Kind;
use crate::ids::{Interner, Sym};

/// Declares [`Words`]: a symbol a field.
macro_rules! words {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Symbols by their use.
        pub(super) struct Words {
            $(pub(super) $field: Sym,)*
            /// `0`, `1`, … as far as they were asked for.
            indices: Vec<Sym>,
        }

        impl Words {
            /// The symbols of a file.
            pub(super) fn new(names: &mut Interner) -> Self {
                Self { $($field: names.intern($text),)* indices: Vec::new() }
            }
        }
    };
}

words! {
    list = "list", tuple = "tuple", dict = "dict", set = "set", generator = "generator", str = "str",
    name = "__name__", file = "__file__",
    enter = "__enter__", exit = "__exit__", aenter = "__aenter__", aexit = "__aexit__",
    bool_ = "__bool__", len = "__len__", str_ = "__str__", contains = "__contains__", delitem = "__delitem__",
    add = "__add__", radd = "__radd__", iadd = "__iadd__",
    sub = "__sub__", rsub = "__rsub__", isub = "__isub__",
    mul = "__mul__", rmul = "__rmul__", imul = "__imul__",
    matmul = "__matmul__", rmatmul = "__rmatmul__", imatmul = "__imatmul__",
    truediv = "__truediv__", rtruediv = "__rtruediv__", itruediv = "__itruediv__",
    floordiv = "__floordiv__", rfloordiv = "__rfloordiv__", ifloordiv = "__ifloordiv__",
    mod_ = "__mod__", rmod = "__rmod__", imod = "__imod__",
    pow = "__pow__", rpow = "__rpow__", ipow = "__ipow__",
    or_ = "__or__", ror = "__ror__", ior = "__ior__",
    and_ = "__and__", rand = "__rand__", iand = "__iand__",
    xor = "__xor__", rxor = "__rxor__", ixor = "__ixor__",
    lshift = "__lshift__", rlshift = "__rlshift__", ilshift = "__ilshift__",
    rshift = "__rshift__", rrshift = "__rrshift__", irshift = "__irshift__",
    lt = "__lt__", le = "__le__", eq = "__eq__", ne = "__ne__", ge = "__ge__", gt = "__gt__",
    neg = "__neg__", pos = "__pos__", invert = "__invert__",
}

/// The methods of a binary operator: on the left operand, on the right one, and of the assignment.
#[derive(Clone, Copy)]
pub(super) struct Operator {
    pub(super) method: Sym,
    pub(super) reflected: Sym,
    pub(super) in_place: Sym,
}

impl Words {
    /// The methods of a binary or augmented operator.
    pub(super) fn operator(&self, token: Kind) -> Option<Operator> {
        let (method, reflected, in_place) = match token {
            Kind::Plus | Kind::PlusAssign => (self.add, self.radd, self.iadd),
            Kind::Minus | Kind::MinusAssign => (self.sub, self.rsub, self.isub),
            Kind::Times | Kind::TimesAssign => (self.mul, self.rmul, self.imul),
            Kind::MatrixTimes | Kind::MatrixTimesAssign => (self.matmul, self.rmatmul, self.imatmul),
            Kind::Divide | Kind::DivideAssign => (self.truediv, self.rtruediv, self.itruediv),
            Kind::FloorDivide | Kind::FloorDivideAssign => (self.floordiv, self.rfloordiv, self.ifloordiv),
            Kind::Modulo | Kind::ModuloAssign => (self.mod_, self.rmod, self.imod),
            Kind::Power | Kind::PowerAssign => (self.pow, self.rpow, self.ipow),
            Kind::BitOr | Kind::BitOrAssign => (self.or_, self.ror, self.ior),
            Kind::BitAnd | Kind::BitAndAssign => (self.and_, self.rand, self.iand),
            Kind::BitXor | Kind::BitXorAssign => (self.xor, self.rxor, self.ixor),
            Kind::ShiftLeft | Kind::ShiftLeftAssign => (self.lshift, self.rlshift, self.ilshift),
            Kind::ShiftRight | Kind::ShiftRightAssign => (self.rshift, self.rrshift, self.irshift),
            _ => return None,
        };
        Some(Operator { method, reflected, in_place })
    }

    /// The method of a comparison on its left operand.
    pub(super) fn comparison(&self, token: Kind) -> Option<Sym> {
        Some(match token {
            Kind::Less => self.lt,
            Kind::LessEqual => self.le,
            Kind::Equal => self.eq,
            Kind::NotEqual | Kind::OldNotEqual => self.ne,
            Kind::GreaterEqual => self.ge,
            Kind::Greater => self.gt,
            _ => return None,
        })
    }

    /// The symbol of an index.
    pub(super) fn index(&mut self, index: usize, names: &mut Interner) -> Sym {
        for next in self.indices.len()..=index {
            self.indices.push(names.intern(&next.to_string()));
        }
        self.indices[index]
    }
}
