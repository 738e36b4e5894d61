// The name is part of what users see and test for: it is the error id of a plain Write-Error in pwsh.
namespace Microsoft.PowerShell.Commands;

/// <summary>An error that a script reports in its own words.</summary>
public sealed class WriteErrorException : SystemException
{
    /// <summary>Without words.</summary>
    public WriteErrorException()
    {
    }

    /// <summary>With a message.</summary>
    public WriteErrorException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what is behind it.</summary>
    public WriteErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
