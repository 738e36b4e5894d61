using System.Management.Automation;
using EspProv.Shell.Engine;
using Microsoft.PowerShell.Commands.Internal.Format;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Format-Table: the engine's own table formatter under its name.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
[OutputType(typeof(object))]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => EngineInternals.UseFormatter(this, "Table");
}

/// <summary>Format-List: the engine's own list formatter under its name.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
[OutputType(typeof(object))]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => EngineInternals.UseFormatter(this, "List");
}
