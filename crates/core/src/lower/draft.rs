//! The facts of one file while they are being written.
//!
//! Bodies are lowered in the order in which their names are known, not in the order in which they are asked for:
//! a class body in the middle of the function that holds it, a nested function behind it. So rows are written
//! to one vector a relation with a *segment* for each stretch that belongs to one function, and [`Draft::finish`]
//! puts functions, classes and segments into source order.
//!
//! Captured variables are numbered from [`CAPTURE`] while the number of a function's own slots still grows.

use crate::facts::{
    Alloc, Arg, Call, Capture, Class, DeclaredField, Facts, File, Function, FunctionFlags, FunctionKind,
    Global, Member, Move, Note, Receiver, Starts, Type,
};
use crate::ids::{CallId, ClassId, FileId, FuncId, Sym, TypeId, Var};

/// The first provisional number of a captured variable.
const CAPTURE: u32 = 1 << 31;

/// Of the captures of a function, how many are looked through before one is added twice.
const LOOK_BACK: usize = 32;

/// A function while it is being written.
pub(super) struct FunctionDraft {
    /// The row. `name` is empty for a lambda, `qualname` is written by [`Draft::finish`].
    pub(super) row: Function,
    /// First byte, by which functions are put in order.
    pub(super) start: u32,
    /// What it captures.
    pub(super) captures: Vec<Capture>,
    first_segment: u32,
    last_segment: u32,
}

/// A class while it is being written.
pub(super) struct ClassDraft {
    /// The row.
    pub(super) row: Class,
    /// First byte, by which classes are put in order.
    pub(super) start: u32,
    /// Base classes, slots of the parent.
    pub(super) bases: Vec<Var>,
    /// What the body binds, by symbol.
    pub(super) members: Vec<Member>,
    /// Declared fields.
    pub(super) fields: Vec<DeclaredField>,
}

/// A stretch of rows that belong to one function.
struct Segment {
    function: FuncId,
    start: Starts,
    end: Starts,
    next: u32,
}

const NO_SEGMENT: u32 = u32::MAX;

/// The facts of one file while they are being written.
pub(super) struct Draft {
    /// The relations, in the order of writing.
    pub(super) rows: Facts,
    /// The functions, in the order in which they were met.
    pub(super) functions: Vec<FunctionDraft>,
    /// The classes, in the order in which they were met.
    pub(super) classes: Vec<ClassDraft>,
    segments: Vec<Segment>,
    current: FuncId,
    late_moves: Vec<(FuncId, Move)>,
    type_owners: Vec<FuncId>,
}

/// Where a definition stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
}

impl Draft {
    /// The draft of a file that has no function yet.
    pub(super) fn new() -> Self {
        Self {
            rows: Facts::default(),
            functions: Vec::new(),
            classes: Vec::new(),
            segments: Vec::new(),
            current: FuncId(0),
            late_moves: Vec::new(),
            type_owners: Vec::new(),
        }
    }

    /// Adds a function; the first one is the module body.
    pub(super) fn add_function(
        &mut self,
        name: Sym,
        kind: FunctionKind,
        parent: FuncId,
        place: Place,
    ) -> FuncId {
        let id = FuncId::from_len(self.functions.len());
        self.functions.push(FunctionDraft {
            row: Function {
                name,
                qualname: Sym::EMPTY,
                kind,
                receiver: Receiver::First,
                flags: FunctionFlags::default(),
                file: FileId(0),
                parent,
                class: None,
                line: place.line,
                column: place.column,
                head_line: place.line,
                end_line: place.end_line,
                vars: Var::FIRST_FREE,
                first: Starts::default(),
            },
            start: place.start,
            captures: Vec::new(),
            first_segment: NO_SEGMENT,
            last_segment: NO_SEGMENT,
        });
        id
    }

    /// Adds a class, whose body is a function already.
    pub(super) fn add_class(&mut self, name: Sym, parent: FuncId, body: FuncId, place: Place) -> ClassId {
        let id = ClassId::from_len(self.classes.len());
        self.classes.push(ClassDraft {
            row: Class {
                name,
                file: FileId(0),
                parent,
                body,
                metaclass: Var::NONE,
                of: None,
                line: place.line,
                column: place.column,
                end_line: place.end_line,
                first_base: 0,
                first_member: 0,
                first_field: 0,
            },
            start: place.start,
            bases: Vec::new(),
            members: Vec::new(),
            fields: Vec::new(),
        });
        id
    }

