using System.Management.Automation;
using EspProv.Board.Loader;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Transports;

namespace EspProv.Commands.Errors;

/// <summary>
/// Makes all error records: a stable id, the device as the target, and the category and advice of <see cref="ErrorCatalogue"/>.
/// Control characters in messages and targets are escaped.
/// </summary>
internal static class ErrorFactory
{
    private static readonly string[] OfSilentBoards =
    [
        nameof(ProvisioningErrorReason.DeviceUnreachable),
        nameof(ProvisioningErrorReason.ConnectTimeout),
        nameof(ProvisioningErrorReason.ExchangeTimeout),
        nameof(ProvisioningErrorReason.NotAProvisioningDevice),
    ];

    // After these a session has a new handshake with its next request, unless that failed already and closed it. After a malformed reply
    // too, whose own advice is to try again.
    private static readonly string[] OfLostOutcomes =
    [
        .. Enum.GetValues<ProvisioningErrorReason>()
            .Where(reason => LostOutcome.IsUnknownAfter(reason) && reason is not ProvisioningErrorReason.MalformedResponse)
            .Select(reason => reason.ToString()),
    ];

    /// <summary>The record for an error of the protocol library; its id is the reason's name.</summary>
    internal static ErrorRecord From(ProvisioningException exception, object? target)
    {
        return Create(exception, exception.Reason.ToString(), WithTargetName(target, exception.Message), target);
    }

    /// <summary>The record for an error that only cmdlets raise; its id is the error's name.</summary>
    internal static ErrorRecord From(ModuleError error, string message, object? target, Exception? cause = null) =>
        From(error.ToString(), message, target, cause);

    /// <summary>The record for an error id.</summary>
    internal static ErrorRecord From(string id, string message, object? target, Exception? cause = null)
    {
        // .NET appends the C# parameter name, which means nothing to a user.
        if (cause is ArgumentException { ParamName: { } parameter })
            message = message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal);
        message = UntrustedText.Show(message);
        var exception = new PSInvalidOperationException(message, UntrustedText.Show(cause));
        return Create(exception, id, message, target);
    }

    /// <summary>The record for an unexpected exception. Its message is left out: it may quote a device or contain a secret.</summary>
    internal static ErrorRecord Unexpected(object? target) => From(
        FleetErrorIds.UnexpectedError,
        WithTargetName(target, "An unexpected error. Run the command again with -Verbose, and report what that shows."),
        target);

    /// <summary>The record for a journal that cannot be used; its id is the problem's name.</summary>
    internal static ErrorRecord From(FleetJournalException exception, string path) =>
        From(exception.Problem.ToString(), exception.Message, path, exception);

    /// <summary>The record for an error of a board's loader; its id is the problem's name.</summary>
    internal static ErrorRecord From(BoardException exception, string port) =>
        From(exception.Problem.ToString(), exception.Message, port, exception);

    // With many devices in one pipeline a message has to say which one it is about.
    private static string WithTargetName(object? target, string message) =>
        UntrustedText.Show(target?.ToString()) is { Length: > 0 } name && !message.Contains(name, StringComparison.Ordinal)
            ? $"{name}: {message}"
            : message;

    // A board that is provisioned already has no console to answer on, and its cable is the way to change that.
    private static string ActionFor(string id, string action, object? target) => target switch
    {
        ProvisioningDevice { Transport: ProvisioningTransport.Serial } device when OfSilentBoards.Contains(id) =>
            $"{action} 'Watch-EspBoardLog {device.Address} -Reset' shows what the board prints; if it is provisioned already, "
                + $"'Clear-EspBoardNvs {device.Address}' erases its credentials.",
        IReconnectingTarget { IsOpen: true } when OfLostOutcomes.Contains(id) =>
            "Run the command again: the session is still open and connects again by itself. If the command changes something, the device "
                + $"may have done it already; check that first. If it happens again: {char.ToLowerInvariant(action[0])}{action[1..]}",
        _ => action,
    };

    private static ErrorRecord Create(Exception exception, string id, string message, object? target)
    {
        ErrorAdvice advice = ErrorCatalogue.Errors[id];
        string action = ActionFor(id, advice.RecommendedAction, target);
        return new(exception, id, advice.Category, target is string text ? UntrustedText.Show(text) : target)
        {
            ErrorDetails = new ErrorDetails(UntrustedText.Show(message)) { RecommendedAction = UntrustedText.Show(action) },
        };
    }
}
