//! Facts as text, a function at a time.

use blastline::facts::{
    Alloc, ArgKind, CallFlags, Callee, Capture, Constant, Facts, Field, FunctionFlags, FunctionKind, Type,
};
use blastline::ids::{ClassId, FileId, FuncId, Sym, TypeId, Var};
use std::fmt::Write as _;

/// All facts of a program.
pub(crate) fn facts(facts: &Facts) -> String {
    let mut text = String::new();
    for index in 0..facts.files.len() {
        file(facts, FileId(index as u32), &mut text);
    }
    for index in 0..facts.functions.len() {
        Dump { facts, function: FuncId(index as u32), text: &mut text }.function();
    }
    text
}

fn file(facts: &Facts, id: FileId, text: &mut String) {
    let globals = |globals: &[blastline::facts::Global]| -> String {
        globals.iter().map(|global| format!(" {}=v{}", facts.text(global.name), global.var.0)).collect()
    };
    let file = &facts.files[id.index()];
    let _ = writeln!(text, "file {} lines {}", facts.text(file.path), file.lines);
    let _ = writeln!(text, "exports{}", globals(facts.exports_of(id)));
    let _ = writeln!(text, "frees{}", globals(facts.frees_of(id)));
    for star in facts.stars_of(id) {
        let _ = writeln!(text, "star {}", facts.text(*star));
    }
    if let Some(line) = file.main_guard {
        let _ = writeln!(text, "main guard {line}");
    }
    for note in &facts.notes {
        let _ = writeln!(text, "note {}: {}", note.line, facts.text(note.message));
    }
}

struct Dump<'a> {
    facts: &'a Facts,
    function: FuncId,
    text: &'a mut String,
}