    /// The function that rows are written for.
    pub(super) fn current(&self) -> FuncId {
        self.current
    }

    /// Writes rows for this function from here on. Returns the function before.
    pub(super) fn switch(&mut self, to: FuncId) -> FuncId {
        self.close_segment();
        let index = self.segments.len() as u32;
        let starts = self.rows.starts();
        self.segments.push(Segment { function: to, start: starts, end: starts, next: NO_SEGMENT });
        let draft = &mut self.functions[to.index()];
        if draft.first_segment == NO_SEGMENT {
            draft.first_segment = index;
        } else {
            self.segments[draft.last_segment as usize].next = index;
        }
        self.functions[to.index()].last_segment = index;
        std::mem::replace(&mut self.current, to)
    }

    fn close_segment(&mut self) {
        let starts = self.rows.starts();
        if let Some(last) = self.segments.last_mut() {
            last.end = starts;
        }
    }

    /// A fresh slot of the current function.
    #[inline]
    pub(super) fn fresh(&mut self) -> Var {
        self.fresh_in(self.current)
    }

    /// A fresh slot of a function.
    #[inline]
    pub(super) fn fresh_in(&mut self, function: FuncId) -> Var {
        let vars = &mut self.functions[function.index()].row.vars;
        *vars += 1;
        Var(*vars - 1)
    }

    /// The slot of `function` that is the same variable as `var` of `owner`, an enclosing function.
    pub(super) fn capture(&mut self, function: FuncId, owner: FuncId, var: Var) -> Var {
        let (owner, var) = self.owned(owner, var);
        if owner == function {
            return var;
        }
        let captures = &mut self.functions[function.index()].captures;
        let wanted = Capture { function: owner, var };
        let looked_at = captures.len().saturating_sub(LOOK_BACK);
        let known = captures[looked_at..].iter().position(|capture| *capture == wanted);
        let index = known.map_or(captures.len(), |index| looked_at + index);
        if known.is_none() {
            captures.push(wanted);
        }
        Var(CAPTURE + index as u32)
    }

    /// The function that owns a slot, and the slot there.
    fn owned(&self, function: FuncId, var: Var) -> (FuncId, Var) {
        if var.0 < CAPTURE || !var.is_some() {
            return (function, var);
        }
        let capture = self.functions[function.index()].captures[(var.0 - CAPTURE) as usize];
        (capture.function, capture.var)
    }

    /// A move in a function whose rows may already be written.
    pub(super) fn move_later(&mut self, function: FuncId, row: Move) {
        self.late_moves.push((function, row));
    }

    /// A declared type, whose variables are slots of `owner`.
    pub(super) fn add_type(&mut self, owner: FuncId, ty: Type) -> TypeId {
        let id = TypeId::from_len(self.rows.types.len());
        self.rows.types.push(ty);
        self.type_owners.push(owner);
        id
    }

    /// A call of the current function.
    #[inline]
    pub(super) fn add_call(&mut self, mut call: Call, args: &[Arg]) -> CallId {
        call.first_arg = self.rows.args.len() as u32;
        self.rows.args.extend_from_slice(args);
        let id = CallId::from_len(self.rows.calls.len());
        self.rows.calls.push(call);
        id
    }

    /// The facts of the file: everything in source order.
    pub(super) fn finish(
        mut self,
        mut file: File,
        mut exports: Vec<Global>,
        mut frees: Vec<Global>,
        stars: Vec<Sym>,
        notes: Vec<Note>,
    ) -> Facts {
        self.close_segment();
        self.late_moves.sort_by_key(|row| row.0);
        let functions = Order::new(self.functions.len(), |index| (index != 0, self.functions[index].start));
        let classes = Order::new(self.classes.len(), |index| (true, self.classes[index].start));
        let mut facts = Facts::default();
        reserve(&mut facts, &self.rows);
        let names = &mut self.rows.names;
        exports.sort_by(|a, b| names.get(a.name).cmp(names.get(b.name)));
        frees.sort_by(|a, b| names.get(a.name).cmp(names.get(b.name)));
        self.name_functions(&functions);
        for &old in &functions.order {
            self.finish_function(FuncId(old), &functions, &classes, &mut facts);
        }
        for &old in &classes.order {
            self.finish_class(ClassId(old), &functions, &classes, &mut facts);
        }
        facts.types = std::mem::take(&mut self.rows.types);
        for (ty, owner) in facts.types.iter_mut().zip(&self.type_owners) {
            if let Type::Value(var) = ty {
                self.fix_in(*owner, var);
            }
        }
        file.body = FuncId(0);
        facts.names = self.rows.names;
        facts.files.push(file);
        facts.exports = exports;
        facts.frees = frees;
        facts.stars = stars;
        facts.notes = notes;
        facts
    }

