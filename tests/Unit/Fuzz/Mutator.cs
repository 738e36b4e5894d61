using System.Buffers.Binary;

namespace EspProv.Tests.Fuzz;

/// <summary>What an input is made of, beside bytes.</summary>
internal enum FuzzShape
{
    Bytes,
    Json,
    Protobuf,
}

/// <summary>Makes hostile inputs from valid ones. The same source of numbers gives the same input.</summary>
/// <param name="corpus">Valid inputs, and hostile ones of before; not empty.</param>
/// <param name="tokens">Pieces that mean something in these inputs.</param>
/// <param name="shape">What they are made of.</param>
/// <param name="maxLength">The longest input, in bytes.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> tokens, FuzzShape shape, int maxLength)
{
    private static readonly ulong[] Boundaries =
    [
        0, 1, 2, 0x7E, 0x7F, 0x80, 0x81, 0xFE, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFE, 0x7FFFFFFF,
        0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF,
    ];

    /// <summary>The number of kinds of change.</summary>
    internal const int Kinds = 13;

    public static ulong Boundary(FuzzRandom random) => random.Pick(Boundaries);

    /// <summary>The next input.</summary>
    public byte[] Next(FuzzRandom random)
    {
        byte[] input = random.Pick(corpus);
        int changes = 1;
        while (changes < 16 && random.Once(2))
            changes++;
        for (int i = 0; i < changes; i++)
            input = Change(input, random.Below(Kinds), random);
        return input.Length <= maxLength ? input : input[..maxLength];
    }

    internal byte[] Change(byte[] input, int kind, FuzzRandom random)
    {
        (int at, int length) = Range(input, random);
        switch (kind)
        {
            case 0 when input.Length > 0:
                byte[] flipped = [.. input];
                flipped[random.Below(input.Length)] ^= (byte)(1 << random.Below(8));
                return flipped;
            case 1 when input.Length > 0:
                byte[] changed = [.. input];
                changed[random.Below(input.Length)] = random.Byte();
                return changed;
            case 2:
                return Replace(input, at, 0, random.Bytes(1 + random.Below(8)));
            case 3:
                return Replace(input, at, length, []);
            case 4:
                return Replace(input, at, 0, input.AsSpan(at, length));
            case 5:
                byte[] other = random.Pick(corpus);
                (int from, int count) = Range(other, random);
                return Replace(input, at, random.Once(2) ? length : 0, other.AsSpan(from, count));
            case 6:
                return WriteBoundary(input, at, random);
            case 7:
                return input[..at];
            case 8 when input.Length > 0:
                // A length that lies: one or two too many or too few.
                byte[] lying = [.. input];
                lying[random.Below(input.Length)] += (byte)(random.Below(5) - 2);
                return lying;
            case 9 when tokens.Count > 0:
                return Replace(input, at, random.Once(2) ? length : 0, random.Pick(tokens));
            case 10:
                (int second, int secondLength) = Range(input, random);
                byte[] moved = input.AsSpan(second, secondLength).ToArray();
                return Replace(input, at, 0, moved);
            case 11 when random.Once(16):
                return Inflate(input, at, length, random);
            default:
                return shape switch
                {
                    FuzzShape.Json => JsonMutation.Change(input, random),
                    FuzzShape.Protobuf => ProtobufMutation.Change(input, random),
                    _ => Replace(input, at, 0, random.Bytes(1)),
                };
        }
    }

    internal static byte[] Replace(byte[] input, int at, int length, ReadOnlySpan<byte> by)
    {
        byte[] output = new byte[input.Length - length + by.Length];
        input.AsSpan(0, at).CopyTo(output);
        by.CopyTo(output.AsSpan(at));
        input.AsSpan(at + length).CopyTo(output.AsSpan(at + by.Length));
        return output;
    }

    private static (int At, int Length) Range(byte[] input, FuzzRandom random)
    {
        int at = random.Below(input.Length + 1);
        int most = random.Once(4) ? input.Length - at : Math.Min(16, input.Length - at);
        return (at, random.Below(most + 1));
    }

    private static byte[] WriteBoundary(byte[] input, int at, FuzzRandom random)
    {
        Span<byte> number = stackalloc byte[8];
        int size = 1 << random.Below(4);
        if (random.Once(2))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, Boundary(random));
            number = number[..size];
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, Boundary(random));
            number = number[^size..];
        }

        return Replace(input, at, Math.Min(size, input.Length - at), number);
    }

    // What a quadratic loop, or memory that grows faster than the input, shows at.
    private byte[] Inflate(byte[] input, int at, int length, FuzzRandom random)
    {
        ReadOnlySpan<byte> piece = tokens.Count > 0 && random.Once(2) ? random.Pick(tokens) : input.AsSpan(at, length);
        int room = maxLength - input.Length;
        if (piece.IsEmpty || room < piece.Length)
            return input;
        byte[] many = new byte[Math.Max(1, random.Below(room) / piece.Length) * piece.Length];
        for (int i = 0; i < many.Length; i += piece.Length)
            piece.CopyTo(many.AsSpan(i));
        return Replace(input, at, 0, many);
    }
}
