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
//   __drop__(o)              no element that `o` held is left; __drop__(o, k): nothing is under `k`
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
    entries[__any__] = [__alloc__("String"), object[__any__]]
    return entries
  }

  static freeze(object) { return object }
  static seal(object) { return object }
  static preventExtensions(object) { return object }
  static isFrozen(object) { return __alloc__("Boolean") }
  static isSealed(object) { return __alloc__("Boolean") }
  static isExtensible(object) { return __alloc__("Boolean") }
  static is(one, other) { return __alloc__("Boolean") }
  static hasOwn(object, key) { return __alloc__("Boolean") }
  static getPrototypeOf(object) { return object.__proto__ }

  static fromEntries(entries) {
    const made = {}
    for (const entry of entries) made[entry[0]] = entry[1]
    return made
  }

  static getOwnPropertyDescriptor(object, key) { return { value: object[key] } }

  static getOwnPropertyDescriptors(object) {
    const found = {}
    const key = __keys__(object)
    found[key] = { value: object[key] }
    return found
  }

  static getOwnPropertyNames(object) { return Object.keys(object) }
  static getOwnPropertySymbols(object) { return [] }

  static groupBy(elements, choose) {
    const groups = {}
    for (const element of elements) {
      choose(element, __alloc__("Number"))
      const group = []
      group[__any__] = element
      groups[__member__] = group
    }
    return groups
  }

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
    values[__any__] = object[__any__]
    return values
  }
}

class Function {
  // What text becomes as a function is a value from code that we do not have.
  constructor(...code) { return evaluated }
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
      if (__maybe__) made[__any__] = element
      if (transform) made[__any__] = __call__(transform, self, element, __alloc__("Number"))
    }
    return made
  }

  static async fromAsync(source, transform) { return Array.from(source, transform) }
  static isArray(value) { return __alloc__("Boolean") }
  static of(...elements) { return elements }

  at(index) { return this[__any__] }

  concat(...others) {
    const made = []
    __copy_items__(made, this)
    made[__any__] = others[__any__]
    made[__any__] = others[__any__][__any__]
    return made
  }

  copyWithin(to, from, end) { return this }
  entries() {
    const entries = []
    entries[__any__] = [__alloc__("Number"), this[__any__]]
    return entries
  }

  every(test, self) {
    __call__(test, self, this[__any__], __alloc__("Number"), this)
    return __alloc__("Boolean")
  }

  fill(value) {
    __drop__(this)
    this[__any__] = value
    return this
  }

  filter(test, self) {
    const made = []
    const element = this[__any__]
    if (__call__(test, self, element, __alloc__("Number"), this)) made[__any__] = element
    return made
  }

  find(test, self) {
    const element = this[__any__]
    if (__call__(test, self, element, __alloc__("Number"), this)) return element
  }

  findIndex(test, self) {
    __call__(test, self, this[__any__], __alloc__("Number"), this)
    return __alloc__("Number")
  }

  findLast(test, self) { return this.find(test, self) }
  findLastIndex(test, self) { return this.findIndex(test, self) }

  flat(depth) {
    const made = []
    made[__any__] = this[__any__][__any__]
    made[__any__] = this[__any__][__any__][__any__]
    made[__any__] = this[__any__]
    return made
  }

  flatMap(transform, self) {
    const made = []
    const element = __call__(transform, self, this[__any__], __alloc__("Number"), this)
    made[__any__] = element
    made[__any__] = element[__any__]
    return made
  }

  forEach(visit, self) { __call__(visit, self, this[__any__], __alloc__("Number"), this) }
  includes(element, from) { return __alloc__("Boolean") }
  indexOf(element, from) { return __alloc__("Number") }
  lastIndexOf(element, from) { return __alloc__("Number") }

  join(separator) {
    const element = this[__any__]
    element.toString()
    return __alloc__("String", element, separator)
  }

  keys() { return [__alloc__("Number")] }

  map(transform, self) {
    const made = []
    made[__any__] = __call__(transform, self, this[__any__], __alloc__("Number"), this)
    return made
  }

  pop() { return this[__any__] }

  push(...elements) {
    this[__any__] = elements[__any__]
    return __alloc__("Number")
  }

  reduce(visit, start = this[__any__]) {
    let value = start
    while (__maybe__) value = visit(value, this[__any__], __alloc__("Number"), this)
    return value
  }

  reduceRight(visit, start = this[__any__]) {
    let value = start
    while (__maybe__) value = visit(value, this[__any__], __alloc__("Number"), this)
    return value
  }

  reverse() {
    this[__any__] = this[__any__]
    return this
  }

  shift() { return this[__any__] }

  slice(from, end) {
    const made = []
    made[__any__] = this[__any__]
    return made
  }

  some(test, self) {
    __call__(test, self, this[__any__], __alloc__("Number"), this)
    return __alloc__("Boolean")
  }

  sort(compare) {
    compare(this[__any__], this[__any__])
    return this
  }

  splice(from, count, ...elements) {
    const removed = []
    removed[__any__] = this[__any__]
    this[__any__] = elements[__any__]
    return removed
  }

  toReversed() { return this.slice() }

  toSorted(compare) {
    compare(this[__any__], this[__any__])
    return this.slice()
  }

  toSpliced(from, count, ...elements) {
    const made = this.slice()
    made[__any__] = elements[__any__]
    return made
  }

  toString() { return this.join() }
  toLocaleString() { return this.join() }

  unshift(...elements) {
    this[__any__] = elements[__any__]
    return __alloc__("Number")
  }

  values() {
    const made = __alloc__("Generator")
    made[__any__] = this[__any__]
    return made
  }

  with(index, value) {
    const made = this.slice()
    made[__any__] = value
    return made
  }
}

