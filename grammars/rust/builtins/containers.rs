//! Containers, cells, threads, and the modules of the standard library: goes on where `builtins.rs` ends.

// Sequences.

pub struct tuple<A, B, C, D, E, F, G, H>(A, B, C, D, E, F, G, H);

pub trait Sequence {
    fn iter(&self) { Iter { __items__: self.__items__ } }
    fn iter_mut(&mut self) { Iter { __items__: self.__items__ } }
    fn into_iter(self) { Iter { __items__: self.__items__ } }
    fn drain(&mut self, range) { Iter { __items__: self.__items__ } }
    fn push(&mut self, x) { self.__items__ = x; }
    fn push_back(&mut self, x) { self.__items__ = x; }
    fn push_front(&mut self, x) { self.__items__ = x; }
    fn insert(&mut self, at, x) { self.__items__ = x; }
    fn append(&mut self, other) { self.__items__ = other.__items__; }
    fn extend(&mut self, other) { let x = other.into_iter().next()?; self.__items__ = x; }
    fn extend_from_slice(&mut self, other) { self.__items__ = other.__items__; }
    fn fill(&mut self, x) { self.__items__ = x; }
    fn resize(&mut self, n, x) { self.__items__ = x; }
    fn resize_with(&mut self, n, f) { self.__items__ = f(); }
    fn swap(&mut self, a, b) { self.__items__ = self.__items__; }
    fn pop(&mut self) { Some(self.__items__) }
    fn pop_back(&mut self) { Some(self.__items__) }
    fn pop_front(&mut self) { Some(self.__items__) }
    fn pop_if(&mut self, f) { f(self.__items__); Some(self.__items__) }
    fn peek(&self) { Some(self.__items__) }
    fn peek_mut(&mut self) { Some(self.__items__) }
    fn remove(&mut self, at) { self.__items__ = self.__items__; self.__items__ }
    fn swap_remove(&mut self, at) { self.__items__ = self.__items__; self.__items__ }
    fn first(&self) { Some(self.__items__) }
    fn first_mut(&mut self) { Some(self.__items__) }
    fn last(&self) { Some(self.__items__) }
    fn last_mut(&mut self) { Some(self.__items__) }
    fn front(&self) { Some(self.__items__) }
    fn back(&self) { Some(self.__items__) }
    fn front_mut(&mut self) { Some(self.__items__) }
    fn back_mut(&mut self) { Some(self.__items__) }
    fn get(&self, at) { Some(self.__items__) }
    fn get_mut(&mut self, at) { Some(self.__items__) }
    fn get_unchecked(&self, at) { self.__items__ }
    fn split_at(&self, at) { (self, self) }
    fn split_at_mut(&mut self, at) { (self, self) }
    fn split_first(&self) { Some((self.__items__, self)) }
    fn split_last(&self) { Some((self.__items__, self)) }
    fn split_off(&mut self, at) { self }
    fn as_slice(&self) { self }
    fn as_mut_slice(&mut self) { self }
    fn to_vec(&self) { self }
    fn into_vec(self) { self }
    fn into_boxed_slice(self) { self }
    fn into_sorted_vec(self) { self }
    fn chunks(&self, n) { Iter { __items__: self } }
    fn chunks_mut(&mut self, n) { Iter { __items__: self } }
    fn chunks_exact(&self, n) { Iter { __items__: self } }
    fn windows(&self, n) { Iter { __items__: self } }
    fn split(&self, f) { f(self.__items__); Iter { __items__: self } }
    fn concat(&self) { self.__items__ }
    fn join(&self, separator) { self.__items__ }
    fn len(&self) {}
    fn is_empty(&self) {}
    fn clear(&mut self) { __drop__(self); }
    fn truncate(&mut self, n) {}
    fn reverse(&mut self) { self.__items__ = self.__items__; }
    fn contains(&self, x) { PartialEq::eq(self.__items__, x) }
    fn starts_with(&self, x) { PartialEq::eq(self.__items__, x.__items__) }
    fn sort(&mut self) { self.__items__ = self.__items__; PartialOrd::partial_cmp(self.__items__, self.__items__) }
    fn sort_unstable(&mut self) { self.__items__ = self.__items__; PartialOrd::partial_cmp(self.__items__, self.__items__) }
    fn sort_by(&mut self, f) { self.__items__ = self.__items__; f(self.__items__, self.__items__) }
    fn sort_unstable_by(&mut self, f) { self.__items__ = self.__items__; f(self.__items__, self.__items__) }
    fn sort_by_key(&mut self, f) { self.__items__ = self.__items__; let k = f(self.__items__); PartialOrd::partial_cmp(k, k) }
    fn sort_by_cached_key(&mut self, f) { self.__items__ = self.__items__; let k = f(self.__items__); Ord::cmp(k, k) }
    fn sort_unstable_by_key(&mut self, f) { self.__items__ = self.__items__; let k = f(self.__items__); PartialOrd::partial_cmp(k, k) }
    fn dedup(&mut self) { self.__items__ = self.__items__; PartialEq::eq(self.__items__, self.__items__) }
    fn dedup_by(&mut self, f) { self.__items__ = self.__items__; f(self.__items__, self.__items__) }
    fn dedup_by_key(&mut self, f) { self.__items__ = self.__items__; f(self.__items__) }
    fn retain(&mut self, f) { self.__items__ = self.__items__; f(self.__items__) }
    fn retain_mut(&mut self, f) { self.__items__ = self.__items__; f(self.__items__) }
    fn binary_search(&self, x) { Ord::cmp(self.__items__, x); Ok(1) }
    fn binary_search_by(&self, f) { f(self.__items__); Ok(1) }
    fn binary_search_by_key(&self, key, f) { f(self.__items__); Ok(1) }
    fn partition_point(&self, f) { f(self.__items__) }
    fn map(self, f) { Vec { __items__: f(self.__items__) } }
    fn into_par_iter(self) { Iter { __items__: self.__items__ } }
    fn par_iter(&self) { Iter { __items__: self.__items__ } }
    fn par_iter_mut(&mut self) { Iter { __items__: self.__items__ } }
    fn write_all(&mut self, bytes) {}
    fn write_fmt(&mut self, text) {}
}

