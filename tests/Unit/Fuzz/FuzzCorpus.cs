using EspProv.Tests.Support;

namespace EspProv.Tests.Fuzz;

/// <summary>Valid messages from the recorded runs.</summary>
internal static class FuzzCorpus
{
    private static readonly Lazy<TranscriptExchange[]> Exchanges = new(() =>
    [
        .. Directory.GetFiles(Path.Combine(Vectors.Folder, "transcripts"), "*.json").Order(StringComparer.Ordinal)
            .SelectMany(file => Vectors.Transcript(Path.GetFileNameWithoutExtension(file)).Exchanges),
    ]);

    /// <summary>What the devices answered to an endpoint, in the clear, each once.</summary>
    public static IReadOnlyList<byte[]> Replies(string endpoint) => Distinct(
        Exchanges.Value.Where(exchange => exchange.Endpoint == endpoint).Select(exchange =>
            exchange.PlainResponseHex ?? exchange.ResponseHex));

    /// <summary>What the clients asked an endpoint, in the clear, each once.</summary>
    public static IReadOnlyList<byte[]> Requests(string endpoint) => Distinct(
        Exchanges.Value.Where(exchange => exchange.Endpoint == endpoint).Select(exchange =>
            exchange.PlainRequestHex ?? exchange.RequestHex));

    /// <summary>Each with each first byte.</summary>
    public static IReadOnlyList<byte[]> WithChoice(int choices, IEnumerable<byte[]> items) =>
        [.. items.SelectMany(item => Enumerable.Range(0, choices).Select(choice => (byte[])[(byte)choice, .. item]))];

    /// <summary>Of these, those that are valid, and a few of the others.</summary>
    public static IReadOnlyList<byte[]> WithChoice(int choices, IEnumerable<byte[]> items, Action<byte[]> run) =>
        [.. WithChoice(choices, items).Where((item, index) => index % 16 == 0 || IsValid(item, run))];

    private static bool IsValid(byte[] item, Action<byte[]> run)
    {
        try
        {
            run(item);
            return true;
        }
        catch (ProvisioningException)
        {
            return false;
        }
    }

    private static byte[][] Distinct(IEnumerable<byte[]?> items) =>
        [.. items.OfType<byte[]>().DistinctBy(Convert.ToHexString)];
}
