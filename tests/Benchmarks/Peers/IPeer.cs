namespace EspProv.Benchmarks.Peers;

/// <summary>Computes powers modulo N.</summary>
internal interface IPeer : IDisposable
{
    string Name { get; }

    /// <summary>Computes base ^ exponent mod N <paramref name="count"/> times.</summary>
    /// <returns>The last power, big-endian without leading zero bytes, and the seconds that all of them took.</returns>
    (byte[] Power, double Seconds) Measure(byte[] basis, byte[] exponent, int count);
}
