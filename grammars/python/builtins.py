# module: builtins
# What library functions do with their arguments, as bodies that are lowered like the user's code and copied at
# each call site. A line `# module: NAME` begins the module of that name. A name that is missing here stays an
# access path into code that we do not have, so that models see it: `open`, `eval`, `exec`, `compile`, `input`
# and `__import__` are missing on purpose, and so are whole modules such as `json`, `os` or `logging`, whose
# callbacks are called anyway because they are handed to unknown code.
#
# Bodies say which values go where and what is called, for any order of events; results that are mere text or
# numbers are fresh instances. Subscripts here are plain element cells, without `__getitem__` or `__setitem__`;
# where the protocol is meant, the method is called by name. `for` follows the protocol.
#
# Beyond Python:
#   o[...]                   any element of `o`
#   __keys__(o)              the keys of its element cells, each as a string (not a list of them)
#   __attrs__(o)             the names of its attributes, likewise
#   __names__(o)             what `dir(o)` lists, likewise
#   __any_attr__(o)          the value of any attribute
#   __load_attr__(o, k)      the attribute of a computed name; __store_attr__(o, k, v) writes it, and asks no
#                            `__setattr__`
#   __copy_items__(to, o)    copies every element cell; __copy_attrs__(to, o) every attribute
#   __alloc__("list", a, b)  a fresh instance of the builtin class, made from `a` and `b` where those are given
#   __instance__(cls, a)     an instance of each class in `cls`, not initialised, made from `a`
#   __drop__(o)              no element that `o` held is left; __drop__(o, k): nothing is under `k`;
#                            __drop_attr__(o, k): nothing is in that attribute
#   if ...:                  one branch or the other, without asking a value for its truth
#   d.__dict_keys__          keys of a mapping that are no constants
# Methods that ask what kind of value they are called on (`__as_class__`, `__as_decorator__`, `__as_member__`,
# and so on) are ours: dispatch on the class of a value stands for an `if` on it, which facts do not keep.

class object:
    def __new__(cls, *args, **kwargs): return __instance__(cls)
    def __init__(self, *args, **kwargs): pass
    def __init_subclass__(cls, **kwargs): pass

    # `list[int]`, `class A(Generic[T])`: the class itself.
    def __class_getitem__(cls, arguments): return cls
    def __str__(self): return self.__repr__()
    def __repr__(self): return __alloc__("str")
    def __format__(self, spec): return self.__str__()
    def __hash__(self): return __alloc__("int")
    def __eq__(self, other): return __alloc__("bool")
    def __ne__(self, other): return self.__eq__(other)
    def __getattribute__(self, name): return __load_attr__(self, name)
    def __setattr__(self, name, value): __store_attr__(self, name, value)
    def __delattr__(self, name): pass

    def __dir__(self):
        names = __alloc__("list")
        names[...] = __attrs__(self)
        return names

    def __reduce__(self): return __alloc__("tuple")

    def __as_sentinel__(self, callback):
        results = __alloc__("iterator")
        results[...] = callback()
        return results

    def __as_member__(self, cls):
        member = __instance__(cls)
        member.value = self
        member._value_ = self
        member.__init__(self)
        return member

class type:
    def __new__(mcs, *args, **kwargs):
        if ...:
            return args[1].__as_class__(args[2])
        if ...:
            return args[2].__created__
        return args[0].__class__

    def __init__(cls, *args, **kwargs): pass

    # A class statement, once its body has run.
    def __create__(cls, namespace):
        metaclass = namespace.__metaclass__
        bases = __alloc__("list")
        metaclass.__new__(metaclass, cls.__name__, bases, namespace)
        metaclass.__init__(cls, cls.__name__, bases, namespace)

    def __call__(cls, *args, **kwargs):
        made = cls.__new__(cls, *args, **kwargs)
        made.__init__(*args, **kwargs)
        return made

    def mro(cls):
        classes = __alloc__("list")
        classes[...] = cls
        return classes

class function:
    def __get__(self, instance, owner=None): return method(self, instance)
    def __as_member__(self, cls): return self
    def __as_implementation__(self): return self

    # What `functools.lru_cache` adds.
    def cache_clear(self): pass
    def cache_info(self): return __alloc__("tuple")

    # What queues (Celery, dramatiq, Huey) add to the functions that they run elsewhere.
    def delay(self, *args, **kwargs): return self(*args, **kwargs)
    def send(self, *args, **kwargs): return self(*args, **kwargs)
    def s(self, *args, **kwargs): return self(*args, **kwargs)
    def si(self, *args, **kwargs): return self(*args, **kwargs)
    def apply_async(self, args=(), kwargs={}, **options): return self(*args, **kwargs)
    def send_with_options(self, args=(), kwargs={}, **options): return self(*args, **kwargs)

class method:
    def __init__(self, func, instance):
        self.__func__ = func
        self.__self__ = instance

    def __call__(self, *args, **kwargs): return self.__func__(self.__self__, *args, **kwargs)

class property:
    def __init__(self, fget=None, fset=None, fdel=None, doc=None):
        self.fget = fget
        self.fset = fset
        self.fdel = fdel

    def __get__(self, instance, owner=None): return self.fget(instance)
    def __set__(self, instance, value): self.fset(instance, value)
    def __delete__(self, instance): self.fdel(instance)

    def getter(self, fget):
        self.fget = fget
        return self

    def setter(self, fset):
        self.fset = fset
        return self

    def deleter(self, fdel):
        self.fdel = fdel
        return self

class staticmethod:
    def __init__(self, func): self.__func__ = func
    def __get__(self, instance, owner=None): return self.__func__
    def __call__(self, *args, **kwargs): return self.__func__(*args, **kwargs)

class classmethod:
    def __init__(self, func): self.__func__ = func
    def __get__(self, instance, owner=None): return method(self.__func__, owner)

def _same(value): return value

class NoneType:
    def __as_decorator__(self): return _same

class ellipsis: pass

# Numbers: what is computed from them carries nothing that an analysis follows.

class int:
    def __new__(cls, value=0, base=10):
        value.__int__()
        return __instance__(cls)

    def __as_decorator__(self): return _same
    def __int__(self): return self
    def __index__(self): return self
    def __float__(self): return __alloc__("float")
    def __bool__(self): return __alloc__("bool")
    def __str__(self): return __alloc__("str", self)
    def __add__(self, other): return __alloc__("int")
    __sub__ = __mul__ = __floordiv__ = __mod__ = __pow__ = __and__ = __or__ = __xor__ = __add__
    __lshift__ = __rshift__ = __add__
    def __truediv__(self, other): return __alloc__("float")
    def __neg__(self): return __alloc__("int")
    __pos__ = __abs__ = __invert__ = __round__ = __neg__
    def __lt__(self, other): return __alloc__("bool")
    __le__ = __gt__ = __ge__ = __lt__
    def bit_length(self): return __alloc__("int")
    bit_count = conjugate = bit_length
    def to_bytes(self, length=1, byteorder="big", *, signed=False): return __alloc__("bytes", self)

    @classmethod
    def from_bytes(cls, data, byteorder="big", *, signed=False): return __instance__(cls)

class bool(int):
    def __new__(cls, value=False):
        value.__bool__()
        value.__len__()
        return __instance__(cls)

class float:
    def __new__(cls, value=0):
        value.__float__()
        return __instance__(cls)

    def __float__(self): return self
    def __int__(self): return __alloc__("int")
    def __bool__(self): return __alloc__("bool")
    def __str__(self): return __alloc__("str", self)
    def __add__(self, other): return __alloc__("float")
    __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = __add__
    def __neg__(self): return __alloc__("float")
    __pos__ = __abs__ = __neg__
    def __lt__(self, other): return __alloc__("bool")
    __le__ = __gt__ = __ge__ = __lt__
    def is_integer(self): return __alloc__("bool")
    def hex(self): return __alloc__("str")

class complex(float):
    def __new__(cls, real=0, imag=0):
        real.__complex__()
        return __instance__(cls)

# Text: a string made from others remembers which.

