using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;

namespace EspProv.Benchmarks.Peers;

/// <summary>
/// The same powers, computed by all peers in turn, round after round, so that load on the machine affects all equally. One thread each. The
/// figures are medians of the rounds, and every power is compared.
/// </summary>
internal static class PeerComparison
{
    private const int Rounds = 15;

    public static void Run(TextWriter output)
    {
        List<IPeer> peers = [];
        List<string> missing = [];
        Add("EspProv", () => new EspProvPeer());
        Add("EspProv, no table", () => new EspProvFirstCallPeer());
        Add("Python", () => new PythonPeer());
        Add("OpenSSL", () => new OpenSslPeer());
        Add("BouncyCastle", () => new BouncyCastlePeer());

        Compare(output, "Verifier: 5 ^ x mod N, x of 512 bits (one credential)", peers, basisLength: 0, exponentLength: 64);
        Compare(output, "Session: base ^ (a + u*x) mod N, 1,025 bits, any base", peers, basisLength: 384, exponentLength: 129);
        foreach (string name in missing)
            output.WriteLine($"{name}: not installed, not measured");
        peers.ForEach(peer => peer.Dispose());

        void Add(string name, Func<IPeer> make)
        {
            try
            {
                peers.Add(make());
            }
            catch (Exception exception) when (exception is Win32Exception or DllNotFoundException or EntryPointNotFoundException)
            {
                missing.Add(name);
            }
        }
    }

    private static void Compare(TextWriter output, string title, List<IPeer> peers, int basisLength, int exponentLength)
    {
        byte[] Basis() => basisLength == 0 ? [5] : RandomNumberGenerator.GetBytes(basisLength);
        IPeer[] running = [.. peers.Where(peer => basisLength == 0 || peer is not EspProvFirstCallPeer)];
        byte[] Exponent()
        {
            byte[] exponent = RandomNumberGenerator.GetBytes(exponentLength);
            exponent[0] = exponentLength == 129 ? (byte)1 : exponent[0];
            return exponent;
        }

        // Fast peers compute more per round, so that all rounds take about the same time.
        int[] counts = [.. running.Select(peer =>
        {
            byte[] basis = Basis(), exponent = Exponent();
            peer.Measure(basis, exponent, 40);
            return Math.Max(1, (int)(0.1 / (peer.Measure(basis, exponent, 5).Seconds / 5)));
        })];
        List<double>[] times = running.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] basis = Basis(), exponent = Exponent();
            byte[]? agreed = null;
            for (int i = 0; i < running.Length; i++)
            {
                int peer = (i + round) % running.Length;
                (byte[] power, double seconds) = running[peer].Measure(basis, exponent, counts[peer]);
                agreed ??= power;
                if (!agreed.AsSpan().SequenceEqual(power))
                    throw new InvalidOperationException($"{running[peer].Name} disagrees about {title}.");
                times[peer].Add(seconds / counts[peer]);
            }
        }

        double[] medians = [.. times.Select(rounds => rounds.Order().ElementAt(rounds.Count / 2))];
        output.WriteLine(title);
        output.WriteLine(Line("", "us each", "per s", "EspProv is x times as fast"));
        for (int i = 0; i < running.Length; i++)
        {
            output.WriteLine(Line(
                running[i].Name,
                (medians[i] * 1e6).ToString("N0", CultureInfo.InvariantCulture),
                (1 / medians[i]).ToString("N0", CultureInfo.InvariantCulture),
                (medians[i] / medians[0]).ToString("N1", CultureInfo.InvariantCulture)));
        }

        output.WriteLine();
    }

    private static string Line(string name, string each, string rate, string ratio) => $"  {name,-20}{each,10}{rate,10}   {ratio}";
}
