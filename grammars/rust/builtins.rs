//! What library functions do with their arguments, as bodies that are lowered like the user's code and copied at each
//! call site. A line `// module: NAME` begins the module of that name; the first module holds what is visible
//! everywhere. A name that is missing here stays an access path into code that we do not have (`std.env.var`), so that
//! models see it; closures handed to such code are called anyway.
//!
//! Types are left out but for what tells the parts of a container: a field whose type is a parameter holds what a
//! declared type says of it. References, `Box`, `Rc` and `Arc` are what they point to. A struct expression makes a
//! fresh object; the field `__items__` is every element. `prelude::X` names what the first module holds.

// module: std.prelude
// Every value.

pub struct object;

impl object {
    fn clone(&self) { self }
    fn cloned(&self) { self }
    fn copied(&self) { self }
    fn to_owned(&self) { self }
    fn into_owned(self) { self }
    fn as_ref(&self) { self }
    fn as_mut(&mut self) { self }
    fn borrow(&self) { self }
    fn borrow_mut(&mut self) { self }
    fn deref(&self) { self }
    fn into(self) { self }
    fn try_into(self) { Ok(self) }
    fn as_deref(&self) { self }
    fn by_ref(&mut self) { self }
    fn upgrade(&self) { Some(self) }
    fn downgrade(&self) { self }
    fn get_mut(&mut self) { self }
    fn make_mut(&mut self) { self }
    fn into_boxed(self) { self }
    fn boxed(self) { self }
    fn into_inner(self) { self }
    fn await_(self) { self }
    fn to_string(&self) { Display::fmt(self, self); String {} }
    fn max(self, other) { Ord::cmp(self, other); if self { self } else { other } }
    fn min(self, other) { Ord::cmp(self, other); if self { self } else { other } }
    fn clamp(self, low, high) { Ord::cmp(self, low); self }
    fn pipe(self, f) { f(self) }
    fn tap(self, f) { f(self); self }
    fn lt(&self, other) { PartialOrd::partial_cmp(self, other) }
    fn le(&self, other) { PartialOrd::partial_cmp(self, other) }
    fn gt(&self, other) { PartialOrd::partial_cmp(self, other) }
    fn ge(&self, other) { PartialOrd::partial_cmp(self, other) }
    fn ne(&self, other) { PartialEq::eq(self, other) }
}

pub struct function;

// Values of which nothing is known.

pub struct Unknown;

impl Unknown {
    fn clone(&self) { self }
    fn cloned(&self) { self }
    fn copied(&self) { self }
    fn to_owned(&self) { self }
    fn into_owned(self) { self }
    fn as_ref(&self) { self }
    fn as_mut(&mut self) { self }
    fn borrow(&self) { self }
    fn borrow_mut(&mut self) { self }
    fn into(self) { self }
    fn as_deref(&self) { self }
    fn as_str(&self) { self }
    fn as_bytes(&self) { self }
    fn to_string(&self) { self }
    fn by_ref(&mut self) { self }
    fn unwrap(self) { self }
    fn expect(self, message) { self }
    fn unwrap_or_default(self) { self }
    fn unwrap_or(self, other) { if self { self } else { other } }
    fn unwrap_or_else(self, f) { if self { self } else { f(self) } }
    fn ok(self) { self }
    fn err(self) { self }
    fn ok_or(self, error) { self }
    fn ok_or_else(self, f) { f(); self }
    fn map(self, f) { f(self) }
    fn map_err(self, f) { f(self); self }
    fn and_then(self, f) { f(self) }
    fn or_else(self, f) { if self { self } else { f(self) } }
    fn map_or(self, other, f) { if self { other } else { f(self) } }
    fn map_or_else(self, g, f) { if self { g(self) } else { f(self) } }
    fn is_some_and(self, f) { f(self) }
    fn is_ok_and(self, f) { f(self) }
    fn filter(self, f) { f(self); self }
    fn filter_map(self, f) { Iter { __items__: f(self)? } }
    fn flat_map(self, f) { Iter { __items__: f(self).into_iter().next()? } }
    fn for_each(self, f) { f(self) }
    fn inspect(self, f) { f(self); self }
    fn inspect_err(self, f) { f(self); self }
    fn any(self, f) { f(self) }
    fn all(self, f) { f(self) }
    fn find(self, f) { f(self); self }
    fn position(self, f) { f(self); self }
    fn fold(self, first, f) { f(f(first, self), self) }
    fn take_while(self, f) { f(self); self }
    fn skip_while(self, f) { f(self); self }
    fn into_iter(self) { self }
    fn iter(&self) { self }
    fn enumerate(self) { Iter { __items__: (self, self) } }
    fn rev(self) { self }
    fn skip(self, n) { self }
    fn take(self, n) { self }
    fn peekable(self) { self }
    fn collect(self) { self }
    fn context(self, text) { self }
    fn with_context(self, f) { f(); self }
}