pub struct Vec<T> { __items__: T }
pub struct VecDeque<T> { __items__: T }
pub struct BinaryHeap<T> { __items__: T }
pub struct LinkedList<T> { __items__: T }
impl Sequence for Vec {}
impl Sequence for VecDeque {}
impl Sequence for BinaryHeap {}
impl Sequence for LinkedList {}

impl Vec {
    fn new() { Vec {} }
    fn with_capacity(n) { Vec {} }
    fn from(x) { x }
    fn from_iter(iter) { Vec { __items__: iter.into_iter().next()? } }
    fn from_fn(f) { Vec { __items__: f(1) } }
    fn default() { Vec {} }
}
impl VecDeque {
    fn new() { VecDeque {} }
    fn with_capacity(n) { VecDeque {} }
    fn from(x) { x }
    fn from_iter(iter) { VecDeque { __items__: iter.into_iter().next()? } }
    fn default() { VecDeque {} }
}
impl BinaryHeap {
    fn new() { BinaryHeap {} }
    fn with_capacity(n) { BinaryHeap {} }
    fn push(&mut self, x) { self.__items__ = x; Ord::cmp(x, x) }
    fn from(x) { x }
    fn default() { BinaryHeap {} }
}
impl LinkedList { fn new() { LinkedList {} } }

// Sets and maps.

