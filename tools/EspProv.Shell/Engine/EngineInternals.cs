using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace EspProv.Shell.Engine;

/// <summary>
/// The few members of System.Management.Automation that pwsh's own host and modules use as friends of that assembly and
/// that have no public counterpart. All reflection on the engine is here; the package's version is pinned, and a test
/// touches each member.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const string FormatNamespace = "Microsoft.PowerShell.Commands.Internal.Format.";

    private static readonly Assembly EngineAssembly = typeof(PSObject).Assembly;

    /// <summary>
    /// Lets <c>exit</c> in a script file end the host instead of only the script, as <c>pwsh -File</c> does.
    /// </summary>
    public static void LetScriptExitEndTheHost(Runspace runspace, bool value)
    {
        PropertyInfo holder = Require(runspace.GetType().GetProperty("ExecutionContext", Any), "Runspace.ExecutionContext");
        object context = Require(holder.GetValue(runspace), "ExecutionContext");
        const string Name = "ScriptCommandProcessorShouldRethrowExit";
        Require(context.GetType().GetProperty(Name, Any), Name).SetValue(context, value);
    }

    /// <summary>Marks an object as one that came down the error stream, so that Out-Default writes it there.</summary>
    public static PSObject AsErrorStream(ErrorRecord error)
    {
        var wrapped = new PSObject(error);
        PropertyInfo stream = Require(typeof(PSObject).GetProperty("WriteStream", Any), "PSObject.WriteStream");
        stream.SetValue(wrapped, Enum.Parse(stream.PropertyType, "Error"));
        return wrapped;
    }

    /// <summary>Lets an error name the function or script that reports it and where, instead of the cmdlet that it used.</summary>
    public static void BlameCaller(ErrorRecord error, InvocationInfo? caller)
    {
        if (caller is null)
            return;
        Require(typeof(ErrorRecord).GetMethod("SetInvocationInfo", Any), "ErrorRecord.SetInvocationInfo").Invoke(error, [caller]);
        Require(typeof(ErrorRecord).GetProperty("PreserveInvocationInfoOnce", Any), "ErrorRecord.PreserveInvocationInfoOnce").SetValue(error, true);
        if (caller.MyCommand is not null)
            error.CategoryInfo.Activity = "Write-Error";
    }

    /// <summary>Ends the commands before this one in its pipeline, which has all it wants; the others go on.</summary>
    public static Exception StopUpstream(PSCmdlet command)
    {
        const string Name = "System.Management.Automation.StopUpstreamCommandsException";
        Type type = Require(EngineAssembly.GetType(Name), Name);
        return (Exception)Activator.CreateInstance(type, Any, binder: null, [command], culture: null)!;
    }

    /// <summary>Gives a Format- cmdlet the engine's formatter of that shape (Table, List, Wide, Complex).</summary>
    public static void UseFormatter(FrontEndCommandBase command, string shape)
    {
        Type shapes = EngineType("FormatShape");
        SetImplementation(command, Create("InnerFormatShapeCommand", Enum.Parse(shapes, shape)));
    }

    /// <summary>Gives an Out- cmdlet the engine's renderer, writing lines of <paramref name="width"/> columns to a writer.</summary>
    public static void UseRenderer(FrontEndCommandBase command, TextWriter writer, int width)
    {
        object renderer = Create("OutputManagerInner");
        object lineOutput = Create("TextWriterLineOutput", writer, width);
        Require(renderer.GetType().GetProperty("LineOutput", Any), "OutputManagerInner.LineOutput").SetValue(renderer, lineOutput);
        SetImplementation(command, renderer);
    }

    private static void SetImplementation(FrontEndCommandBase command, object implementation) =>
        Require(typeof(FrontEndCommandBase).GetField("implementation", Any), "FrontEndCommandBase.implementation")
            .SetValue(command, implementation);

    private static Type EngineType(string name) => Require(EngineAssembly.GetType(FormatNamespace + name), name);

    private static object Create(string type, params object[] arguments) =>
        Activator.CreateInstance(EngineType(type), Any, binder: null, arguments, culture: null)!;

    private static T Require<T>(T? member, string name)
        where T : class =>
        member ?? throw new MissingMemberException($"This version of System.Management.Automation has no {name}.");
}