// Traits that the language and the bodies here call by name.

pub trait Display { fn fmt(&self, f); }
pub trait Debug { fn fmt(&self, f); }
pub trait LowerHex { fn fmt(&self, f); }
pub trait UpperHex { fn fmt(&self, f); }
pub trait Clone { fn clone(&self) -> Self; fn clone_from(&mut self, source) { source.clone() } }
pub trait Copy {}
pub trait PartialEq { fn eq(&self, other); fn ne(&self, other) { self.eq(other) } }
pub trait Eq {}
pub trait PartialOrd {
    fn partial_cmp(&self, other);
    fn lt(&self, other) { self.partial_cmp(other) }
    fn le(&self, other) { self.partial_cmp(other) }
    fn gt(&self, other) { self.partial_cmp(other) }
    fn ge(&self, other) { self.partial_cmp(other) }
}
pub trait Ord {
    fn cmp(&self, other);
    fn max(self, other) { self.cmp(other); if self { self } else { other } }
    fn min(self, other) { self.cmp(other); if self { self } else { other } }
}
pub trait Hash { fn hash(&self, state); }
pub trait Default { fn default() -> Self; }
pub trait Drop { fn drop(&mut self); }
pub trait From { fn from(value) -> Self; }
pub trait Into { fn into(self); }
pub trait TryFrom { fn try_from(value); }
pub trait TryInto { fn try_into(self); }
pub trait FromStr { fn from_str(s); }
pub trait AsRef { fn as_ref(&self); }
pub trait AsMut { fn as_mut(&mut self); }
pub trait ToOwned { fn to_owned(&self); }
pub trait ToString { fn to_string(&self) { self.to_string() } }
pub trait FromIterator { fn from_iter(iter) -> Self; }
pub trait Extend { fn extend(&mut self, iter); }
pub trait Deref { fn deref(&self); }
pub trait DerefMut { fn deref_mut(&mut self); }
pub trait Index { fn index(&self, key); }
pub trait IndexMut { fn index_mut(&mut self, key); }
pub trait Add { fn add(self, other); }
pub trait Sub { fn sub(self, other); }
pub trait Mul { fn mul(self, other); }
pub trait Div { fn div(self, other); }
pub trait Rem { fn rem(self, other); }
pub trait Neg { fn neg(self); }
pub trait Not { fn not(self); }
pub trait BitAnd { fn bitand(self, other); }
pub trait BitOr { fn bitor(self, other); }
pub trait BitXor { fn bitxor(self, other); }
pub trait Shl { fn shl(self, other); }
pub trait Shr { fn shr(self, other); }
pub trait AddAssign { fn add_assign(&mut self, other); }
pub trait SubAssign { fn sub_assign(&mut self, other); }
pub trait MulAssign { fn mul_assign(&mut self, other); }
pub trait DivAssign { fn div_assign(&mut self, other); }
pub trait Error { fn source(&self); fn description(&self); }
pub trait Future { fn poll(self, context); }
pub trait Read {
    fn read(&mut self, buffer);
    fn read_exact(&mut self, buffer) { self.read(buffer) }
    fn read_to_end(&mut self, buffer) { self.read(buffer) }
    fn read_to_string(&mut self, buffer) { self.read(buffer) }
    fn bytes(self) { self.read(self); Iter {} }
    fn take(self, limit) { self }
    fn chain(self, other) { self }
}
pub trait BufRead { fn fill_buf(&mut self); fn consume(&mut self, n); }
pub trait Write {
    fn write(&mut self, buffer);
    fn flush(&mut self);
    fn write_str(&mut self, text);
    fn write_all(&mut self, buffer) { self.write(buffer) }
    fn write_fmt(&mut self, text) { self.write(text); self.write_str(text) }
    fn write_char(&mut self, c) { self.write_str(c) }
}
pub trait Seek { fn seek(&mut self, to); }
pub trait IntoIterator { fn into_iter(self); }
pub trait DoubleEndedIterator { fn next_back(&mut self); }
pub trait ExactSizeIterator { fn len(&self); }
pub trait Send {}
pub trait Sync {}
pub trait Sized {}

