namespace EspProv.Commands.Pipeline;

/// <summary>Reports synchronously, unlike Progress{T}, so that no status is shown after the end.</summary>
internal sealed class StatusProgress<TStatus>(Action<TStatus> report) : IProgress<TStatus>
{
    public void Report(TStatus value) => report(value);
}