class str:
    def __new__(cls, value="", encoding="utf-8", errors="strict"):
        if ...:
            return __instance__(cls, value)
        return value.__str__()

    def __as_decorator__(self): return _same
    def __str__(self): return self
    def __repr__(self): return __alloc__("str", self)
    def __format__(self, spec): return self
    def __bool__(self): return __alloc__("bool")
    def __len__(self): return __alloc__("int")

    def __iter__(self):
        parts = __alloc__("iterator")
        parts[...] = __alloc__("str", self)
        return parts

    def __contains__(self, part): return __alloc__("bool")
    __lt__ = __le__ = __gt__ = __ge__ = __contains__
    def __getitem__(self, index): return __alloc__("str", self)
    def __add__(self, other): return __alloc__("str", self, other)
    def __mul__(self, count): return __alloc__("str", self)
    __rmul__ = __mul__

    def __mod__(self, values):
        values.__str__()
        values[...].__str__()
        return __alloc__("str", self, values, values[...])

    def format(self, *args, **kwargs):
        args[...].__format__(self)
        kwargs[...].__format__(self)
        return __alloc__("str", self, args[...], kwargs[...])

    def format_map(self, mapping):
        value = mapping.__getitem__(__alloc__("str", self))
        return __alloc__("str", self, value)

    def join(self, parts):
        joined = __alloc__("str", self)
        for part in parts:
            joined = __alloc__("str", self, part)
        return joined

    def lower(self): return __alloc__("str", self)
    upper = title = capitalize = casefold = swapcase = lower
    def strip(self, chars=None): return __alloc__("str", self)
    lstrip = rstrip = removeprefix = removesuffix = expandtabs = zfill = strip
    def center(self, width, fill=" "): return __alloc__("str", self)
    ljust = rjust = center
    def replace(self, old, new, count=-1): return __alloc__("str", self, new)
    def translate(self, table): return __alloc__("str", self, table.__getitem__(__alloc__("int")))

    @staticmethod
    def maketrans(*args): return args[0]

    def split(self, sep=None, maxsplit=-1):
        parts = __alloc__("list")
        parts[...] = __alloc__("str", self)
        return parts

    rsplit = splitlines = split

    def partition(self, sep):
        parts = __alloc__("tuple")
        parts[...] = __alloc__("str", self)
        return parts

    rpartition = partition
    def encode(self, encoding="utf-8", errors="strict"): return __alloc__("bytes", self)
    def find(self, part, start=None, end=None): return __alloc__("int")
    rfind = index = rindex = count = find
    def startswith(self, part, start=None, end=None): return __alloc__("bool")
    endswith = startswith
    def isdigit(self): return __alloc__("bool")
    isalpha = isalnum = isascii = isdecimal = isidentifier = islower = isdigit
    isnumeric = isprintable = isspace = istitle = isupper = isdigit

class bytes:
    def __new__(cls, value=b"", encoding="utf-8", errors="strict"):
        value.__bytes__()
        return __instance__(cls, value)

    def __bytes__(self): return self
    def __bool__(self): return __alloc__("bool")
    def __len__(self): return __alloc__("int")

    def __iter__(self):
        parts = __alloc__("iterator")
        parts[...] = __alloc__("int")
        return parts

    def __contains__(self, part): return __alloc__("bool")
    def __getitem__(self, index): return __alloc__("bytes", self)
    def __add__(self, other): return __alloc__("bytes", self, other)
    def __mul__(self, count): return __alloc__("bytes", self)
    def __mod__(self, values): return __alloc__("bytes", self, values, values[...])
    def decode(self, encoding="utf-8", errors="strict"): return __alloc__("str", self)
    def hex(self, sep=None, width=1): return __alloc__("str", self)

    @classmethod
    def fromhex(cls, text): return __alloc__("bytes", text)

    def join(self, parts):
        joined = __alloc__("bytes", self)
        for part in parts:
            joined = __alloc__("bytes", self, part)
        return joined

    def strip(self, chars=None): return __alloc__("bytes", self)
    lstrip = rstrip = removeprefix = removesuffix = zfill = strip
    def lower(self): return __alloc__("bytes", self)
    upper = title = capitalize = swapcase = lower
    def replace(self, old, new, count=-1): return __alloc__("bytes", self, new)

    def split(self, sep=None, maxsplit=-1):
        parts = __alloc__("list")
        parts[...] = __alloc__("bytes", self)
        return parts

    rsplit = splitlines = partition = rpartition = split
    def find(self, part, start=None, end=None): return __alloc__("int")
    rfind = index = rindex = count = find
    def startswith(self, part, start=None, end=None): return __alloc__("bool")
    endswith = isdigit = isalpha = isalnum = isspace = startswith

class bytearray(bytes):
    def __setitem__(self, index, value): pass

    append = extend = insert = pop = remove = clear = reverse = lambda self, *args: None

class memoryview(bytes):
    def tobytes(self): return __alloc__("bytes", self)
    def release(self): pass

# Iterators: their elements are their element cells.

class iterator:
    def __iter__(self): return self
    def __next__(self): return self[...]

class generator(iterator):
    def send(self, value): return self[...]
    def throw(self, kind, value=None, traceback=None): return self[...]
    def close(self): pass

class async_generator:
    def __aiter__(self): return self
    def __anext__(self): return self[...]
    def asend(self, value): return self[...]
    def athrow(self, kind, value=None, traceback=None): return self[...]
    def aclose(self): pass

class coroutine:
    def send(self, value): pass
    def throw(self, kind, value=None, traceback=None): pass
    def close(self): pass

# Containers.

class _sequence:
    def __len__(self): return __alloc__("int")
    def __bool__(self): return __alloc__("bool")

    def __iter__(self):
        elements = __alloc__("iterator")
        elements[...] = self[...]
        return elements

    def __reversed__(self):
        elements = __alloc__("iterator")
        elements[...] = self[...]
        return elements

    def __getitem__(self, index): return self[index]

    def __contains__(self, value):
        self[...].__eq__(value)
        return __alloc__("bool")

    def index(self, value, start=0, stop=None):
        self[...].__eq__(value)
        return __alloc__("int")

    def count(self, value):
        self[...].__eq__(value)
        return __alloc__("int")

    # Elements are compared where both sides have some.
    def __eq__(self, other):
        other.__equal_elements__(self)
        return __alloc__("bool")

    def __equal_elements__(self, other): other[...].__eq__(self[...])

    def __lt__(self, other):
        other.__order_elements__(self)
        return __alloc__("bool")

    def __order_elements__(self, other): other[...].__lt__(self[...])

    __le__ = __gt__ = __ge__ = __lt__

    def __repr__(self):
        self[...].__repr__()
        return __alloc__("str", self[...])

class list(_sequence):
    def __init__(self, values=()):
        for value in values:
            self[...] = value

    def __setitem__(self, index, value): self[index] = value
    def __delitem__(self, index): pass
    def append(self, value): self[...] = value
    def insert(self, index, value): self[...] = value

    def extend(self, values):
        for value in values:
            self[...] = value

    def __iadd__(self, values):
        for value in values:
            self[...] = value
        return self

    def __add__(self, other):
        both = __alloc__("list")
        __copy_items__(both, self)
        both[...] = other[...]
        return both

    def __mul__(self, count):
        many = __alloc__("list")
        many[...] = self[...]
        return many

    __rmul__ = __mul__
    def pop(self, index=-1): return self[...]
    def remove(self, value): self[...].__eq__(value)

    def copy(self):
        same = __alloc__("list")
        __copy_items__(same, self)
        return same

    def clear(self): __drop__(self)
    def reverse(self): self[...] = self[...]

    def sort(self, *, key=None, reverse=False):
        value = self[...]
        self[...] = value
        value.__lt__(value)
        order = key(value)
        order.__lt__(order)

class tuple(_sequence):
    def __new__(cls, values=()):
        made = __instance__(cls)
        for value in values:
            made[...] = value
        return made

    def __add__(self, other):
        both = __alloc__("tuple")
        __copy_items__(both, self)
        both[...] = other[...]
        return both

    def __mul__(self, count):
        many = __alloc__("tuple")
        many[...] = self[...]
        return many

    __rmul__ = __mul__

    def __hash__(self):
        self[...].__hash__()
        return __alloc__("int")

    def __as_member__(self, cls):
        member = __instance__(cls)
        member.value = self
        member._value_ = self
        member.__init__(*self)
        return member

    def __as_class__(self, namespace):
        class made(self[...]): pass

        name = __keys__(namespace)
        __store_attr__(made, name, namespace[name])
        return made

class range(_sequence):
    def __init__(self, start=0, stop=0, step=1): self[...] = __alloc__("int")

class slice:
    def __init__(self, start=None, stop=None, step=None):
        self.start = start
        self.stop = stop
        self.step = step

    def indices(self, length):
        ends = __alloc__("tuple")
        ends[...] = __alloc__("int")
        return ends

