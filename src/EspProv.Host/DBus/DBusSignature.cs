namespace EspProv.Host.DBus;

/// <summary>The types in a D-Bus signature.</summary>
internal static class DBusSignature
{
    /// <summary>The single complete types, in order.</summary>
    /// <exception cref="ArgumentException">The signature ends inside a type.</exception>
    public static IEnumerable<string> Split(string signature)
    {
        for (int position = 0, length; position < signature.Length; position += length)
        {
            length = TypeLength(signature, position);
            yield return signature.Substring(position, length);
        }
    }

    private static int TypeLength(string signature, int position)
    {
        int depth = 0;
        for (int i = position; i < signature.Length; i++)
        {
            switch (signature[i])
            {
                case '(' or '{':
                    depth++;
                    break;
                case ')' or '}':
                    depth--;
                    break;
                case 'a':
                    continue;
                default:
                    break;
            }

            if (depth == 0)
                return i - position + 1;
        }

        throw new ArgumentException($"The D-Bus signature '{signature}' ends inside a type.");
    }
}