// Iterators. Adaptors keep what they are given and run it when they are asked for an element.

pub trait Iterator {
    fn next(&mut self);
    fn into_iter(self) { self }
    fn by_ref(&mut self) { self }
    fn iter(&self) { self }
    fn map(self, f) { Map { iter: self, f: f } }
    fn filter(self, f) { Filter { iter: self, f: f } }
    fn filter_map(self, f) { FilterMap { iter: self, f: f } }
    fn map_while(self, f) { FilterMap { iter: self, f: f } }
    fn flat_map(self, f) { FlatMap { iter: self, f: f } }
    fn flatten(self) { Flatten { iter: self } }
    fn take_while(self, f) { Filter { iter: self, f: f } }
    fn skip_while(self, f) { Filter { iter: self, f: f } }
    fn inspect(self, f) { Filter { iter: self, f: f } }
    fn scan(self, state, f) { Scan { iter: self, state: state, f: f } }
    fn enumerate(self) { Enumerate { iter: self } }
    fn zip(self, other) { Zip { iter: self, other: other.into_iter() } }
    fn chain(self, other) { Chain { iter: self, other: other.into_iter() } }
    fn chunks(self, n) { Chunks { iter: self } }
    fn intersperse(self, x) { Chain { iter: self, other: Iter { __items__: x } } }
    fn unzip(self) { let x = self.next()?; (Vec { __items__: x.0 }, Vec { __items__: x.1 }) }
    fn partition(self, f) { let x = self.next()?; f(x); let v = Vec { __items__: x }; (v, v) }
    fn rev(self) { self }
    fn skip(self, n) { self }
    fn take(self, n) { self }
    fn step_by(self, n) { self }
    fn peekable(self) { self }
    fn fuse(self) { self }
    fn cycle(self) { self }
    fn copied(self) { self }
    fn cloned(self) { self }
    fn multipeek(self) { self }
    fn sorted(self) { self }
    fn unique(self) { self }
    fn dedup(self) { self }
    fn peek(&mut self) { self.next() }
    fn peek_mut(&mut self) { self.next() }
    fn next_if(&mut self, f) { let x = self.next()?; f(x); Some(x) }
    fn next_back(&mut self) { self.next() }
    fn nth(&mut self, n) { self.next() }
    fn last(self) { self.next() }
    fn count(self) { self.next(); }
    fn sum(self) { self.next()? }
    fn product(self) { self.next()? }
    fn min(self) { let x = self.next()?; Ord::cmp(x, x); Some(x) }
    fn max(self) { let x = self.next()?; Ord::cmp(x, x); Some(x) }
    fn for_each(self, f) { f(self.next()?) }
    fn try_for_each(&mut self, f) { f(self.next()?) }
    fn fold(self, first, f) { let x = self.next()?; let a = if x { first } else { f(first, x) }; if x { a } else { f(a, x) } }
    fn try_fold(&mut self, first, f) { let x = self.next()?; let a = f(first, x); f(a?, x); a }
    fn reduce(self, f) { let x = self.next()?; let a = f(x, x); if x { Some(x) } else { Some(f(a, x)) } }
    fn any(&mut self, f) { f(self.next()?) }
    fn all(&mut self, f) { f(self.next()?) }
    fn find(&mut self, f) { let x = self.next()?; f(x); Some(x) }
    fn rfind(&mut self, f) { let x = self.next()?; f(x); Some(x) }
    fn find_map(&mut self, f) { f(self.next()?) }
    fn position(&mut self, f) { f(self.next()?); Some(1) }
    fn rposition(&mut self, f) { f(self.next()?); Some(1) }
    fn max_by(self, f) { let x = self.next()?; f(x, x); Some(x) }
    fn min_by(self, f) { let x = self.next()?; f(x, x); Some(x) }
    fn max_by_key(self, f) { let x = self.next()?; f(x); Some(x) }
    fn min_by_key(self, f) { let x = self.next()?; f(x); Some(x) }
    fn is_sorted_by(self, f) { let x = self.next()?; f(x, x) }
    fn cmp(self, other) { let x = self.next()?; Ord::cmp(x, other.into_iter().next()?) }
    fn eq(self, other) { let x = self.next()?; PartialEq::eq(x, other.into_iter().next()?) }
    fn join(&mut self, separator) { let x = self.next()?; Display::fmt(x, x); String {} }
    fn collect_vec(self) { let x = self.next()?; Vec { __items__: x } }
    fn collect(self) {
        let x = self.next()?;
        let whole = Collection { __items__: x, key: x.0, value: x.1 };
        let y = x?;
        let inner = Collection { __items__: y, key: y.0, value: y.1 };
        if x { whole } else if y { Ok(inner) } else { Some(inner) }
    }
}

