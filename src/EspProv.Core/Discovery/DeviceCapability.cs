using EspProv.Security;

namespace EspProv.Discovery;

/// <summary>What a device says of itself on <c>proto-ver</c>, without a session and without authentication (PROTOCOL.md §2).</summary>
public sealed record DeviceCapability
{
    /// <summary>The provisioning service's version: <c>v1.1</c>, <c>netprov-v1.2</c>, or the bare string of old firmware.</summary>
    public required string Version { get; init; }

    /// <summary><c>sec_ver</c>, if the firmware says it (IDF 5.0 and later).</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary><c>sec_patch_ver</c>, null when absent (which means 0).</summary>
    public int? SecurityPatchVersion { get; init; }

    /// <summary>The <c>cap</c> list: wifi_scan, no_pop, no_sec, wifi_prov, thread_prov, thread_scan, and whatever else is there.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Other top-level keys of the reply, which belong to the application, each with its value as JSON text.</summary>
    public IReadOnlyDictionary<string, string> Application { get; init; } = new Dictionary<string, string>();

    /// <summary>The reply as it came.</summary>
    public string Raw { get; init; } = "";

    /// <summary>Whether the reply is JSON with a <c>prov</c> object; false for the bare string of very old firmware.</summary>
    public bool IsStructured { get; init; }

    /// <summary>Whether <paramref name="capability"/> is in the list.</summary>
    public bool Has(string capability) => Capabilities.Contains(capability, StringComparer.Ordinal);

    /// <summary>Parses a <c>proto-ver</c> reply.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.NotAProvisioningDevice"/>: neither such JSON nor a short printable string.</exception>
    public static DeviceCapability Parse(ReadOnlySpan<byte> reply) => throw new NotImplementedException();
}
