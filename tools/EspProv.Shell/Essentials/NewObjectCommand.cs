using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>New-Object: an object of a .NET class, or one with the given properties. No COM.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : PSCmdlet
{
    /// <summary>The class.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string TypeName { get; set; } = "";

    /// <summary>What the constructor takes.</summary>
    [Parameter(Position = 1)]
    [Alias("Args")]
    public object?[] ArgumentList { get; set; } = [];

    /// <summary>Properties to set.</summary>
    [Parameter]
    public IDictionary? Property { get; set; }

    protected override void EndProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, out Type? type) || type is null)
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSArgumentException($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded."),
                "TypeNotFound",
                ErrorCategory.InvalidType,
                TypeName));
            return;
        }

        bool custom = type == typeof(PSObject) || type == typeof(PSCustomObject);
        object instance = custom ? new PSObject() : Construct(type);
        if (Property is not null)
            SetProperties(PSObject.AsPSObject(instance), custom);
        WriteObject(instance);
    }

    private object Construct(Type type)
    {
        try
        {
            object?[] arguments = [.. ArgumentList.Select(a => a is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : a)];
            if (type.IsValueType && arguments.Length == 0)
                return Activator.CreateInstance(type)!;

            // The engine's own overload choice and conversions, as [Type]::new() has them.
            return InvokeCommand.InvokeScript(
                "param($t, $a) @{ Value = $t::new.Invoke($a) }", useNewScope: true, System.Management.Automation.Runspaces.PipelineResultTypes.None, null, type, arguments)[0].BaseObject is Hashtable { } made
                ? Unwrapped(made["Value"]!)
                : throw new PSInvalidOperationException();
        }
        catch (Exception e) when (e is RuntimeException or MissingMethodException or TargetInvocationException)
        {
            ThrowTerminatingError(new ErrorRecord(e.InnerException ?? e, "ConstructorInvokedThrowException", ErrorCategory.InvalidOperation, TypeName));
            throw;
        }
    }

    // A table around it, because a collection would be taken apart on its way out of the script.
    private static object Unwrapped(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private void SetProperties(PSObject target, bool custom)
    {
        foreach (DictionaryEntry entry in Property!)
        {
            string name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            if (custom)
                target.Properties.Add(new PSNoteProperty(name, entry.Value));
            else if (target.Properties[name] is { } property)
                property.Value = entry.Value;
            else
                WriteError(new ErrorRecord(new PSArgumentException($"The member \"{name}\" was not found for the specified {TypeName} object."), "InvalidOperationException", ErrorCategory.InvalidOperation, name));
        }
    }
}
