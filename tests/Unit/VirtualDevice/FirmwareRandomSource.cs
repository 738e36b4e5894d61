using System.Buffers.Binary;
using EspProv.Tests.Support;

namespace EspProv.Tests.Virtual;

/// <summary>
/// Hands out what the recorded firmware drew. Every draw has a length of its own (4: a session's number, 32: a private key or b,
/// 16: device_random or a patch 0 nonce, 8: the random part of a patch 1 nonce), so one queue per length keeps their order.
/// </summary>
internal sealed class FirmwareRandomSource : IRandomSource
{
    private readonly Dictionary<int, Queue<byte[]>> _draws = [];

    /// <summary>How many values nobody asked for.</summary>
    public int Left => _draws.Values.Sum(queue => queue.Count);

    public void Add(Transcript transcript)
    {
        uint? session = null;
        foreach (TranscriptExchange exchange in transcript.Exchanges)
        {
            if (exchange.DeviceSessionId is not { } id || id == session)
                continue;
            session = id;
            byte[] number = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(number, id);
            Add(number);
        }

        TranscriptDeviceSecrets secrets = transcript.DeviceSecrets;
        Array.ForEach(secrets.X25519Private, Add);
        Array.ForEach(secrets.DeviceRandom, Add);
        Array.ForEach(secrets.SrpPrivateB, Add);
        foreach (byte[] nonce in secrets.GcmNonceInitial)
            Add(nonce.Length == 12 ? nonce[..8] : nonce);
    }

    public void Fill(Span<byte> buffer)
    {
        if (!_draws.TryGetValue(buffer.Length, out Queue<byte[]>? queue) || !queue.TryDequeue(out byte[]? value))
            throw new InvalidOperationException($"The recorded device drew no further {buffer.Length} bytes.");
        value.CopyTo(buffer);
    }

    private void Add(byte[] value)
    {
        if (!_draws.TryGetValue(value.Length, out Queue<byte[]>? queue))
            _draws[value.Length] = queue = new Queue<byte[]>();
        queue.Enqueue(value);
    }
}
