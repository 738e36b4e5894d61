namespace EspProv.Wire;

/// <summary>The endpoints that every device has (PROTOCOL.md §1).</summary>
internal static class EndpointNames
{
    public const string Version = "proto-ver";
    public const string Session = "prov-session";
    public const string Scan = "prov-scan";
    public const string Config = "prov-config";
    public const string Control = "prov-ctrl";

    /// <summary>The application's endpoint in the vendor's example; devices may have others, or none.</summary>
    public const string StockCustom = "custom-data";
}
