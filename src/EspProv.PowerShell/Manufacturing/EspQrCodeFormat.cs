namespace EspProv.Commands.Manufacturing;

/// <summary>The output formats of New-EspQrCode.</summary>
public enum EspQrCodeFormat
{
    /// <summary>Half-block characters for a terminal.</summary>
    Terminal,

    /// <summary>A PNG picture.</summary>
    Png,

    /// <summary>An SVG picture; with -Sheet, one for each page.</summary>
    Svg,

    /// <summary>The URL of the vendor's page that shows the code in a browser.</summary>
    Url,

    /// <summary>The payload itself.</summary>
    Json,

    /// <summary>With -Sheet, all pages in one document.</summary>
    Html,
}