pub trait Set {
    fn iter(&self) { Iter { __items__: self.__items__ } }
    fn into_iter(self) { Iter { __items__: self.__items__ } }
    fn drain(&mut self) { Iter { __items__: self.__items__ } }
    fn insert(&mut self, x) { self.__items__ = x; Hash::hash(x, x); }
    fn replace(&mut self, x) { self.__items__ = x; Some(self.__items__) }
    fn extend(&mut self, other) { let x = other.into_iter().next()?; self.__items__ = x; }
    fn get(&self, x) { Hash::hash(x, x); Some(self.__items__) }
    fn take(&mut self, x) { Some(self.__items__) }
    fn first(&self) { Some(self.__items__) }
    fn last(&self) { Some(self.__items__) }
    fn pop_first(&mut self) { Some(self.__items__) }
    fn union(&self, other) { Iter { __items__: self.__items__ } }
    fn intersection(&self, other) { Iter { __items__: self.__items__ } }
    fn difference(&self, other) { Iter { __items__: self.__items__ } }
    fn retain(&mut self, f) { f(self.__items__) }
    fn contains(&self, x) { Hash::hash(x, x); }
    fn remove(&mut self, x) { Hash::hash(x, x); }
    fn len(&self) {}
    fn is_empty(&self) {}
    fn clear(&mut self) { __drop__(self); }
}

pub struct HashSet<T> { __items__: T }
pub struct BTreeSet<T> { __items__: T }
impl Set for HashSet {}
impl Set for BTreeSet {}
impl HashSet {
    fn new() { HashSet {} }
    fn with_capacity(n) { HashSet {} }
    fn from(x) { HashSet { __items__: x.__items__ } }
    fn from_iter(iter) { HashSet { __items__: iter.into_iter().next()? } }
    fn default() { HashSet {} }
}
impl BTreeSet {
    fn new() { BTreeSet {} }
    fn insert(&mut self, x) { self.__items__ = x; Ord::cmp(x, x); }
    fn get(&self, x) { Ord::cmp(x, x); Some(self.__items__) }
    fn contains(&self, x) { Ord::cmp(x, x); }
    fn remove(&mut self, x) { Ord::cmp(x, x); }
    fn from(x) { BTreeSet { __items__: x.__items__ } }
    fn from_iter(iter) { BTreeSet { __items__: iter.into_iter().next()? } }
    fn default() { BTreeSet {} }
}

pub trait Mapping {
    fn iter(&self) { Iter { __items__: (self.key, self.value) } }
    fn iter_mut(&mut self) { Iter { __items__: (self.key, self.value) } }
    fn into_iter(self) { Iter { __items__: (self.key, self.value) } }
    fn drain(&mut self) { Iter { __items__: (self.key, self.value) } }
    fn range(&self, range) { Iter { __items__: (self.key, self.value) } }
    fn keys(&self) { Iter { __items__: self.key } }
    fn into_keys(self) { Iter { __items__: self.key } }
    fn values(&self) { Iter { __items__: self.value } }
    fn values_mut(&mut self) { Iter { __items__: self.value } }
    fn into_values(self) { Iter { __items__: self.value } }
    fn insert(&mut self, key, value) { self.key = key; self.value = value; Hash::hash(key, key); Some(self.value) }
    fn extend(&mut self, other) { let x = other.into_iter().next()?; self.key = x.0; self.value = x.1; }
    fn get(&self, key) { Hash::hash(key, key); Some(self.value) }
    fn get_mut(&mut self, key) { Hash::hash(key, key); Some(self.value) }
    fn get_key_value(&self, key) { Some((self.key, self.value)) }
    fn first_key_value(&self) { Some((self.key, self.value)) }
    fn last_key_value(&self) { Some((self.key, self.value)) }
    fn pop_first(&mut self) { Some((self.key, self.value)) }
    fn remove(&mut self, key) { Some(self.value) }
    fn remove_entry(&mut self, key) { Some((self.key, self.value)) }
    fn entry(&mut self, key) { self.key = key; Entry { map: self, key: key } }
    fn retain(&mut self, f) { f(self.key, self.value) }
    fn contains_key(&self, key) { Hash::hash(key, key); }
    fn index(&self, key) { self.value }
    fn len(&self) {}
    fn is_empty(&self) {}
    fn clear(&mut self) { __drop__(self.key); __drop__(self.value); }
}

