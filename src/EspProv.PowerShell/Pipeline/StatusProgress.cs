namespace EspProv.Commands.Pipeline;

/// <summary>Reports at once, on the thread that it is called on: a status that comes late would be shown after the end.</summary>
internal sealed class StatusProgress<TStatus>(Action<TStatus> report) : IProgress<TStatus>
{
    public void Report(TStatus value) => report(value);
}
