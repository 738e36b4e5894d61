namespace EspProv.Virtual;

/// <summary>The nonce rule of security 2 (PROTOCOL.md §5).</summary>
public enum Security2Patch
{
    /// <summary>Patch 0 with one constant 16-byte IV.</summary>
    Patch0Nonce16,

    /// <summary>Patch 0 with one constant 12-byte IV.</summary>
    Patch0Nonce12,

    /// <summary>Patch 1: 12 bytes, the last four a counter.</summary>
    Patch1,
}
