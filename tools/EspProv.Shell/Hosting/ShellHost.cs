using System.Globalization;
using System.Management.Automation.Host;

namespace EspProv.Shell.Hosting;

/// <summary>The host that the engine talks to.</summary>
internal sealed class ShellHost(ShellUserInterface ui, Action<int> exitRequested, Action enterNestedPrompt, Action exitNestedPrompt) : PSHost
{
    public override string Name => "EspProv.Shell";

    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version ?? new Version(0, 1);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => ui;

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => exitRequested(exitCode);

    public override void EnterNestedPrompt() => enterNestedPrompt();

    public override void ExitNestedPrompt() => exitNestedPrompt();

    // Native programs share the terminal as it is: nothing to save and restore around them.
    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
