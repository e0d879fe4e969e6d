//! Tokens: the abstract objects that variables hold.

use super::store::{Kind, TokenId};
use crate::ids::{ClassId, FileId, FuncId, Sym};
use crate::solution::PathId;
use rustc_hash::FxHashMap;

/// A function in an environment and a context: its variables, instantiated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Inst(pub(super) u32);

impl Inst {
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// An abstract object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Token {
    /// A closure: a function over the instance in which it was made.
    Function(FuncId, Inst),
    /// A class made in that instance.
    Class(ClassId, Inst),
    /// All instances of a class.
    Instance(TokenId),
    /// The object of a class that is made at one place: containers and other library objects.
    Object(TokenId, u32),
    /// A function with the receiver that it will be called on.
    Bound(TokenId, TokenId),
    /// An object seen from above a class, see `SuperOf`.
    Super(TokenId, ClassId),
    /// A module that we have.
    Module(FileId),
    /// A string constant.
    Str(Sym),
    /// A whole number that may be a key, where keys are text.
    Int(Sym),
    /// A whole number that may be a key, where the text of its digits is another.
    Index(Sym),
    /// A string of which the beginning and the end are known.
    Pattern(Sym, Sym),
    /// Something from code that we do not have.
    External(PathId),
    /// The prototype that a class or function has from the start.
    Prototype(TokenId),
    /// A function that runs when the field that holds it is read, or (true) written.
    Accessor(TokenId, bool),
    /// What calling a generator function in that instance makes.
    Generator(Inst),
}

/// All tokens.
#[derive(Default)]
pub(super) struct Tokens {
    rows: Vec<Token>,
    index: FxHashMap<Token, TokenId>,
}

impl Tokens {
    /// The id of a token, new or known.
    pub(super) fn id(&mut self, token: Token) -> TokenId {
        let next = TokenId::new(self.rows.len(), kind(token));
        *self.index.entry(token).or_insert_with(|| {
            self.rows.push(token);
            next
        })
    }

    /// The token of an id.
    #[inline]
    pub(super) fn get(&self, id: TokenId) -> Token {
        self.rows[id.index()]
    }

    /// Number of tokens.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Sites from here on are containers of further arguments, one a parameter variable.
pub(super) const RESTS: u32 = 1 << 31;

/// What a token counts as where a variable has too many.
fn kind(token: Token) -> Kind {
    match token {
        Token::Object(..) => Kind::Object,
        Token::Str(_) | Token::Int(_) | Token::Index(_) => Kind::Text,
        Token::Pattern(prefix, suffix) if prefix != Sym::EMPTY || suffix != Sym::EMPTY => Kind::Text,
        Token::External(_) => Kind::External,
        Token::Function(..) | Token::Bound(..) => Kind::Code,
        _ => Kind::Plain,
    }
}
