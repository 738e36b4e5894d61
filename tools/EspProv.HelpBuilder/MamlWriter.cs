using System.Xml.Linq;

namespace EspProv.HelpBuilder;

/// <summary>Writes MAML, the XML that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace RootNamespace = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace CommandNamespace = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(string path, IReadOnlyList<CmdletMetadata> cmdlets, HelpFolder sources, ProjectAddress project) =>
        new XDocument(
            new XElement(
                RootNamespace + "helpItems",
                new XAttribute("schema", "maml"),
                new XAttribute(XNamespace.Xmlns + "maml", Maml),
                new XAttribute(XNamespace.Xmlns + "command", CommandNamespace),
                new XAttribute(XNamespace.Xmlns + "dev", Dev),
                cmdlets.Select(cmdlet => Command(cmdlet, sources.Pages[cmdlet.Name], sources, project)))).Save(path);

    private static XElement Command(CmdletMetadata cmdlet, HelpPage page, HelpFolder sources, ProjectAddress project) => new(
        CommandNamespace + "command",
        new XElement(
            CommandNamespace + "details",
            new XElement(CommandNamespace + "name", cmdlet.Name),
            Description([page.Synopsis]),
            new XElement(CommandNamespace + "verb", cmdlet.Name.Split('-')[0]),
            new XElement(CommandNamespace + "noun", cmdlet.Name.Split('-')[1])),
        Description(page.Description),
        new XElement(CommandNamespace + "syntax", cmdlet.ParameterSets.Select(set => SyntaxItem(cmdlet, set, sources))),
        new XElement(CommandNamespace + "parameters", cmdlet.Parameters.Select(parameter =>
            Parameter(cmdlet, parameter, parameter.InAnySet, sources))),
        new XElement(CommandNamespace + "inputTypes", page.Inputs.Select(entry => Type("inputType", entry))),
        new XElement(CommandNamespace + "returnValues", page.Outputs.Select(entry => Type("returnValue", entry))),
        new XElement(CommandNamespace + "examples", page.Examples.Select((example, i) => new XElement(
            CommandNamespace + "example",
            new XElement(Maml + "title", $"Example {i + 1}: {example.Title}"),
            new XElement(Dev + "code", example.Code),

            // Get-Help writes the next example right below the last paragraph.
            new XElement(Dev + "remarks", Paragraphs(example.Paragraphs.Append("")))))),
        new XElement(
            CommandNamespace + "relatedLinks",

            // Get-Help -Online and Get-Command's HelpUri take the first address.
            Link("Online version:", project.HelpPage(cmdlet.Name)),
            page.Related.Select(link => Link(link, ""))));

    private static XElement SyntaxItem(CmdletMetadata cmdlet, string set, HelpFolder sources) => new(
        CommandNamespace + "syntaxItem",
        new XElement(Maml + "name", cmdlet.Name),
        cmdlet.Parameters
            .Select(parameter => (parameter, inSet: parameter.In(set)))
            .Where(entry => entry.inSet is not null)
            .OrderBy(entry => entry.inSet!.Position ?? int.MaxValue)
            .ThenByDescending(entry => entry.inSet!.Mandatory)
            .Select(entry => Parameter(cmdlet, entry.parameter, entry.inSet!, sources)));

    private static XElement Parameter(CmdletMetadata cmdlet, ParameterMetadata parameter, ParameterInSet inSet, HelpFolder sources)
    {
        HelpEntry help = sources.Parameter(cmdlet.Name, parameter.Name)!;
        return new XElement(
            CommandNamespace + "parameter",
            new XAttribute("required", inSet.Mandatory ? "true" : "false"),
            new XAttribute("variableLength", parameter.IsArray ? "true" : "false"),
            new XAttribute("globbing", parameter.Globbing ? "true" : "false"),
            new XAttribute("pipelineInput", inSet.PipelineInput),
            new XAttribute("position", inSet.PositionText),
            new XAttribute("aliases", parameter.Aliases.Length == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description(parameter.Values.Length == 0
                ? help.Description
                : help.Description.Append("Values: " + string.Join(", ", parameter.Values) + ".")),
            parameter.IsSwitch
                ? null
                : new XElement(
                    CommandNamespace + "parameterValue",
                    new XAttribute("required", "true"),
                    new XAttribute("variableLength", parameter.IsArray ? "true" : "false"),
                    parameter.TypeName),
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.TypeName), new XElement(Maml + "uri")),
            new XElement(
                Dev + "defaultValue",
                help.DefaultValue ?? (inSet.Mandatory ? null : parameter.DefaultValue) ?? (parameter.IsSwitch ? "False" : "None")));
    }

    private static XElement Type(string element, HelpEntry entry) => new(
        CommandNamespace + element,
        new XElement(Dev + "type", new XElement(Maml + "name", entry.Title)),
        Description(entry.Paragraphs));

    private static XElement Link(string text, string address) => new(
        Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", address));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(Maml + "para", paragraph));
}