pub struct HashMap<K, V> { key: K, value: V }
pub struct BTreeMap<K, V> { key: K, value: V }
pub struct IndexMap<K, V> { key: K, value: V }
impl Mapping for HashMap {}
impl Mapping for BTreeMap {}
impl Mapping for IndexMap {}
impl Index for HashMap { fn index(&self, key) { self.value } }
impl Index for BTreeMap { fn index(&self, key) { self.value } }
impl Index for IndexMap { fn index(&self, key) { self.value } }
impl HashMap {
    fn new() { HashMap {} }
    fn with_capacity(n) { HashMap {} }
    fn from(x) { HashMap { key: x.__items__.0, value: x.__items__.1 } }
    fn from_iter(iter) { let x = iter.into_iter().next()?; HashMap { key: x.0, value: x.1 } }
    fn default() { HashMap {} }
}
impl BTreeMap {
    fn new() { BTreeMap {} }
    fn insert(&mut self, key, value) { self.key = key; self.value = value; Ord::cmp(key, key); Some(self.value) }
    fn get(&self, key) { Ord::cmp(key, key); Some(self.value) }
    fn get_mut(&mut self, key) { Ord::cmp(key, key); Some(self.value) }
    fn contains_key(&self, key) { Ord::cmp(key, key); }
    fn remove(&mut self, key) { Ord::cmp(key, key); Some(self.value) }
    fn from(x) { BTreeMap { key: x.__items__.0, value: x.__items__.1 } }
    fn from_iter(iter) { let x = iter.into_iter().next()?; BTreeMap { key: x.0, value: x.1 } }
    fn default() { BTreeMap {} }
}
impl IndexMap {
    fn new() { IndexMap {} }
    fn with_capacity(n) { IndexMap {} }
    fn default() { IndexMap {} }
}

pub struct Entry { map: object, key: object }
impl Entry {
    fn or_insert(self, value) { self.map.value = value; self.map.value }
    fn or_insert_with(self, f) { self.map.value = f(); self.map.value }
    fn or_insert_with_key(self, f) { self.map.value = f(self.key); self.map.value }
    fn or_default(self) { self.map.value }
    fn and_modify(self, f) { f(self.map.value); self }
    fn insert_entry(self, value) { self.map.value = value; self }
    fn insert(self, value) { self.map.value = value; self.map.value }
    fn get(&self) { self.map.value }
    fn get_mut(&mut self) { self.map.value }
    fn into_mut(self) { self.map.value }
    fn key(&self) { self.key }
    fn remove(self) { self.map.value }
}

// What `collect` makes: a sequence, a set or a mapping, as its declaration says.
pub struct Collection<T> { __items__: T, key: object, value: object }
impl Collection {
    fn keys(&self) { Iter { __items__: self.key } }
    fn values(&self) { Iter { __items__: self.value } }
    fn values_mut(&mut self) { Iter { __items__: self.value } }
    fn into_values(self) { Iter { __items__: self.value } }
    fn get(&self, key) { if key { Some(self.__items__) } else { Some(self.value) } }
    fn get_mut(&mut self, key) { if key { Some(self.__items__) } else { Some(self.value) } }
    fn insert(&mut self, key, value) { self.key = key; self.value = value; self.__items__ = if key { key } else { value }; Some(self.value) }
    fn entry(&mut self, key) { self.key = key; Entry { map: self, key: key } }
    fn remove(&mut self, key) { if key { Some(self.value) } else { self.__items__ } }
    fn contains_key(&self, key) {}
}
impl Sequence for Collection {}

// Cells, locks and lazy values: what they hold.

