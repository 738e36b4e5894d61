using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Values as parameters and properties get them.</summary>
internal static class PipelineValue
{
    /// <summary>The object itself, without the wrapping that PowerShell may have put around it.</summary>
    internal static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
