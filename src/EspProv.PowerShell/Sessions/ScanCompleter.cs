using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>Offers what the last scan of the sessions on the command line, or of all sessions, has found.</summary>
public abstract class ScanCompleter : ValueCompleter
{
    private protected ScanCompleter()
    {
    }

    private protected sealed override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        Sessions(boundParameters["Session"]).SelectMany(session => Found(session, boundParameters)).DistinctBy(entry => entry.Text);

    /// <summary>What a session's last scan has found, best first.</summary>
    private protected abstract IEnumerable<(string Text, string Description)> Found(EspProvSession session, IDictionary boundParameters);

    /// <summary>A network's name; null where it is not UTF-8, and cannot be typed.</summary>
    private protected static string? NameOf(ReadOnlyMemory<byte> name) =>
        Utf8.IsValid(name.Span) ? Encoding.UTF8.GetString(name.Span) : null;

    private static IEnumerable<EspProvSession> Sessions(object? bound) => PipelineValue.Unwrap(bound) switch
    {
        EspProvSession session => [session],
        IEnumerable<EspProvSession> sessions => sessions,
        int or string => SessionRegistry.Current.Find(Convert.ToString(bound, CultureInfo.InvariantCulture)!),
        _ => SessionRegistry.Current.All,
    };
}