// Bytes and numbers in a row: what is in them is text or numbers.

class Uint8Array {
  constructor(source) {}
  static from(source) { return __alloc__("Uint8Array", source) }
  static of(...elements) { return __alloc__("Uint8Array") }
  subarray(from, end) { return __alloc__("Uint8Array", this) }
  slice(from, end) { return __alloc__("Uint8Array", this) }
  toString(encoding) { return __alloc__("String", this) }
  set(source, at) {}
  fill(value) { return this }
  forEach(visit) { visit(__alloc__("Number"), __alloc__("Number"), this) }
  map(transform) {
    transform(__alloc__("Number"), __alloc__("Number"), this)
    return this
  }
  indexOf(part) { return __alloc__("Number") }
  includes(part) { return __alloc__("Boolean") }
}

// Text: a string made from others remembers which.

class String {
  constructor(value) { value.toString() }
  static fromCharCode(...codes) { return __alloc__("String", codes[__any__]) }
  static fromCodePoint(...codes) { return __alloc__("String", codes[__any__]) }

  static raw(parts, ...values) {
    values[__any__].toString()
    return __alloc__("String", parts[__any__], values[__any__])
  }

  at(index) { return __alloc__("String", this) }
  charAt(index) { return __alloc__("String", this) }
  charCodeAt(index) { return __alloc__("Number") }
  codePointAt(index) { return __alloc__("Number") }
  concat(...others) { return __alloc__("String", this, others[__any__]) }
  endsWith(part, end) { return __alloc__("Boolean") }
  includes(part, from) { return __alloc__("Boolean") }
  indexOf(part, from) { return __alloc__("Number") }
  lastIndexOf(part, from) { return __alloc__("Number") }
  localeCompare(other) { return __alloc__("Number") }

  match(pattern) {
    const found = []
    found[__any__] = __alloc__("String", this)
    found.groups = __alloc__("Object", this)
    return found
  }

  matchAll(pattern) {
    const all = []
    all[__any__] = this.match(pattern)
    return all
  }

  normalize(form) { return __alloc__("String", this) }
  padEnd(length, fill) { return __alloc__("String", this, fill) }
  padStart(length, fill) { return __alloc__("String", this, fill) }
  repeat(count) { return __alloc__("String", this) }

  replace(pattern, replacement) {
    const part = __alloc__("String", this)
    const put = replacement(part, part, part, part, part, part)
    return __alloc__("String", this, replacement, put)
  }

  replaceAll(pattern, replacement) {
    const part = __alloc__("String", this)
    const put = replacement(part, part, part, part, part, part)
    return __alloc__("String", this, replacement, put)
  }

  search(pattern) { return __alloc__("Number") }
  slice(from, end) { return __alloc__("String", this) }

  split(separator, limit) {
    const parts = []
    parts[__any__] = __alloc__("String", this)
    return parts
  }

