namespace EspProv.Networks.Wifi;

/// <summary>The station's state as the device reports it (PROTOCOL.md §3).</summary>
public enum WifiState
{
    /// <summary>Connected, with an IP address.</summary>
    Connected = 0,

    /// <summary>Connecting; also reported before any credentials.</summary>
    Connecting = 1,

    /// <summary>Not connected.</summary>
    Disconnected = 2,

    /// <summary>Failed; see the reason.</summary>
    ConnectionFailed = 3,
}
