//! Merging files: rows are appended, ids shifted by the lengths before, symbols looked up in the one interner.

use super::{Alloc, ArgKind, Callee, Constant, Facts, Field, Type, len};
use crate::ids::{ClassId, FileId, FuncId, Interner, Sym, TypeId};

/// How much each id of the appended facts grows, and what its symbols become.
struct Shift {
    syms: Vec<Sym>,
    file: u32,
    function: u32,
    class: u32,
    ty: u32,
}

impl Shift {
    fn sym(&self, sym: &mut Sym) {
        *sym = self.syms[sym.index()];
    }
    fn file(&self, id: &mut FileId) {
        id.0 += self.file;
    }
    fn function(&self, id: &mut FuncId) {
        id.0 += self.function;
    }
    fn class(&self, id: &mut ClassId) {
        id.0 += self.class;
    }
    fn ty(&self, id: &mut TypeId) {
        id.0 += self.ty;
    }
    fn field(&self, field: &mut Field) {
        match field {
            Field::Attr(sym) | Field::Item(sym) => self.sym(sym),
            Field::AnyItem | Field::AnyAttr => {}
        }
    }
}

/// Appends `other` to `into`.
pub(super) fn append(into: &mut Facts, mut other: Facts) {
    let shift = Shift {
        syms: intern_all(&mut into.names, &other.names),
        file: len(&into.files),
        function: len(&into.functions),
        class: len(&into.classes),
        ty: len(&into.types),
    };
    shift_tables(&shift, into, &mut other);
    shift_relations(&shift, into, &mut other);
    into.files.append(&mut other.files);
    into.functions.append(&mut other.functions);
    into.classes.append(&mut other.classes);
    into.bases.append(&mut other.bases);
    into.members.append(&mut other.members);
    into.fields.append(&mut other.fields);
    into.types.append(&mut other.types);
    into.exports.append(&mut other.exports);
    into.frees.append(&mut other.frees);
    into.stars.append(&mut other.stars);
    into.args.append(&mut other.args);
    into.notes.append(&mut other.notes);
    into.params.append(&mut other.params);
    into.captures.append(&mut other.captures);
    into.moves.append(&mut other.moves);
    into.cuts.append(&mut other.cuts);
    into.derives.append(&mut other.derives);
    into.concats.append(&mut other.concats);
    into.allocs.append(&mut other.allocs);
    into.literals.append(&mut other.literals);
    into.loads.append(&mut other.loads);
    into.stores.append(&mut other.stores);
    into.load_keys.append(&mut other.load_keys);
    into.store_keys.append(&mut other.store_keys);
    into.iterates.append(&mut other.iterates);
    into.keys.append(&mut other.keys);
    into.copies.append(&mut other.copies);
    into.supers.append(&mut other.supers);
    into.imports.append(&mut other.imports);
    into.hints.append(&mut other.hints);
    into.guards.append(&mut other.guards);
    into.spans.append(&mut other.spans);
    into.extents.append(&mut other.extents);
    into.conditions.append(&mut other.conditions);
    into.calls.append(&mut other.calls);
}

/// The symbol in `into` of each symbol of `from`, by index.
fn intern_all(into: &mut Interner, from: &Interner) -> Vec<Sym> {
    (0..from.len()).map(|index| into.intern(from.get(Sym::from_len(index)))).collect()
}

/// Shifts what belongs to files, classes and types.
fn shift_tables(shift: &Shift, into: &Facts, other: &mut Facts) {
    let starts = into.starts();
    for file in &mut other.files {
        shift.sym(&mut file.path);
        shift.sym(&mut file.module);
        shift.function(&mut file.body);
        file.first_export += len(&into.exports);
        file.first_free += len(&into.frees);
        file.first_star += len(&into.stars);
    }
    for function in &mut other.functions {
        shift.sym(&mut function.name);
        shift.sym(&mut function.qualname);
        shift.file(&mut function.file);
        shift.function(&mut function.parent);
        if let Some(class) = &mut function.class {
            shift.class(class);
        }
        function.first.shift(&starts);
    }
    for class in &mut other.classes {
        shift.sym(&mut class.name);
        shift.file(&mut class.file);
        shift.function(&mut class.parent);
        shift.function(&mut class.body);
        if let Some(of) = &mut class.of {
            shift.class(of);
        }
        class.first_base += len(&into.bases);
        class.first_member += len(&into.members);
        class.first_field += len(&into.fields);
    }
    for field in &mut other.fields {
        shift.sym(&mut field.name);
        shift.ty(&mut field.ty);
    }
    for ty in &mut other.types {
        match ty {
            Type::Unknown | Type::Number | Type::Value(_) | Type::Param(_) => {}
            Type::Text(prefix, suffix) => {
                shift.sym(prefix);
                shift.sym(suffix);
            }
            Type::ClassOf(inner) | Type::Callable(inner) | Type::Exact(inner) => shift.ty(inner),
            Type::Apply(head, args) => {
                shift.ty(head);
                args.iter_mut().for_each(|arg| shift.ty(arg));
            }
            Type::Union(members) => members.iter_mut().for_each(|member| shift.ty(member)),
        }
    }
    other.members.iter_mut().for_each(|member| shift.sym(&mut member.name));
    other.exports.iter_mut().chain(&mut other.frees).for_each(|global| shift.sym(&mut global.name));
    other.stars.iter_mut().for_each(|star| shift.sym(star));
    for note in &mut other.notes {
        shift.file(&mut note.file);
        shift.sym(&mut note.message);
    }
}

/// Shifts the rows of functions.
fn shift_relations(shift: &Shift, into: &Facts, other: &mut Facts) {
    other.params.iter_mut().for_each(|row| shift.sym(&mut row.name));
    other.captures.iter_mut().for_each(|row| shift.function(&mut row.function));
    for row in &mut other.concats {
        shift.sym(&mut row.prefix);
        shift.sym(&mut row.suffix);
        shift.sym(&mut row.rest);
    }
    for row in &mut other.allocs {
        match &mut row.what {
            Alloc::Function(function) => shift.function(function),
            Alloc::Class(class) => shift.class(class),
            Alloc::Builtin(name) => shift.sym(name),
        }
    }
    for row in &mut other.literals {
        match &mut row.constant {
            Constant::Str(sym) | Constant::Bytes(sym) | Constant::Int(sym) | Constant::Float(sym) => {
                shift.sym(sym)
            }
            Constant::Bool(_) | Constant::Null | Constant::Ellipsis => {}
        }
    }
    other.loads.iter_mut().for_each(|row| shift.field(&mut row.field));
    other.stores.iter_mut().for_each(|row| shift.field(&mut row.field));
    other.supers.iter_mut().for_each(|row| shift.class(&mut row.class));
    for row in &mut other.imports {
        shift.sym(&mut row.specifier);
        if let Some(name) = &mut row.name {
            shift.sym(name);
        }
    }
    other.hints.iter_mut().for_each(|row| shift.ty(&mut row.ty));
    other.conditions.iter_mut().for_each(|row| shift.sym(&mut row.text));
    for row in &mut other.calls {
        if let Callee::Method(_, name) = &mut row.callee {
            shift.sym(name);
        }
        row.first_arg += len(&into.args);
    }
    for arg in &mut other.args {
        if let ArgKind::Keyword(name) = &mut arg.kind {
            shift.sym(name);
        }
    }
}