class dict:
    def __init__(self, values=(), **named):
        __copy_items__(self, values)
        __copy_items__(self, named)
        self.__dict_keys__ = values.__dict_keys__
        for pair in values:
            self[pair[0]] = pair[1]
            self.__dict_keys__ = pair[0]

    def __len__(self): return __alloc__("int")
    def __bool__(self): return __alloc__("bool")

    def __iter__(self):
        keys = __alloc__("iterator")
        keys[...] = __keys__(self)
        keys[...] = self.__dict_keys__
        return keys

    def __reversed__(self): return dict.__iter__(self)

    def __contains__(self, key):
        key.__hash__()
        self.__dict_keys__.__eq__(key)
        return __alloc__("bool")

    def __getitem__(self, key):
        key.__hash__()
        if ...:
            return self.__missing__(key)
        return self[key]

    def __setitem__(self, key, value):
        key.__hash__()
        self[key] = value
        self.__dict_keys__ = key

    def __delitem__(self, key): key.__hash__()

    def get(self, key, default=None):
        key.__hash__()
        if ...:
            return self[key]
        return default

    def setdefault(self, key, default=None):
        key.__hash__()
        self[key] = default
        self.__dict_keys__ = key
        return self[key]

    def pop(self, key, default=None):
        __drop__(self, key)
        if ...:
            return self[key]
        return default

    def popitem(self):
        pair = __alloc__("tuple")
        pair[0] = __keys__(self)
        pair[0] = self.__dict_keys__
        pair[1] = self[...]
        return pair

    def keys(self):
        keys = __alloc__("list")
        keys[...] = __keys__(self)
        keys[...] = self.__dict_keys__
        return keys

    def values(self):
        values = __alloc__("list")
        values[...] = self[...]
        return values

    def items(self):
        pairs = __alloc__("list")
        pairs[...] = dict.popitem(self)
        return pairs

    def update(self, values=(), **named):
        __copy_items__(self, values)
        __copy_items__(self, named)
        self.__dict_keys__ = values.__dict_keys__
        for pair in values:
            self[pair[0]] = pair[1]
            self.__dict_keys__ = pair[0]

    def __ior__(self, other):
        dict.update(self, other)
        return self

    def __or__(self, other):
        both = __alloc__("dict")
        dict.update(both, self)
        dict.update(both, other)
        return both

    __ror__ = __or__

    def copy(self):
        same = __alloc__("dict")
        __copy_items__(same, self)
        same.__dict_keys__ = self.__dict_keys__
        return same

    def clear(self):
        __drop__(self)
        __drop__(self.__dict_keys__)

    @classmethod
    def fromkeys(cls, keys, value=None):
        made = __instance__(cls)
        for key in keys:
            made[key] = value
            made.__dict_keys__ = key
        return made

    def __eq__(self, other):
        other.__equal_values__(self)
        return __alloc__("bool")

    def __equal_values__(self, other): other[...].__eq__(self[...])

    def __repr__(self):
        self.__dict_keys__.__repr__()
        self[...].__repr__()
        return __alloc__("str", self[...])

class _set:
    def __len__(self): return __alloc__("int")
    def __bool__(self): return __alloc__("bool")

    def __iter__(self):
        elements = __alloc__("iterator")
        elements[...] = self[...]
        return elements

    def __contains__(self, value):
        value.__hash__()
        self[...].__eq__(value)
        return __alloc__("bool")

    def union(self, *others):
        both = __alloc__("set")
        both[...] = self[...]
        for other in others:
            for value in other:
                both[...] = value
        return both

    def __or__(self, other):
        both = __alloc__("set")
        both[...] = self[...]
        both[...] = other[...]
        return both

    __xor__ = __or__

    def symmetric_difference(self, other):
        both = __alloc__("set")
        both[...] = self[...]
        for value in other:
            both[...] = value
        return both

    def difference(self, *others):
        rest = __alloc__("set")
        rest[...] = self[...]
        return rest

    __sub__ = __and__ = intersection = difference

    def copy(self):
        same = __alloc__("set")
        same[...] = self[...]
        return same

    def issubset(self, other): return __alloc__("bool")
    issuperset = isdisjoint = __lt__ = __le__ = __gt__ = __ge__ = issubset

class set(_set):
    def __init__(self, values=()):
        for value in values:
            self[...] = value
            value.__hash__()

    def add(self, value):
        value.__hash__()
        self[...] = value

    def update(self, *others):
        for other in others:
            for value in other:
                self[...] = value

    symmetric_difference_update = update

    def __ior__(self, other):
        self[...] = other[...]
        return self

    def __iand__(self, other): return self
    __isub__ = __iand__
    def pop(self): return self[...]
    def discard(self, value): value.__hash__()
    def clear(self): __drop__(self)
    def difference_update(self, *others): pass
    remove = discard
    intersection_update = difference_update

class frozenset(_set):
    def __new__(cls, values=()):
        made = __instance__(cls)
        for value in values:
            made[...] = value
            value.__hash__()
        return made

# Functions that call what they are given.

def iter(values, *sentinel):
    if ...:
        return sentinel[0].__as_sentinel__(values)
    return values.__iter__()

def next(values, default=None):
    if ...:
        return default
    return values.__next__()

def aiter(values): return values.__aiter__()

def anext(values, default=None):
    if ...:
        return default
    return values.__anext__()

def len(value): return value.__len__()
def repr(value): return value.__repr__()
def ascii(value): return value.__repr__()
def hash(value): return value.__hash__()
def format(value, spec=""): return value.__format__(spec)
def abs(value): return value.__abs__()
def round(value, digits=None): return value.__round__(digits)
def divmod(left, right): return left.__divmod__(right)
def pow(base, exponent, modulus=None): return base ** exponent

def hex(value):
    value.__index__()
    return __alloc__("str", value)

oct = bin = hex
def chr(value): return __alloc__("str", value)
def ord(value): return __alloc__("int")
def id(value): return __alloc__("int")
def callable(value): return __alloc__("bool")
def isinstance(value, kind): return __alloc__("bool")
def issubclass(value, kind): return __alloc__("bool")

def print(*values, sep=" ", end="\n", file=None, flush=False):
    values[...].__str__()
    file.write(__alloc__("str", values[...]))

def dir(value=None):
    names = __alloc__("list")
    names[...] = __names__(value)
    value.__dir__()
    return names

def vars(value=None):
    names = __alloc__("dict")
    name = __attrs__(value)
    names[name] = __load_attr__(value, name)
    return names

def getattr(value, name, default=None):
    if ...:
        return default
    return __load_attr__(value, name)

def hasattr(value, name):
    __load_attr__(value, name)
    return __alloc__("bool")

def setattr(value, name, new):
    __drop_attr__(value, name)
    value.__setattr__(name, new)

def delattr(value, name):
    __drop_attr__(value, name)
    value.__delattr__(name)

def sorted(values, *, key=None, reverse=False):
    result = __alloc__("list")
    for value in values:
        result[...] = value
        value.__lt__(value)
        order = key(value)
        order.__lt__(order)
    return result

def min(first, *rest, key=None, default=None):
    best = default
    for value in first:
        best = value
    for value in rest:
        if ...:
            best = value
        else:
            best = first
    best.__lt__(best)
    order = key(best)
    order.__lt__(order)
    return best

def max(first, *rest, key=None, default=None):
    best = default
    for value in first:
        best = value
    for value in rest:
        if ...:
            best = value
        else:
            best = first
    best.__gt__(best)
    order = key(best)
    order.__gt__(order)
    return best

def sum(values, start=0):
    total = start
    for value in values:
        total = total + value
    return total

def any(values):
    for value in values:
        value.__bool__()
    return __alloc__("bool")

def all(values):
    for value in values:
        value.__bool__()
    return __alloc__("bool")

def map(function, first, second=(), third=(), *rest):
    for one in first:
        for two in second:
            for three in third:
                yield function(one, two, three)

def filter(function, values):
    for value in values:
        function(value)
        yield value

def zip(first=(), second=(), third=(), fourth=(), *rest, strict=False):
    row = __alloc__("tuple")
    for value in first:
        row[0] = value
    for value in second:
        row[1] = value
    for value in third:
        row[2] = value
    for value in fourth:
        row[3] = value
    for values in rest:
        for value in values:
            row[...] = value
    yield row

def enumerate(values, start=0):
    pair = __alloc__("tuple")
    pair[0] = __alloc__("int")
    for value in values:
        pair[1] = value
    yield pair

def reversed(values): return values.__reversed__()

# Exceptions.

class BaseException:
    def __init__(self, *args): self.args = args
    def __str__(self): return __alloc__("str", self.args[...])
    def with_traceback(self, traceback): return self
    def add_note(self, note): pass

class Exception(BaseException): pass
class SystemExit(BaseException): pass
class KeyboardInterrupt(BaseException): pass
class GeneratorExit(BaseException): pass
class ArithmeticError(Exception): pass
class FloatingPointError(ArithmeticError): pass
class OverflowError(ArithmeticError): pass
class ZeroDivisionError(ArithmeticError): pass
class AssertionError(Exception): pass
class AttributeError(Exception): pass
class BufferError(Exception): pass
class EOFError(Exception): pass
class ImportError(Exception): pass
class ModuleNotFoundError(ImportError): pass
class LookupError(Exception): pass
class IndexError(LookupError): pass
class KeyError(LookupError): pass
class MemoryError(Exception): pass
class NameError(Exception): pass
class UnboundLocalError(NameError): pass
class OSError(Exception): pass
class BlockingIOError(OSError): pass
class ChildProcessError(OSError): pass
class ConnectionError(OSError): pass
class BrokenPipeError(ConnectionError): pass
class ConnectionAbortedError(ConnectionError): pass
class ConnectionRefusedError(ConnectionError): pass
class ConnectionResetError(ConnectionError): pass
class FileExistsError(OSError): pass
class FileNotFoundError(OSError): pass
class InterruptedError(OSError): pass
class IsADirectoryError(OSError): pass
class NotADirectoryError(OSError): pass
class PermissionError(OSError): pass
class ProcessLookupError(OSError): pass
class TimeoutError(OSError): pass
class ReferenceError(Exception): pass
class RuntimeError(Exception): pass
class NotImplementedError(RuntimeError): pass
class RecursionError(RuntimeError): pass
class StopIteration(Exception): pass
class StopAsyncIteration(Exception): pass
class SyntaxError(Exception): pass
class IndentationError(SyntaxError): pass
class TabError(IndentationError): pass
class SystemError(Exception): pass
class TypeError(Exception): pass
class ValueError(Exception): pass
class UnicodeError(ValueError): pass
class UnicodeDecodeError(UnicodeError): pass
class UnicodeEncodeError(UnicodeError): pass
class UnicodeTranslateError(UnicodeError): pass
class Warning(Exception): pass
class BytesWarning(Warning): pass
class DeprecationWarning(Warning): pass
class EncodingWarning(Warning): pass
class FutureWarning(Warning): pass
class ImportWarning(Warning): pass
class PendingDeprecationWarning(Warning): pass
class ResourceWarning(Warning): pass
class RuntimeWarning(Warning): pass
class SyntaxWarning(Warning): pass
class UnicodeWarning(Warning): pass
class UserWarning(Warning): pass
EnvironmentError = IOError = OSError

