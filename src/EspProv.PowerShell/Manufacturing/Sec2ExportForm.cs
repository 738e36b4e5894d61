namespace EspProv.Commands.Manufacturing;

/// <summary>The formats of Export-EspSec2Credential.</summary>
public enum Sec2ExportForm
{
    /// <summary>The two C arrays of the vendor's example; one device.</summary>
    CArray,

    /// <summary>A complete C header; one device or many.</summary>
    Header,

    /// <summary>The CSV of the vendor's NVS partition generator; one device.</summary>
    NvsCsv,

    /// <summary>The values and configuration files of the vendor's manufacturing tool; one device or many.</summary>
    MassManufacturing,

    /// <summary>A JSON array.</summary>
    Json,

    /// <summary>Names, usernames and generated passwords, as plain text.</summary>
    Label,
}
