//! What library functions do with their arguments, as bodies that are lowered like the user's code and copied at each
//! call site. A line `// module: NAME` begins the module of that name; the first module holds what is visible
//! everywhere. A name that is missing here stays an access path into code that we do not have (`std.env.var`), so that
//! models see it; closures handed to such code are called anyway.
//!
//! Types are left out but for what tells the parts of a container: a field whose type is a parameter holds what a
//! declared type says of it. References, `Box`, `Rc` and `Arc` are what they point to. A struct expression makes a
//! fresh object; the field `__items__` is every element. `__drop__(x)` says that no element of `x` is left.
//! `prelude::X` names what the first module holds.

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
    fn starts_with(&self, by) { by(self); }
    fn ends_with(&self, by) { by(self); }
    fn contains(&self, by) { by(self); }
    fn find(&self, by) { by(self); Some(1) }
    fn rfind(&self, by) { by(self); Some(1) }
    fn replace(&self, from, to) { if from { self } else { to } }
    fn repeat(&self, n) { self }
    fn get(&self, range) { Some(self) }
    fn retain(&mut self, f) { f(self) }
    fn write_str(&mut self, text) { self.__items__ = text; }
    fn write_fmt(&mut self, text) { self.__items__ = text; }
    fn push_str(&mut self, text) { self.__items__ = text; }
    fn push(&mut self, c) { self.__items__ = c; }
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
    fn insert(&mut self, n, c) { self.__items__ = c; }
    fn insert_str(&mut self, n, text) { self.__items__ = text; }
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

