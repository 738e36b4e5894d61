using System.Management.Automation;
using System.Security;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Read-Host.</summary>
[Cmdlet(VerbsCommunications.Read, "Host", DefaultParameterSetName = "AsString")]
[OutputType(typeof(string), typeof(SecureString))]
public sealed class ReadHostCommand : PSCmdlet
{
    /// <summary>The question, shown with a colon.</summary>
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [AllowNull]
    public object? Prompt { get; set; }

    /// <summary>Hides what is typed and answers with a secure string.</summary>
    [Parameter(ParameterSetName = "AsSecureString")]
    public SwitchParameter AsSecureString { get; set; }

    /// <summary>Hides what is typed and answers with text.</summary>
    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter MaskInput { get; set; }

    protected override void EndProcessing()
    {
        string prompt = Prompt switch
        {
            null => "",
            object[] words => string.Join(' ', words),
            _ => PSObject.AsPSObject(Prompt).ToString(),
        };
        if (prompt.Length > 0)
            Host.UI.Write(prompt + ": ");

        if (AsSecureString)
        {
            WriteObject(Host.UI.ReadLineAsSecureString());
        }
        else if (MaskInput)
        {
            using SecureString secret = Host.UI.ReadLineAsSecureString();
            WriteObject(new System.Net.NetworkCredential("", secret).Password);
        }
        else
        {
            WriteObject(Host.UI.ReadLine());
        }
    }
}
