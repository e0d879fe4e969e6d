// module: globalThis
// What library functions do with their arguments, as bodies that are lowered like the user's code and copied at
// each call site. A line `// module: NAME` begins the module of that name; the first module holds what is visible
// everywhere. A name that is missing here stays an access path into code that we do not have (`globalThis.fetch`,
// `fs.readFile`), so that models see it; functions handed to such code are called anyway.
//
// Bodies say which values go where and what is called, for any order of events; results that are mere text or
// numbers are fresh instances. A class here is the library's class of that name: literals are its instances
// (`[]` of Array, `{}` of Object, `"a"` of String, functions of Function, what `async` functions return of
// Promise, what generators return of Generator), and its methods are what `Array.prototype` and so on hold.
//
// Beyond JavaScript:
//   o[__any__]               any element of `o` (written: the element under some index)
//   o[__member__]            any attribute of `o` (written: the attribute of some name)
//   o[k]                     the attribute or element that each string in `k` names
//   __keys__(o)              the names of its attributes, each as a string (not an array of them)
//   __copy__(to, o)          copies every attribute; __copy_items__(to, o) every element
//   __call__(f, self, ...a)  calls `f` on `self`
//   __alloc__("Array", a)    a fresh instance of the builtin class, not initialised; made from `a` if there is one
//   __getter__(o, k, f)      reading attribute `k` of `o` calls `f`; __setter__(o, k, f) writing it does
//   __resolve__(p, v)        promise `p` holds `v`, or what `v` holds if `v` is a promise; `await p` reads it
//   o.__proto__              the prototype, readable and writable
//   if (__maybe__)           one branch or the other

class Object {
  constructor(value) {}
  hasOwnProperty(key) { return __alloc__("Boolean") }
  isPrototypeOf(other) { return __alloc__("Boolean") }
  propertyIsEnumerable(key) { return __alloc__("Boolean") }
  toString() { return __alloc__("String") }
  toLocaleString() { return this.toString() }
  valueOf() { return this }
  __defineGetter__(name, get) { __getter__(this, name, get) }
  __defineSetter__(name, set) { __setter__(this, name, set) }

  static assign(target, ...sources) {
    __copy__(target, sources[__any__])
    __copy_items__(target, sources[__any__])
    return target
  }

  static create(proto, properties) {
    const made = {}
    made.__proto__ = proto
    return Object.defineProperties(made, properties)
  }

  static defineProperty(object, key, descriptor) {
    object[key] = descriptor.value
    __getter__(object, key, descriptor.get)
    __setter__(object, key, descriptor.set)
    return object
  }

  static defineProperties(object, properties) {
    const key = __keys__(properties)
    const descriptor = properties[key]
    object[key] = descriptor.value
    __getter__(object, key, descriptor.get)
    __setter__(object, key, descriptor.set)
    return object
  }

  static entries(object) {
    const entries = []
    entries[__any__] = [__keys__(object), object[__member__]]
    return entries
  }

  static freeze(object) { return object }
  static seal(object) { return object }
  static preventExtensions(object) { return object }
  static getPrototypeOf(object) { return object.__proto__ }

  static keys(object) {
    const keys = []
    keys[__any__] = __keys__(object)
    return keys
  }

  static setPrototypeOf(object, proto) {
    object.__proto__ = proto
    return object
  }

  static values(object) {
    const values = []
    values[__any__] = object[__member__]
    return values
  }
}

class Function {
  call(self, ...args) { return __call__(this, self, ...args) }
  apply(self, args) { return __call__(this, self, ...args) }

  bind(self, ...first) {
    const target = this
    return function (...rest) { return __call__(target, self, ...first, ...rest) }
  }

  toString() { return __alloc__("String") }
}

class Array {
  constructor(...elements) { __copy_items__(this, elements) }

  static from(source, transform, self) {
    const made = []
    for (const element of source) {
      made[__any__] = element
      if (transform) made[__any__] = __call__(transform, self, element, __alloc__("Number"))
    }
    return made
  }

  static of(...elements) { return elements }

  forEach(visit, self) { __call__(visit, self, this[__any__], __alloc__("Number"), this) }

  map(transform, self) {
    const made = []
    made[__any__] = __call__(transform, self, this[__any__], __alloc__("Number"), this)
    return made
  }

  filter(test, self) {
    const made = []
    __call__(test, self, this[__any__], __alloc__("Number"), this)
    made[__any__] = this[__any__]
    return made
  }

  push(...elements) {
    this[__any__] = elements[__any__]
    return __alloc__("Number")
  }

  pop() { return this[__any__] }
  shift() { return this[__any__] }
}

class String {
  toString() { return this }
}

class Number {
  toString() { return __alloc__("String") }
}

class Boolean {
  toString() { return __alloc__("String") }
}

class Promise {
  constructor(executor) {
    const made = this
    executor(value => __resolve__(made, value), reason => { made.reason = reason })
  }

  then(kept, broken) {
    const next = __alloc__("Promise")
    __resolve__(next, kept(await this))
    __resolve__(next, broken(this.reason))
    return next
  }

  static resolve(value) {
    const made = __alloc__("Promise")
    __resolve__(made, value)
    return made
  }
}

class Generator {
  next(value) {
    this["@@sent"] = value
    const step = { value: this[__any__] }
    step.value = this["@@returned"]
    return step
  }
  return(value) { return { value } }
}
