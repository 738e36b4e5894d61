namespace EspProv.Commands.Errors;

/// <summary>An error that a helper raises, and the cmdlet writes as an error record.</summary>
internal sealed class ModuleException(ModuleError error, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The error id.</summary>
    internal ModuleError Error { get; } = error;
}
