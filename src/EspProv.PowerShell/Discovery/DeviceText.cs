using System.Text;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Commands.Discovery;

/// <summary>
/// Decides whether a text that was given for a device can be a name or an address. A text that is neither may contain secrets, such as a
/// line of a plan, so no message contains it.
/// </summary>
internal static class DeviceText
{
    // The longest SSID; names over Bluetooth are shorter (PROTOCOL.md §7).
    private const int MaxNameBytes = ProtocolLimits.MaxSsidLength;

    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>Checks a name to find, or an address.</summary>
    /// <inheritdoc cref="FindError"/>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidAddress"/>; those of <see cref="QrPayload.Parse"/>.
    /// </exception>
    internal static void Check(string what, string text, ProvisioningTransport? transport) =>
        ThrowIf(FindError(what, text, transport), text);

    /// <summary>Checks a name that is only shown.</summary>
    /// <inheritdoc cref="Check"/>
    internal static void CheckLabel(string what, string text) => ThrowIf(FindLabelError(what, text), text);

    private static void ThrowIf(string? error, string text)
    {
        if (error is null)
            return;

        // QrPayload.Parse has a better error for a code that is damaged, or is for something else.
        if (QrPayload.IsCode(text))
            QrPayload.Parse(text).Dispose();
        throw new ProvisioningException(ProvisioningErrorReason.InvalidAddress, error);
    }

    /// <summary>The error in a name to find, or in an address; null if there is none.</summary>
    /// <param name="what">The name of the column or parameter, for the message.</param>
    /// <param name="text">The text.</param>
    /// <param name="transport">The transport; null if unknown.</param>
    internal static string? FindError(string what, string text, ProvisioningTransport? transport)
    {
        if (FindLabelError(what, text) is { } error)
            return error;
        if (text.AsSpan().ContainsAny(Delimiters))
        {
            return $"{what} is a line of a CSV file: use Import-Csv, with -Delimiter if the file has another one than a comma. "
                + "A device with such a name is given as the object of Find-EspProvDevice.";
        }

        bool mayBeLong = transport is ProvisioningTransport.Serial or ProvisioningTransport.Console
            || DeviceLookup.TransportOf(text) is not null
            || (text.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(text.Split(':')[0]) is not UriHostNameType.Unknown);
        return mayBeLong || Encoding.UTF8.GetByteCount(text) <= MaxNameBytes
            ? null
            : $"{what} is too long for a device's name, which has at most {MaxNameBytes} bytes, and is not an address.";
    }

    /// <summary>The error in a name that is only shown; null if there is none.</summary>
    /// <inheritdoc cref="FindError"/>
    internal static string? FindLabelError(string what, string text)
    {
        if (QrPayload.IsCode(text))
            return $"{what} is the text of a code, and not a device's name or address: give it to ConvertFrom-EspQrCode, or in QrCode.";

        // Names that were shown, as in results, have braces in their escapes.
        return UntrustedText.RemoveEscapes(text).AsSpan().ContainsAny('{', '}', '"')
            ? $"{what} is a part of a code or of a file, and not a device's name or address: use ConvertFrom-EspQrCode, or Import-Csv."
            : null;
    }
}