class BaseExceptionGroup(BaseException):
    def __init__(self, message, exceptions):
        self.message = message
        self.exceptions = exceptions

    def split(self, condition):
        condition(self)
        parts = __alloc__("tuple")
        parts[...] = self
        return parts

    def subgroup(self, condition):
        condition(self)
        return self

    def derive(self, exceptions): return self

class ExceptionGroup(BaseExceptionGroup, Exception): pass

# module: functools

class partial:
    def __init__(self, func, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords

    def __call__(self, *args, **keywords): return self.func(*self.args, *args, **self.keywords, **keywords)

class partialmethod:
    def __init__(self, func, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords

    def __get__(self, instance, owner=None): return partial(self.func, instance, *self.args, **self.keywords)

def update_wrapper(wrapper, wrapped, assigned=(), updated=()):
    __copy_attrs__(wrapper, wrapped)
    wrapper.__wrapped__ = wrapped
    return wrapper

def wraps(wrapped, assigned=(), updated=()):
    def decorator(wrapper): return update_wrapper(wrapper, wrapped)

    return decorator

def reduce(function, values, initial=None):
    result = initial
    for value in values:
        if ...:
            result = function(result, value)
        else:
            result = value
    return result

def cache(function): return function

def lru_cache(*args, **options):
    if ...:
        return __keys__(options).__as_decorator__()
    if ...:
        return args[0].__as_decorator__()
    return args[0]

class cached_property:
    def __init__(self, func): self.func = func
    def __get__(self, instance, owner=None): return self.func(instance)

class singledispatch:
    def __init__(self, function):
        self.implementations = __alloc__("list")
        self.implementations[...] = function
        self.__wrapped__ = function

    def __call__(self, *args, **kwargs): return self.implementations[...](*args, **kwargs)

    def register(self, *args):
        # `f.register(int, g)`, `@f.register` above an annotated function, `@f.register(int)`.
        self.implementations[...] = args[1]
        self.implementations[...] = args[0].__as_implementation__()
        if ...:
            return args[0].__as_implementation__()
        return self._add

    def _add(self, function):
        self.implementations[...] = function
        return function

    def dispatch(self, kind): return self.implementations[...]

class singledispatchmethod(singledispatch):
    def __get__(self, instance, owner=None):
        bound = partial(self.implementations[...], instance)
        bound.register = self.register
        return bound

def total_ordering(cls): return cls

class cmp_to_key:
    def __init__(self, mycmp): self.mycmp = mycmp

    def __call__(self, value):
        made = cmp_to_key(self.mycmp)
        made.obj = value
        return made

    def __lt__(self, other): return self.mycmp(self.obj, other.obj)
    __gt__ = __le__ = __ge__ = __eq__ = __lt__

# module: itertools

class chain:
    def __init__(self, *iterables):
        for values in iterables:
            for value in values:
                self[...] = value

    @classmethod
    def from_iterable(cls, iterables):
        made = __instance__(cls)
        for values in iterables:
            for value in values:
                made[...] = value
        return made

    def __iter__(self): return self
    def __next__(self): return self[...]

def islice(values, *bounds):
    for value in values:
        yield value

def cycle(values):
    for value in values:
        yield value

def repeat(value, times=None): yield value
def count(start=0, step=1): yield __alloc__("int")

def compress(values, selectors):
    for value in values:
        yield value

def takewhile(predicate, values):
    for value in values:
        predicate(value)
        yield value

def dropwhile(predicate, values):
    for value in values:
        predicate(value)
        yield value

def filterfalse(predicate, values):
    for value in values:
        predicate(value)
        yield value

def starmap(function, rows):
    for row in rows:
        yield function(*row)

def accumulate(values, func=None, *, initial=None):
    total = initial
    for value in values:
        if ...:
            total = func(total, value)
        else:
            total = value
        yield total

def groupby(values, key=None):
    group = __alloc__("tuple")
    members = __alloc__("iterator")
    for value in values:
        group[0] = key(value)
        members[...] = value
    group[1] = members
    yield group

def tee(values, n=2):
    copies = __alloc__("tuple")
    one = __alloc__("iterator")
    for value in values:
        one[...] = value
    copies[...] = one
    return copies

def product(*iterables, repeat=1):
    row = __alloc__("tuple")
    for values in iterables:
        for value in values:
            row[...] = value
    yield row

def zip_longest(*iterables, fillvalue=None):
    row = __alloc__("tuple")
    row[...] = fillvalue
    for values in iterables:
        for value in values:
            row[...] = value
    yield row

def pairwise(values):
    pair = __alloc__("tuple")
    for value in values:
        pair[...] = value
    yield pair

def permutations(values, r=None):
    row = __alloc__("tuple")
    for value in values:
        row[...] = value
    yield row

def combinations(values, r):
    row = __alloc__("tuple")
    for value in values:
        row[...] = value
    yield row

def combinations_with_replacement(values, r):
    row = __alloc__("tuple")
    for value in values:
        row[...] = value
    yield row

def batched(values, n, *, strict=False):
    row = __alloc__("tuple")
    for value in values:
        row[...] = value
    yield row

# module: operator

class attrgetter:
    def __init__(self, *names): self.names = names
    def __call__(self, value): return __load_attr__(value, self.names[...])

class itemgetter:
    def __init__(self, *items): self.items = items
    def __call__(self, value): return value.__getitem__(self.items[...])

class methodcaller:
    def __init__(self, name, *args, **kwargs):
        self.name = name
        self.args = args
        self.kwargs = kwargs

    def __call__(self, value): return __load_attr__(value, self.name)(*self.args, **self.kwargs)

def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def truediv(a, b): return a / b
def floordiv(a, b): return a // b
def mod(a, b): return a % b
def matmul(a, b): return a @ b
def lshift(a, b): return a << b
def rshift(a, b): return a >> b
def and_(a, b): return a & b
def or_(a, b): return a | b
def xor(a, b): return a ^ b
def pow(a, b): return a ** b
def eq(a, b): return a == b
def ne(a, b): return a != b
def lt(a, b): return a < b
def le(a, b): return a <= b
def gt(a, b): return a > b
def ge(a, b): return a >= b
def neg(a): return -a
def pos(a): return +a
def inv(a): return ~a
def abs(a): return a.__abs__()
def index(a): return a.__index__()
def not_(a): return not a
def truth(a): return a.__bool__()
def is_(a, b): return __alloc__("bool")
def is_not(a, b): return __alloc__("bool")
def concat(a, b): return a + b
def contains(a, b): return a.__contains__(b)
def getitem(a, b): return a.__getitem__(b)
def setitem(a, b, c): a.__setitem__(b, c)
def delitem(a, b): a.__delitem__(b)

def countOf(a, b):
    for value in a:
        value.__eq__(b)
    return __alloc__("int")

def iadd(a, b):
    a += b
    return a

def call(function, *args, **kwargs): return function(*args, **kwargs)

# module: threading

class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        self._target = target
        self._args = args
        self._kwargs = kwargs
        self.name = name
        self.daemon = daemon

    def start(self): self.run()
    def run(self): self._target(*self._args, **self._kwargs)
    def join(self, timeout=None): pass
    def is_alive(self): return __alloc__("bool")
    def getName(self): return self.name
    def setName(self, name): self.name = name
    def setDaemon(self, daemon): self.daemon = daemon

class Timer(Thread):
    def __init__(self, interval, function, args=None, kwargs=None):
        self.interval = interval
        self.function = function
        self.args = args
        self.kwargs = kwargs

    def run(self): self.function(*self.args, **self.kwargs)
    def cancel(self): pass

class local: pass

class Lock:
    def __enter__(self): return __alloc__("bool")
    def __exit__(self, kind, value, traceback): pass
    def acquire(self, blocking=True, timeout=-1): return __alloc__("bool")
    def release(self): pass
    def locked(self): return __alloc__("bool")

class RLock(Lock): pass

class Semaphore(Lock):
    def __init__(self, value=1): pass

class BoundedSemaphore(Semaphore): pass

class Condition(Lock):
    def __init__(self, lock=None): pass
    def wait(self, timeout=None): return __alloc__("bool")
    def wait_for(self, predicate, timeout=None): return predicate()
    def notify(self, n=1): pass
    def notify_all(self): pass

class Event:
    def is_set(self): return __alloc__("bool")
    def set(self): pass
    def clear(self): pass
    def wait(self, timeout=None): return __alloc__("bool")

class Barrier:
    def __init__(self, parties, action=None, timeout=None): self.action = action

    def wait(self, timeout=None):
        self.action()
        return __alloc__("int")

_current = Thread()

def current_thread(): return _current
def main_thread(): return _current
def get_ident(): return __alloc__("int")

# module: multiprocessing

from queue import Queue, SimpleQueue
from threading import Thread

class Process(Thread):
    def terminate(self): pass
    kill = close = terminate

class _Result:
    def __init__(self, value): self._value = value
    def get(self, timeout=None): return self._value
    def wait(self, timeout=None): pass
    def ready(self): return __alloc__("bool")
    successful = ready

class Pool:
    def __init__(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None, context=None):
        initializer(*initargs)

    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): pass
    def apply(self, func, args=(), kwds={}): return func(*args, **kwds)

    def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
        value = func(*args, **kwds)
        callback(value)
        error_callback(BaseException())
        return _Result(value)

    def map(self, func, values, chunksize=None):
        results = __alloc__("list")
        for value in values:
            results[...] = func(value)
        return results

    imap = imap_unordered = map

    def starmap(self, func, rows, chunksize=None):
        results = __alloc__("list")
        for row in rows:
            results[...] = func(*row)
        return results

    def map_async(self, func, values, chunksize=None, callback=None, error_callback=None):
        results = self.map(func, values)
        callback(results)
        error_callback(BaseException())
        return _Result(results)

    def starmap_async(self, func, rows, chunksize=None, callback=None, error_callback=None):
        results = self.starmap(func, rows)
        callback(results)
        error_callback(BaseException())
        return _Result(results)

    def close(self): pass
    join = terminate = close

class JoinableQueue(Queue): pass

class Connection:
    def send(self, item): self.peer[...] = item
    def recv(self): return self[...]
    def poll(self, timeout=0): return __alloc__("bool")
    def close(self): pass

def Pipe(duplex=True):
    left = Connection()
    right = Connection()
    left.peer = right
    right.peer = left
    ends = __alloc__("tuple")
    ends[0] = left
    ends[1] = right
    return ends

# module: multiprocessing.pool

from multiprocessing import Pool

class ThreadPool(Pool): pass

# module: concurrent.futures

class Future:
    def result(self, timeout=None): return self._result
    def exception(self, timeout=None): return self._exception
    def set_result(self, result): self._result = result
    def set_exception(self, exception): self._exception = exception
    def add_done_callback(self, callback): callback(self)
    def cancel(self): return __alloc__("bool")
    done = running = cancelled = cancel
    def __await__(self): return self._result

class Executor:
    def __init__(self, max_workers=None, thread_name_prefix="", initializer=None, initargs=(), **options):
        initializer(*initargs)

    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): pass

    def submit(self, function, *args, **kwargs):
        future = Future()
        future._result = function(*args, **kwargs)
        return future

    def map(self, function, first, second=(), third=(), timeout=None, chunksize=1):
        for one in first:
            for two in second:
                for three in third:
                    yield function(one, two, three)

    def shutdown(self, wait=True, *, cancel_futures=False): pass

