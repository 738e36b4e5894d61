using System.Management.Automation;

namespace EspProv.ModuleTests.Support;

/// <summary>What a script left on its streams, kept after the script's engine is gone.</summary>
internal sealed class CapturedStreams(PSDataStreams streams)
{
    public IReadOnlyList<ErrorRecord> Error { get; } = [.. streams.Error];

    public IReadOnlyList<WarningRecord> Warning { get; } = [.. streams.Warning];

    public IReadOnlyList<VerboseRecord> Verbose { get; } = [.. streams.Verbose];

    public IReadOnlyList<DebugRecord> Debug { get; } = [.. streams.Debug];

    public IReadOnlyList<InformationRecord> Information { get; } = [.. streams.Information];

    public IReadOnlyList<ProgressRecord> Progress { get; } = [.. streams.Progress];
}