    /// Writes qualified names, parents first, and numbers the lambdas of each scope in source order.
    fn name_functions(&mut self, order: &Order) {
        let mut lambdas = vec![0_u32; self.functions.len()];
        let mut scratch = String::new();
        for &index in &order.order[1..] {
            let parent = self.functions[index as usize].row.parent;
            let names = &mut self.rows.names;
            if self.functions[index as usize].row.kind == FunctionKind::Lambda {
                lambdas[parent.index()] += 1;
                let name = names.intern(&format!("<lambda{}>", lambdas[parent.index()]));
                self.functions[index as usize].row.name = name;
            }
            let name = self.functions[index as usize].row.name;
            let outer = self.functions[parent.index()].row.qualname;
            let qualname = if outer == Sym::EMPTY {
                name
            } else {
                scratch.clear();
                scratch.push_str(names.get(outer));
                scratch.push('.');
                scratch.push_str(names.get(name));
                names.intern(&scratch)
            };
            self.functions[index as usize].row.qualname = qualname;
        }
    }

    fn finish_function(&mut self, id: FuncId, functions: &Order, classes: &Order, facts: &mut Facts) {
        let draft = &self.functions[id.index()];
        let mut row = draft.row.clone();
        row.first = facts.starts();
        row.parent = FuncId(functions.rank[row.parent.index()]);
        row.class = row.class.map(|class| ClassId(classes.rank[class.index()]));
        let fix = Fix { vars: row.vars, functions, classes };
        let mut next = draft.first_segment;
        while let Some(segment) = self.segments.get(next as usize) {
            debug_assert!(segment.function == id, "segments are linked by function");
            fix.copy(&self.rows, &segment.start, &segment.end, facts);
            next = segment.next;
        }
        let late = self.late_moves.partition_point(|row| row.0 < id);
        for (_, row) in self.late_moves[late..].iter().take_while(|row| row.0 == id) {
            facts.moves.push(Move { dst: fix.var(row.dst), src: fix.var(row.src), line: row.line });
        }
        for capture in &draft.captures {
            let function = FuncId(functions.rank[capture.function.index()]);
            facts.captures.push(Capture { function, var: capture.var });
        }
        facts.functions.push(row);
    }

    fn finish_class(&mut self, id: ClassId, functions: &Order, classes: &Order, facts: &mut Facts) {
        let draft = &self.classes[id.index()];
        let mut row = draft.row.clone();
        let (parent, body) = (row.parent, row.body);
        row.first_base = facts.bases.len() as u32;
        row.first_member = facts.members.len() as u32;
        row.first_field = facts.fields.len() as u32;
        row.parent = FuncId(functions.rank[parent.index()]);
        row.body = FuncId(functions.rank[body.index()]);
        row.of = row.of.map(|class| ClassId(classes.rank[class.index()]));
        self.fix_in(parent, &mut row.metaclass);
        for mut base in draft.bases.iter().copied() {
            self.fix_in(parent, &mut base);
            facts.bases.push(base);
        }
        for mut member in draft.members.iter().copied() {
            self.fix_in(body, &mut member.var);
            facts.members.push(member);
        }
        facts.fields.extend_from_slice(&draft.fields);
        facts.classes.push(row);
    }

    fn fix_in(&self, function: FuncId, var: &mut Var) {
        *var = final_var(*var, self.functions[function.index()].row.vars);
    }
}

