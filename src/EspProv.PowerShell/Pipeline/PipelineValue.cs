using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Values of parameters and properties.</summary>
internal static class PipelineValue
{
    /// <summary>The object without a PSObject around it.</summary>
    internal static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