class ThreadPoolExecutor(Executor): pass
class ProcessPoolExecutor(Executor): pass

def as_completed(futures, timeout=None):
    for future in futures:
        yield future

def wait(futures, timeout=None, return_when=None):
    finished = __alloc__("set")
    for future in futures:
        finished[...] = future
    sets = __alloc__("tuple")
    sets.done = finished
    sets.not_done = finished
    sets[...] = finished
    return sets

# module: asyncio

class Future:
    def result(self): return self._result
    def exception(self): return self._exception
    def set_result(self, result): self._result = result
    def set_exception(self, exception): self._exception = exception
    def add_done_callback(self, callback, *, context=None): callback(self)
    def remove_done_callback(self, callback): pass
    def cancel(self, msg=None): return __alloc__("bool")
    done = cancelled = cancel
    def __await__(self): return self._result

# What awaiting a task gives stands beside the task: `await` gives the value itself.
class Task(Future):
    def __init__(self, coro, *, loop=None, name=None, context=None): self._result = coro
    def get_name(self): return __alloc__("str")
    def set_name(self, name): pass

def run(main, *, debug=None, loop_factory=None):
    loop_factory()
    return main

def create_task(coro, *, name=None, context=None):
    if ...:
        return coro
    return Task(coro)

def ensure_future(coro, *, loop=None):
    if ...:
        return coro
    return Task(coro)

def gather(*coros, return_exceptions=False):
    results = __alloc__("list")
    for key in coros:
        results[...] = key.__await__()
    __copy_items__(results, coros)
    return results

def wait_for(coro, timeout):
    if ...:
        return coro.__await__()
    return coro

def shield(coro): return coro

def wait(tasks, *, timeout=None, return_when=None):
    finished = __alloc__("set")
    for task in tasks:
        finished[...] = task
    sets = __alloc__("tuple")
    sets[...] = finished
    return sets

def as_completed(coros, *, timeout=None):
    for coro in coros:
        yield coro

def to_thread(func, *args, **kwargs): return func(*args, **kwargs)
def sleep(delay, result=None): return result
def iscoroutinefunction(func): return __alloc__("bool")

class AbstractEventLoop:
    def run_until_complete(self, main): return main
    def run_forever(self): pass
    stop = close = run_forever
    def run_in_executor(self, executor, func, *args): return func(*args)
    def call_soon(self, callback, *args, context=None): callback(*args)
    def call_soon_threadsafe(self, callback, *args, context=None): callback(*args)
    def call_later(self, delay, callback, *args, context=None): callback(*args)
    def call_at(self, when, callback, *args, context=None): callback(*args)
    def create_task(self, coro, *, name=None, context=None):
        if ...:
            return coro
        return Task(coro)

    def create_future(self): return Future()
    def add_signal_handler(self, number, callback, *args): callback(*args)
    def add_reader(self, descriptor, callback, *args): callback(*args)
    def add_writer(self, descriptor, callback, *args): callback(*args)
    def set_exception_handler(self, handler): handler(self, __alloc__("dict"))
    def is_running(self): return __alloc__("bool")
    is_closed = is_running

_loop = AbstractEventLoop()

def get_event_loop(): return _loop
get_running_loop = new_event_loop = get_event_loop
def set_event_loop(loop): pass
def run_coroutine_threadsafe(coro, loop):
    if ...:
        return coro
    return Task(coro)

class Runner:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): pass
    def run(self, coro, *, context=None): return coro

class TaskGroup:
    async def __aenter__(self): return self
    async def __aexit__(self, kind, value, traceback): pass
    def create_task(self, coro, *, name=None, context=None):
        if ...:
            return coro
        return Task(coro)

class Lock:
    async def __aenter__(self): pass
    async def __aexit__(self, kind, value, traceback): pass
    async def acquire(self): return __alloc__("bool")
    def release(self): pass
    def locked(self): return __alloc__("bool")

class Semaphore(Lock):
    def __init__(self, value=1): pass

class BoundedSemaphore(Semaphore): pass

class Condition(Lock):
    async def wait(self): return __alloc__("bool")
    async def wait_for(self, predicate): return predicate()
    def notify(self, n=1): pass
    def notify_all(self): pass

class Event:
    def is_set(self): return __alloc__("bool")
    def set(self): pass
    def clear(self): pass
    async def wait(self): return __alloc__("bool")

class _Timeout:
    async def __aenter__(self): return self
    async def __aexit__(self, kind, value, traceback): pass
    def reschedule(self, when): pass

def timeout(delay): return _Timeout()
timeout_at = timeout

class Queue:
    def __init__(self, maxsize=0): pass
    async def put(self, item): self[...] = item
    def put_nowait(self, item): self[...] = item
    async def get(self): return self[...]
    def get_nowait(self): return self[...]
    def task_done(self): pass
    async def join(self): pass
    def empty(self): return __alloc__("bool")
    full = empty
    def qsize(self): return __alloc__("int")

class PriorityQueue(Queue): pass
class LifoQueue(Queue): pass

# module: queue

class Queue:
    def __init__(self, maxsize=0): pass
    def put(self, item, block=True, timeout=None): self[...] = item
    def put_nowait(self, item): self[...] = item
    def get(self, block=True, timeout=None): return self[...]
    def get_nowait(self): return self[...]
    def task_done(self): pass
    def join(self): pass
    def empty(self): return __alloc__("bool")
    full = empty
    def qsize(self): return __alloc__("int")
    def close(self): pass
    join_thread = close

class LifoQueue(Queue): pass

class PriorityQueue(Queue):
    def put(self, item, block=True, timeout=None):
        self[...] = item
        item.__lt__(self[...])

class SimpleQueue(Queue): pass
class Empty(Exception): pass
class Full(Exception): pass

# module: contextlib

class AbstractContextManager:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): pass

class AbstractAsyncContextManager:
    async def __aenter__(self): return self
    async def __aexit__(self, kind, value, traceback): pass

class ContextDecorator:
    def __call__(self, func):
        def inner(*args, **kwargs):
            self.__enter__()
            self.__exit__(None, None, None)
            return func(*args, **kwargs)

        inner.__wrapped__ = func
        return inner

class AsyncContextDecorator:
    def __call__(self, func):
        async def inner(*args, **kwargs):
            self.__aenter__()
            self.__aexit__(None, None, None)
            return func(*args, **kwargs)

        inner.__wrapped__ = func
        return inner

