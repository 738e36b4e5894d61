using EspProv.Tests.Support;
using EspProv.Virtual.Worlds;

namespace EspProv.Tests.Virtual.Recorded;

/// <summary>What firmware for Thread answers; README.md in this folder says how it was recorded.</summary>
internal static class Recording
{
    /// <summary>The cases of <c>handlers.json</c>.</summary>
    public static RecordedHandlers Handlers { get; } = Read<RecordedHandlers>("handlers.json");

    /// <summary>The datasets of <c>datasets.json</c>.</summary>
    public static IReadOnlyList<RecordedDataset> Datasets { get; } = Read<RecordedDatasets>("datasets.json").Datasets;

    private static T Read<T>(string file) =>
        Vectors.Parse<T>(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "VirtualDevice", "Recorded", file)));

    private sealed record RecordedDatasets(IReadOnlyList<RecordedDataset> Datasets);
}

internal sealed record RecordedHandlers(IReadOnlyList<VirtualThreadNetwork> Hears, IReadOnlyList<RecordedCase> Cases);

internal sealed record RecordedCase(
    string Name, string Network, bool KeepServiceUp, IReadOnlyList<RecordedStep> Steps, IReadOnlyList<VirtualThreadNetwork>? Hears = null);

internal sealed record RecordedStep
{
    public string? Endpoint { get; init; }

    public byte[]? RequestHex { get; init; }

    /// <summary>Null when the connection is closed.</summary>
    public byte[]? ResponseHex { get; init; }

    /// <summary>Whether the service is gone.</summary>
    public bool Stopped { get; init; }

    public int? WaitMs { get; init; }

    /// <summary>Whether the stubbed Wi-Fi driver reports at the end of the wait that it has joined.</summary>
    public bool Joins { get; init; }
}

internal sealed record RecordedDataset(string Name, byte[] TlvsHex, bool Accepted);