/// The final number of a slot of a function with `vars` slots of its own.
#[inline]
fn final_var(var: Var, vars: u32) -> Var {
    debug_assert!(var.0 < vars || var.0 >= CAPTURE, "a row names variables of its own function");
    if var.0 < CAPTURE || !var.is_some() { var } else { Var(var.0 - CAPTURE + vars) }
}

/// A permutation: `order[new] = old`, `rank[old] = new`.
struct Order {
    order: Vec<u32>,
    rank: Vec<u32>,
}

impl Order {
    fn new(count: usize, key: impl Fn(usize) -> (bool, u32)) -> Self {
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.sort_by_key(|&index| key(index as usize));
        let mut rank = vec![0; count];
        for (new, &old) in order.iter().enumerate() {
            rank[old as usize] = new as u32;
        }
        Self { order, rank }
    }
}

/// What the provisional numbers in the rows of one function become.
struct Fix<'o> {
    vars: u32,
    functions: &'o Order,
    classes: &'o Order,
}

/// Copies the rows of some relations, with the fields that are slots fixed.
macro_rules! copy_rows {
    ($fix:ident, $from:ident, $start:ident, $end:ident, $into:ident: $($relation:ident($($field:ident),*)),* $(,)?) => {
        $(for row in &$from.$relation[$start.$relation as usize..$end.$relation as usize] {
            let mut row = *row;
            $(row.$field = $fix.var(row.$field);)*
            $into.$relation.push(row);
        })*
    };
}

impl Fix<'_> {
    #[inline]
    fn var(&self, var: Var) -> Var {
        final_var(var, self.vars)
    }

    fn copy(&self, from: &Facts, start: &Starts, end: &Starts, into: &mut Facts) {
        copy_rows! { self, from, start, end, into:
            params(var, default), moves(dst, src), cuts(dst), derives(dst, src), concats(dst, src), literals(dst), loads(dst, base),
            stores(base, src), load_keys(dst, base, key), store_keys(base, key, src), iterates(dst, base),
            keys(dst, base), copies(dst, src), imports(dst), hints(var),
            guards(dst, test),
        }
        into.spans.extend_from_slice(&from.spans[start.spans as usize..end.spans as usize]);
        into.extents.extend_from_slice(&from.extents[start.extents as usize..end.extents as usize]);
        let conditions = start.conditions as usize..end.conditions as usize;
        into.conditions.extend_from_slice(&from.conditions[conditions]);
        for row in &from.allocs[start.allocs as usize..end.allocs as usize] {
            let mut row = *row;
            row.dst = self.var(row.dst);
            match &mut row.what {
                Alloc::Function(id) => id.0 = self.functions.rank[id.index()],
                Alloc::Class(id) => id.0 = self.classes.rank[id.index()],
                Alloc::Builtin(_) => {}
            }
            into.allocs.push(row);
        }
        for row in &from.supers[start.supers as usize..end.supers as usize] {
            let mut row = *row;
            row.dst = self.var(row.dst);
            row.receiver = self.var(row.receiver);
            row.class.0 = self.classes.rank[row.class.index()];
            into.supers.push(row);
        }
        self.copy_calls(from, start.calls..end.calls, into);
    }

    fn copy_calls(&self, from: &Facts, range: std::ops::Range<u32>, into: &mut Facts) {
        use crate::facts::Callee;
        for index in range {
            let mut row = from.calls[index as usize];
            row.dst = self.var(row.dst);
            row.callee = match row.callee {
                Callee::Value(var) => Callee::Value(self.var(var)),
                Callee::Method(var, name) => Callee::Method(self.var(var), name),
            };
            row.first_arg = into.args.len() as u32;
            for arg in from.args_of(CallId(index)) {
                into.args.push(Arg { kind: arg.kind, var: self.var(arg.var) });
            }
            into.calls.push(row);
        }
    }
}

/// Makes room for as many rows as there are.
fn reserve(into: &mut Facts, from: &Facts) {
    macro_rules! reserve {
        ($($relation:ident),* $(,)?) => { $(into.$relation.reserve_exact(from.$relation.len());)* };
    }
    reserve!(
        params, moves, cuts, derives, concats, allocs, literals, loads, stores, load_keys, store_keys,
        iterates, keys, copies, supers, imports, hints, guards, spans, extents, conditions, calls, args,
    );
}
