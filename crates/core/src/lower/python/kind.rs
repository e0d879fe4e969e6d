//! The kinds of Python's grammar that lowering looks at, and what the walk does at each.

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
        Module = "module": Inner,
        Block = "block": Inner,
        // Statements.
        FutureImport = "future_import_statement": Leaf,
        Import = "import_statement": Inner,
        ImportFrom = "import_from_statement": Inner,
        Wildcard = "wildcard_import": Leaf,
        AliasedImport = "aliased_import": Inner,
        DottedName = "dotted_name": Leaf,
        RelativeImport = "relative_import": Leaf,
        Print = "print_statement": Inner,
        Chevron = "chevron": Inner,
        Assert = "assert_statement": Inner,
        ExpressionStatement = "expression_statement": Inner,
        Return = "return_statement": Inner,
        Delete = "delete_statement": Inner,
        Raise = "raise_statement": Inner,
        Pass = "pass_statement": Leaf,
        Break = "break_statement": Leaf,
        Continue = "continue_statement": Leaf,
        Global = "global_statement": Marked,
        Nonlocal = "nonlocal_statement": Marked,
        Exec = "exec_statement": Inner,
        TypeAlias = "type_alias_statement": Inner,
        If = "if_statement": Inner,
        Elif = "elif_clause": Inner,
        Else = "else_clause": Inner,
        Match = "match_statement": Inner,
        Case = "case_clause": Inner,
        For = "for_statement": Inner,
        While = "while_statement": Inner,
        Try = "try_statement": Inner,
        Except = "except_clause": Inner,
        Finally = "finally_clause": Inner,
        With = "with_statement": Inner,
        WithClause = "with_clause": Inner,
        WithItem = "with_item": Inner,
        Function = "function_definition": Inner,
        Class = "class_definition": Inner,
        Decorated = "decorated_definition": Inner,
        Decorator = "decorator": Inner,
        // Parameters and types.
        Parameters = "parameters": Inner,
        LambdaParameters = "lambda_parameters": Inner,
        TypedParameter = "typed_parameter": Inner,
        DefaultParameter = "default_parameter": Inner,
        TypedDefaultParameter = "typed_default_parameter": Inner,
        KeywordSeparator = "keyword_separator": Leaf,
        PositionalSeparator = "positional_separator": Leaf,
        TypeParameter = "type_parameter": Inner,
        Type = "type": Inner,
        SplatType = "splat_type": Inner,
        GenericType = "generic_type": Inner,
        UnionType = "union_type": Inner,
        ConstrainedType = "constrained_type": Inner,
        MemberType = "member_type": Inner,
        // Targets and patterns.
        TuplePattern = "tuple_pattern": Inner,
        ListPattern = "list_pattern": Inner,
        PatternList = "pattern_list": Inner,
        ListSplatPattern = "list_splat_pattern": Inner,
        DictionarySplatPattern = "dictionary_splat_pattern": Inner,
        AsPattern = "as_pattern": Inner,
        AsPatternTarget = "as_pattern_target": Inner,
        CasePattern = "case_pattern": Inner,
        KeywordPattern = "keyword_pattern": Inner,
        ClassPattern = "class_pattern": Inner,
        SplatPattern = "splat_pattern": Inner,
        UnionPattern = "union_pattern": Inner,
        DictPattern = "dict_pattern": Inner,
        ComplexPattern = "complex_pattern": Leaf,
        // Expressions.
        Identifier = "identifier": Leaf,
        String = "string": String,
        ConcatenatedString = "concatenated_string": Inner,
        StringContent = "string_content": Leaf,
        Interpolation = "interpolation": Inner,
        FormatExpression = "format_expression": Inner,
        FormatSpecifier = "format_specifier": Inner,
        Integer = "integer": Leaf,
        Float = "float": Leaf,
        True = "true": Leaf,
        False = "false": Leaf,
        None = "none": Leaf,
        Ellipsis = "ellipsis": Leaf,
        Await = "await": Inner,
        BinaryOperator = "binary_operator": Inner,
        UnaryOperator = "unary_operator": Inner,
        NotOperator = "not_operator": Inner,
        BooleanOperator = "boolean_operator": Inner,
        Comparison = "comparison_operator": Inner,
        Lambda = "lambda": Inner,
        Conditional = "conditional_expression": Inner,
        NamedExpression = "named_expression": Inner,
        Attribute = "attribute": Inner,
        Subscript = "subscript": Inner,
        Slice = "slice": Inner,
        Call = "call": Inner,
        Arguments = "argument_list": Inner,
        KeywordArgument = "keyword_argument": Inner,
        ListSplat = "list_splat": Inner,
        DictionarySplat = "dictionary_splat": Inner,
        List = "list": Inner,
        Set = "set": Inner,
        Tuple = "tuple": Inner,
        Dictionary = "dictionary": Inner,
        Pair = "pair": Inner,
        ListComprehension = "list_comprehension": Inner,
        SetComprehension = "set_comprehension": Inner,
        DictionaryComprehension = "dictionary_comprehension": Inner,
        GeneratorExpression = "generator_expression": Inner,
        ForInClause = "for_in_clause": Inner,
        IfClause = "if_clause": Inner,
        Parenthesized = "parenthesized_expression": Inner,
        ExpressionList = "expression_list": Inner,
        Assignment = "assignment": Inner,
        AugmentedAssignment = "augmented_assignment": Inner,
        Yield = "yield": Inner,
    }
    tokens {
        Async = "async",
        From = "from",
        As = "as",
        In = "in",
        NotIn = "not in",
        Is = "is",
        IsNot = "is not",
        Less = "<",
        LessEqual = "<=",
        Equal = "==",
        NotEqual = "!=",
        OldNotEqual = "<>",
        GreaterEqual = ">=",
        Greater = ">",
        And = "and",
        Or = "or",
        Plus = "+",
        Minus = "-",
        Times = "*",
        MatrixTimes = "@",
        Divide = "/",
        FloorDivide = "//",
        Modulo = "%",
        Power = "**",
        BitOr = "|",
        BitAnd = "&",
        BitXor = "^",
        ShiftLeft = "<<",
        ShiftRight = ">>",
        Invert = "~",
        PlusAssign = "+=",
        MinusAssign = "-=",
        TimesAssign = "*=",
        MatrixTimesAssign = "@=",
        DivideAssign = "/=",
        FloorDivideAssign = "//=",
        ModuloAssign = "%=",
        PowerAssign = "**=",
        BitOrAssign = "|=",
        BitAndAssign = "&=",
        BitXorAssign = "^=",
        ShiftLeftAssign = "<<=",
        ShiftRightAssign = ">>=",
        Underscore = "_",
    }
}

/// The kinds by the ids of the grammar.
pub(super) fn table() -> &'static Table<Kind> {
    static TABLE: OnceLock<Table<Kind>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let grammar = blastline_grammars::by_name("python").expect("Python is a row of the table");
        Table::new(&(grammar.language)(), ROWS, Kind::Error)
    })
}