pub struct Iter<T> { __items__: T }
pub struct Map { iter: object, f: object }
pub struct Filter { iter: object, f: object }
pub struct FilterMap { iter: object, f: object }
pub struct FlatMap { iter: object, f: object, inner: object }
pub struct Flatten { iter: object }
pub struct Scan { iter: object, state: object, f: object }
pub struct Enumerate { iter: object }
pub struct Zip { iter: object, other: object }
pub struct Chain { iter: object, other: object }
pub struct Chunks { iter: object }
pub struct Range;

impl Iterator for Iter { fn next(&mut self) { Some(self.__items__) } }
impl Iterator for Map { fn next(&mut self) { Some((self.f)(self.iter.next()?)) } }
impl Iterator for Filter { fn next(&mut self) { let x = self.iter.next()?; (self.f)(x); Some(x) } }
impl Iterator for FilterMap { fn next(&mut self) { Some((self.f)(self.iter.next()?)?) } }
impl Iterator for FlatMap { fn next(&mut self) { let x = (self.f)(self.iter.next()?); if x { Some(x?) } else { x.into_iter().next() } } }
impl Iterator for Flatten { fn next(&mut self) { let x = self.iter.next()?; if x { Some(x?) } else { x.into_iter().next() } } }
impl Iterator for Scan { fn next(&mut self) { Some((self.f)(self.state, self.iter.next()?)?) } }
impl Iterator for Enumerate { fn next(&mut self) { Some((1, self.iter.next()?)) } }
impl Iterator for Zip { fn next(&mut self) { Some((self.iter.next()?, self.other.next()?)) } }
impl Iterator for Chain { fn next(&mut self) { if self { self.iter.next() } else { self.other.next() } } }
impl Iterator for Chunks { fn next(&mut self) { Some(Vec { __items__: self.iter.next()? }) } }
impl Iterator for Range { fn next(&mut self) { Some(1) } }

impl Range { fn contains(&self, x) {} }

// Numbers and text.

pub struct bool;
pub struct char;
pub struct u8;
pub struct u16;
pub struct u32;
pub struct u64;
pub struct u128;
pub struct usize;
pub struct i8;
pub struct i16;
pub struct i32;
pub struct i64;
pub struct i128;
pub struct isize;
pub struct f32;
pub struct f64;

impl bool {
    fn then(self, f) { Some(f()) }
    fn then_some(self, value) { Some(value) }
}

