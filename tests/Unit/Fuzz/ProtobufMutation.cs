namespace EspProv.Tests.Fuzz;

/// <summary>
/// Changes a protobuf message field by field, and writes the lengths around it anew: the change lies deep inside, where a parser only
/// comes when everything outside is right.
/// </summary>
internal static class ProtobufMutation
{
    private const int MaxDepth = 120;

    public static byte[] Change(byte[] message, FuzzRandom random) => Change(message, random, 0);

    private static byte[] Change(byte[] message, FuzzRandom random, int depth)
    {
        List<Field> fields = Read(message);
        if (fields.Count == 0)
            return [.. Varint(((ulong)(1 + random.Below(24)) << 3) | (uint)random.Below(6)), .. random.Bytes(random.Below(4))];

        int at = random.Below(fields.Count);
        Field field = fields[at];
        switch (random.Below(8))
        {
            case 0:
                fields.RemoveAt(at);
                break;
            case 1:
                fields.Insert(random.Below(fields.Count + 1), field);
                break;
            case 2:
                fields[at] = field with { Tag = (field.Tag & 7) | ((ulong)(1 + random.Below(24)) << 3) };
                break;
            case 3:
                fields[at] = field with { Tag = (field.Tag & ~7UL) | (uint)random.Below(8) };
                break;
            case 4 when field.Payload is not null:
                // Nested once more, as deep as it likes.
                byte[] nested = field.Payload;
                int levels = random.Once(8) ? random.Below(MaxDepth) : 1;
                for (int i = 0; i < levels; i++)
                    nested = [.. Varint(field.Tag), .. Varint((ulong)nested.Length), .. nested];
                fields[at] = field with { Payload = nested };
                break;
            case 5 when field.Payload is not null:
                fields[at] = field with { Payload = random.Bytes(random.Once(8) ? random.Below(300) : random.Below(40)) };
                break;
            default:
                fields[at] = field.Payload is { } payload
                    ? field with { Payload = depth < 8 ? Change(payload, random, depth + 1) : payload }
                    : field with { Value = random.Once(2) ? Mutator.Boundary(random) : (ulong)random.Below(40) };
                break;
        }

        return Write(fields);
    }

    private static List<Field> Read(ReadOnlySpan<byte> message)
    {
        var fields = new List<Field>();
        while (TryVarint(ref message, out ulong tag))
        {
            switch (tag & 7)
            {
                case 0 when TryVarint(ref message, out ulong value):
                    fields.Add(new Field(tag, value, null));
                    break;
                case 2 when TryVarint(ref message, out ulong length) && length <= (ulong)message.Length:
                    fields.Add(new Field(tag, 0, message[..(int)length].ToArray()));
                    message = message[(int)length..];
                    break;
                default:
                    return fields;
            }
        }

        return fields;
    }

    private static byte[] Write(List<Field> fields)
    {
        var output = new List<byte>();
        foreach (Field field in fields)
        {
            output.AddRange(Varint(field.Tag));
            output.AddRange(Varint(field.Payload is null ? field.Value : (ulong)field.Payload.Length));
            output.AddRange(field.Payload ?? []);
        }

        return [.. output];
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> input, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < input.Length; i++)
        {
            value |= (ulong)(input[i] & 0x7F) << (7 * i);
            if (input[i] < 0x80)
            {
                input = input[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static List<byte> Varint(ulong value)
    {
        var bytes = new List<byte>(10);
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }

    private readonly record struct Field(ulong Tag, ulong Value, byte[]? Payload);
}
