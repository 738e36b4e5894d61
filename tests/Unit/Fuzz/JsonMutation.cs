using System.Text;
using System.Text.Json;

namespace EspProv.Tests.Fuzz;

/// <summary>Puts another value, or another name, in the place of one in a JSON text that stays well-formed around it.</summary>
internal static class JsonMutation
{
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-0", "-1", "1", "2", "3", "255", "256", "65536", "2147483647", "2147483648", "-2147483648",
            "-2147483649",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e999", "-1e999", "1.5", "1e-400", "0.1e1", "\"\"",
            "\"0\"", "\"-1\"", "\"1/2\"",
            "\"99999999999999999999\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\u001b[2J\"", "\"\u202e\"", "{}", "[]",
            "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
            "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}", "[1,\"a\",null,{}]", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xC3, 0x28, (byte)'"'],
        [(byte)'"', 0xFF, (byte)'"'],
        [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'],
    ];

    public static byte[] Change(byte[] json, FuzzRandom random)
    {
        List<(int Start, int Length, bool IsName)> tokens = Tokens(json);
        if (tokens.Count == 0)
            return Mutator.Replace(json, random.Below(json.Length + 1), 0, random.Pick(Values));
        (int start, int length, bool isName) = random.Pick(tokens);
        if (!isName)
            return Mutator.Replace(json, start, length, random.Once(4) ? Of(json, random.Pick(tokens)) : random.Pick(Values));
        byte[] name = random.Once(2) ? Of(json, random.Pick(tokens)) : Encoding.UTF8.GetBytes("\"x" + random.Below(10) + "\"");
        return Mutator.Replace(json, start, length, name);
    }

    private static byte[] Of(byte[] json, (int Start, int Length, bool IsName) token) => json.AsSpan(token.Start, token.Length).ToArray();

    private static List<(int Start, int Length, bool IsName)> Tokens(byte[] json)
    {
        var tokens = new List<(int Start, int Length, bool IsName)>();

        // Lines of a journal, one text each.
        for (int line = 0; line < json.Length;)
        {
            int end = Array.IndexOf(json, (byte)'\n', line);
            end = end < 0 ? json.Length : end;
            var reader = new Utf8JsonReader(json.AsSpan(line, end - line));
            try
            {
                while (reader.Read())
                {
                    int start = line + (int)reader.TokenStartIndex;
                    if (reader.TokenType is JsonTokenType.PropertyName)
                    {
                        tokens.Add((start, reader.ValueSpan.Length + 2, true));
                    }
                    else if (reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.StartObject
                        or JsonTokenType.StartArray))
                    {
                        tokens.Add((start, line + (int)reader.BytesConsumed - start, false));
                    }
                }
            }
            catch (JsonException)
            {
                // What comes before the mistake can be changed all the same.
            }

            line = end + 1;
        }

        return tokens;
    }
}
