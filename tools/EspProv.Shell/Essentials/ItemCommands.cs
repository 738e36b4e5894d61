using System.Collections.ObjectModel;
using System.Management.Automation;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Item.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : ProviderPathCommandBase
{
    /// <summary>Hidden ones, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord() => ForEachPath(path => WriteObject(
        InvokeProvider.Item.Get([path], Force, IsLiteral), enumerateCollection: true));
}

/// <summary>Get-ChildItem.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
public sealed class GetChildItemCommand : PSCmdlet
{
    /// <summary>Where; here when not given.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = ["."];

    /// <summary>Where, taken as it is written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Only names that match this wildcard.</summary>
    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    /// <summary>Everything below, too.</summary>
    [Parameter]
    [Alias("s")]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How many levels below.</summary>
    [Parameter]
    public uint Depth { get; set; } = uint.MaxValue;

    /// <summary>Hidden ones, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Names only.</summary>
    [Parameter]
    public SwitchParameter Name { get; set; }

    /// <summary>Only files.</summary>
    [Parameter]
    public SwitchParameter File { get; set; }

    /// <summary>Only folders.</summary>
    [Parameter]
    [Alias("ad")]
    public SwitchParameter Directory { get; set; }

    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        WildcardPattern? filter = Filter is null ? null : WildcardPattern.Get(Filter, WildcardOptions.IgnoreCase);
        bool recurse = Recurse || MyInvocation.BoundParameters.ContainsKey(nameof(Depth));
        foreach (string path in literal ? LiteralPath : Path)
        {
            try
            {
                Collection<PSObject> items = InvokeProvider.ChildItem.Get([path], recurse, Depth, Force, literal);
                foreach (PSObject item in items.Where(i => Wanted(i, filter)))
                    WriteObject(Name ? item.Properties["PSChildName"]?.Value : item);
            }
            catch (RuntimeException e) when (e is not PipelineStoppedException)
            {
                WriteError(new ErrorRecord(e.ErrorRecord, e));
            }
        }
    }

    private bool Wanted(PSObject item, WildcardPattern? filter)
    {
        bool container = LanguagePrimitives.IsTrue(item.Properties["PSIsContainer"]?.Value);
        if ((File && container) || (Directory && !container))
            return false;
        return filter is null || filter.IsMatch(item.Properties["PSChildName"]?.Value as string ?? "");
    }
}

/// <summary>New-Item.</summary>
[Cmdlet(VerbsCommon.New, "Item", SupportsShouldProcess = true)]
public sealed class NewItemCommand : PSCmdlet
{
    /// <summary>Where.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    /// <summary>The name below the path.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>File, Directory, SymbolicLink, or what else the provider knows.</summary>
    [Parameter]
    [Alias("Type")]
    public string? ItemType { get; set; }

    /// <summary>Its content.</summary>
    [Parameter(ValueFromPipeline = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    /// <summary>Replaces a file, and makes the folders above it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        string[] paths = Path.Length > 0 ? Path : ["."];
        if (Path.Length == 0 && string.IsNullOrEmpty(Name))
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSArgumentException("A new item needs a path or a name."), "PathOrNameRequired", ErrorCategory.InvalidArgument, null));
        }

        foreach (string path in paths)
        {
            string target = string.IsNullOrEmpty(Name) ? path : SessionState.Path.Combine(path, Name);
            if (!ShouldProcess(SessionState.Path.GetUnresolvedProviderPathFromPSPath(target), $"Create {ItemType ?? "File"}"))
                continue;
            try
            {
                WriteObject(InvokeProvider.Item.New([path], Name, ItemType, Value, Force), enumerateCollection: true);
            }
            catch (RuntimeException e) when (e is not PipelineStoppedException)
            {
                WriteError(new ErrorRecord(e.ErrorRecord, e));
            }
        }
    }
}

/// <summary>Remove-Item.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class RemoveItemCommand : ProviderPathCommandBase
{
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>With everything below, without asking.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Hidden and read-only ones, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord() => ForEachPath(path =>
    {
        if (IsLiteral && !InvokeProvider.Item.Exists(path, Force, literalPath: true))
            throw new ItemNotFoundException($"Cannot find path '{path}' because it does not exist.");
        foreach (string resolved in Resolve(path).ToArray())
            Remove(resolved);
    });

    private void Remove(string path)
    {
        string shown = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
        bool container = InvokeProvider.Item.IsContainer(WildcardPattern.Escape(path));
        if (!ShouldProcess(shown, container ? "Remove Directory" : "Remove File"))
            return;
        bool recurse = Recurse;
        if (!recurse && container && InvokeProvider.ChildItem.HasChild(path, Force, literalPath: true))
        {
            string question = $"The item at {shown} has children and the Recurse parameter was not specified. If you continue, all children will be removed with the item. Are you sure you want to continue?";
            if (!ShouldContinue(question, "Confirm", ref _yesToAll, ref _noToAll))
                return;
            recurse = true;
        }

        InvokeProvider.Item.Remove([path], recurse, Force, literalPath: true);
    }
}