  startsWith(part, from) { return __alloc__("Boolean") }
  substr(from, length) { return __alloc__("String", this) }
  substring(from, end) { return __alloc__("String", this) }
  toLocaleLowerCase() { return __alloc__("String", this) }
  toLocaleUpperCase() { return __alloc__("String", this) }
  toLowerCase() { return __alloc__("String", this) }
  toString() { return this }
  toUpperCase() { return __alloc__("String", this) }
  trim() { return __alloc__("String", this) }
  trimEnd() { return __alloc__("String", this) }
  trimLeft() { return __alloc__("String", this) }
  trimRight() { return __alloc__("String", this) }
  trimStart() { return __alloc__("String", this) }
  valueOf() { return this }
}

// A symbol is the text of its description behind a mark that no name has.

function Symbol(description) { return "@@" + description }
Symbol.for = key => "@@" + key
Symbol.keyFor = symbol => __alloc__("String")
Symbol.asyncDispose = "@@asyncDispose"
Symbol.asyncIterator = "@@asyncIterator"
Symbol.dispose = "@@dispose"
Symbol.hasInstance = "@@hasInstance"
Symbol.isConcatSpreadable = "@@isConcatSpreadable"
Symbol.iterator = "@@iterator"
Symbol.match = "@@match"
Symbol.matchAll = "@@matchAll"
Symbol.replace = "@@replace"
Symbol.search = "@@search"
Symbol.species = "@@species"
Symbol.split = "@@split"
Symbol.toPrimitive = "@@toPrimitive"
Symbol.toStringTag = "@@toStringTag"
Symbol.unscopables = "@@unscopables"

class RegExp {
  constructor(pattern, flags) {}

  exec(text) {
    const found = []
    found[__any__] = __alloc__("String", text)
    found.groups = __alloc__("Object", text)
    return found
  }

  test(text) { return __alloc__("Boolean") }
  toString() { return __alloc__("String", this) }
}

class Number {
  constructor(value) { value.valueOf() }
  static isFinite(value) { return __alloc__("Boolean") }
  static isInteger(value) { return __alloc__("Boolean") }
  static isNaN(value) { return __alloc__("Boolean") }
  static isSafeInteger(value) { return __alloc__("Boolean") }
  static parseFloat(text) { return __alloc__("Number") }
  static parseInt(text, base) { return __alloc__("Number") }
  toExponential(digits) { return __alloc__("String", this) }
  toFixed(digits) { return __alloc__("String", this) }
  toLocaleString(locale) { return __alloc__("String", this) }
  toPrecision(digits) { return __alloc__("String", this) }
  toString(base) { return __alloc__("String", this) }
  valueOf() { return this }
}

class Boolean {
  constructor(value) {}
  toString() { return __alloc__("String", this) }
  valueOf() { return this }
}

// Collections: what stands under a key that is a constant is found by it, as a field of a table of their own.

class Map {
  constructor(entries) {
    this["@@table"] = {}
    this["@@keys"] = []
    for (const entry of entries) this.set(entry[0], entry[1])
  }

  static groupBy(elements, choose) {
    const groups = new Map()
    for (const element of elements) {
      const group = []
      group[__any__] = element
      groups.set(choose(element, __alloc__("Number")), group)
    }
    return groups
  }

  clear() {
    __drop__(this["@@table"])
    __drop__(this["@@keys"])
    __drop__(this)
  }

  delete(key) {
    __drop__(this["@@table"], "@" + key)
    return __alloc__("Boolean")
  }

  entries() {
    const entries = []
    entries[__any__] = [this["@@keys"][__any__], this["@@held"](this["@@table"])]
    return entries
  }

  ["@@iterator"]() { return this.entries() }

  ["@@held"](table) {
    if (__maybe__) return table[__member__]
    return table[__any__]
  }

  forEach(visit, self) {
    __call__(visit, self, this["@@held"](this["@@table"]), this["@@keys"][__any__], this)
  }

  get(key) {
    const table = this["@@table"]
    if (__maybe__) return table["@" + key]
    return table[__any__]
  }

  has(key) { return __alloc__("Boolean") }
  keys() { return this["@@keys"] }

  set(key, value) {
    __drop__(this["@@table"], "@" + key)
    this["@@table"]["@" + key] = value
    this["@@keys"][__any__] = key
    return this
  }

