using System.Globalization;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Writes credentials in one of the forms that firmware builds and factories take, one after the other.</summary>
public abstract class Sec2FileWriter
{
    private protected Sec2FileWriter(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Output = output;
    }

    /// <summary>Whether the form is for one device only.</summary>
    public virtual bool TakesOne => false;

    /// <summary>Where the text goes; lines end with a line feed.</summary>
    private protected TextWriter Output { get; }

    /// <summary>How many credentials were written.</summary>
    private protected int Count { get; private set; }

    /// <summary>Writes one credential.</summary>
    /// <exception cref="ArgumentException">The form cannot hold it.</exception>
    public void Write(Sec2Credential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        if (TakesOne && Count > 0)
            throw new ArgumentException("This form is for one device; there is more than one credential.", nameof(credential));
        WriteCredential(credential);
        Count++;
    }

    /// <summary>Writes what comes after the last credential.</summary>
    public virtual void Complete()
    {
    }

    private protected abstract void WriteCredential(Sec2Credential credential);

    private protected void WriteLine(string line = "")
    {
        Output.Write(line);
        Output.Write('\n');
    }

    /// <summary>What a list calls the device: its name, else its number.</summary>
    private protected string Label(Sec2Credential credential)
        => credential.Name ?? (Count + 1).ToString(CultureInfo.InvariantCulture);
}