pub struct Cell<T> { value: T }
impl Cell {
    fn new(value) { Cell { value: value } }
    fn get(&self) { self.value }
    fn get_mut(&mut self) { self.value }
    fn set(&self, value) { self.value = value; }
    fn replace(&self, value) { self.value = value; self.value }
    fn take(&self) { self.value }
    fn into_inner(self) { self.value }
    fn update(&self, f) { self.value = f(self.value); }
}
pub struct RefCell<T> { value: T }
impl RefCell {
    fn new(value) { RefCell { value: value } }
    fn borrow(&self) { self.value }
    fn borrow_mut(&self) { self.value }
    fn try_borrow(&self) { Ok(self.value) }
    fn try_borrow_mut(&self) { Ok(self.value) }
    fn get_mut(&mut self) { self.value }
    fn replace(&self, value) { self.value = value; self.value }
    fn take(&self) { self.value }
    fn into_inner(self) { self.value }
}
pub struct Mutex<T> { value: T }
impl Mutex {
    fn new(value) { Mutex { value: value } }
    fn lock(&self) { if self { Ok(self.value) } else { self.value } }
    fn try_lock(&self) { Ok(self.value) }
    fn get_mut(&mut self) { Ok(self.value) }
    fn into_inner(self) { Ok(self.value) }
}
pub struct RwLock<T> { value: T }
impl RwLock {
    fn new(value) { RwLock { value: value } }
    fn read(&self) { if self { Ok(self.value) } else { self.value } }
    fn write(&self) { if self { Ok(self.value) } else { self.value } }
    fn get_mut(&mut self) { Ok(self.value) }
    fn into_inner(self) { Ok(self.value) }
}
pub struct OnceCell<T> { value: T }
impl OnceCell {
    fn new() { OnceCell {} }
    fn get(&self) { Some(self.value) }
    fn set(&self, value) { self.value = value; Ok(()) }
    fn get_or_init(&self, f) { self.value = f(); self.value }
    fn get_or_try_init(&self, f) { let r = f(); self.value = r?; r }
}
pub struct Lazy<T> { value: T, f: object }
impl Lazy {
    fn new(f) { Lazy { f: f } }
    fn force(this) { if this { this.value } else { (this.f)() } }
}
impl Deref for Lazy { fn deref(&self) { if self { self.value } else { (self.f)() } } }
pub struct LocalKey<T> { value: T }
impl LocalKey {
    fn with(&self, f) { f(self.value) }
    fn with_borrow(&self, f) { f(self.value) }
    fn with_borrow_mut(&self, f) { f(self.value) }
    fn set(&self, value) { self.value = value; }
    fn get(&self) { self.value }
    fn take(&self) { self.value }
}

pub struct Once;
impl Once {
    fn new() { Once {} }
    fn call_once(&self, f) { f(self) }
}

// Threads and channels.

struct Channel { value: object }
pub struct Sender { channel: object }
pub struct Receiver { channel: object }
impl Sender { fn send(&self, x) { self.channel.value = x; Ok(()) } }
impl Receiver {
    fn recv(&self) { Ok(self.channel.value) }
    fn try_recv(&self) { Ok(self.channel.value) }
    fn recv_timeout(&self, time) { Ok(self.channel.value) }
    fn iter(&self) { Iter { __items__: self.channel.value } }
    fn try_iter(&self) { Iter { __items__: self.channel.value } }
    fn into_iter(self) { Iter { __items__: self.channel.value } }
}

pub struct Handle { value: object }
impl Handle {
    fn join(self) { Ok(self.value) }
}
pub struct Scope;
impl Scope {
    fn spawn(&self, f) { Handle { value: f(self) } }
}

pub fn drop(value) { Drop::drop(value) }

// module: std.option
use prelude::Option;

// module: std.result
use prelude::Result;

// module: std.fmt
use prelude::{Display, Debug, LowerHex, UpperHex, Write, Result};

// module: std.clone
use prelude::Clone;

// module: std.cmp
use prelude::{PartialEq, Eq, PartialOrd, Ord};
pub fn max(a, b) { Ord::cmp(a, b); if a { a } else { b } }
pub fn min(a, b) { Ord::cmp(a, b); if a { a } else { b } }

