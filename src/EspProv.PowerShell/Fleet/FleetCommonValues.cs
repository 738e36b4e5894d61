using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Commands.Fleet;

/// <summary>The values of the parameters, for rows without a value of their own.</summary>
internal sealed record FleetCommonValues
{
    internal string? Name { get; init; }

    internal ProvisioningTransport? Transport { get; init; }

    internal string? Address { get; init; }

    internal string? AccessPoint { get; init; }

    internal bool JoinAccessPoint { get; init; }

    internal SecureString? SoftApKey { get; init; }

    internal string? Adapter { get; init; }

    internal required int BaudRate { get; init; }

    internal required int LineLimit { get; init; }

    internal string? MonitorPort { get; init; }

    internal required int MonitorBaudRate { get; init; }

    internal required int BodyLimit { get; init; }

    internal SecurityVersion? SecurityVersion { get; init; }

    internal SecureString? ProofOfPossession { get; init; }

    internal string? Username { get; init; }

    internal SecureString? Password { get; init; }

    internal string? Ssid { get; init; }

    internal SecureString? Passphrase { get; init; }

    internal ReadOnlyMemory<byte>? Bssid { get; init; }

    internal int? Channel { get; init; }

    internal SecureString? DatasetTlvs { get; init; }

    internal string? CustomData { get; init; }

    internal required string Endpoint { get; init; }

    /// <summary>Endpoints, and the messages that each gets, in order.</summary>
    internal IReadOnlyList<KeyValuePair<string, IReadOnlyList<byte[]>>> EndpointData { get; init; } = [];

    internal string? QrCode { get; init; }

    internal bool AllowUnencrypted { get; init; }

    internal WifiAuthMode? Auth { get; init; }

    internal bool UseVendorToolHash { get; init; }

    /// <summary>The error in a name or a secret, with the name of its parameter; null if there is none.</summary>
    internal string? FindError() =>
        FindDeviceError() ?? FindError("-Name", Name) ?? FindError("-AccessPoint", AccessPoint) ?? FindError("-SoftApKey", SoftApKey)
        ?? FindError("-ProofOfPossession", ProofOfPossession) ?? FindError("-Username", Username) ?? FindError("-Password", Password)
        ?? FindError("-Ssid", Ssid) ?? FindError("-Passphrase", Passphrase);

    private string? FindDeviceError()
    {
        string? error = Address is { } address ? DeviceText.FindError("-Address", address, Transport) : null;
        if (Name is { } name)
        {
            error ??= string.IsNullOrEmpty(Address) && string.IsNullOrEmpty(AccessPoint)
                ? DeviceText.FindError("-Name", name, Transport)
                : DeviceText.FindLabelError("-Name", name);
        }

        return error ?? (AccessPoint is { } accessPoint ? DeviceText.FindLabelError("-AccessPoint", accessPoint) : null);
    }

    private static string? FindError(string parameter, string? text) => text is null ? null : GivenText.FindError(parameter, text);

    private static string? FindError(string parameter, SecureString? value)
    {
        using var secret = value?.ToSecret();
        return secret is null ? null : GivenText.FindError(parameter, secret.Bytes);
    }

    /// <summary>Without the secrets.</summary>
    public override string ToString() => nameof(FleetCommonValues);
}