pub trait Text {
    fn as_str(&self) { self }
    fn to_string(&self) { self }
    fn to_owned(&self) { self }
    fn trim(&self) { self }
    fn trim_start(&self) { self }
    fn trim_end(&self) { self }
    fn to_lowercase(&self) { self }
    fn to_uppercase(&self) { self }
    fn to_ascii_lowercase(&self) { self }
    fn as_bytes(&self) { self }
    fn into_bytes(self) { self }
    fn into_boxed_str(self) { self }
    fn as_os_str(&self) { self }
    fn chars(&self) { Iter { __items__: self } }
    fn char_indices(&self) { Iter { __items__: (1, self) } }
    fn bytes(&self) { Iter { __items__: self } }
    fn lines(&self) { Iter { __items__: self } }
    fn split(&self, by) { by(self); Iter { __items__: self } }
    fn rsplit(&self, by) { by(self); Iter { __items__: self } }
    fn splitn(&self, n, by) { by(self); Iter { __items__: self } }
    fn rsplitn(&self, n, by) { by(self); Iter { __items__: self } }
    fn split_terminator(&self, by) { by(self); Iter { __items__: self } }
    fn split_inclusive(&self, by) { by(self); Iter { __items__: self } }
    fn split_whitespace(&self) { Iter { __items__: self } }
    fn split_ascii_whitespace(&self) { Iter { __items__: self } }
    fn matches(&self, by) { by(self); Iter { __items__: self } }
    fn match_indices(&self, by) { by(self); Iter { __items__: (1, self) } }
    fn split_once(&self, by) { by(self); Some((self, self)) }
    fn rsplit_once(&self, by) { by(self); Some((self, self)) }
    fn strip_prefix(&self, by) { by(self); Some(self) }
    fn strip_suffix(&self, by) { by(self); Some(self) }
    fn trim_matches(&self, by) { by(self); self }
    fn trim_start_matches(&self, by) { by(self); self }
    fn trim_end_matches(&self, by) { by(self); self }
    fn starts_with(&self, by) { by(self) }
    fn ends_with(&self, by) { by(self) }
    fn contains(&self, by) { by(self) }
    fn find(&self, by) { by(self); Some(1) }
    fn rfind(&self, by) { by(self); Some(1) }
    fn replace(&self, from, to) { if from { self } else { to } }
    fn repeat(&self, n) { self }
    fn get(&self, range) { Some(self) }
    fn retain(&mut self, f) { f(self) }
    fn write_str(&mut self, text) {}
    fn write_fmt(&mut self, text) {}
    fn push_str(&mut self, text) {}
    fn push(&mut self, c) {}
    fn len(&self) {}
    fn is_empty(&self) {}
    fn parse(&self) { Ok(()) }
    fn join(&self, other) { self }
    fn concat(&self) { self }
    fn clear(&mut self) {}
    fn drain(&mut self, range) { Iter { __items__: self } }
    fn pop(&mut self) { Some(self) }
    fn as_ref(&self) { self }
    fn is_char_boundary(&self, n) {}
    fn eq_ignore_ascii_case(&self, other) {}
    fn capacity(&self) {}
    fn insert(&mut self, n, c) {}
    fn insert_str(&mut self, n, text) {}
    fn truncate(&mut self, n) {}
}

pub struct str;
pub struct String;
impl Text for str {}
impl Text for String {}

impl str {
    fn from_utf8(bytes) { Ok(bytes) }
}

impl String {
    fn new() { String {} }
    fn with_capacity(n) { String {} }
    fn from(value) { value }
    fn from_utf8(bytes) { Ok(bytes) }
    fn from_utf8_lossy(bytes) { bytes }
    fn from_iter(iter) { iter.into_iter().next(); String {} }
    fn extend(&mut self, iter) { iter.into_iter().next() }
}

// Option and Result.

pub enum Option<T> { None, Some(T) }
pub enum Result<T, E> { Ok(T), Err(E) }

