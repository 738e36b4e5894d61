using System.Management.Automation;
using System.Security;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertTo-SecureString, from plain text only: there is no store of encrypted text here.</summary>
[Cmdlet(VerbsData.ConvertTo, "SecureString")]
[OutputType(typeof(SecureString))]
public sealed class ConvertToSecureStringCommand : PSCmdlet
{
    /// <summary>The text.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string String { get; set; } = "";

    /// <summary>Says that the text is not encrypted.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Accepted as in pwsh, where it once was needed.</summary>
    [Parameter(Position = 2)]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (!AsPlainText)
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSNotSupportedException("Only plain text can be converted here; give -AsPlainText."),
                "ImportSecureString_OnlyPlainText",
                ErrorCategory.InvalidArgument,
                null));
        }

        var secret = new SecureString();
        foreach (char c in String)
            secret.AppendChar(c);
        WriteObject(secret);
    }
}
