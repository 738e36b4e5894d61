using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace EspProv.Shell.Essentials.Support;

/// <summary>The cmdlets that this shell brings along because the engine's package does not.</summary>
internal static class EssentialCommands
{
    /// <summary>Every public cmdlet of this assembly.</summary>
    public static IReadOnlyList<SessionStateCmdletEntry> All { get; } =
    [
        .. from type in typeof(EssentialCommands).Assembly.GetExportedTypes()
           let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
           where cmdlet is not null
           select new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, helpFileName: null),
    ];
}
