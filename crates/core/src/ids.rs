//! Dense ids: every entity is a `u32` index into one vector, so tables are arrays and not maps.
//!
//! Ids are handed out in source order within a file and in path order between files; an id therefore never
//! depends on the number of threads.

/// Declares an id type: a `u32` newtype with the conversions that tables need.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as `usize`, for tables.
            #[inline]
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the row that a table of this length gets next.
            ///
            /// # Panics
            /// When the table already holds `u32::MAX` rows, which the size limits of `discover` rule out.
            #[inline]
            #[must_use]
            pub fn from_len(len: usize) -> Self {
                Self(u32::try_from(len).expect("a table holds fewer than 2^32 rows"))
            }
        }
    };
}

id!(
    /// An interned string, see [`Interner`].
    Sym
);
id!(
    /// A source file.
    FileId
);
id!(
    /// A function, method, lambda, module body or class body.
    FuncId
);
id!(
    /// A class.
    ClassId
);
id!(
    /// A variable slot of one function. Slots below `Function::vars` are the function's own; the slots from
    /// there on stand for captured variables, in the order of `Function::captures`.
    Var
);
id!(
    /// A declared type, an index into `Facts::types`.
    TypeId
);
id!(
    /// A call site, an index into `Facts::calls`.
    CallId
);

impl Var {
    /// Holds what the function returns.
    pub const RETURN: Self = Self(0);
    /// Holds every value that a generator yields.
    pub const YIELD: Self = Self(1);
    /// The first slot that a function may use for itself.
    pub const FIRST_FREE: u32 = 2;
    /// "No variable": the result of a call that nobody uses.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether there is a variable at all.
    #[inline]
    #[must_use]
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

impl Sym {
    /// The empty string, always interned first.
    pub const EMPTY: Self = Self(0);
}

/// Strings ↔ [`Sym`]. The only place where strings live once a file is lowered.
#[derive(Clone, Debug)]
pub struct Interner {
    map: hashbrown::HashTable<Sym>,
    text: String,
    ends: Vec<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        let mut interner = Self { map: hashbrown::HashTable::new(), text: String::new(), ends: Vec::new() };
        interner.intern("");
        interner
    }
}

impl Interner {
    /// The symbol of a string, new or known. Amortised O(length).
    pub fn intern(&mut self, string: &str) -> Sym {
        let hash = hash_of(string);
        let (text, ends) = (&self.text, &self.ends);
        if let Some(&sym) = self.map.find(hash, |&sym| slice(text, ends, sym) == string) {
            return sym;
        }
        let sym = Sym::from_len(self.ends.len());
        self.text.push_str(string);
        self.ends.push(u32::try_from(self.text.len()).expect("interned text stays below 4 GiB"));
        let (text, ends) = (&self.text, &self.ends);
        self.map.insert_unique(hash, sym, |&sym| hash_of(slice(text, ends, sym)));
        sym
    }

    /// The symbol of a string that may never have been interned.
    #[must_use]
    pub fn find(&self, string: &str) -> Option<Sym> {
        let hash = hash_of(string);
        self.map.find(hash, |&sym| slice(&self.text, &self.ends, sym) == string).copied()
    }

    /// The string of a symbol.
    #[inline]
    #[must_use]
    pub fn get(&self, sym: Sym) -> &str {
        slice(&self.text, &self.ends, sym)
    }

    /// Number of distinct strings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing but the empty string is interned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }
}

#[inline]
fn hash_of(string: &str) -> u64 {
    use std::hash::BuildHasher;
    rustc_hash::FxBuildHasher.hash_one(string)
}

#[inline]
fn slice<'a>(text: &'a str, ends: &[u32], sym: Sym) -> &'a str {
    let index = sym.index();
    let start = if index == 0 { 0 } else { ends[index - 1] as usize };
    &text[start..ends[index] as usize]
}
