using System.Xml.Linq;

namespace EspProv.HelpBuilder;

/// <summary>Writes MAML, the XML that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace s_root = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(string path, IReadOnlyList<CmdletMetadata> cmdlets, HelpFolder sources) =>
        new XDocument(
            new XElement(
                s_root + "helpItems",
                new XAttribute("schema", "maml"),
                new XAttribute(XNamespace.Xmlns + "maml", s_maml),
                new XAttribute(XNamespace.Xmlns + "command", s_command),
                new XAttribute(XNamespace.Xmlns + "dev", s_dev),
                cmdlets.Select(cmdlet => Command(cmdlet, sources.Pages[cmdlet.Name], sources)))).Save(path);

    private static XElement Command(CmdletMetadata cmdlet, HelpPage page, HelpFolder sources) => new(
        s_command + "command",
        new XElement(
            s_command + "details",
            new XElement(s_command + "name", cmdlet.Name),
            Description([page.Synopsis]),
            new XElement(s_command + "verb", cmdlet.Name.Split('-')[0]),
            new XElement(s_command + "noun", cmdlet.Name.Split('-')[1])),
        Description(page.Description),
        new XElement(s_command + "syntax", cmdlet.ParameterSets.Select(set => SyntaxItem(cmdlet, set, sources))),
        new XElement(s_command + "parameters", cmdlet.Parameters.Select(parameter => Parameter(
            cmdlet, parameter, cmdlet.ParameterSets.Select(parameter.In).OfType<ParameterInSet>().First(), sources))),
        new XElement(s_command + "inputTypes", page.Inputs.Select(entry => Type("inputType", entry))),
        new XElement(s_command + "returnValues", page.Outputs.Select(entry => Type("returnValue", entry))),
        new XElement(s_command + "examples", page.Examples.Select((example, i) => new XElement(
            s_command + "example",
            new XElement(s_maml + "title", $"Example {i + 1}: {example.Title}"),
            new XElement(s_dev + "code", example.Code),
            new XElement(s_dev + "remarks", Paragraphs(example.Paragraphs))))),
        new XElement(s_command + "relatedLinks", page.Related.Select(link => new XElement(
            s_maml + "navigationLink", new XElement(s_maml + "linkText", link), new XElement(s_maml + "uri")))));

    private static XElement SyntaxItem(CmdletMetadata cmdlet, string set, HelpFolder sources) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", cmdlet.Name),
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
            s_command + "parameter",
            new XAttribute("required", inSet.Mandatory ? "true" : "false"),
            new XAttribute("variableLength", parameter.IsArray ? "true" : "false"),
            new XAttribute("globbing", parameter.Globbing ? "true" : "false"),
            new XAttribute("pipelineInput", inSet.PipelineInput),
            new XAttribute("position", inSet.PositionText),
            new XAttribute("aliases", parameter.Aliases.Length == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(s_maml + "name", parameter.Name),
            Description(parameter.Values.Length == 0
                ? help.Description
                : help.Description.Append("Values: " + string.Join(", ", parameter.Values) + ".")),
            parameter.IsSwitch
                ? null
                : new XElement(
                    s_command + "parameterValue",
                    new XAttribute("required", "true"),
                    new XAttribute("variableLength", parameter.IsArray ? "true" : "false"),
                    parameter.TypeName),
            new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.TypeName), new XElement(s_maml + "uri")),
            new XElement(s_dev + "defaultValue", help.DefaultValue ?? (parameter.IsSwitch ? "False" : "None")));
    }

    private static XElement Type(string element, HelpEntry entry) => new(
        s_command + element,
        new XElement(s_dev + "type", new XElement(s_maml + "name", entry.Title)),
        Description(entry.Paragraphs));

    private static XElement Description(IEnumerable<string> paragraphs) => new(s_maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(s_maml + "para", paragraph));
}
