namespace EspProv.Commands.Errors;

/// <summary>A target of errors that connects again by itself, as a session does with its next request.</summary>
internal interface IReconnectingTarget
{
    /// <summary>False once it can no longer connect again.</summary>
    bool IsOpen { get; }
}
