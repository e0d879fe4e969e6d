//! The symbols that lowering itself writes: trait methods that constructs call, and classes of the prelude.

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
    crate_ = "crate", self_ = "self", self_type = "Self",
    option = "Option", result = "Result", vec = "Vec", tuple = "tuple", string = "String", iter = "Iter",
    some_0 = "Some.0", ok_0 = "Ok.0", err_0 = "Err.0",
    into_iter = "into_iter", next = "next", from = "from", into = "into",
    items = "__items__", chosen = "<argument>", class = "__class__",
    add = "Add::add", sub = "Sub::sub", mul = "Mul::mul", div = "Div::div", rem = "Rem::rem",
    bitand = "BitAnd::bitand", bitor = "BitOr::bitor", bitxor = "BitXor::bitxor", shl = "Shl::shl", shr = "Shr::shr",
    add_assign = "AddAssign::add_assign", sub_assign = "SubAssign::sub_assign",
    mul_assign = "MulAssign::mul_assign", div_assign = "DivAssign::div_assign",
    rem_assign = "RemAssign::rem_assign", bitand_assign = "BitAndAssign::bitand_assign",
    bitor_assign = "BitOrAssign::bitor_assign", bitxor_assign = "BitXorAssign::bitxor_assign",
    shl_assign = "ShlAssign::shl_assign", shr_assign = "ShrAssign::shr_assign",
    eq = "PartialEq::eq", partial_cmp = "PartialOrd::partial_cmp", neg = "Neg::neg", not = "Not::not",
    drop = "Drop::drop", deref = "Deref::deref", index = "Index::index", index_mut = "IndexMut::index_mut",
    display = "Display::fmt", debug = "Debug::fmt", lower_hex = "LowerHex::fmt", upper_hex = "UpperHex::fmt",
}

impl Words {
    /// The trait method of a binary or compound operator.
    pub(super) fn operator(&self, token: Kind) -> Option<Sym> {
        Some(match token {
            Kind::Plus => self.add,
            Kind::Minus => self.sub,
            Kind::Times => self.mul,
            Kind::Divide => self.div,
            Kind::Modulo => self.rem,
            Kind::BitAnd => self.bitand,
            Kind::BitOr => self.bitor,
            Kind::BitXor => self.bitxor,
            Kind::ShiftLeft => self.shl,
            Kind::ShiftRight => self.shr,
            Kind::PlusAssign => self.add_assign,
            Kind::MinusAssign => self.sub_assign,
            Kind::TimesAssign => self.mul_assign,
            Kind::DivideAssign => self.div_assign,
            Kind::ModuloAssign => self.rem_assign,
            Kind::BitAndAssign => self.bitand_assign,
            Kind::BitOrAssign => self.bitor_assign,
            Kind::BitXorAssign => self.bitxor_assign,
            Kind::ShiftLeftAssign => self.shl_assign,
            Kind::ShiftRightAssign => self.shr_assign,
            Kind::Equal | Kind::NotEqual => self.eq,
            Kind::Less | Kind::LessEqual | Kind::Greater | Kind::GreaterEqual => self.partial_cmp,
            _ => return None,
        })
    }

    /// The symbol of an index.
    pub(super) fn index_name(&mut self, index: usize, names: &mut Interner) -> Sym {
        while self.indices.len() <= index {
            let next = self.indices.len().to_string();
            self.indices.push(names.intern(&next));
        }
        self.indices[index]
    }
}