  values() {
    const values = []
    values[__any__] = this["@@held"](this["@@table"])
    return values
  }
}

class WeakMap extends Map {}

class Set {
  constructor(elements) {
    this["@@elements"] = []
    for (const element of elements) this.add(element)
  }

  add(element) {
    this["@@elements"][__any__] = element
    this[__any__] = element
    return this
  }

  clear() {
    __drop__(this["@@elements"])
    __drop__(this)
  }

  delete(element) { return __alloc__("Boolean") }
  difference(other) { return this }
  entries() { return this["@@elements"].map(element => [element, element]) }
  ["@@iterator"]() { return this["@@elements"] }

  forEach(visit, self) {
    const element = this["@@elements"][__any__]
    __call__(visit, self, element, element, this)
  }

  has(element) { return __alloc__("Boolean") }
  intersection(other) { return this }
  isSubsetOf(other) { return __alloc__("Boolean") }
  keys() { return this["@@elements"] }

  union(other) {
    const made = new Set(this)
    for (const element of other) made.add(element)
    return made
  }

  values() { return this["@@elements"] }
}

class WeakSet extends Set {}

class WeakRef {
  constructor(target) { this["@@target"] = target }
  deref() { return this["@@target"] }
}

// Promises: the value of `await` is what was resolved.

class Promise {
  constructor(executor) {
    const made = this
    executor(value => __resolve__(made, value), reason => { made["@@reason"] = reason })
  }

  then(kept, broken) {
    const next = __alloc__("Promise")
    if (__maybe__) __resolve__(next, kept(await this))
    if (__maybe__) __resolve__(next, broken(this["@@reason"]))
    next["@@reason"] = this["@@reason"]
    return next
  }

  catch(broken) {
    const next = __alloc__("Promise")
    if (__maybe__) __resolve__(next, await this)
    if (__maybe__) __resolve__(next, broken(this["@@reason"]))
    return next
  }

  finally(done) {
    done()
    return this
  }

  static all(values) {
    const next = __alloc__("Promise")
    const given = []
    __copy_items__(given, values)
    const kept = [await given[0], await given[1], await given[2], await given[3], await given[4], await given[5],
      await given[6], await given[7], await given[8], await given[9]]
    if (__maybe__) kept[__any__] = await values["@@elements"][__any__]
    __resolve__(next, kept)
    return next
  }

  static allSettled(values) {
    const next = __alloc__("Promise")
    const given = []
    __copy_items__(given, values)
    const kept = [{ value: await given[0] }, { value: await given[1] }, { value: await given[2] },
      { value: await given[3] }, { value: await given[4] }]
    kept[0].reason = kept[1].reason = kept[2].reason = given[__any__]["@@reason"]
    __resolve__(next, kept)
    return next
  }

  static any(values) {
    const next = __alloc__("Promise")
    for (const value of values) __resolve__(next, value)
    return next
  }

  static race(values) {
    const next = __alloc__("Promise")
    for (const value of values) __resolve__(next, value)
    return next
  }

  static reject(reason) {
    const made = __alloc__("Promise")
    made["@@reason"] = reason
    return made
  }

  static resolve(value) {
    const made = __alloc__("Promise")
    __resolve__(made, value)
    return made
  }

  static try(run, ...args) {
    const made = __alloc__("Promise")
    __resolve__(made, run(...args))
    return made
  }

  static withResolvers() {
    const promise = __alloc__("Promise")
    return { promise, resolve: value => __resolve__(promise, value), reject: reason => { promise["@@reason"] = reason } }
  }
}

class Generator {
  next(value) {
    this["@@sent"] = value
    if (__maybe__) return { value: this["@@returned"] }
    return { value: this[__any__] }
  }
  return(value) { return { value } }
  throw(reason) { return { value: this[__any__] } }

  filter(test) {
    const made = []
    test(this[__any__], __alloc__("Number"))
    made[__any__] = this[__any__]
    return made
  }

  forEach(visit) { visit(this[__any__], __alloc__("Number")) }

  map(transform) {
    const made = []
    made[__any__] = transform(this[__any__], __alloc__("Number"))
    return made
  }

  take(count) { return this }
  drop(count) { return this }

  toArray() {
    const made = []
    made[__any__] = this[__any__]
    return made
  }
}

