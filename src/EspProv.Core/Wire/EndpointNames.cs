namespace EspProv.Wire;

/// <summary>The endpoints of the protocol (PROTOCOL.md §1).</summary>
public static class EndpointNames
{
    /// <summary>The version and the capabilities, without a session.</summary>
    public const string Version = "proto-ver";

    /// <summary>The handshake.</summary>
    public const string Session = "prov-session";

    /// <summary>Credentials, and the status of joining.</summary>
    public const string Config = "prov-config";

    /// <summary>Scans for networks; only on firmware that can scan.</summary>
    public const string Scan = "prov-scan";

    /// <summary>Resets, and starting over; not on old firmware.</summary>
    public const string Control = "prov-ctrl";

    /// <summary>The application's endpoint in the vendor's example; devices may have others, or none.</summary>
    public const string StockCustom = "custom-data";
}