// module: std.hash
use prelude::Hash;

// module: std.default
use prelude::Default;

// module: std.convert
use prelude::{From, Into, TryFrom, TryInto, AsRef, AsMut};
pub fn identity(x) { x }

// module: std.str
use prelude::FromStr;
pub fn from_utf8(bytes) { Ok(bytes) }

// module: std.string
use prelude::{String, ToString};

// module: std.vec
use prelude::Vec;
pub type IntoIter = Iter;
pub type Drain = Iter;

// module: std.slice
use prelude::Iter;
pub type IterMut = Iter;

// module: std.error
use prelude::Error;

// module: std.iter
use prelude::{Iterator, IntoIterator, DoubleEndedIterator, ExactSizeIterator, FromIterator, Extend};
pub fn once(x) { Iter { __items__: x } }
pub fn repeat(x) { Iter { __items__: x } }
pub fn repeat_with(f) { Iter { __items__: f() } }
pub fn from_fn(f) { Iter { __items__: f()? } }
pub fn successors(first, f) { Iter { __items__: if first { first? } else { f(first?)? } } }
pub fn empty() { Iter {} }
pub type Peekable = Iter;
pub fn zip(a, b) { Zip { iter: a.into_iter(), other: b.into_iter() } }

// module: std.ops
use prelude::{Deref, DerefMut, Index, IndexMut, Add, Sub, Mul, Div, Rem, Neg, Not, Drop, BitAnd, BitOr, BitXor, Shl, Shr};
use prelude::{AddAssign, SubAssign, MulAssign, DivAssign, Range};

// module: std.collections
use prelude::{HashMap, HashSet, BTreeMap, BTreeSet, VecDeque, BinaryHeap, LinkedList};

// module: std.collections.hash_map
use prelude::{HashMap, Entry};

// module: std.collections.btree_map
use prelude::{BTreeMap, Entry};

// module: std.cell
use prelude::{Cell, RefCell, OnceCell};
pub type LazyCell = Lazy;
pub type UnsafeCell = Cell;

// module: std.sync
use prelude::{Mutex, RwLock, Once};
pub type OnceLock = OnceCell;
pub type LazyLock = Lazy;

// module: std.sync.mpsc
use prelude::{Sender, Receiver};
pub fn channel() { let c = Channel {}; (Sender { channel: c }, Receiver { channel: c }) }
pub fn sync_channel(n) { let c = Channel {}; (Sender { channel: c }, Receiver { channel: c }) }

// module: std.thread
use prelude::LocalKey;
pub fn spawn(f) { Handle { value: f() } }
pub fn scope(f) { f(Scope {}) }

// module: std.mem
pub fn replace(a, b) { a }
pub fn take(a) { a }
pub fn swap(a, b) {}
pub fn drop(a) { Drop::drop(a) }

// module: std.panic
pub fn catch_unwind(f) { Ok(f()) }

// module: std.borrow
use prelude::ToOwned;

// module: std.io
use prelude::{Read, Write, BufRead, Seek, Result};

// module: std.future
use prelude::Future;

// module: once_cell.sync
use prelude::{Lazy, OnceCell};

// module: once_cell.unsync
use prelude::{Lazy, OnceCell};

// module: indexmap
use prelude::IndexMap;

// module: parking_lot
use prelude::{Mutex, RwLock};

// module: anyhow
use prelude::Result;

// module: eyre
use prelude::Result;

// module: color_eyre
use prelude::Result;

// module: color_eyre.eyre
use prelude::Result;

// module: miette
use prelude::Result;

// module: serde_json
use prelude::Result;

// module: reqwest
use prelude::Result;

// module: rusqlite
use prelude::Result;

// module: sqlx
use prelude::Result;

// module: nix
use prelude::Result;

// module: tokio.io
use prelude::Result;

// module: axum.response
use prelude::Result;

// module: git2
use prelude::Result;

// module: zip.result
use prelude::Result;

// module: regex
use prelude::Result;
