namespace EspProv.Commands.Errors;

/// <summary>A failure that only the cmdlets know, on its way to the cmdlet that writes it as an error.</summary>
internal sealed class ModuleException(ModuleError error, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Which one it is.</summary>
    internal ModuleError Error { get; } = error;
}
