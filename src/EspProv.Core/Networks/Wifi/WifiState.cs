namespace EspProv.Networks.Wifi;

/// <summary>The station's state as the device reports it (PROTOCOL.md §3).</summary>
public enum WifiState
{
    /// <summary>It has an IP address.</summary>
    Connected = 0,

    /// <summary>It is trying; also the answer before any credentials.</summary>
    Connecting = 1,

    /// <summary>It is not connected.</summary>
    Disconnected = 2,

    /// <summary>It gave up; see the reason.</summary>
    ConnectionFailed = 3,
}
