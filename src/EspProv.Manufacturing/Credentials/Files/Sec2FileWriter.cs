using System.Globalization;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Writes credentials in a format for firmware builds or factories, one after the other.</summary>
public abstract class Sec2FileWriter
{
    private protected Sec2FileWriter(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Output = output;
    }

    /// <summary>Whether the format is for one device only.</summary>
    public virtual bool TakesOne => false;

    /// <summary>The output; lines end with a line feed.</summary>
    private protected TextWriter Output { get; }

    /// <summary>How many credentials were written.</summary>
    private protected int Count { get; private set; }

    /// <summary>Writes one credential.</summary>
    /// <exception cref="ArgumentException">The format cannot represent it.</exception>
    public void Write(Sec2Credential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        if (TakesOne && Count > 0)
        {
            throw new ArgumentException(
                "This format is for one device, but there is more than one credential. Use one file for each.", nameof(credential));
        }

        WriteCredential(credential);
        Count++;
    }

    /// <summary>Writes the end of the file.</summary>
    public virtual void Complete()
    {
    }

    private protected abstract void WriteCredential(Sec2Credential credential);

    private protected void WriteLine(string line = "")
    {
        Output.Write(line);
        Output.Write('\n');
    }

    /// <summary>The device's name in lists, or its number if it has none.</summary>
    private protected string Label(Sec2Credential credential)
        => credential.Name ?? (Count + 1).ToString(CultureInfo.InvariantCulture);
}