class _GeneratorContextManager(ContextDecorator):
    def __init__(self, values): self.values = values

    def __enter__(self):
        for value in self.values:
            return value

    def __exit__(self, kind, value, traceback): pass

class _AsyncGeneratorContextManager(AsyncContextDecorator):
    def __init__(self, values): self.values = values

    async def __aenter__(self):
        async for value in self.values:
            return value

    async def __aexit__(self, kind, value, traceback): pass

def contextmanager(func):
    def helper(*args, **kwargs): return _GeneratorContextManager(func(*args, **kwargs))

    helper.__wrapped__ = func
    return helper

def asynccontextmanager(func):
    def helper(*args, **kwargs): return _AsyncGeneratorContextManager(func(*args, **kwargs))

    helper.__wrapped__ = func
    return helper

class closing:
    def __init__(self, thing): self.thing = thing
    def __enter__(self): return self.thing
    def __exit__(self, kind, value, traceback): self.thing.close()

class aclosing:
    def __init__(self, thing): self.thing = thing
    async def __aenter__(self): return self.thing
    async def __aexit__(self, kind, value, traceback): self.thing.aclose()

class suppress:
    def __init__(self, *exceptions): pass
    def __enter__(self): pass
    def __exit__(self, kind, value, traceback): return __alloc__("bool")

class nullcontext:
    def __init__(self, enter_result=None): self.enter_result = enter_result
    def __enter__(self): return self.enter_result
    def __exit__(self, kind, value, traceback): pass
    async def __aenter__(self): return self.enter_result
    async def __aexit__(self, kind, value, traceback): pass

class redirect_stdout:
    def __init__(self, target): self.target = target
    def __enter__(self): return self.target
    def __exit__(self, kind, value, traceback): pass

class redirect_stderr(redirect_stdout): pass

class ExitStack:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): pass
    async def __aenter__(self): return self
    async def __aexit__(self, kind, value, traceback): pass

    def enter_context(self, manager):
        manager.__exit__(None, None, None)
        return manager.__enter__()

    async def enter_async_context(self, manager):
        manager.__aexit__(None, None, None)
        return manager.__aenter__()

    def push(self, manager):
        manager.__exit__(None, None, None)
        manager(None, None, None)
        return manager

    def callback(self, function, *args, **kwargs):
        function(*args, **kwargs)
        return function

    def push_async_callback(self, function, *args, **kwargs):
        function(*args, **kwargs)
        return function

    def pop_all(self): return self
    def close(self): pass
    async def aclose(self): pass

class AsyncExitStack(ExitStack): pass

# module: contextvars

class ContextVar:
    def __init__(self, name, *, default=None): self._value = default

    def get(self, default=None):
        if ...:
            return default
        return self._value

    def set(self, value):
        self._value = value
        return __alloc__("Token")

    def reset(self, token): pass

class Context:
    def run(self, function, *args, **kwargs): return function(*args, **kwargs)
    def copy(self): return self

def copy_context(): return Context()

# module: dataclasses

def dataclass(*args, **options):
    if ...:
        return __keys__(options).__as_decorator__()
    return args[0]

def field(*, default=None, default_factory=None, **options):
    if ...:
        return default
    return default_factory()

def replace(value, **changes):
    made = __instance__(value.__class__)
    __copy_attrs__(made, value)
    name = __keys__(changes)
    __store_attr__(made, name, changes[name])
    made.__post_init__()
    return made

def asdict(value, *, dict_factory=None):
    fields = __alloc__("dict")
    name = __attrs__(value)
    fields[name] = __load_attr__(value, name)
    dict_factory(fields)
    return fields

def astuple(value, *, tuple_factory=None):
    fields = __alloc__("tuple")
    fields[...] = __any_attr__(value)
    tuple_factory(fields)
    return fields

def is_dataclass(value): return __alloc__("bool")

# module: enum

class EnumMeta(type):
    def __call__(cls, value, *args, **kwargs): return cls._members[...]

    def __iter__(cls):
        members = __alloc__("iterator")
        members[...] = cls._members[...]
        return members

    def __getitem__(cls, name): return __load_attr__(cls, name)
    def __contains__(cls, value): return __alloc__("bool")
    def __len__(cls): return __alloc__("int")

EnumType = EnumMeta

class Enum(metaclass=EnumMeta):
    # Each plain value that the class body binds becomes a member, methods stay what they are.
    def __init_subclass__(cls, **kwargs):
        name = __attrs__(cls)
        member = __load_attr__(cls, name).__as_member__(cls)
        member.name = name
        member._name_ = name
        __store_attr__(cls, name, member)
        cls._members = __alloc__("list")
        cls._members[...] = member
        cls.__members__ = __alloc__("dict")
        cls.__members__[name] = member

    def __str__(self): return __alloc__("str", self.name)
    def __or__(self, other): return self
    __and__ = __xor__ = __or__
    def __invert__(self): return self

class IntEnum(int, Enum): pass
class StrEnum(str, Enum): pass
class Flag(Enum): pass
class IntFlag(int, Flag): pass
class auto: pass
def unique(cls): return cls
def member(value): return value
nonmember = global_enum = member

# module: abc

class ABCMeta(type):
    def register(cls, subclass): return subclass

class ABC(metaclass=ABCMeta): pass
def abstractmethod(function): return function
abstractproperty = property
abstractclassmethod = classmethod
abstractstaticmethod = staticmethod

# module: typing

def cast(kind, value): return value
def overload(function): return function
final = override = no_type_check = runtime_checkable = type_check_only = overload
def assert_type(value, kind): return value
def reveal_type(value): return value
def _same(value): return value
def NewType(name, kind): return _same
class Generic: pass
class Protocol(Generic): pass

class NamedTuple(tuple):
    def _asdict(self):
        fields = __alloc__("dict")
        name = __attrs__(self)
        fields[name] = __load_attr__(self, name)
        return fields

    def _replace(self, **changes):
        made = __instance__(self.__class__)
        __copy_attrs__(made, self)
        name = __keys__(changes)
        __store_attr__(made, name, changes[name])
        return made

    @classmethod
    def _make(cls, values): return cls(*values)

class TypedDict(dict): pass

# module: types

class SimpleNamespace:
    def __init__(self, values=(), **named):
        name = __keys__(values)
        __store_attr__(self, name, values[name])
        key = __keys__(named)
        __store_attr__(self, key, named[key])

MethodType = method
DynamicClassAttribute = property
def MappingProxyType(mapping): return mapping

def new_class(name, bases=(), kwds=None, exec_body=None):
    namespace = __alloc__("dict")
    exec_body(namespace)
    return bases.__as_class__(namespace)

def coroutine(function): return function

# module: collections

class OrderedDict(dict):
    def move_to_end(self, key, last=True): key.__hash__()
    def popitem(self, last=True): return dict.popitem(self)

class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **named):
        self.default_factory = default_factory
        dict.__init__(self, *args, **named)

    def __missing__(self, key):
        value = self.default_factory()
        self[key] = value
        self.__dict_keys__ = key
        return value

    def __getitem__(self, key):
        key.__hash__()
        self.__missing__(key)
        return self[key]

    def copy(self):
        same = defaultdict(self.default_factory)
        __copy_items__(same, self)
        same.__dict_keys__ = self.__dict_keys__
        return same

class Counter(dict):
    def __init__(self, values=(), **named):
        for value in values:
            value.__hash__()
            self[value] = __alloc__("int")
            self.__dict_keys__ = value

    def __missing__(self, key): return __alloc__("int")
    def elements(self): return dict.__iter__(self)

    def most_common(self, n=None):
        pairs = __alloc__("list")
        pairs[...] = dict.popitem(self)
        return pairs

    def update(self, values=(), **named): Counter.__init__(self, values)
    subtract = update
    def total(self): return __alloc__("int")

class deque(list):
    def __init__(self, values=(), maxlen=None):
        for value in values:
            self[...] = value

    def appendleft(self, value): self[...] = value

    def extendleft(self, values):
        for value in values:
            self[...] = value

    def popleft(self): return self[...]
    def rotate(self, n=1): pass
    def copy(self): return deque(self)

class ChainMap(dict):
    def __init__(self, *maps):
        self.maps = __alloc__("list")
        __copy_items__(self.maps, maps)

    def __getitem__(self, key): return self.maps[...].__getitem__(key)

    def get(self, key, default=None):
        if ...:
            return default
        return self.maps[...].__getitem__(key)

    def __setitem__(self, key, value): self.maps[...].__setitem__(key, value)
    def __contains__(self, key): return self.maps[...].__contains__(key)
    def __iter__(self): return self.maps[...].__iter__()
    def keys(self): return self.maps[...].keys()
    def values(self): return self.maps[...].values()
    def items(self): return self.maps[...].items()

    def new_child(self, m=None, **named):
        child = ChainMap(m)
        child.maps[...] = named
        child.maps[...] = self.maps[...]
        return child

    @property
    def parents(self): return self