class AsyncGenerator {
  next(value) {
    this["@@sent"] = value
    const step = { value: await this[__any__] }
    step.value = await this["@@returned"]
    const made = __alloc__("Promise")
    __resolve__(made, step)
    return made
  }
  return(value) { return Promise.resolve({ value }) }
  throw(reason) { return this.next() }
}

// Behind names.

// Members that the object itself has are read there: what `get` makes of them is taken to be them.
function Proxy(target, handler) {
  const stand = {}
  stand[__member__] = handler.get({}, __alloc__("String"), target)
  handler.set(target, __keys__(target))
  handler.has(target, __keys__(target))
  handler.deleteProperty(target, __keys__(target))
  handler.apply(target, target, [])
  handler.construct(target, [], target)
  handler.ownKeys(target)
  if (__maybe__) return target
  return stand
}

class Reflect {
  static apply(target, self, args) { return __call__(target, self, ...args) }
  static construct(target, args) { return new target(...args) }
  static defineProperty(object, key, descriptor) { return Object.defineProperty(object, key, descriptor) }

  static deleteProperty(object, key) {
    __drop__(object, key)
    return __alloc__("Boolean")
  }

  static get(object, key) { return object[key] }
  static getOwnPropertyDescriptor(object, key) { return { value: object[key] } }
  static getPrototypeOf(object) { return object.__proto__ }
  static has(object, key) { return __alloc__("Boolean") }
  static isExtensible(object) { return __alloc__("Boolean") }
  static ownKeys(object) { return Object.keys(object) }
  static preventExtensions(object) { return object }

  static set(object, key, value) {
    object[key] = value
    return __alloc__("Boolean")
  }

  static setPrototypeOf(object, proto) { object.__proto__ = proto }
}

// What the host calls later.

function setTimeout(run, delay, ...args) {
  run(...args)
  return __alloc__("Number")
}

function setInterval(run, delay, ...args) {
  run(...args)
  return __alloc__("Number")
}

function setImmediate(run, ...args) {
  run(...args)
  return __alloc__("Number")
}

function queueMicrotask(run) { run() }

function requestAnimationFrame(run) {
  run(__alloc__("Number"))
  return __alloc__("Number")
}

function requestIdleCallback(run) {
  run()
  return __alloc__("Number")
}

class EventTarget {
  addEventListener(name, listener, options) {
    this["@on:" + name] = listener
    this["@on:" + name] = listener.handleEvent.bind(listener)
  }

  dispatchEvent(event) {
    __call__(this["@on:" + event.type], this, event)
    return __alloc__("Boolean")
  }

  removeEventListener(name, listener) {}
}

// module: node:events

class EventEmitter {
  constructor(options) {}
  static async once(emitter, name) { return emitter["@sent:" + name] }
  static on(emitter, name) { return [emitter["@sent:" + name]] }
  static listenerCount(emitter, name) { return __alloc__("Number") }
  static setMaxListeners(count) {}

  addListener(name, listener) { return this.on(name, listener) }

  emit(name, ...args) {
    this["@sent:" + name] = args
    __call__(this["@on:" + name], this, ...args)
    return __alloc__("Boolean")
  }

  eventNames() { return [] }
  getMaxListeners() { return __alloc__("Number") }
  listenerCount(name) { return __alloc__("Number") }

  listeners(name) {
    const listeners = []
    listeners[__any__] = this["@on:" + name]
    return listeners
  }

  off(name, listener) { return this }

  on(name, listener) {
    this["@on:" + name] = listener
    __call__(this["@on:newListener"], this, name, listener)
    return this
  }

  once(name, listener) { return this.on(name, listener) }
  prependListener(name, listener) { return this.on(name, listener) }
  prependOnceListener(name, listener) { return this.on(name, listener) }
  rawListeners(name) { return this.listeners(name) }
  removeAllListeners(name) { return this }
  removeListener(name, listener) { return this }
  setMaxListeners(count) { return this }
}

EventEmitter.EventEmitter = EventEmitter
module.exports = EventEmitter

// module: node:util

export function promisify(original) {
  return function (...args) {
    const self = this
    return new Promise((resolve, reject) => {
      __call__(original, self, ...args, (error, value) => {
        reject(error)
        resolve(value)
      })
    })
  }
}