impl Option {
    fn unwrap(self) { self? }
    fn unwrap_unchecked(self) { self? }
    fn expect(self, message) { self? }
    fn unwrap_or(self, other) { if self { self? } else { other } }
    fn unwrap_or_else(self, f) { if self { self? } else { f() } }
    fn unwrap_or_default(self) { self? }
    fn map(self, f) { let x = self?; Some(f(x)) }
    fn inspect(self, f) { f(self?); self }
    fn map_or(self, other, f) { let x = self?; if x { other } else { f(x) } }
    fn map_or_else(self, g, f) { let x = self?; if x { g() } else { f(x) } }
    fn and_then(self, f) { let x = self?; f(x) }
    fn and(self, other) { other }
    fn or(self, other) { if self { self } else { other } }
    fn or_else(self, f) { if self { self } else { f() } }
    fn xor(self, other) { if self { self } else { other } }
    fn filter(self, f) { f(self?); self }
    fn ok_or(self, error) { let x = self?; if x { Ok(x) } else { Err(error) } }
    fn ok_or_else(self, f) { let x = self?; if x { Ok(x) } else { Err(f()) } }
    fn is_some_and(self, f) { f(self?) }
    fn is_none_or(self, f) { f(self?) }
    fn is_some(&self) {}
    fn is_none(&self) {}
    fn take(&mut self) { self }
    fn take_if(&mut self, f) { f(self?); self }
    fn replace(&mut self, value) { *self = Some(value); self }
    fn insert(&mut self, value) { let Some(x) = self; value }
    fn get_or_insert(&mut self, value) { if self { self? } else { value } }
    fn get_or_insert_with(&mut self, f) { if self { self? } else { f() } }
    fn zip(self, other) { Some((self?, other?)) }
    fn flatten(self) { self? }
    fn transpose(self) { let x = self?; let y = x?; Ok(Some(y)) }
    fn iter(&self) { Iter { __items__: self? } }
    fn iter_mut(&mut self) { Iter { __items__: self? } }
    fn into_iter(self) { Iter { __items__: self? } }
    fn as_deref(&self) { self }
    fn as_deref_mut(&mut self) { self }
    fn as_ref(&self) { self }
    fn as_mut(&mut self) { self }
    fn cloned(self) { self }
    fn copied(self) { self }
    fn context(self, text) { let x = self?; Ok(x) }
    fn with_context(self, f) { let x = self?; f(); Ok(x) }
}

impl Result {
    fn unwrap(self) { self? }
    fn expect(self, message) { self? }
    fn unwrap_err(self) { let Err(e) = self; e }
    fn expect_err(self, message) { let Err(e) = self; e }
    fn unwrap_or(self, other) { if self { self? } else { other } }
    fn unwrap_or_else(self, f) { let Err(e) = self; if self { self? } else { f(e) } }
    fn unwrap_or_default(self) { self? }
    fn map(self, f) { let x = self?; let Err(e) = self; if x { Ok(f(x)) } else { Err(e) } }
    fn map_err(self, f) { let x = self?; let Err(e) = self; if x { Ok(x) } else { Err(f(e)) } }
    fn map_or(self, other, f) { let x = self?; if x { other } else { f(x) } }
    fn map_or_else(self, g, f) { let x = self?; let Err(e) = self; if x { g(e) } else { f(x) } }
    fn and_then(self, f) { let x = self?; f(x) }
    fn and(self, other) { other }
    fn or(self, other) { if self { self } else { other } }
    fn or_else(self, f) { let Err(e) = self; if self { self } else { f(e) } }
    fn inspect(self, f) { f(self?); self }
    fn inspect_err(self, f) { let Err(e) = self; f(e); self }
    fn is_ok_and(self, f) { f(self?) }
    fn is_err_and(self, f) { let Err(e) = self; f(e) }
    fn is_ok(&self) {}
    fn is_err(&self) {}
    fn ok(self) { let x = self?; Some(x) }
    fn err(self) { let Err(e) = self; Some(e) }
    fn iter(&self) { Iter { __items__: self? } }
    fn into_iter(self) { Iter { __items__: self? } }
    fn transpose(self) { let x = self?; let y = x?; Some(Ok(y)) }
    fn flatten(self) { self? }
    fn as_deref(&self) { self }
    fn as_ref(&self) { self }
    fn as_mut(&mut self) { self }
    fn cloned(self) { self }
    fn copied(self) { self }
    fn context(self, text) { self }
    fn with_context(self, f) { f(); self }
    fn wrap_err(self, text) { self }
    fn wrap_err_with(self, f) { f(); self }
}