def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    class made(tuple):
        def __new__(cls, *args, **kwargs):
            row = __instance__(cls)
            __copy_items__(row, args)
            row[...] = kwargs[...]
            row[...] = defaults[...]
            name = field_names[...]
            __store_attr__(row, name, row[...])
            # Names in one string cannot be told apart here.
            __store_attr__(row, field_names.split()[...], row[...])
            return row

        def _asdict(self):
            fields = __alloc__("dict")
            fields[...] = self[...]
            return fields

        def _replace(self, **changes):
            row = __instance__(self.__class__)
            __copy_attrs__(row, self)
            __copy_items__(row, self)
            name = __keys__(changes)
            __store_attr__(row, name, changes[name])
            row[...] = changes[...]
            return row

        @classmethod
        def _make(cls, values): return cls(*values)

    return made

class UserDict:
    def __init__(self, values=None, **named):
        self.data = dict()
        self.update(values)
        self.update(named)

    def __getitem__(self, key):
        self.__missing__(key)
        return self.data.__getitem__(key)

    def __setitem__(self, key, value): self.data.__setitem__(key, value)
    def __delitem__(self, key): self.data.__delitem__(key)
    def __iter__(self): return self.data.__iter__()
    def __len__(self): return self.data.__len__()
    def __contains__(self, key): return self.data.__contains__(key)

    def get(self, key, default=None):
        if ...:
            return default
        return self.__getitem__(key)

    def pop(self, key, default=None):
        self.__delitem__(key)
        if ...:
            return default
        return self.__getitem__(key)

    def setdefault(self, key, default=None):
        self.__setitem__(key, default)
        return self.__getitem__(key)

    def update(self, values=(), **named):
        for key in values:
            self.__setitem__(key, values.__getitem__(key))
        name = __keys__(named)
        self.__setitem__(name, named[name])

    def keys(self): return self.data.keys()
    def values(self): return self.data.values()
    def items(self): return self.data.items()
    def copy(self): return self

class UserList:
    def __init__(self, values=()): self.data = list(values)
    def __getitem__(self, index): return self.data.__getitem__(index)
    def __setitem__(self, index, value): self.data.__setitem__(index, value)
    def __delitem__(self, index): self.data.__delitem__(index)
    def __iter__(self): return self.data.__iter__()
    def __len__(self): return self.data.__len__()
    def __contains__(self, value): return self.data.__contains__(value)
    def append(self, value): self.data.append(value)
    def insert(self, index, value): self.data.insert(index, value)
    def extend(self, values): self.data.extend(values)
    def pop(self, index=-1): return self.data.pop(index)
    def sort(self, *, key=None, reverse=False): self.data.sort(key=key)
    def index(self, value, *bounds): return self.data.index(value)
    def copy(self): return self

# module: collections.abc

class Iterable: pass

class Iterator(Iterable):
    def __iter__(self): return self

class Generator(Iterator):
    def __next__(self): return self.send(None)
    def close(self): self.throw(GeneratorExit)

class AsyncIterator:
    def __aiter__(self): return self

class Hashable: pass
class Sized: pass
class Callable: pass
class Container: pass
class Collection(Sized, Iterable, Container): pass

class Sequence(Collection):
    def __iter__(self):
        values = __alloc__("iterator")
        values[...] = self.__getitem__(__alloc__("int"))
        return values

    def __contains__(self, value):
        for other in self:
            other.__eq__(value)
        return __alloc__("bool")

    def __reversed__(self):
        self.__len__()
        values = __alloc__("iterator")
        values[...] = self.__getitem__(__alloc__("int"))
        return values

    def index(self, value, start=0, stop=None):
        self.__getitem__(__alloc__("int")).__eq__(value)
        return __alloc__("int")

    def count(self, value):
        for other in self:
            other.__eq__(value)
        return __alloc__("int")

class MutableSequence(Sequence):
    def append(self, value): self.insert(self.__len__(), value)
    def clear(self): self.pop()

    def extend(self, values):
        for value in values:
            self.append(value)

    def reverse(self): self.__setitem__(self.__len__(), self.__getitem__(__alloc__("int")))

    def pop(self, index=-1):
        self.__delitem__(index)
        return self.__getitem__(index)

    def remove(self, value): self.__delitem__(self.index(value))

    def __iadd__(self, values):
        self.extend(values)
        return self

class Mapping(Collection):
    def get(self, key, default=None):
        if ...:
            return default
        return self.__getitem__(key)

    def __contains__(self, key):
        self.__getitem__(key)
        return __alloc__("bool")

    def keys(self):
        for key in self:
            yield key

    def values(self):
        for key in self:
            yield self.__getitem__(key)

    def items(self):
        pair = __alloc__("tuple")
        for key in self:
            pair[0] = key
            pair[1] = self.__getitem__(key)
        yield pair

    def __eq__(self, other):
        for key in self:
            self.__getitem__(key).__eq__(other.__getitem__(key))
        return __alloc__("bool")

class MutableMapping(Mapping):
    def pop(self, key, default=None):
        value = self.__getitem__(key)
        self.__delitem__(key)
        if ...:
            return default
        return value

    def popitem(self):
        pair = __alloc__("tuple")
        for key in self:
            pair[0] = key
            pair[1] = self.__getitem__(key)
            self.__delitem__(key)
        return pair

    def clear(self): self.popitem()

    def update(self, values=(), **named):
        for key in values:
            self.__setitem__(key, values.__getitem__(key))
        name = __keys__(named)
        self.__setitem__(name, named[name])

    def setdefault(self, key, default=None):
        self.__setitem__(key, default)
        if ...:
            return default
        return self.__getitem__(key)

class MappingView(Sized):
    def __init__(self, mapping): self._mapping = mapping
    def __len__(self): return self._mapping.__len__()

class KeysView(MappingView):
    def __iter__(self):
        for key in self._mapping:
            yield key

class ItemsView(MappingView):
    def __iter__(self):
        pair = __alloc__("tuple")
        for key in self._mapping:
            pair[0] = key
            pair[1] = self._mapping.__getitem__(key)
        yield pair

class ValuesView(MappingView):
    def __iter__(self):
        for key in self._mapping:
            yield self._mapping.__getitem__(key)

class Set(Collection):
    @classmethod
    def _from_iterable(cls, values): return cls(values)

    def isdisjoint(self, other):
        for value in other:
            self.__contains__(value)
        return __alloc__("bool")

    def __le__(self, other):
        for value in self:
            other.__contains__(value)
        return __alloc__("bool")

    def __ge__(self, other):
        for value in other:
            self.__contains__(value)
        return __alloc__("bool")

    def __eq__(self, other):
        self.__len__()
        return self.__le__(other)

    def __and__(self, other):
        for value in other:
            self.__contains__(value)
        return self._from_iterable(other)

    def __sub__(self, other):
        for value in self:
            other.__contains__(value)
        return self._from_iterable(self)

    def __or__(self, other):
        both = __alloc__("list")
        for value in self:
            both[...] = value
        for value in other:
            both[...] = value
        return self._from_iterable(both)

    __xor__ = __or__

class MutableSet(Set):
    def remove(self, value):
        self.__contains__(value)
        self.discard(value)

    def pop(self):
        for value in self:
            self.discard(value)
            return value

    def clear(self): self.pop()

    def __ior__(self, other):
        for value in other:
            self.add(value)
        return self

    def __isub__(self, other):
        for value in other:
            self.discard(value)
        return self

# module: io

# Streams over other streams; those over memory and files are code that we do not have.
class _Wrapper:
    def __init__(self, raw, *options, **named):
        self.raw = raw
        raw.readable()
        raw.writable()
        raw.seekable()

    def read(self, size=-1): return __alloc__("bytes", self.raw.read(size), self)
    def read1(self, size=-1): return __alloc__("bytes", self.raw.read1(size), self)
    def readinto(self, buffer): return self.raw.readinto(buffer)
    def readline(self, size=-1): return self.read(size)

    def readlines(self, hint=-1):
        lines = __alloc__("list")
        lines[...] = self.readline()
        return lines

    def write(self, data):
        self.raw.write(data)
        return __alloc__("int")

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __iter__(self): return self
    def __next__(self): return self.readline()
    def __enter__(self): return self
    def __exit__(self, *error): self.close()
    def flush(self): self.raw.flush()

    def close(self):
        self.flush()
        self.raw.close()

    def detach(self): return self.raw
    def fileno(self): return self.raw.fileno()
    def isatty(self): return self.raw.isatty()
    def readable(self): return self.raw.readable()
    def writable(self): return self.raw.writable()
    def seekable(self): return self.raw.seekable()
    def seek(self, offset, whence=0): return self.raw.seek(offset, whence)
    def tell(self): return self.raw.tell()
    def truncate(self, size=None): return self.raw.truncate(size)

class BufferedReader(_Wrapper):
    def peek(self, size=0): return self.read(size)

class BufferedWriter(_Wrapper): pass
class BufferedRandom(_Wrapper): pass

class TextIOWrapper(_Wrapper):
    def __init__(self, buffer, *options, **named):
        super().__init__(buffer)
        self.buffer = buffer

    # A stream that can read what is there is read so.
    def read(self, size=-1):
        self.raw.read1(size)
        return __alloc__("str", self.raw.read(size), self)

    def write(self, text):
        self.raw.write(__alloc__("bytes", text))
        return __alloc__("int")

# module: inspect