impl Dump<'_> {
    fn sym(&self, sym: Sym) -> String {
        format!("{:?}", self.facts.text(sym))
    }

    fn var(&self, var: Var) -> String {
        match var {
            Var::RETURN => "RETURN".to_owned(),
            Var::YIELD => "YIELD".to_owned(),
            Var::NONE => "_".to_owned(),
            _ => self.slot(var),
        }
    }

    fn slot(&self, var: Var) -> String {
        let row = &self.facts.functions[self.function.index()];
        if var.0 < row.vars {
            return format!("v{}", var.0);
        }
        let Capture { function, var } = self.facts.captures_of(self.function)[(var.0 - row.vars) as usize];
        let owner = &self.facts.functions[function.index()];
        assert!(var.0 < owner.vars, "a capture names a slot of its owner");
        match self.facts.text(owner.qualname) {
            "" => format!("^v{}", var.0),
            name => format!("{name}^v{}", var.0),
        }
    }

    fn field(&self, field: Field) -> String {
        match field {
            Field::Attr(name) => format!(".{}", self.facts.text(name)),
            Field::Item(key) => format!("[{}]", self.sym(key)),
            Field::AnyItem => "[*]".to_owned(),
            Field::AnyAttr => ".*".to_owned(),
        }
    }

    fn constant(&self, constant: Constant) -> String {
        match constant {
            Constant::Str(text) => self.sym(text),
            Constant::Bytes(text) => format!("b{}", self.sym(text)),
            Constant::Int(text) | Constant::Float(text) => self.facts.text(text).to_owned(),
            other => format!("{other:?}"),
        }
    }

    fn ty(&self, ty: TypeId) -> String {
        match &self.facts.types[ty.index()] {
            Type::Unknown => "?".to_owned(),
            Type::Number => "number".to_owned(),
            Type::Text(prefix, suffix) => {
                format!("\"{}…{}\"", self.facts.text(*prefix), self.facts.text(*suffix))
            }
            Type::Value(var) => self.var(*var),
            Type::ClassOf(inner) => format!("type[{}]", self.ty(*inner)),
            Type::Callable(inner) => format!("-> {}", self.ty(*inner)),
            Type::Exact(inner) => format!("={}", self.ty(*inner)),
            Type::Param(index) => format!("param {index}"),
            Type::Union(members) => self.types(members, " | "),
            Type::Apply(head, args) => format!("{}[{}]", self.ty(*head), self.types(args, ", ")),
        }
    }

    fn types(&self, types: &[TypeId], separator: &str) -> String {
        types.iter().map(|&ty| self.ty(ty)).collect::<Vec<_>>().join(separator)
    }

    fn row(&mut self, text: String) {
        let _ = writeln!(self.text, "  {text}");
    }

    fn function(&mut self) {
        let (facts, id) = (self.facts, self.function);
        let row = &facts.functions[id.index()];
        let _ = writeln!(
            self.text,
            "\n{:?} {} {}:{}..{} head {}{}",
            row.kind,
            facts.full_name(id),
            row.line,
            row.column,
            row.end_line,
            row.head_line,
            flags(row.flags)
        );
        if row.kind == FunctionKind::ClassBody {
            self.class();
        }
        for row in facts.params_of(id) {
            let optional = if row.optional { " optional" } else { "" };
            let default = if row.default.is_some() {
                format!(" else {}", self.var(row.default))
            } else {
                String::new()
            };
            self.row(format!(
                "param {} = {:?} {}{optional}{default}",
                self.var(row.var),
                row.kind,
                facts.text(row.name)
            ));
        }
        self.values();
        self.fields();
        self.others();
        self.calls();
    }

    fn class(&mut self) {
        let facts = self.facts;
        let index = facts.classes.iter().position(|class| class.body == self.function);
        let id = ClassId(index.expect("a class body has a class") as u32);
        let class = &facts.classes[id.index()];
        let of_parent = |var: Var| {
            let mut text = String::new();
            Dump { facts, function: class.parent, text: &mut text }.var(var)
        };
        let bases: Vec<String> = facts.bases_of(id).iter().map(|&base| of_parent(base)).collect();
        self.row(format!("bases [{}] metaclass {}", bases.join(", "), of_parent(class.metaclass)));
        for member in facts.members_of(id) {
            self.row(format!("member {} = {}", facts.text(member.name), self.var(member.var)));
        }
        for field in facts.fields_of(id) {
            let constructor = if field.in_constructor { " in constructor" } else { "" };
            self.row(format!("field {}: {}{constructor}", facts.text(field.name), self.ty(field.ty)));
        }
    }

    fn values(&mut self) {
        let (facts, id) = (self.facts, self.function);
        for row in facts.literals_of(id) {
            self.row(format!("{} = {}", self.var(row.dst), self.constant(row.constant)));
        }
        for row in facts.allocs_of(id) {
            let what = match row.what {
                Alloc::Function(function) => format!("function {}", facts.full_name(function)),
                Alloc::Class(class) => format!("class {}", facts.text(facts.classes[class.index()].name)),
                Alloc::Builtin(name) => format!("new {}", facts.text(name)),
            };
            self.row(format!("{} = {what}", self.var(row.dst)));
        }
        for row in facts.imports_of(id) {
            let name = row.name.map_or(String::new(), |name| format!(" {}", facts.text(name)));
            self.row(format!("{} = import {}{name}", self.var(row.dst), facts.text(row.specifier)));
        }
        for row in facts.moves_of(id) {
            self.row(format!("{} <- {}", self.var(row.dst), self.var(row.src)));
        }
        for row in facts.derives_of(id) {
            self.row(format!("{} <- {:?} of {}", self.var(row.dst), row.how, self.var(row.src)));
        }
        for row in facts.concats_of(id) {
            self.row(format!(
                "{} = {} + {} + {}",
                self.var(row.dst),
                self.sym(row.prefix),
                self.var(row.src),
                self.sym(row.suffix)
            ));
        }
    }

    fn fields(&mut self) {
        let (facts, id) = (self.facts, self.function);
        for row in facts.loads_of(id) {
            self.row(format!("{} = {}{}", self.var(row.dst), self.var(row.base), self.field(row.field)));
        }
        for row in facts.stores_of(id) {
            self.row(format!("{}{} = {}", self.var(row.base), self.field(row.field), self.var(row.src)));
        }
        for row in facts.load_keys_of(id) {
            let (dst, base, key) = (self.var(row.dst), self.var(row.base), self.var(row.key));
            self.row(format!("{dst} = {base} {:?} of key {key}", row.space));
        }
        for row in facts.store_keys_of(id) {
            let (base, key, src) = (self.var(row.base), self.var(row.key), self.var(row.src));
            self.row(format!("{base} {:?} of key {key} = {src}", row.space));
        }
    }

    fn others(&mut self) {
        let (facts, id) = (self.facts, self.function);
        for row in facts.iterates_of(id) {
            self.row(format!("{} in {}", self.var(row.dst), self.var(row.base)));
        }
        for row in facts.keys_of(id) {
            self.row(format!("{} in keys of {} {:?}", self.var(row.dst), self.var(row.base), row.space));
        }
        for row in facts.copies_of(id) {
            self.row(format!("{} takes fields of {} {:?}", self.var(row.dst), self.var(row.src), row.space));
        }
        for row in facts.supers_of(id) {
            let class = facts.text(facts.classes[row.class.index()].name);
            self.row(format!("{} = super {class} of {}", self.var(row.dst), self.var(row.receiver)));
        }
        for row in facts.hints_of(id) {
            let word = if row.checked { "is" } else { "declared" };
            self.row(format!("{} {word} {}", self.var(row.var), self.ty(row.ty)));
        }
    }

    fn calls(&mut self) {
        let (facts, id) = (self.facts, self.function);
        let first = facts.first_call(id).0;
        for (index, row) in facts.calls_of(id).iter().enumerate() {
            let call = blastline::ids::CallId(first + index as u32);
            let callee = match row.callee {
                Callee::Value(var) => self.var(var),
                Callee::Method(var, name) => format!("{}.{}", self.var(var), facts.text(name)),
            };
            let args: Vec<String> = facts
                .args_of(call)
                .iter()
                .map(|arg| match arg.kind {
                    ArgKind::Positional => self.var(arg.var),
                    ArgKind::Spread => format!("*{}", self.var(arg.var)),
                    ArgKind::Keyword(name) => format!("{}={}", facts.text(name), self.var(arg.var)),
                    ArgKind::KeywordSpread => format!("**{}", self.var(arg.var)),
                    ArgKind::Receiver => format!("on {}", self.var(arg.var)),
                })
                .collect();
            self.row(format!(
                "{}:{} {} = {callee}({}){}",
                row.line,
                row.column,
                self.var(row.dst),
                args.join(", "),
                call_flags(row.flags)
            ));
        }
    }
}

fn flags(flags: FunctionFlags) -> String {
    let names = [
        (FunctionFlags::GENERATOR, "generator"),
        (FunctionFlags::ASYNC, "async"),
        (FunctionFlags::STATIC, "static"),
        (FunctionFlags::CLASS, "class"),
        (FunctionFlags::GETTER, "getter"),
        (FunctionFlags::SETTER, "setter"),
        (FunctionFlags::ABSTRACT, "abstract"),
        (FunctionFlags::OVERLOAD, "overload"),
    ];
    names.iter().filter(|(flag, _)| flags.has(*flag)).map(|(_, name)| format!(" {name}")).collect()
}

fn call_flags(flags: CallFlags) -> String {
    let names = [
        (CallFlags::IMPLICIT, "implicit"),
        (CallFlags::DECORATOR, "decorator"),
        (CallFlags::ENTER, "enter"),
        (CallFlags::NEW, "new"),
        (CallFlags::RAISE, "raise"),
        (CallFlags::AWAITED, "awaited"),
    ];
    names.iter().filter(|(flag, _)| flags.has(*flag)).map(|(_, name)| format!(" {name}")).collect()
}
