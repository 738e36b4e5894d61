namespace EspProv.Transports.Gatt;

/// <summary>When to pair (PROTOCOL.md §7).</summary>
public enum GattPairing
{
    /// <summary>When the device requires an authenticated or encrypted link.</summary>
    WhenAsked,

    /// <summary>Right after connecting, for firmware with forced encryption.</summary>
    Always,
}

/// <summary>Options of the GATT transport.</summary>
public sealed record GattTransportOptions
{
    /// <summary>The service that was advertised; null to look for one that is, by UUID or endpoint names, a provisioning service.</summary>
    public Guid? ServiceUuid { get; init; }

    /// <summary>When to pair.</summary>
    public GattPairing Pairing { get; init; } = GattPairing.WhenAsked;

    /// <summary>How long connecting and reading the services may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = DefaultTimeouts.GattConnect;

    /// <summary>How long one write and its read may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = DefaultTimeouts.Exchange;

    /// <summary>How long pairing may take, in addition to the exchange that required it.</summary>
    public TimeSpan PairingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
