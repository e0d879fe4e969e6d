//! The kinds of the grammars of JavaScript and TypeScript that lowering looks at, and what the walk does at each.
//!
//! One list serves three grammars: what a grammar does not have is never met.

use crate::lower::syntax::{Shape, Table};
use blastline_grammars::Grammar;
use std::sync::OnceLock;

/// Declares [`Kind`] and the rows of its table: `Name = "name in the grammar": shape`, named kinds first. Several
/// names of the grammar may be one kind.
macro_rules! kinds {
    (named { $($name:ident = $($text:literal)|+: $shape:ident),* $(,)? }
     tokens { $($token:ident = $token_text:literal),* $(,)? }) => {
        /// What a row is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(super) enum Kind { Error, $($name,)* $($token),* }

        const ROWS: &[(&str, bool, Kind, Shape)] = &[
            $($(($text, true, Kind::$name, Shape::$shape),)+)*
            $(($token_text, false, Kind::$token, Shape::Leaf),)*
        ];
    };
}

kinds! {
    named {
        Program = "program": Inner,
        Block = "statement_block": Inner,
        // Statements.
        ExpressionStatement = "expression_statement": Inner,
        Lexical = "lexical_declaration" | "using_declaration": Inner,
        Variable = "variable_declaration": Inner,
        Declarator = "variable_declarator": Inner,
        FunctionDeclaration = "function_declaration" | "generator_function_declaration": Inner,
        FunctionSignature = "function_signature": Inner,
        ClassDeclaration = "class_declaration" | "abstract_class_declaration": Inner,
        If = "if_statement": Inner,
        Else = "else_clause": Inner,
        For = "for_statement": Inner,
        ForIn = "for_in_statement": Inner,
        While = "while_statement": Inner,
        Do = "do_statement": Inner,
        Switch = "switch_statement": Inner,
        SwitchBody = "switch_body": Inner,
        Case = "switch_case": Inner,
        DefaultCase = "switch_default": Inner,
        Try = "try_statement": Inner,
        Catch = "catch_clause": Inner,
        Finally = "finally_clause": Inner,
        Return = "return_statement": Inner,
        Throw = "throw_statement": Inner,
        Break = "break_statement": Inner,
        Continue = "continue_statement": Inner,
        Labeled = "labeled_statement": Inner,
        Label = "statement_identifier": Leaf,
        With = "with_statement": Inner,
        // Modules.
        Import = "import_statement": Inner,
        ImportClause = "import_clause": Inner,
        NamedImports = "named_imports": Inner,
        ImportSpecifier = "import_specifier": Inner,
        NamespaceImport = "namespace_import": Inner,
        ImportRequire = "import_require_clause": Inner,
        ImportAlias = "import_alias": Inner,
        ImportKeyword = "import": Leaf,
        Export = "export_statement": Inner,
        ExportClause = "export_clause": Inner,
        ExportSpecifier = "export_specifier": Inner,
        NamespaceExport = "namespace_export": Inner,
        // Functions and classes.
        FunctionExpression = "function_expression" | "generator_function": Inner,
        Arrow = "arrow_function": Inner,
        Parameters = "formal_parameters": Inner,
        Parameter = "required_parameter" | "optional_parameter": Inner,
        Modifier = "accessibility_modifier" | "override_modifier": Leaf,
        Class = "class": Inner,
        ClassBody = "class_body": Inner,
        Heritage = "class_heritage": Inner,
        Extends = "extends_clause": Inner,
        Implements = "implements_clause": Inner,
        Method = "method_definition": Inner,
        MethodSignature = "method_signature" | "abstract_method_signature": Inner,
        FieldDefinition = "field_definition" | "public_field_definition": Inner,
        StaticBlock = "class_static_block": Inner,
        Decorator = "decorator": Inner,
        // TypeScript.
        Ambient = "ambient_declaration": Leaf,
        Enum = "enum_declaration": Inner,
        EnumBody = "enum_body": Inner,
        EnumAssignment = "enum_assignment": Inner,
        Namespace = "internal_module" | "module": Inner,
        NestedIdentifier = "nested_identifier": Leaf,
        Interface = "interface_declaration": Inner,
        InterfaceBody = "interface_body" | "object_type": Inner,
        ExtendsType = "extends_type_clause": Inner,
        PropertySignature = "property_signature": Inner,
        TypeAlias = "type_alias_declaration": Inner,
        TypeParameters = "type_parameters": Leaf,
        TypeArguments = "type_arguments": Inner,
        Annotation = "type_annotation": Inner,
        TypeName = "type_identifier": Leaf,
        NestedType = "nested_type_identifier": Leaf,
        GenericType = "generic_type": Inner,
        UnionType = "union_type": Inner,
        IntersectionType = "intersection_type": Inner,
        ArrayType = "array_type": Inner,
        WrappedType = "parenthesized_type" | "readonly_type": Inner,
        FunctionType = "function_type": Leaf,
        PredefinedType = "predefined_type" | "literal_type": Leaf,
        As = "as_expression" | "satisfies_expression": Inner,
        NonNull = "non_null_expression": Inner,
        Instantiation = "instantiation_expression": Inner,
        // Patterns.
        ArrayPattern = "array_pattern": Inner,
        ObjectPattern = "object_pattern": Inner,
        AssignmentPattern = "assignment_pattern" | "object_assignment_pattern": Inner,
        PairPattern = "pair_pattern": Inner,
        RestPattern = "rest_pattern": Inner,
        ShorthandPattern = "shorthand_property_identifier_pattern": Leaf,
        // Expressions.
        Identifier = "identifier": Leaf,
        Undefined = "undefined": Leaf,
        This = "this": Leaf,
        Super = "super": Leaf,
        String = "string": Leaf,
        Template = "template_string": Inner,
        Substitution = "template_substitution": Inner,
        Number = "number": Leaf,
        Regex = "regex": Leaf,
        True = "true": Leaf,
        False = "false": Leaf,
        Null = "null": Leaf,
        Assignment = "assignment_expression": Inner,
        Augmented = "augmented_assignment_expression": Inner,
        Update = "update_expression": Inner,
        Await = "await_expression": Inner,
        Yield = "yield_expression": Inner,
        Binary = "binary_expression": Inner,
        Unary = "unary_expression": Inner,
        Ternary = "ternary_expression": Inner,
        Sequence = "sequence_expression": Inner,
        Call = "call_expression": Inner,
        New = "new_expression": Inner,
        Arguments = "arguments": Inner,
        Spread = "spread_element": Inner,
        Member = "member_expression": Inner,
        Subscript = "subscript_expression": Inner,
        Property = "property_identifier": Leaf,
        PrivateName = "private_property_identifier": Leaf,
        Computed = "computed_property_name": Inner,
        Shorthand = "shorthand_property_identifier": Leaf,
        Object = "object": Inner,
        Pair = "pair": Inner,
        Array = "array": Inner,
        Parenthesized = "parenthesized_expression": Inner,
        Meta = "meta_property": Leaf,
        // JSX.
        Element = "jsx_element": Inner,
        Opening = "jsx_opening_element": Inner,
        SelfClosing = "jsx_self_closing_element": Inner,
        Attribute = "jsx_attribute": Inner,
        NamespaceName = "jsx_namespace_name": Leaf,
        JsxExpression = "jsx_expression": Inner,
    }
    tokens {
        Static = "static",
        Async = "async",
        Get = "get",
        Set = "set",
        Var = "var",
        Let = "let",
        Const = "const",
        Default = "default",
    }
}

/// The kinds by the ids of a grammar.
pub(super) fn table(grammar: &Grammar) -> &'static Table<Kind> {
    static TABLES: [OnceLock<Table<Kind>>; 3] = [const { OnceLock::new() }; 3];
    let index = match grammar.name {
        "typescript" => 1,
        "tsx" => 2,
        _ => 0,
    };
    TABLES[index].get_or_init(|| Table::new(&(grammar.language)(), ROWS, Kind::Error))
}