def getmembers(object, predicate=None):
    pairs = __alloc__("list")
    name = __names__(object)
    value = __load_attr__(object, name)
    predicate(value)
    pair = __alloc__("tuple")
    pair[0] = name
    pair[1] = value
    pairs[...] = pair
    return pairs

getmembers_static = getmembers

# module: copy

def copy(value):
    if ...:
        return value.__copy__()
    return value

def deepcopy(value, memo=None):
    value[...].__deepcopy__(memo)
    __any_attr__(value).__deepcopy__(memo)
    if ...:
        return value.__deepcopy__(memo)
    return value

def replace(value, **changes): return value.__replace__(**changes)

# module: weakref

class ref:
    def __init__(self, referent, callback=None):
        self.referent = referent
        callback(self)

    def __call__(self): return self.referent

class WeakMethod(ref): pass

def proxy(referent, callback=None):
    callback(referent)
    return referent

class WeakKeyDictionary(dict): pass
class WeakValueDictionary(dict): pass
class WeakSet(set): pass

class finalize:
    def __init__(self, referent, func, *args, **kwargs):
        func(*args, **kwargs)
        self.func = func
        self.args = args
        self.kwargs = kwargs

    def __call__(self): return self.func(*self.args, **self.kwargs)
    def detach(self): pass

# module: re

class Match:
    def __init__(self, string):
        self.string = string
        self[...] = __alloc__("str", string)

    def group(self, *groups): return __alloc__("str", self.string)
    def __getitem__(self, group): return __alloc__("str", self.string)

    def groups(self, default=None):
        parts = __alloc__("tuple")
        parts[...] = __alloc__("str", self.string)
        return parts

    def groupdict(self, default=None):
        parts = __alloc__("dict")
        parts[...] = __alloc__("str", self.string)
        return parts

    def expand(self, template): return __alloc__("str", self.string, template)
    def start(self, group=0): return __alloc__("int")
    end = start

    def span(self, group=0):
        ends = __alloc__("tuple")
        ends[...] = __alloc__("int")
        return ends

class Pattern:
    def __init__(self, pattern): self.pattern = pattern
    def match(self, string, pos=0, endpos=0): return Match(string)
    search = fullmatch = match
    def sub(self, repl, string, count=0): return __alloc__("str", string, repl, repl(Match(string)))

    def subn(self, repl, string, count=0):
        result = __alloc__("tuple")
        result[0] = __alloc__("str", string, repl, repl(Match(string)))
        result[1] = __alloc__("int")
        return result

    def split(self, string, maxsplit=0):
        parts = __alloc__("list")
        parts[...] = __alloc__("str", string)
        return parts

    findall = split

    def finditer(self, string, pos=0, endpos=0):
        matches = __alloc__("iterator")
        matches[...] = Match(string)
        return matches

def compile(pattern, flags=0): return Pattern(pattern)
def match(pattern, string, flags=0): return Match(string)
search = fullmatch = match
def sub(pattern, repl, string, count=0, flags=0): return Pattern(pattern).sub(repl, string)
def subn(pattern, repl, string, count=0, flags=0): return Pattern(pattern).subn(repl, string)

def split(pattern, string, maxsplit=0, flags=0):
    parts = __alloc__("list")
    parts[...] = __alloc__("str", string)
    return parts

findall = split

def finditer(pattern, string, flags=0):
    matches = __alloc__("iterator")
    matches[...] = Match(string)
    return matches

def escape(pattern): return __alloc__("str", pattern)

class Scanner:
    def __init__(self, lexicon, flags=0): self.lexicon = lexicon

    def scan(self, string):
        found = __alloc__("list")
        found[...] = self.lexicon[...][1](self, __alloc__("str", string))
        result = __alloc__("tuple")
        result[0] = found
        result[1] = __alloc__("str", string)
        return result

# module: heapq

def heappush(heap, item):
    item.__lt__(heap[...])
    heap.append(item)

def heappop(heap): return heap.pop()
def heapify(heap): heap[...].__lt__(heap[...])

def heappushpop(heap, item):
    heappush(heap, item)
    return heap.pop()

heapreplace = heappushpop
def nlargest(n, values, key=None): return sorted(values, key=key)
nsmallest = nlargest

def merge(*iterables, key=None, reverse=False):
    for values in iterables:
        for value in values:
            key(value)
            value.__lt__(value)
            yield value

# module: bisect

def bisect_left(a, x, lo=0, hi=None, *, key=None):
    value = a.__getitem__(__alloc__("int"))
    order = key(value)
    value.__lt__(x)
    order.__lt__(x)
    return __alloc__("int")

bisect = bisect_right = bisect_left

def insort_left(a, x, lo=0, hi=None, *, key=None):
    order = key(x)
    bisect_left(a, x, key=key)
    bisect_left(a, order, key=key)
    a.insert(__alloc__("int"), x)

insort = insort_right = insort_left

# module: random

def choice(values): return values.__getitem__(__alloc__("int"))

def choices(values, weights=None, *, cum_weights=None, k=1):
    chosen = __alloc__("list")
    chosen[...] = values.__getitem__(__alloc__("int"))
    return chosen

def sample(values, k, *, counts=None):
    chosen = __alloc__("list")
    for value in values:
        chosen[...] = value
    return chosen

def shuffle(values): values[...] = values[...]

# module: atexit

def register(function, *args, **kwargs):
    function(*args, **kwargs)
    return function

# module: signal

def signal(number, handler): handler(number, None)

# module: html.parser

class HTMLParser:
    def __init__(self, *, convert_charrefs=True): self.rawdata = __alloc__("str")
    def reset(self): pass

    def feed(self, data):
        text = __alloc__("str", data)
        self.rawdata = text
        self.parse_starttag(0)
        self.parse_endtag(0)
        self.parse_html_declaration(0)
        self.parse_pi(0)
        self.handle_data(text)
        self.handle_charref(text)
        self.handle_entityref(text)
        self.handle_comment(text)

    def goahead(self, end): self.feed(self.rawdata)
    def close(self): self.goahead(1)

    def parse_starttag(self, i):
        text = __alloc__("str", self.rawdata)
        attribute = __alloc__("tuple")
        attribute[...] = text
        attributes = __alloc__("list")
        attributes[...] = attribute
        self.handle_starttag(text, attributes)
        self.handle_startendtag(text, attributes)
        return __alloc__("int")

    def parse_endtag(self, i):
        self.handle_endtag(__alloc__("str", self.rawdata))
        return __alloc__("int")

    def parse_html_declaration(self, i):
        text = __alloc__("str", self.rawdata)
        self.handle_decl(text)
        self.unknown_decl(text)
        self.parse_bogus_comment(i)
        return __alloc__("int")

    def parse_bogus_comment(self, i, report=1):
        self.handle_comment(__alloc__("str", self.rawdata))
        return __alloc__("int")

    def parse_pi(self, i):
        self.handle_pi(__alloc__("str", self.rawdata))
        return __alloc__("int")

    def handle_starttag(self, tag, attrs): pass
    def handle_endtag(self, tag): pass

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data): pass
    handle_comment = handle_decl = handle_pi = handle_charref = handle_entityref = unknown_decl = handle_data
    def get_starttag_text(self): return __alloc__("str", self.rawdata)
    def getpos(self): return __alloc__("tuple")

# module: ast

class NodeVisitor:
    def visit(self, node): return __load_attr__(self, "visit_" + node.__class__.__name__)(node)

    def generic_visit(self, node):
        self.visit(__any_attr__(node))
        return node

class NodeTransformer(NodeVisitor): pass

# module: cmd

class Cmd:
    def __init__(self, completekey="tab", stdin=None, stdout=None):
        self.stdin = stdin
        self.stdout = stdout

    def cmdloop(self, intro=None):
        line = __alloc__("str")
        self.preloop()
        line = self.precmd(line)
        self.postcmd(self.onecmd(line), line)
        self.postloop()

    def onecmd(self, line):
        self.emptyline()
        self.default(line)
        self.completedefault()
        return __load_attr__(self, "do_" + __alloc__("str", line))(__alloc__("str", line))

    def precmd(self, line): return line
    def postcmd(self, stop, line): return stop
    def preloop(self): pass
    postloop = emptyline = preloop
    def default(self, line): pass
    def completedefault(self, *ignored): pass

# module: string

class Formatter:
    def format(self, format_string, *args, **kwargs): return self.vformat(format_string, args, kwargs)

    def vformat(self, format_string, args, kwargs):
        self.parse(format_string)
        value = self.get_field(format_string, args, kwargs)[0]
        value = self.convert_field(value, format_string)
        self.check_unused_args(args, args, kwargs)
        return __alloc__("str", format_string, self.format_field(value, format_string))

    def parse(self, format_string):
        parts = __alloc__("list")
        parts[...] = __alloc__("str", format_string)
        return parts

    def get_field(self, field_name, args, kwargs):
        pair = __alloc__("tuple")
        pair[0] = self.get_value(field_name, args, kwargs)
        return pair

    def get_value(self, key, args, kwargs):
        if ...:
            return args[...]
        return kwargs[...]

    def check_unused_args(self, used_args, args, kwargs): pass
    def format_field(self, value, format_spec): return value.__format__(format_spec)

    def convert_field(self, value, conversion):
        value.__str__()
        return value