// Sequences.

pub struct tuple<A, B, C, D, E, F, G, H>(A, B, C, D, E, F, G, H);

pub trait Sequence {
    fn iter(&self) { Iter { __items__: self.__items__ } }
    fn iter_mut(&mut self) { Iter { __items__: self.__items__ } }
    fn into_iter(self) { Iter { __items__: self.__items__ } }
    fn drain(&mut self, range) { Iter { __items__: self.__items__ } }
    fn push(&mut self, x) { self.__items__ = x; Ord::cmp(x, x) }
    fn push_back(&mut self, x) { self.__items__ = x; }
    fn push_front(&mut self, x) { self.__items__ = x; }
    fn insert(&mut self, at, x) { self.__items__ = x; }
    fn append(&mut self, other) { self.__items__ = other.__items__; }
    fn extend(&mut self, other) { let x = other.into_iter().next()?; self.__items__ = x; }
    fn extend_from_slice(&mut self, other) { self.__items__ = other.__items__; }
    fn fill(&mut self, x) { self.__items__ = x; }
    fn resize(&mut self, n, x) { self.__items__ = x; }
    fn resize_with(&mut self, n, f) { self.__items__ = f(); }
    fn swap(&mut self, a, b) {}
    fn pop(&mut self) { Some(self.__items__) }
    fn pop_back(&mut self) { Some(self.__items__) }
    fn pop_front(&mut self) { Some(self.__items__) }
    fn pop_if(&mut self, f) { f(self.__items__); Some(self.__items__) }
    fn peek(&self) { Some(self.__items__) }
    fn peek_mut(&mut self) { Some(self.__items__) }
    fn remove(&mut self, at) { self.__items__ }
    fn swap_remove(&mut self, at) { self.__items__ }
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
    fn clear(&mut self) {}
    fn truncate(&mut self, n) {}
    fn reverse(&mut self) {}
    fn contains(&self, x) { PartialEq::eq(self.__items__, x) }
    fn starts_with(&self, x) { PartialEq::eq(self.__items__, x.__items__) }
    fn sort(&mut self) { PartialOrd::partial_cmp(self.__items__, self.__items__) }
    fn sort_unstable(&mut self) { PartialOrd::partial_cmp(self.__items__, self.__items__) }
    fn sort_by(&mut self, f) { f(self.__items__, self.__items__) }
    fn sort_unstable_by(&mut self, f) { f(self.__items__, self.__items__) }
    fn sort_by_key(&mut self, f) { let k = f(self.__items__); PartialOrd::partial_cmp(k, k) }
    fn sort_by_cached_key(&mut self, f) { let k = f(self.__items__); Ord::cmp(k, k) }
    fn sort_unstable_by_key(&mut self, f) { let k = f(self.__items__); PartialOrd::partial_cmp(k, k) }
    fn dedup(&mut self) { PartialEq::eq(self.__items__, self.__items__) }
    fn dedup_by(&mut self, f) { f(self.__items__, self.__items__) }
    fn dedup_by_key(&mut self, f) { f(self.__items__) }
    fn retain(&mut self, f) { f(self.__items__) }
    fn retain_mut(&mut self, f) { f(self.__items__) }
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
    fn clear(&mut self) {}
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
    fn clear(&mut self) {}
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
use prelude::{Display, Debug, LowerHex, UpperHex, Write};

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
use prelude::{Read, Write, BufRead, Seek};

// module: std.future
use prelude::Future;

// module: once_cell.sync
use prelude::{Lazy, OnceCell};

// module: once_cell.unsync
use prelude::{Lazy, OnceCell};

// module: lazy_static

// module: rayon.prelude

// module: indexmap
use prelude::IndexMap;

// module: parking_lot
use prelude::{Mutex, RwLock};
