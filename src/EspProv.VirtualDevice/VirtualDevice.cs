namespace EspProv.Virtual;

/// <summary>
/// A device without hardware: firmware's side of provisioning over real HTTP on loopback. Hundreds fit in one process.
/// </summary>
public sealed class VirtualDevice : IAsyncDisposable
{
    private VirtualDevice(VirtualDeviceOptions options) => Options = options;

    /// <summary>What it was built with.</summary>
    public VirtualDeviceOptions Options { get; }

    /// <summary>Its service name.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Address => throw new NotImplementedException();

    /// <summary>Where it stands in its life: Provisioning, Connecting, Connected, Failed, AlreadyProvisioned, Stopped.</summary>
    public VirtualDeviceState State => throw new NotImplementedException();

    /// <summary>How many requests reached an endpoint, ever: what -WhatIf must not raise.</summary>
    public long RequestCount => throw new NotImplementedException();

    /// <summary>The address that the Wi-Fi world gave it, when connected.</summary>
    public string? IPAddress => throw new NotImplementedException();

    /// <summary>The SSID it holds credentials for.</summary>
    public string? Ssid => throw new NotImplementedException();

    /// <summary>The lines that a serial monitor would show.</summary>
    public IReadOnlyList<string> MonitorLog => throw new NotImplementedException();

    /// <summary>A line was added to the monitor log.</summary>
    public event Action<string>? LogWritten { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>Powers a device on: from its state file it may come up already provisioned.</summary>
    public static Task<VirtualDevice> StartAsync(VirtualDeviceOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Erases the credentials, as <c>esptool erase_region</c> on the NVS partition does, and powers it on again.</summary>
    public Task EraseAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Powers it off; the state file stays.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Where a virtual device stands.</summary>
public enum VirtualDeviceState
{
    /// <summary>The service is up and waits for credentials.</summary>
    Provisioning,

    /// <summary>Credentials were applied and it is trying.</summary>
    Connecting,

    /// <summary>It is connected.</summary>
    Connected,

    /// <summary>It gave up.</summary>
    Failed,

    /// <summary>It came up with credentials and does not start provisioning.</summary>
    AlreadyProvisioned,

    /// <summary>It is off.</summary>
    Stopped,
}
