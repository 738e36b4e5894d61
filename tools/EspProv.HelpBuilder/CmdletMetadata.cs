using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;

namespace EspProv.HelpBuilder;

/// <summary>A cmdlet's metadata, from its attributes.</summary>
internal sealed record CmdletMetadata(string Name, string? DefaultParameterSet, IReadOnlyList<ParameterMetadata> Parameters)
{
    /// <summary>The names of its parameter sets, the default one first.</summary>
    public IReadOnlyList<string> ParameterSets
    {
        get
        {
            string[] names =
            [
                .. Parameters.SelectMany(parameter => parameter.Sets.Keys).Where(set => set != ParameterMetadata.AllSets).Distinct(),
            ];
            return names.Length == 0 ? [ParameterMetadata.AllSets] : [.. names.OrderByDescending(name => name == DefaultParameterSet)];
        }
    }

    /// <summary>The cmdlets of a module assembly, by name.</summary>
    public static IReadOnlyList<CmdletMetadata> ReadAll(string assemblyPath)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            File.Exists(Path.Combine(directory, name.Name + ".dll"))
                ? context.LoadFromAssemblyPath(Path.Combine(directory, name.Name + ".dll"))
                : null;
        Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(assemblyPath));
        return
        [
            .. assembly.GetExportedTypes().Select(Read).OfType<CmdletMetadata>().OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
        ];
    }

    private static CmdletMetadata? Read(Type type)
    {
        if (Attributes(type, "CmdletAttribute").FirstOrDefault() is not { } attribute)
            return null;
        var parameters = new List<ParameterMetadata>();
        object cmdlet = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (ParameterMetadata.Read(property, cmdlet) is { } parameter)
                parameters.Add(parameter);
        }
        if (Named(attribute, "SupportsShouldProcess") is true)
            parameters.AddRange([ParameterMetadata.Switch("WhatIf", "wi"), ParameterMetadata.Switch("Confirm", "cf")]);
        return new CmdletMetadata(
            $"{attribute.ConstructorArguments[0].Value}-{attribute.ConstructorArguments[1].Value}",
            (string?)Named(attribute, "DefaultParameterSetName"),
            parameters);
    }

    internal static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.Name == name);

    internal static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value;
}

/// <summary>A parameter, with its properties in each parameter set.</summary>
internal sealed record ParameterMetadata(
    string Name, string TypeName, bool IsSwitch, bool IsArray, bool Globbing, string[] Aliases, string[] Values, string? DefaultValue,
    IReadOnlyDictionary<string, ParameterInSet> Sets)
{
    public const string AllSets = "__AllParameterSets";

    /// <summary>Reads a parameter of a cmdlet that was just made, so that its properties have their default values.</summary>
    public static ParameterMetadata? Read(PropertyInfo property, object cmdlet)
    {
        var sets = new Dictionary<string, ParameterInSet>();
        foreach (CustomAttributeData attribute in CmdletMetadata.Attributes(property, "ParameterAttribute"))
        {
            sets[(string?)CmdletMetadata.Named(attribute, "ParameterSetName") ?? AllSets] = new ParameterInSet(
                CmdletMetadata.Named(attribute, "Mandatory") is true,
                CmdletMetadata.Named(attribute, "Position") as int?,
                CmdletMetadata.Named(attribute, "ValueFromPipeline") is true,
                CmdletMetadata.Named(attribute, "ValueFromPipelineByPropertyName") is true);
        }
        if (sets.Count == 0)
            return null;
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Type element = type.IsArray ? type.GetElementType()! : type;
        return new ParameterMetadata(
            property.Name,
            TypeNameOf(type),
            type.Name == "SwitchParameter",
            type.IsArray,
            CmdletMetadata.Attributes(property, "SupportsWildcardsAttribute").Any(),
            [.. CmdletMetadata.Attributes(property, "AliasAttribute")
                .SelectMany(attribute => (IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
                .Select(argument => (string)argument.Value!)],
            element.IsEnum ? Enum.GetNames(element) : [],
            DefaultOf(property, cmdlet),
            sets);
    }

    public static ParameterMetadata Switch(string name, string alias) => new(
        name, "SwitchParameter", true, false, false, [alias], [], null, new Dictionary<string, ParameterInSet>
        {
            [AllSets] = new(false, null, false, false),
        });

    /// <summary>
    /// All of its sets in one, as the list of parameters has it: required where no set does without, and what any set takes from the
    /// pipeline.
    /// </summary>
    public ParameterInSet InAnySet => new(
        Sets.Values.All(set => set.Mandatory),
        Sets.Values.Min(set => set.Position),
        Sets.Values.Any(set => set.ValueFromPipeline),
        Sets.Values.Any(set => set.ByPropertyName));

    /// <summary>Its properties in a set; null if it is not in the set.</summary>
    public ParameterInSet? In(string set) => Sets.GetValueOrDefault(set) ?? Sets.GetValueOrDefault(AllSets);

    // Empty, 0 and a number that stands for "all" are no values.
    private static string? DefaultOf(PropertyInfo property, object cmdlet) => property.GetValue(cmdlet) switch
    {
        null or "" or 0 or int.MaxValue or Array { Length: 0 } => null,
        Array values => string.Join(", ", values.Cast<object>().Select(Text)),
        var value when property.PropertyType.Name == "SwitchParameter" => null,
        var value => Text(value),
    };

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string TypeNameOf(Type type) => type.IsArray ? TypeNameOf(type.GetElementType()!) + "[]" : type.Name;
}

/// <summary>A parameter in one parameter set.</summary>
internal sealed record ParameterInSet(bool Mandatory, int? Position, bool ValueFromPipeline, bool ByPropertyName)
{
    public string PipelineInput => (ValueFromPipeline, ByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    public string PositionText => Position is int position ? position.ToString(CultureInfo.InvariantCulture) : "named";
}