export function callbackify(original) {
  return function (...args) {
    const done = args[__any__]
    __call__(original, this, ...args).then(value => done(null, value), reason => done(reason))
  }
}

export function inherits(maker, parent) {
  maker.super_ = parent
  maker.prototype.__proto__ = parent.prototype
}

export function deprecate(original, message, code) { return original }

// module: node:async_hooks

export class AsyncLocalStorage {
  constructor(options) {}

  run(store, run, ...args) {
    this["@@store"] = store
    return run(...args)
  }

  exit(run, ...args) { return run(...args) }
  getStore() { return this["@@store"] }
  enterWith(store) { this["@@store"] = store }
  disable() {}
  static bind(run) { return run }
  static snapshot() { return (run, ...args) => run(...args) }
}

export class AsyncResource {
  constructor(type, options) {}
  runInAsyncScope(run, self, ...args) { return __call__(run, self, ...args) }
  bind(run) { return run }
  static bind(run) { return run }
  emitDestroy() { return this }
}

// module: node:stream

const EventEmitter = require("node:events")

class Stream extends EventEmitter {
  pipe(to, options) {
    to.write(this["@@chunk"], __alloc__("String"), () => {})
    to.end()
    return to
  }

  destroy(error) {
    this._destroy(error, () => {})
    return this
  }
}

class Readable extends Stream {
  constructor(options) {
    super()
    this._read = options.read
    this._destroy = options.destroy
  }

  static from(source) {
    const made = new Readable({})
    for (const chunk of source) made["@@chunk"] = chunk
    return made
  }

  push(chunk, encoding) {
    this["@@chunk"] = chunk
    this.emit("data", chunk)
    return __alloc__("Boolean")
  }

  read(size) {
    this._read(size)
    return this["@@chunk"]
  }

  on(name, listener) {
    this._read(__alloc__("Number"))
    return super.on(name, listener)
  }

  pipe(to, options) {
    this._read(__alloc__("Number"))
    return super.pipe(to, options)
  }

  ["@@asyncIterator"]() {
    this._read(__alloc__("Number"))
    return [this["@@chunk"]]
  }

  pause() { return this }
  resume() { return this }
  setEncoding(encoding) { return this }
  unpipe(to) { return this }
  unshift(chunk) { this["@@chunk"] = chunk }
}

class Writable extends Stream {
  constructor(options) {
    super()
    this._write = options.write
    this._final = options.final
    this._destroy = options.destroy
  }

  write(chunk, encoding, done) {
    this._write(chunk, encoding, () => {})
    done()
    return __alloc__("Boolean")
  }

  end(chunk, encoding, done) {
    this._write(chunk, encoding, () => {})
    this._final(() => {})
    done()
    return this
  }

  cork() {}
  uncork() {}
  setDefaultEncoding(encoding) { return this }
}

class Duplex extends Readable {
  constructor(options) {
    super(options)
    this._write = options.write
    this._final = options.final
  }

  write(chunk, encoding, done) {
    this._write(chunk, encoding, () => {})
    done()
    return __alloc__("Boolean")
  }

  end(chunk, encoding, done) {
    this._write(chunk, encoding, () => {})
    this._final(() => {})
    done()
    return this
  }
}

class Transform extends Duplex {
  constructor(options) {
    super(options)
    this._transform = options.transform
    this._flush = options.flush
  }

  write(chunk, encoding, done) {
    const stream = this
    this._transform(chunk, encoding, (error, made) => stream.push(made))
    this._flush((error, made) => stream.push(made))
    return __alloc__("Boolean")
  }

  end(chunk, encoding, done) {
    this.write(chunk, encoding)
    return this
  }
}

class PassThrough extends Transform {
  write(chunk, encoding, done) {
    this.push(chunk)
    return __alloc__("Boolean")
  }
}

function pipeline(first, second, third, fourth, fifth) {
  first.pipe(second).pipe(third).pipe(fourth)
  second()
  third()
  fourth()
  fifth()
  return second
}

function finished(stream, done) { done() }
Stream.Stream = Stream
Stream.Readable = Readable
Stream.Writable = Writable
Stream.Duplex = Duplex
Stream.Transform = Transform
Stream.PassThrough = PassThrough
Stream.pipeline = pipeline
Stream.finished = finished
module.exports = Stream
