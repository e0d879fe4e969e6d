//! The kinds of Rust's grammar that lowering looks at, and what the walk does at each.

use crate::lower::syntax::{Shape, Table};
use std::sync::OnceLock;

/// Declares [`Kind`] and the rows of its table: `Name = "name in the grammar": shape`, named kinds first.
macro_rules! kinds {
    (named { $($name:ident = $text:literal: $shape:ident),* $(,)? }
     tokens { $($token:ident = $token_text:literal),* $(,)? }) => {
        /// What a row is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(super) enum Kind { Error, $($name,)* $($token),* }

        const ROWS: &[(&str, bool, Kind, Shape)] = &[
            $(($text, true, Kind::$name, Shape::$shape),)*
            $(($token_text, false, Kind::$token, Shape::Leaf),)*
        ];
    };
}

kinds! {
    named {
        SourceFile = "source_file": Inner,
        // Items.
        Mod = "mod_item": Inner,
        ForeignMod = "foreign_mod_item": Inner,
        Struct = "struct_item": Inner,
        Union = "union_item": Inner,
        Enum = "enum_item": Inner,
        Variants = "enum_variant_list": Inner,
        Variant = "enum_variant": Inner,
        FieldDeclarations = "field_declaration_list": Inner,
        FieldDeclaration = "field_declaration": Inner,
        OrderedFields = "ordered_field_declaration_list": Inner,
        ExternCrate = "extern_crate_declaration": Inner,
        Const = "const_item": Inner,
        Static = "static_item": Inner,
        TypeItem = "type_item": Inner,
        Function = "function_item": Inner,
        Signature = "function_signature_item": Inner,
        Modifiers = "function_modifiers": Leaf,
        Impl = "impl_item": Inner,
        Trait = "trait_item": Inner,
        AssociatedType = "associated_type": Inner,
        Declarations = "declaration_list": Inner,
        Use = "use_declaration": Inner,
        ScopedUseList = "scoped_use_list": Inner,
        UseList = "use_list": Inner,
        UseAs = "use_as_clause": Inner,
        UseWildcard = "use_wildcard": Inner,
        Visibility = "visibility_modifier": Leaf,
        Attribute = "attribute_item": Inner,
        InnerAttribute = "inner_attribute_item": Inner,
        AttributeBody = "attribute": Leaf,
        MacroDefinition = "macro_definition": Inner,
        MacroRule = "macro_rule": Leaf,
        // Parameters and types.
        TypeParameters = "type_parameters": Inner,
        TypeParameter = "type_parameter": Inner,
        ConstParameter = "const_parameter": Inner,
        TraitBounds = "trait_bounds": Inner,
        Where = "where_clause": Inner,
        WherePredicate = "where_predicate": Inner,
        Parameters = "parameters": Inner,
        Parameter = "parameter": Inner,
        SelfParameter = "self_parameter": Leaf,
        ClosureParameters = "closure_parameters": Inner,
        TypeArguments = "type_arguments": Inner,
        TypeBinding = "type_binding": Inner,
        TypeIdentifier = "type_identifier": Leaf,
        PrimitiveType = "primitive_type": Leaf,
        ScopedType = "scoped_type_identifier": Inner,
        GenericType = "generic_type": Inner,
        TurbofishType = "generic_type_with_turbofish": Inner,
        ReferenceType = "reference_type": Inner,
        PointerType = "pointer_type": Inner,
        TupleType = "tuple_type": Inner,
        UnitType = "unit_type": Leaf,
        ArrayType = "array_type": Inner,
        FunctionType = "function_type": Inner,
        DynamicType = "dynamic_type": Inner,
        AbstractType = "abstract_type": Inner,
        BoundedType = "bounded_type": Inner,
        BracketedType = "bracketed_type": Inner,
        QualifiedType = "qualified_type": Inner,
        NeverType = "never_type": Leaf,
        HigherRanked = "higher_ranked_trait_bound": Inner,
        RemovedBound = "removed_trait_bound": Leaf,
        // Expressions.
        Block = "block": Inner,
        ExpressionStatement = "expression_statement": Inner,
        Let = "let_declaration": Inner,
        Identifier = "identifier": Leaf,
        ScopedIdentifier = "scoped_identifier": Inner,
        FieldIdentifier = "field_identifier": Leaf,
        ShorthandField = "shorthand_field_identifier": Leaf,
        SelfValue = "self": Leaf,
        Super = "super": Leaf,
        Crate = "crate": Leaf,
        Metavariable = "metavariable": Leaf,
        Integer = "integer_literal": Leaf,
        Float = "float_literal": Leaf,
        Boolean = "boolean_literal": Leaf,
        Char = "char_literal": Leaf,
        String = "string_literal": Leaf,
        RawString = "raw_string_literal": Leaf,
        NegativeLiteral = "negative_literal": Leaf,
        Unit = "unit_expression": Leaf,
        Tuple = "tuple_expression": Inner,
        Array = "array_expression": Inner,
        Parenthesized = "parenthesized_expression": Inner,
        StructExpression = "struct_expression": Inner,
        Initializers = "field_initializer_list": Inner,
        Initializer = "field_initializer": Inner,
        ShorthandInitializer = "shorthand_field_initializer": Inner,
        BaseInitializer = "base_field_initializer": Inner,
        Call = "call_expression": Inner,
        Arguments = "arguments": Inner,
        GenericFunction = "generic_function": Inner,
        Field = "field_expression": Inner,
        Index = "index_expression": Inner,
        Range = "range_expression": Inner,
        Unary = "unary_expression": Inner,
        Binary = "binary_expression": Inner,
        Assignment = "assignment_expression": Inner,
        CompoundAssignment = "compound_assignment_expr": Inner,
        Cast = "type_cast_expression": Inner,
        Reference = "reference_expression": Inner,
        Try = "try_expression": Inner,
        Await = "await_expression": Inner,
        Return = "return_expression": Inner,
        Break = "break_expression": Inner,
        Continue = "continue_expression": Leaf,
        Yield = "yield_expression": Inner,
        If = "if_expression": Inner,
        Else = "else_clause": Inner,
        LetCondition = "let_condition": Inner,
        LetChain = "let_chain": Inner,
        Match = "match_expression": Inner,
        MatchBlock = "match_block": Inner,
        MatchArm = "match_arm": Inner,
        MatchPattern = "match_pattern": Inner,
        For = "for_expression": Inner,
        While = "while_expression": Inner,
        Loop = "loop_expression": Inner,
        Label = "label": Leaf,
        Closure = "closure_expression": Inner,
        Async = "async_block": Inner,
        Unsafe = "unsafe_block": Inner,
        TryBlock = "try_block": Inner,
        ConstBlock = "const_block": Inner,
        MacroInvocation = "macro_invocation": Marked,
        TokenTree = "token_tree": Leaf,
        // Patterns.
        TuplePattern = "tuple_pattern": Inner,
        TupleStructPattern = "tuple_struct_pattern": Inner,
        StructPattern = "struct_pattern": Inner,
        FieldPattern = "field_pattern": Inner,
        RestPattern = "remaining_field_pattern": Leaf,
        SlicePattern = "slice_pattern": Inner,
        OrPattern = "or_pattern": Inner,
        RefPattern = "ref_pattern": Inner,
        ReferencePattern = "reference_pattern": Inner,
        MutPattern = "mut_pattern": Inner,
        CapturedPattern = "captured_pattern": Inner,
        RangePattern = "range_pattern": Leaf,
        GenericPattern = "generic_pattern": Inner,
    }
    tokens {
        Plus = "+",
        Minus = "-",
        Times = "*",
        Divide = "/",
        Modulo = "%",
        And = "&&",
        Or = "||",
        BitAnd = "&",
        BitOr = "|",
        BitXor = "^",
        ShiftLeft = "<<",
        ShiftRight = ">>",
        Equal = "==",
        NotEqual = "!=",
        Less = "<",
        LessEqual = "<=",
        Greater = ">",
        GreaterEqual = ">=",
        PlusAssign = "+=",
        MinusAssign = "-=",
        TimesAssign = "*=",
        DivideAssign = "/=",
        ModuloAssign = "%=",
        BitAndAssign = "&=",
        BitOrAssign = "|=",
        BitXorAssign = "^=",
        ShiftLeftAssign = "<<=",
        ShiftRightAssign = ">>=",
        Not = "!",
        ForToken = "for",
        Underscore = "_",
    }
}

impl Kind {
    /// Whether it is a token, which is no part of its parent but says how the parts hang together.
    pub(super) fn is_token(self) -> bool {
        self as u8 >= Self::Plus as u8
    }

    /// Whether it can only be a type.
    pub(super) fn is_type(self) -> bool {
        matches!(
            self,
            Self::TypeIdentifier
                | Self::PrimitiveType
                | Self::ScopedType
                | Self::GenericType
                | Self::ReferenceType
                | Self::PointerType
                | Self::TupleType
                | Self::UnitType
                | Self::ArrayType
                | Self::FunctionType
                | Self::DynamicType
                | Self::AbstractType
                | Self::BoundedType
                | Self::BracketedType
                | Self::NeverType
        )
    }
}

/// The kinds by the ids of the grammar.
pub(super) fn table() -> &'static Table<Kind> {
    static TABLE: OnceLock<Table<Kind>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let grammar = blastline_grammars::by_name("rust").expect("Rust is a row of the table");
        Table::new(&(grammar.language)(), ROWS, Kind::Error)
    })
}
