namespace EspProv.Wire;

/// <summary>The endpoints of the protocol (PROTOCOL.md §1).</summary>
internal static class EndpointNames
{
    public const string Version = "proto-ver";
    public const string Session = "prov-session";
    public const string Config = "prov-config";

    /// <summary>Only on firmware that can scan.</summary>
    public const string Scan = "prov-scan";

    /// <summary>Not on old firmware.</summary>
    public const string Control = "prov-ctrl";

    /// <summary>The application's endpoint in the vendor's example; devices may have others, or none.</summary>
    public const string StockCustom = "custom-data";
}
